"""Commits, as `git log` lists them: the name and the subject of each before what explains it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from headroom.elide.lines.sheet import opened, opening

if TYPE_CHECKING:
    from headroom.elide.lines.sheet import Sheet

_HEAD = opening(r"commit [0-9a-f]{7,64}(?: \(.*\))?$")
_FEWEST, _SPREAD = 3, 60
"""Commits of a list at least, and lines of which one at least is the head of a commit."""
_TRAILER = re.compile(r"\s{4}(?:[A-Z][\w-]{2,40}: \S|\(cherry picked from )")
_TOTAL = re.compile(r" [0-9]+ files? changed")
_SET_IN = "    "
_SUBJECT, _NAME, _OF_TOTAL, _OF_AUTHOR, _OF_TRAILER = 2.4, 2.2, 1.6, 0.3, 0.02
_OF_BODY = 0.35
"""What each line weighs that explains a change, or counts what changed in one file."""


def commits(sheet: Sheet) -> dict[int, float]:
    """Return the weights of the lines of a list of commits; nothing where a text is none."""
    if "commit " not in sheet.text:
        return {}
    heads = opened(f"\n{sheet.text}", _HEAD)
    if len(heads) < max(_FEWEST, len(sheet.lines) // _SPREAD):
        return {}
    found: dict[int, float] = {}
    for head, end in pairwise([*heads, len(sheet.lines)]):
        found[head] = _NAME
        subject = False
        for at in range(head + 1, end):
            line = sheet.lines[at]
            if _TOTAL.match(line):
                found[at] = _OF_TOTAL
            elif not line.startswith(_SET_IN):
                found[at] = _OF_AUTHOR if line and not subject else _OF_BODY * bool(line)
            elif not line.strip():
                found[at] = 0.0
            elif not subject:
                found[at], subject = _SUBJECT, True
            else:
                found[at] = _OF_TRAILER if _TRAILER.match(line) else _OF_BODY
    return found
