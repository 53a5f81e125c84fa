"""Tables as text: CSV, TSV, semicolons and pipes, taken apart into lines and cells."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

_DELIMITERS = ",\t;|"
_LEAD = 4
"""Lines that may stand above a table: a title, a blank line."""
_PROBE = 6
"""Rows that must have as many cells as the names."""
_ODD = 20
"""One row in so many may have another number of cells."""
_NEXT_CELL = re.compile(r'"[,;\t]"')
_RULE = frozenset("|-:=+ \t")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in a text: where its rows stand, and their cells by column."""

    lines: list[str]
    head: int
    """Lines above the first row: the names of the columns and what stands before them."""
    rows: list[tuple[int, int]]
    """First line and the line after the last of each row."""
    names: list[str]
    cells: list[list[str]]
    """Bare: without quotes or the blanks beside pipes; "" in rows that do not fit."""


def grid(text: str) -> Grid | None:
    """Return the table that a text is but for a few lines above or below, or None."""
    lines = text.rstrip("\n").split("\n")
    for start in range(min(_LEAD, len(lines))):
        for mark in sorted(_DELIMITERS, key=lines[start].count, reverse=True):
            if mark not in lines[start]:
                break
            if _begins(lines, start, mark):
                return _grid(lines, start, mark)
    return None


def is_quoted(text: str) -> bool:
    """Whether a text is a table of quoted cells, in which rows may go over several lines."""
    first = text[:1_000].partition("\n")[0]
    return first[:1] == '"' and _NEXT_CELL.search(first) is not None and grid(text) is not None


def _begins(lines: list[str], start: int, mark: str) -> bool:
    """Whether a line divides like most of those below it."""
    rows = _rows(lines[start : start + 8 * _PROBE], 0, mark)
    if not rows:
        return False
    width = len(rows[0][2])
    below = [len(row) == width for _, _, row in rows[1 : 1 + _PROBE]]
    return width > 1 and below.count(True) * 2 > len(below)


def _grid(lines: list[str], start: int, mark: str) -> Grid | None:
    rows = _rows(lines, start, mark)
    if not rows:
        return None
    (_, head, names), rows = rows[0], rows[1:]
    if mark == "|" and rows and _RULE.issuperset(lines[head]):
        head, rows = rows[0][1], rows[1:]
    width = len(names)
    while rows and len(rows[-1][2]) != width:
        rows.pop()
    odd = sum(len(cells) != width for _, _, cells in rows)
    if not rows or odd * _ODD > len(rows):
        return None
    cells = [row if len(row) == width else [""] * width for _, _, row in rows]
    return Grid(lines, head, [(a, b) for a, b, _ in rows], names, cells)


def _rows(lines: list[str], start: int, mark: str) -> list[tuple[int, int, list[str]]]:
    """Return the rows from a line on: first line, line after the last, cells; [] if malformed."""
    if mark == "|":
        return [
            (at, at + 1, [cell.strip() for cell in lines[at].strip().strip("|").split("|")])
            for at in range(start, len(lines))
        ]
    body = lines[start:] if start else lines
    joined = any('"' in line for line in body)
    if not joined:
        return [(at, at + 1, line.split(mark)) for at, line in enumerate(body, start)]
    escaped = "\\" if any('\\"' in line for line in body) else None
    reader = csv.reader([f"{line}\n" for line in body], delimiter=mark, escapechar=escaped)
    out, at = [], start
    try:
        for row in reader:
            end = start + reader.line_num
            out.append((at, end, row))
            at = end
    except csv.Error:
        return []
    return out
