"""Contrasts: the lines of a failure that say in what two values differ, marked by `-`, `+`, `?`."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.lines.sheet import Sheet

_SIGNED = re.compile(r"\n(?:E {1,8})?[ \t]{0,12}([-+])[ \t]{0,24}[^-+ \t\n>]")
"""How such a line begins, in the reports of most frameworks; an item of a list does as well."""
_APART, _REACH = 6, 20
"""Lines that may stand between one of the first value and one of the other, and between two of one
comparison."""
_HEADS, _ABOVE = re.compile(r"(?i)\b(?:diff|expected|actual|assert\w*|received|got|want)\b"), 200
"""What is said above such lines, and how far above at the most."""
_MANY, _LATER = 16, 0.4
"""Lines of one contrast that weigh most, and the share that the others have of that."""
_TELLS = 1.7
"""Weight of such a line: what failed is known by its name, how it failed by these."""


def contrasts(sheet: Sheet) -> dict[int, float]:
    """Return the weights of the lines in which two values differ, below what says that they do."""
    rows = _signed(sheet)
    found: dict[int, float] = {}
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and rows[end][0] - rows[end - 1][0] <= _REACH:
            end += 1
        block = rows[start:end]
        if _differs(block) and _headed(sheet.lines, block[0][0]):
            for rank, (at, _) in enumerate(block):
                found[at] = _TELLS * (1.0 if rank < _MANY else _LATER)
        start = end
    return found


def _signed(sheet: Sheet) -> list[tuple[int, str]]:
    """Return the lines that begin with a sign, and with which."""
    rows: list[tuple[int, str]] = []
    text = f"\n{sheet.text}"
    row, last = -1, 0
    for match in _SIGNED.finditer(text):
        at = match.start() + 1
        row += text.count("\n", last, at)
        last = at
        rows.append((row, match[1]))
    return rows


def _differs(block: Sequence[tuple[int, str]]) -> bool:
    """Whether lines of both signs stand near to each other."""
    return any(
        one != other and second - first <= _APART
        for (first, one), (second, other) in pairwise(block)
    )


def _headed(lines: Sequence[str], first: int) -> bool:
    """Whether it is said above a line that two values are compared."""
    above = range(first - 1, max(-1, first - 1 - _ABOVE), -1)
    return any(_HEADS.search(lines[at][:300]) for at in above)
