"""Rankings within a text: rows in the order of a number that falls, as of profilers, `sort -rn`.

Their first rows are what was asked for; the last ones are there because the list had to end.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOP = 5
"""Rows of a ranking that count in full; those behind them count less and less."""
_WEIGHT, _FADING = 1.6, 0.8
_LEAST, _STEEP = 5, 3.0
"""Rows that make a ranking, the first of which has so many times what the last one has."""
_FIGURES = 5
"""Numbers in front of a row that may be what it stands by."""
_NUMBER = re.compile(
    r"\(?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(\.[0-9]{1,9})?\s?%?\)?(?:/[0-9]{1,15})?(?=\s|$)"
)
"""A number by itself, as a share, or beside another one, as calls have that call themselves: no
part of a date, a time, a version or a place."""
_GLANCE = 120
_NAMES = 2
"""Lines in which columns are named."""
_BEGINS = frozenset(" \t(0123456789")


def ranked(lines: Sequence[str]) -> dict[int, float]:
    """Return weights for the first rows of each ranking and what names its columns, by index."""
    out: dict[int, float] = {}
    for start, rows in _tables(lines):
        width = min(map(len, rows))
        for column in range(width):
            for first, last in _falling([row[column] for row in rows]):
                for place, at in enumerate(range(start + first, start + last)):
                    weight = _WEIGHT if place < TOP else _WEIGHT * _FADING ** (place - TOP + 1)
                    out[at] = max(out.get(at, 0.0), weight)
                if not first:
                    out.update(dict.fromkeys(_names(lines, start), _WEIGHT))
    return out


def _names(lines: Sequence[str], start: int) -> Iterator[int]:
    """Yield the lines right above a row that name its columns: up to the first blank one."""
    for at in range(start - 1, max(start - 1 - _NAMES, -1), -1):
        if not lines[at].strip():
            return
        yield at


def _tables(lines: Sequence[str]) -> Iterator[tuple[int, list[list[float]]]]:
    """Yield where rows begin that have numbers in front, with the numbers of each row."""
    start, rows = 0, list[list[float]]()
    for at, line in enumerate([*lines, ""]):
        figures = _figures(line) if line[:1] in _BEGINS else []
        if figures:
            if not rows:
                start = at
            rows.append(figures)
        elif rows:
            if len(rows) >= _LEAST:
                yield start, rows
            rows = []


def _figures(line: str) -> list[float]:
    """Return the numbers that a line begins with."""
    out: list[float] = []
    at, size = 0, min(len(line), _GLANCE)
    while at < size and len(out) < _FIGURES:
        while at < size and line[at] in " \t":
            at += 1
        found = _NUMBER.match(line, at)
        if found is None:
            break
        out.append(float(found[1].replace(",", "") + (found[2] or "")))
        at = found.end()
    return out


def _falling(series: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a series, ends excluded, that never rise and fall steeply."""
    start = 0
    for at, (before, after) in enumerate(pairwise([*series, float("inf")]), 1):
        if after > before:
            if at - start >= _LEAST and series[start] >= _STEEP * max(before, 1e-9):
                yield start, at
            start = at
