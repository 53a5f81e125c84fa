"""Unified diffs, alone or among the commits of a log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HUNK = re.compile(r"@@ -([0-9]+)(?:,([0-9]+))? \+([0-9]+)(?:,([0-9]+))? @@(?: (.*))?", re.ASCII)
_SIGNS = frozenset(" +-\\")


def body_end(lines: Sequence[str], at: int) -> int:
    """Return where the body of a hunk that begins at `at` ends: at a line without a sign."""
    while at < len(lines) and lines[at][:1] in _SIGNS and lines[at]:
        at += 1
    return at


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the stretch from the first file header or hunk to the end of the last hunk."""
    hunks = [at for at, line in enumerate(lines) if line[:4] == "@@ -" and HUNK.fullmatch(line)]
    if not hunks:
        return []
    start = next(
        (at for at in range(hunks[0]) if lines[at].startswith(("diff --git ", "commit "))),
        max(hunks[0] - 2, 0),
    )
    return [(start, body_end(lines, hunks[-1] + 1))]
