"""Tables as text: CSV, TSV, semicolons, pipes and aligned columns, taken apart into cells.

| id | name |     Markdown, mysql: pipes around the cells
 id | name        psql: pipes between them
id   name         ps, df, kubectl get: blanks that all rows have at the same place
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from headroom.detect.columns import claim, spans

_DELIMITERS = ",\t;|"
_LEAD = 4
"""Lines that may stand above a table: a title, a blank line."""
_PROBE = 6
"""Rows that must have as many cells as the names."""
_ODD = 20
"""One row in so many may have another number of cells."""
_NEXT_CELL = re.compile(r'"[,;\t]"')
_RULE = frozenset("|-:=+ \t")
_ESCAPED = re.compile(r"(?<!\\)\|")
_SMALL = 20_000
"""Characters of tables that may be remembered."""
_MOST = 3
"""Aligned columns are all of a text if the lines around them are one in so many characters."""


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


def grid(text: str, marks: str = _DELIMITERS) -> Grid | None:
    """Return the table that a text is but for a few lines above or below, or None."""
    return _known(text, marks) if len(text) < _SMALL else _found(text, marks)


@lru_cache(maxsize=2)
def _known(text: str, marks: str) -> Grid | None:
    """Return what `_found` does: `is_table` and the cut that follows ask the same twice."""
    return _found(text, marks)


def _found(text: str, marks: str) -> Grid | None:
    lines = text.rstrip("\n").split("\n")
    for start in range(min(_LEAD, len(lines))):
        for mark in sorted(marks, key=lines[start].count, reverse=True):
            if mark not in lines[start]:
                break
            if _begins(lines, start, mark):
                return _grid(lines, start, mark)
    return None


def is_table(text: str) -> bool:
    """Whether a text is a table that its single lines do not tell.

    One of quoted cells, in which rows may go over several lines, or one with rules of dashes.
    """
    top = text[:1_000].split("\n")
    quoted = top[0][:1] == '"' and _NEXT_CELL.search(top[0]) is not None
    ruled = any(map(is_frame, top[:_LEAD]))
    return (quoted or ruled) and grid(text) is not None


def is_frame(line: str) -> bool:
    """Whether a line is a rule of a drawn table: "+---+---+"."""
    return "-+-" in line and _RULE.issuperset(line)


def aligned(text: str) -> Grid | None:
    """Return the columns that a text is but for a few lines above or below, or None.

    Columns without a name are called "column 1", "column 2".
    """
    lines = text.rstrip("\n").split("\n")
    start, end = max(claim(lines), key=lambda run: run[1] - run[0], default=(0, 0))
    if not end or sum(map(len, lines[start:end])) * _MOST < sum(map(len, lines)) * (_MOST - 1):
        return None
    places = spans(lines[start:end])
    kept = [at for at in range(start, end) if not _RULE.issuperset(lines[at])]
    cells = [_cut(lines[at], places) for at in kept]
    names = [f"column {n}" for n in range(1, len(places) + 1)]
    if _is_head(cells):
        names, kept, cells = cells[0], kept[1:], cells[1:]
    elif start > 1 and _RULE.issuperset(lines[start - 1]):
        above = _cut(lines[start - 2], places)
        names = [own or name for own, name in zip(above, names, strict=True)]
    if not kept:
        return None
    return Grid(lines, kept[0], [(at, at + 1) for at in kept], names, cells)


def _cut(line: str, places: list[tuple[int, int]]) -> list[str]:
    return [line[a:b].strip(" ") for a, b in places]


def _is_head(rows: list[list[str]]) -> bool:
    """Whether the first row names the others' cells: it has no number where these have some."""
    head, below = rows[0], rows[1 : 1 + _PROBE]
    if not all(head) or any(cell[:1].isdigit() and cell.isdecimal() for cell in head):
        return False
    figures = [at for at in range(len(head)) if all(row[at][:1].isdigit() for row in below)]
    if figures:
        return not any(head[at][:1].isdigit() and head[at][-1:].isdigit() for at in figures)
    return "".join(head).isupper()


def _begins(lines: list[str], start: int, mark: str) -> bool:
    """Whether a line divides like most of those below it."""
    rows = _rows(lines[start : start + 8 * _PROBE], 0, mark, 1 + _PROBE)
    if not rows:
        return False
    width = len(rows[0][2])
    below = [len(row) == width for _, _, row in rows[1:]]
    return width > 1 and below.count(True) * 2 > len(below)


def _grid(lines: list[str], start: int, mark: str) -> Grid | None:
    rows = _rows(lines, start, mark)
    if not rows:
        return None
    (_, head, names), rows = rows[0], rows[1:]
    if mark == "|":
        if rows and _RULE.issuperset(lines[head]):
            head, rows = rows[0][1], rows[1:]
        rows = [row for row in rows if not _RULE.issuperset(lines[row[0]])]
    width = len(names)
    while rows and len(rows[-1][2]) != width:
        rows.pop()
    odd = sum(len(cells) != width for _, _, cells in rows)
    if not rows or odd * _ODD > len(rows):
        return None
    cells = [row if len(row) == width else [""] * width for _, _, row in rows]
    _unlabel([names, *cells])
    return Grid(lines, head, [(a, b) for a, b, _ in rows], names, cells)


def _unlabel(rows: list[list[str]]) -> None:
    """Take away a label that stands in front of every row: "import time: "."""
    label = rows[0][0].rpartition(": ")[0]
    if label and all(row[0].startswith(f"{label}: ") for row in rows):
        for row in rows:
            row[0] = row[0][len(label) + 2 :].strip()


def _between_pipes(line: str) -> list[str]:
    bare = line.strip()
    bare = bare.removeprefix("|").removesuffix("|") if bare[:1] == "|" else bare
    return _ESCAPED.split(bare) if "\\|" in bare else bare.split("|")


def _rows(
    lines: list[str], start: int, mark: str, most: int | None = None
) -> list[tuple[int, int, list[str]]]:
    """Return the rows from a line on: first line, line after the last, cells; [] if malformed."""
    body = lines[start:] if start else lines
    if mark == "|":
        return [
            (at, at + 1, [cell.strip() for cell in _between_pipes(line)])
            for at, line in enumerate(body[:most], start)
        ]
    if '"' not in "".join(body):
        return [(at, at + 1, line.split(mark)) for at, line in enumerate(body[:most], start)]
    escaped = "\\" if any('\\"' in line for line in body) else None
    reader = csv.reader([f"{line}\n" for line in body], delimiter=mark, escapechar=escaped)
    out, at = [], start
    try:
        for row in islice(reader, most):
            end = start + reader.line_num
            out.append((at, end, row))
            at = end
    except csv.Error:
        return []
    return out
