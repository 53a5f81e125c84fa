"""Lines that head what is set in below them: without them nobody knows what a kept line is about.

/app/cart.tsx                      Containers:                 shop
  47:4  error  Unexpected any        web:                      ├── stores
                                       Ready:  False           │   └── redis.py
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SET_IN = " \t│|`├└─"
_BEGINS = frozenset(" \t│|├")
_DRAWN = ("── ", "|-- ", "`-- ")
"""What stands before the names in the drawing of a tree."""
_FILE = re.compile(r"\S*[./\\]\S*")
_PLACE = re.compile(r"\s+[0-9]+(?::[0-9]+|\s+\|?)")
"""How a finding begins that stands below the name of its file."""
_FAILED = re.compile(r"\s*(?:[✕✗✘✖×]|not ok\b|FAIL(?:ED)?\b)")
"""How a test that failed begins below the name of its suite."""
_LABEL = re.compile(r"(?:#{1,6}|[=*>~-]{2,}) ?\S")
"""How scripts begin what they say of the lines below."""
_LEAST = 0.9
"""What weighs less tells nothing that somebody would look for."""
_DEEPEST = 6
_LONGEST = 120
_MIN_SHARE = 4
"""Lines are set in below others in a text where one in so many is."""


def parents(lines: Sequence[str], kept: Sequence[int], weights: Sequence[float]) -> set[int]:
    """Return the lines that head kept ones that matter, or findings in a file; kept or not.

    At most so many levels above each as people look up.
    """
    indented = len([None for line in lines if line[:1] in _BEGINS])
    if indented * _MIN_SHARE < len(lines):
        return set()
    drawn = any(sign in line for line in lines[:_DEEPEST] for sign in _DRAWN)
    inside = {
        at
        for at in kept
        if lines[at][:1] in _BEGINS and (drawn or weights[at] >= _LEAST or _PLACE.match(lines[at]))
    }
    if not inside:
        return set()
    found: set[int] = set()
    above: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        depth = len(line) - len(line.lstrip(_SET_IN))
        if depth == len(line):
            continue
        while above and above[-1][0] >= depth:
            above.pop()
        if at in inside:
            for _, head in above[-_DEEPEST:]:
                if drawn or _heads(lines[head], line, weights[at]):
                    found.add(head)
        if len(line) <= _LONGEST:
            above.append((depth, at))
    return found


def _heads(head: str, line: str, weight: float) -> bool:
    """Whether a line heads one that is set in below it, and that one needs it."""
    if _PLACE.match(line):
        return _FILE.fullmatch(head) is not None
    if weight < _LEAST:
        return False
    told = head.rstrip().endswith(":") or _LABEL.match(head) is not None
    return told or _FAILED.match(line) is not None
