"""Line numbers in front of a file's lines, as `cat -n` and agents' read tools write them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"( *)([0-9]{1,7})(\t|→|: ?| ?\| ?)")
_LEAST_LINES = 6
_LEAST_SHARE = 0.6
"""Of the lines that are not empty: a header and a footer may stand around the file."""


def bare(lines: Sequence[str]) -> list[str] | None:
    """Return the lines without their numbers, those that have none as they are.

    None where most lines are not numbered one after the other.
    """
    found = [_NUMBER.match(line) for line in lines]
    numbers = [int(match[2]) for match in found if match]
    steps = sum(after == before + 1 for before, after in pairwise(numbers))
    filled = sum(1 for line in lines if line)
    if steps + 1 < max(_LEAST_LINES, _LEAST_SHARE * filled):
        return None
    return [line[m.end() :] if m else line for line, m in zip(lines, found, strict=True)]


def prefix(line: str) -> str | None:
    """Return the number in front of a line as it is written there, or None."""
    match = _NUMBER.match(line)
    return match[0] if match else None


def without(lines: Sequence[str]) -> list[str]:
    """Return the lines without the numbers in front of them, each taken by itself."""
    return [_NUMBER.sub("", line, count=1) if _NUMBER.match(line) else line for line in lines]


def counted(lines: Sequence[str], first: str) -> list[str]:
    """Return the lines with numbers in front, the first of which is written like `first`.

    Raises:
        ValueError: `first` is no number.
    """
    match = _NUMBER.fullmatch(first)
    if match is None:
        raise ValueError(f"no line number: {first!r}")
    width = len(match[1]) + len(match[2]) if match[1] else 0
    start = int(match[2])
    return [f"{start + n:>{width}}{match[3]}{line}" for n, line in enumerate(lines)]
