r"""Commits with a graph drawn beside them: `git log --graph`, in full or a line each.

*   commit 4b92c03f4a8f
|\  Merge: fc87654 e9b85d5     the drawing stands before every line
| |
| |     Merge branch 'gates'
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST = re.compile(r"\* +(?:commit )?[0-9a-f]{7,64}\b")
_DRAWING = " |\\/_*"
_DRAWN = frozenset(" |\\/*")


def drawn(lines: Sequence[str]) -> int:
    """Return how many of the lines from the first on have a graph beside them; 0 without one."""
    if not lines or not _FIRST.match(lines[0]):
        return 0
    for at, line in enumerate(lines):
        if line and line[0] not in _DRAWN:
            return at
    return len(lines)


def plain(lines: Sequence[str]) -> list[str]:
    """Return the lines without the drawing, and without how far they are set in behind it."""
    return [line.lstrip(_DRAWING) for line in lines]
