"""Delimited tables: CSV, TSV, semicolons, and Markdown tables with pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DELIMITERS = ",\t;"
_MIN_ROWS = 5
_MIN_CHARS = 120
_BLANKS = ("", " ", "\t")
"""What no table begins with: indented lines are code or prose."""
_OPENERS = ("(", "{", "[", "=")
_ENDERS = ("(", "{", "[", ";", ")")
_WIDEST = 50
"""Characters of an average field, half of it where there are two; sentences have longer ones."""


def fields(line: str, delimiter: str) -> list[str]:
    """Return the raw fields of one line; a delimiter inside quotes divides nothing.

    Joined by the delimiter they are the line again.
    """
    pieces = line.split(delimiter)
    if '"' not in line:
        return pieces
    out: list[str] = []
    pending: list[str] = []
    quotes = 0
    for piece in pieces:
        pending.append(piece)
        quotes += piece.count('"')
        if quotes % 2 == 0 or not pending[0].startswith('"'):
            out.append(delimiter.join(pending))
            pending, quotes = [], 0
    return out + pending


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are rows of one table."""
    at = 0
    while at < len(lines):
        if lines[at][:1] in _BLANKS:
            at += 1
            continue
        tabular, end = _pipes(lines, at) if lines[at][:1] == "|" else _delimited(lines, at)
        if tabular and end - at >= _MIN_ROWS and sum(map(len, lines[at:end])) >= _MIN_CHARS:
            yield at, end
        at = end


def _pipes(lines: Sequence[str], at: int) -> tuple[bool, int]:
    count, end = lines[at].count("|"), at + 1
    while end < len(lines) and lines[end][:1] == "|" and lines[end].count("|") == count:
        end += 1
    return count > 2, end


def _delimited(lines: Sequence[str], at: int) -> tuple[bool, int]:
    """Return whether the longest run of rows from here on is a table, and where it ends."""
    tabular, size = False, 1
    for delimiter in DELIMITERS:
        if delimiter not in lines[at] or not _agrees(lines, at, delimiter):
            continue
        rows = list(_rows(lines, at, delimiter, len(fields(lines[at], delimiter))))
        if len(rows[0]) > 1 and len(rows) > size:
            tabular, size = _is_table(rows, delimiter), len(rows)
    return tabular, at + size


def _agrees(lines: Sequence[str], at: int, delimiter: str) -> bool:
    """Whether the next line can have as many fields as this one."""
    if at + 1 == len(lines):
        return False
    line, following = lines[at], lines[at + 1]
    count = following.count(delimiter)
    return count > 0 and ('"' in line or '"' in following or line.count(delimiter) == count)


def _rows(lines: Sequence[str], at: int, delimiter: str, width: int) -> Iterator[list[str]]:
    for line in (lines[n] for n in range(at, len(lines))):
        if delimiter not in line or len(row := fields(line, delimiter)) != width:
            return
        yield row


def _is_table(rows: list[list[str]], delimiter: str) -> bool:
    """Whether the fields are values: short, not indented, and not statements or sentences."""
    if len(rows) < _MIN_ROWS or (len(rows[0]) == 2 and delimiter == ";"):
        return False
    total = sum(map(len, rows))
    length = sum(len(field) for row in rows for field in row)
    indented = sum(row[0][:1] in (" ", "\t", "") for row in rows)
    spaced = sum(field[:1] == " " for row in rows for field in row[1:])
    empty = sum(row[-1] == "" for row in rows)
    coded = sum(row[0].endswith(_OPENERS) or row[-1].endswith(_ENDERS) for row in rows)
    widest = _WIDEST if len(rows[0]) > 2 else _WIDEST // 2
    return (
        length <= widest * total
        and indented * 5 <= len(rows)
        and spaced * 10 <= total
        and (len(rows[0]) > 3 or empty * 5 <= len(rows))
        and (coded * 5 <= len(rows) or rows[0][0][:1] == '"')
    )
