"""Delimited tables: CSV, TSV, semicolons, Markdown tables with pipes, and drawn boxes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from headroom.detect.box import CORNERS, boxed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DELIMITERS = ",\t;|"
BARS = ("|", "│")
"""What stands around cells and between them, in Markdown and in tables drawn as boxes."""
_MIN_ROWS = 5
_MIN_CHARS = 120
_BLANKS = ("", " ", "\t")
"""What no table begins with: indented lines are code or prose."""
_OPENERS = ("(", "{", "[", "=")
_ENDERS = ("(", "{", "[", ";", ")")
_BRACKETS = ("[", "(", "{")
_WIDEST = 50
"""Characters of an average field, half of it where there are two; sentences have longer ones."""
_NAME = re.compile(r' ?"?[^\W\d][\w .%()/-]{0,60}"? *')
_AMOUNT = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")
_FIELDS = {
    mark: re.compile(rf'{mark}((?:"[^"]*+"[^"{mark}]*+)++(?![^{mark}])|[^{mark}]*+)')
    for mark in DELIMITERS[:-1]
}
"""A field with the delimiter before it; one that begins with a quote ends behind an even number."""


def fields(line: str, delimiter: str) -> list[str]:
    """Return the raw fields of one line; a delimiter inside quotes divides nothing.

    Joined by the delimiter they are the line again.
    """
    if '"' not in line or delimiter == "|":  # psql and SQLite quote nothing between bars
        return line.split(delimiter)
    return _FIELDS[delimiter].findall(delimiter + line)


def bare_fields(line: str, delimiter: str) -> list[str] | None:
    """Return the fields of a line without their quotes; None unless all have some, none inside."""
    if line[:1] != '"' or line[-1:] != '"' or len(line) < 2:
        return None
    inner = line[1:-1]
    values = inner.split(f'"{delimiter}"')
    return values if inner.count('"') == 2 * (len(values) - 1) else None


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are rows of one table."""
    if not _may_hold(lines):
        return
    at = 0
    while at < len(lines):
        if lines[at][:1] in _BLANKS:
            at += 1
            continue
        if lines[at][0] in CORNERS and (box := boxed(lines, at)):
            tabular, end = True, box[1]
        elif lines[at][0] in BARS:
            tabular, end = _pipes(lines, at)
        else:
            tabular, end = _delimited(lines, at)
        if tabular and end - at >= _MIN_ROWS and sum(map(len, lines[at:end])) >= _MIN_CHARS:
            yield at, end
        at = end


def _may_hold(lines: Sequence[str]) -> bool:
    """Whether there may be enough rows of one table: every fifth line is looked at, with others.

    Most texts hold none, and of those a fifth of the lines is read.
    """
    sample = lines[_MIN_ROWS - 1 :: _MIN_ROWS]
    text = "\n".join(["", *sample])
    if any(f"\n{bar}" in text for bar in BARS):
        return True
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        for number, line in enumerate(sample, 1):
            if delimiter in line and _among_alike(lines, number * _MIN_ROWS - 1, delimiter):
                return True
    return False


def _among_alike(lines: Sequence[str], at: int, delimiter: str) -> bool:
    """Whether a line stands among enough that may have as many fields as it has."""
    line = lines[at]
    count = 0 if '"' in line else line.count(delimiter)
    if count == 1 and delimiter == ";":
        return False
    start, end = max(0, at - _MIN_ROWS + 1), at + _MIN_ROWS
    found = 1
    for near in (lines[at + 1 : end], lines[start:at][::-1]):
        for other in near:
            between = other.count(delimiter)
            if not between or (count and between != count and '"' not in other):
                break
            found += 1
    return found >= _MIN_ROWS


def _pipes(lines: Sequence[str], at: int) -> tuple[bool, int]:
    bar = lines[at][0]
    count, end = lines[at].count(bar), at + 1
    while end < len(lines) and lines[end][:1] == bar and lines[end].count(bar) == count:
        end += 1
    return count > 2, end


def _delimited(lines: Sequence[str], at: int) -> tuple[bool, int]:
    """Return whether the longest run of rows from here on is a table, and where it ends."""
    tabular, size = False, 1
    for delimiter in DELIMITERS:
        if delimiter not in lines[at] or not _agrees(lines, at, delimiter):
            continue
        width = len(fields(lines[at], delimiter))
        end, mixed = _end(lines, at, delimiter, width)
        if width > 1 and end - at > size:
            tabular, size = _is_table(lines[at:end], delimiter, width, mixed), end - at
    return tabular, at + size


def _agrees(lines: Sequence[str], at: int, delimiter: str) -> bool:
    """Whether the next line can have as many fields as this one."""
    if at + 1 == len(lines):
        return False
    line, following = lines[at], lines[at + 1]
    count = following.count(delimiter)
    return count > 0 and ('"' in line or '"' in following or line.count(delimiter) == count)


def _end(lines: Sequence[str], at: int, delimiter: str, width: int) -> tuple[int, list[list[str]]]:
    """Return where the run of lines with so many fields ends.

    Also the fields of those of its lines in which some are in quotes, but not all.
    """
    mixed: list[list[str]] = []
    needed = width - 1
    for end in range(at, len(lines)):
        line = lines[end]
        between = line.count(delimiter)
        if between and '"' in line:
            bare = bare_fields(line, delimiter)
            if bare is None:
                row = fields(line, delimiter)
                between = len(row) - 1
                if between == needed:
                    mixed.append(row)
            else:
                between = len(bare) - 1
        if not between or between != needed:
            return end, mixed
    return len(lines), mixed


def _is_table(
    lines: Sequence[str], delimiter: str, width: int, mixed: Sequence[Sequence[str]]
) -> bool:
    """Whether the fields are values: short, not indented, and not statements or sentences."""
    size = len(lines)
    if size < _MIN_ROWS or (width == 2 and delimiter == ";"):
        return False
    if width == 2 and lines[0][:1] in _BRACKETS:
        firsts = [line.partition(delimiter)[0] for line in lines]
        if all(sum(map(first.count, "[({")) > sum(map(first.count, "])}")) for first in firsts):
            return False  # A mark within brackets divides nothing.
    total = size * width
    widest = _WIDEST if width > 2 else _WIDEST // 2
    if sum(map(len, lines)) - size * (width - 1) > widest * total:
        return False
    signs = _signs(lines, delimiter, mixed)
    laid_out = signs.indented * 5 <= size and signs.spaced * 10 <= total
    return (
        (laid_out or _is_padded(lines, delimiter))
        and (width > 3 or signs.empty * 5 <= size)
        and (signs.coded * 5 <= size or lines[0][:1] == '"')
    )


def _is_padded(lines: Sequence[str], delimiter: str) -> bool:
    """Whether rows of numbers stand below names, with blanks that put them below each other."""
    if lines[0][:1] in _BLANKS or not all(map(_NAME.fullmatch, lines[0].split(delimiter))):
        return False
    cells = [cell.strip() for row in lines[1:] for cell in row.split(delimiter)]
    return sum(map(bool, map(_AMOUNT.fullmatch, cells))) * 10 >= 9 * len(cells)


class _Signs(NamedTuple):
    """How many rows or fields of what may be a table look otherwise."""

    indented: int
    spaced: int
    empty: int
    """Rows of which the last field is empty."""
    coded: int
    """Rows that begin or end as statements do."""


def _signs(lines: Sequence[str], delimiter: str, mixed: Sequence[Sequence[str]]) -> _Signs:
    """Return the signs of rows; those without quotes need not be taken apart to be counted.

    Fields that all are in quotes show none of the signs.
    """
    plain = [line for line in lines if '"' not in line]
    indented = spaced = empty = coded = 0
    for row in mixed:
        indented += row[0][:1] in _BLANKS
        spaced += sum([field[:1] == " " for field in row[1:]])
        empty += row[-1] == ""
        coded += row[0].endswith(_OPENERS) or row[-1].endswith(_ENDERS)
    text = "\n".join(plain)
    ends = f"{text}\n"
    most = sum(text.count(mark + delimiter) for mark in _OPENERS)
    most += sum(ends.count(f"{mark}\n") for mark in _ENDERS)
    if (coded + most) * 5 > len(lines):
        most = sum(
            line.partition(delimiter)[0].endswith(_OPENERS)
            or line.rpartition(delimiter)[2].endswith(_ENDERS)
            for line in plain
        )
    starts = (" ", "\t", delimiter)
    return _Signs(
        indented + sum([line[:1] in starts for line in plain]),
        spaced + text.count(f"{delimiter} "),
        empty + ends.count(f"{delimiter}\n"),
        coded + most,
    )
