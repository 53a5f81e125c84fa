"""What stands in front of every line of a text: an indentation, or the `> ` of a quotation.

What stands behind it may be a table, JSON, a log or a page, which is none with it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARGIN = re.compile(r"(?:[ \t]*>)*[ \t]*")
_LEAST_LINES = 8
_SAID = re.compile(r'(".*") before each line, (".*") before empty ones')


class Margin(NamedTuple):
    """What stands in front of lines, and what is all that an empty line holds."""

    front: str
    empty: str


def margin(lines: Sequence[str]) -> Margin | None:
    """Return what stands in front of all lines; None where it is nothing, or one space."""
    if lines[0] and lines[0][0] not in " \t>":  # as most begin
        return None
    filled = [line for line in lines if line.strip(" \t>")]
    if len(filled) < _LEAST_LINES:
        return None
    first, last = min(filled), max(filled)  # what these two begin with, all between them do
    same = (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    match = _MARGIN.match(first[: next(same, len(first))])
    front = match[0] if match else ""
    if front in ("", " "):
        return None
    blank = (line for line in lines[:-1] if len(line) <= len(front) and not line.strip(" \t>"))
    return Margin(front, next(blank, ""))


def unmargined(lines: Sequence[str], found: Margin) -> list[str]:
    """Return the lines without their margin; those that do not have it hold nothing else."""
    front = found.front
    return [line[len(front) :] if line.startswith(front) else "" for line in lines]


def margined(lines: Sequence[str], found: Margin) -> list[str]:
    """Return lines with a margin; behind the last line break none stands."""
    *before, last = lines
    made = [found.front + line if line else found.empty for line in before]
    return [*made, found.front + last if last else ""]


def said(found: Margin) -> str:
    """Return in words what stands in front of lines, from which `margin_in` tells it."""
    front, empty = (json.dumps(each, ensure_ascii=False) for each in found)
    return f"{front} before each line, {empty} before empty ones"


def margin_in(note: str) -> Margin:
    """Return the margin that a note says.

    Raises:
        ValueError: it says none.
    """
    match = _SAID.fullmatch(note)
    each = [json.loads(group) for group in match.groups()] if match else []
    if len(each) != len(Margin._fields) or not all(type(one) is str for one in each):
        raise ValueError("lines with a margin that is not said")
    return Margin(*each)
