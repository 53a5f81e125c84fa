"""Logs and build output: lines that begin with a time, a level or a position in a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_START = re.compile(
    r"\n(?:[^\w\n]{0,3}(?=[CDEFINTWcdefintw\u0130\u0131])"
    r"(?i:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b"
    r"|[^\s:]+:[0-9]+:(?:[0-9]+:)? (?:\w+ )?(?i:note|warning|error)"
    r"|[^\S\n]+(?i:at \S|File \")|\x1b\[)"
)
"""How a line begins; the letters, dotless and dotted ones too, spare most lines the words."""
_TIMES = (
    re.compile(r":(?<=[0-9]:)[0-9]{2}(?![0-9])"),
    re.compile(r"-(?<=[0-9]{4}-)[0-9]{2}-[0-9]{2}"),
)
"""What stands in a time and in a date, from its first sign on: that is found far faster."""
_HEAD = 72
"""Characters of a line in which its time has to stand."""
_SAMPLE = 120
"""About as many lines, spread over the text, are looked at."""
_MIN_LINES = 4
_SHARE = 6
"""One line in so many must begin like a log's: messages and stack traces go on for lines."""


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return all lines as one run if enough of them begin as those of logs do, else nothing."""
    filled = [line for line in lines[:: len(lines) // _SAMPLE + 1] if line]
    least = max(_MIN_LINES, -(-len(filled) // _SHARE))
    begun = _rows([line[:_HEAD] for line in filled], _TIMES)
    if len(begun) < least:
        begun |= _rows(filled, (_START,))
    return [(0, len(lines))] if len(begun) >= least else []


def _rows(lines: Sequence[str], patterns: Sequence[re.Pattern[str]]) -> set[int]:
    """Return which lines, counted from 1, have one of the patterns in them."""
    text = "\n".join(["", *lines])
    rows: set[int] = set()
    for pattern in patterns:
        row = last = 0
        for match in pattern.finditer(text):
            at = match.start() + 1
            row += text.count("\n", last, at)
            last = at
            rows.add(row)
    return rows
