"""Unified diffs, alone or among the commits of a log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SPAN = r"([0-9]{1,9})(?:,([0-9]{1,9}))?"
"""Which lines a hunk is of: the first, and how many; in a context diff, and the last."""
HUNK = re.compile(rf"@@ -{SPAN} \+{SPAN} @@(?: (.*))?")
_SIGNS = frozenset(" +-\\")
_COMMIT = re.compile(r"(?:commit|From) [0-9a-f]{7,64}(?![0-9A-Za-z])", re.ASCII)
_STARTS = ("diff --git ", "commit ", "From ", "--- ")
_MAX_GAP = 3
"""Other lines between two diffs that are carried along: a second block would cost more."""


def body_end(lines: Sequence[str], at: int) -> int:
    """Return where the body of a hunk that begins at `at` ends: at a file header or no sign."""
    for row in range(at, len(lines)):
        line = lines[row]
        sign = line[:1]
        if sign not in _SIGNS or (sign == "-" and line[:4] == "--- " and heads_file(lines, row)):
            return row
    return max(at, len(lines))


def heads_file(lines: Sequence[str], at: int) -> bool:
    """Whether the lines "---", "+++" and "@@" stand here, as in a diff without `diff --git`."""
    return at + 2 < len(lines) and lines[at + 1][:4] == "+++ " and lines[at + 2][:3] == "@@ "


def lengths(body: Sequence[str]) -> tuple[int, int]:
    """Return how many lines of the old and of the new file the body of a hunk has."""
    signs = [line[0] for line in body]
    both = signs.count(" ")
    return both + signs.count("-"), both + signs.count("+")


def header(starts: tuple[int, int], sizes: tuple[int, int], context: str | None) -> str:
    """Return the header of a hunk; a length of one is not said."""
    old, new = (
        f"{start}" if size == 1 else f"{start},{size}"
        for start, size in zip(starts, sizes, strict=True)
    )
    return f"@@ -{old} +{new} @@" + ("" if context is None else f" {context}")


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the diffs: from a commit or file header to the last line that a hunk counts."""
    found: list[tuple[int, int]] = []
    end = 0
    for at, line in enumerate(lines):
        if at < end or line[:4] != "@@ -":
            continue
        match = HUNK.fullmatch(line)
        if match is None:
            continue
        start = _start(lines, end, at)
        if found and sum(map(bool, lines[end:start])) <= _MAX_GAP:
            start = found.pop()[0]
        end = _counted_end(lines, at + 1, match)
        found.append((start, end))
    return found


def _start(lines: Sequence[str], low: int, hunk: int) -> int:
    """Return the first header behind `low` that leads to a hunk, or the hunk itself."""
    for at in range(low, hunk):
        line = lines[at]
        if not line.startswith(_STARTS):
            continue
        if line[0] in "cF" and not _COMMIT.match(line):
            continue
        if line[0] == "-" and not lines[at + 1].startswith("+++ "):
            continue
        return at
    return hunk


def _counted_end(lines: Sequence[str], at: int, match: re.Match[str]) -> int:
    """Return where a hunk ends by the lengths in its header, or earlier where it is cut short."""
    old, new = int(match[2] or 1), int(match[4] or 1)
    while at < len(lines) and (old > 0 or new > 0):
        sign = lines[at][:1] or " "
        if sign not in _SIGNS:
            return at
        old -= sign in " -"
        new -= sign in " +"
        at += 1
    if at < len(lines) and lines[at][:2] == "\\ ":
        at += 1
    return at
