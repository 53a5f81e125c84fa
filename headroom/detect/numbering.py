r"""Files that were read with the numbers of their lines, as `cat -n` and read tools give them.

What stands behind the numbers may be a table, JSON, a log or a page, which is none with them.
"""

from __future__ import annotations

import json
import re

from headroom.core.split import lines_of
from headroom.core.types import ContentType
from headroom.detect.source import MIN_NUMBERED, numbered_runs, numbering
from headroom.lines.numbered import counted

BY_NUMBER = ContentType.CODE
"""The kind whose lines are spoken of by their numbers."""
_MAY_BE = re.compile(r"(?:^|\n) *[0-9]{1,7}[\t→:| ]", re.ASCII)
_TOP, _OF_FILE = 400, 0.9
"""Characters in which the first number stands, and the share of the lines that have one."""
_SAID = re.compile(r'lines numbered from (".*") on')


def unnumbered(text: str) -> tuple[str, str] | None:
    """Return a file that was read with numbers without them, and the first as it stands there.

    None for any other text. A few lines above and below may have no number; all lines stay where
    they were.
    """
    if _MAY_BE.search(text[:_TOP]) is None or text.count("\n") < MIN_NUMBERED:
        return None
    lines = lines_of(text)
    start, end = max(numbered_runs(lines), key=lambda run: run[1] - run[0], default=(0, 0))
    found = numbering(lines[start]) if end - start >= _OF_FILE * len(lines) else None
    if found is None:
        return None
    number, padding, mark = found
    first = f"{number:{padding}}{mark}"
    taken = map(len, counted([""] * (end - start), first))
    bare = [line[size:] for line, size in zip(lines[start:end], taken, strict=True)]
    return "\n".join([*lines[:start], *bare, *lines[end:]]), first


def said(first: str) -> str:
    """Return in words how lines are numbered, from which `first_in` tells it."""
    return f"lines numbered from {json.dumps(first, ensure_ascii=False)} on"


def first_in(note: str) -> str:
    """Return the first number that a note says, as it stands before its line.

    Raises:
        ValueError: it says none.
    """
    match = _SAID.match(note)
    first = json.loads(match[1]) if match else None
    if type(first) is not str:
        raise ValueError("numbered lines whose first number is not said")
    return first
