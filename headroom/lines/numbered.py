"""Line numbers in front of a file's lines, as `cat -n`, `grep -n` and read tools write them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"( *)([0-9]{1,7})(\t|→|[:-]| ?\|)")
_SPACED = (":", "|")
"""What a space may follow that is no part of the line; it does behind all numbers or none."""
_HIT, _NEAR = ":", "-"
"""What `grep -n` writes behind the number of a line that it looked for, and of one near that."""
_LEAST_LINES = 6
_HEAD = 40
"""Lines in which the first numbers stand, if there are any: most texts are told by these."""
_LEAST_SHARE = 0.6
"""Of the lines that are not empty: a header and a footer may stand around the file."""


def padding(number: str, before: int) -> str:
    """Return how numbers in front of lines are padded, as a format for integers.

    It is ">6" with blanks, "05" with zeros, "" where the number stands at the start of the line.

    Args:
        number: one of them, its zeros included.
        before: blanks in front of it.
    """
    if number[0] == "0" and number != "0":
        return f"0{len(number)}"
    return f">{before + len(number)}" if before else ""


def bare(lines: Sequence[str]) -> list[str] | None:
    """Return the lines without their numbers, those that have none as they are.

    None where most lines are not numbered one after the other.
    """
    if sum(map(bool, map(_NUMBER.match, lines[:_HEAD]))) < _LEAST_LINES:
        return None
    found = [_NUMBER.match(line) for line in lines]
    numbers = [int(match[2]) for match in found if match]
    steps = sum(after == before + 1 for before, after in pairwise(numbers))
    filled = sum(1 for line in lines if line)
    if steps + 1 < max(_LEAST_LINES, _LEAST_SHARE * filled):
        return None
    return _stripped(lines, found)


def prefixes(line: str) -> list[str]:
    """Return the number in front of a line as it is written there, with its space and without."""
    match = _NUMBER.match(line)
    if match is None:
        return []
    spaced = match[3].endswith(_SPACED) and line.startswith(" ", match.end())
    return [f"{match[0]} ", match[0]] if spaced else [match[0]]


def without(lines: Sequence[str]) -> list[str]:
    """Return the lines without the numbers in front of those that have one."""
    return _stripped(lines, [_NUMBER.match(line) for line in lines])


def _stripped(lines: Sequence[str], found: Sequence[re.Match[str] | None]) -> list[str]:
    rests = [line[m.end() :] if m else line for line, m in zip(lines, found, strict=True)]
    after = [
        rest
        for rest, m in zip(rests, found, strict=True)
        if m is not None and rest and m[3].endswith(_SPACED)
    ]
    if any(m is not None and m[3] == _NEAR for m in found):
        return rests
    if not after or not all(rest.startswith(" ") for rest in after):
        return rests
    return [
        rest[1:] if m is not None and m[3].endswith(_SPACED) else rest
        for rest, m in zip(rests, found, strict=True)
    ]


def hits(lines: Sequence[str]) -> tuple[str, list[int]] | None:
    """Return the first number as it stands before a line near a hit, and the numbers of the hits.

    None where not all lines are numbered, or none is near a hit.
    """
    found = [_NUMBER.match(line) for line in lines]
    if any(m is None or m[1] or m[3] not in (_HIT, _NEAR) for m in found):
        return None
    marks = [(int(m[2]), m[3]) for m in found if m is not None]
    if not any(mark == _NEAR for _, mark in marks):
        return None
    return f"{marks[0][0]}{_NEAR}", [number for number, mark in marks if mark == _HIT]


def counted(lines: Sequence[str], first: str, found: Sequence[int] = ()) -> list[str]:
    """Return the lines with numbers in front, the first of which is written like `first`.

    Args:
        lines: without numbers.
        first: the number in front of the first one.
        found: numbers behind which a hit's colon stands.

    Raises:
        ValueError: `first` is no number.
    """
    match = _NUMBER.match(first)
    if match is None or first[match.end() :].strip(" "):
        raise ValueError(f"no line number: {first!r}")
    width = padding(match[2], len(match[1]))
    start = int(match[2])
    behind = dict.fromkeys(found, _HIT)
    usual = first[match.end(2) :]
    return [f"{n:{width}}{behind.get(n, usual)}{line}" for n, line in enumerate(lines, start=start)]
