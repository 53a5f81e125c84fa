"""Tables as text: CSV, TSV, semicolons, pipes and aligned columns, taken apart into cells.

| id | name |     Markdown, mysql: pipes around the cells
 id | name        psql: pipes between them
id   name         ps, df, kubectl get: blanks that all rows have at the same place
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from headroom.core.split import lines_of
from headroom.detect.columns import claim, spans
from headroom.elide.rows.column import Column
from headroom.elide.rows.naming import is_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DELIMITERS = ",\t;|"
_LEAD = 4
"""Lines that may stand above a table: a title, a blank line."""
_MIN_PIPES = 2
_PROBE = 6
"""Rows that must have as many cells as the names."""
_BATCH = 500
_ODD = 20
"""One row in so many may have another number of cells."""
_NEXT_CELL = re.compile(r'"[,;\t]"')
_NAMES = re.compile(
    r"\w[\w .()%/-]{0,40}(?:([,;\t])\w[\w .()%/-]{0,40})(?:\1\w[\w .()%/-]{0,40}){1,60}"
)
"""Three short names at least, with nothing around them: " a" is what stands in a sentence."""
_RULE = frozenset("|-:=+ \t")
_DRAWN = str.maketrans("│┃║─━═┼├┤╪╞╡┌┬┐└┴┘╒╤╕╘╧╛╭╮╰╯┏┳┓┡╇┩┗┻┛", f"|||---{'+' * 31}")
"""Lines between cells, as they are drawn and as they are typed."""
_ESCAPED = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r"-{2,}(?: +-{2,}){2,}|={2,}(?: +={2,}){2,}")
_SMALL = 20_000
"""Characters of tables that may be remembered."""
NAMELESS = "column 1"
"""What the first column is called where a table has no names."""
_MOST = 3
"""Aligned columns are all of a text if the lines around them are one in so many characters."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in a text: where its rows stand, and their cells by column."""

    lines: Sequence[str]
    head: int
    """Lines above the first row: the names of the columns and what stands before them."""
    rows: list[tuple[int, int]]
    """First line and the line after the last of each row."""
    names: list[str]
    columns: list[list[str]]
    """Their cells, bare: without quotes or the blanks beside pipes; "" in rows that do not fit."""

    def read(self) -> list[Column]:
        """Return its columns, as those of records are read."""
        rows = range(len(self.rows))
        named = zip(self.names, self.columns, strict=True)
        return [Column.of_text(name, rows, cells) for name, cells in named]


def grid(text: str, marks: str = _DELIMITERS) -> Grid | None:
    """Return the table that a text is but for a few lines above or below, or None."""
    return _known(text, marks) if len(text) < _SMALL else _found(text, marks)


@lru_cache(maxsize=2)
def _known(text: str, marks: str) -> Grid | None:
    """Return what `_found` does: `is_table` and the cut that follows ask the same twice."""
    return _found(text, marks)


def _found(text: str, marks: str) -> Grid | None:
    plain = typed(text)
    found = _parted(lines_of(plain.rstrip("\n")), marks)
    if found is None or plain is text:
        return found
    return replace(found, lines=lines_of(text.rstrip("\n")))


def typed(text: str) -> str:
    """Return a text in which lines of boxes are typed as MySQL does, each in place of the other."""
    drawn = text[:1] != '"' and ("│" in text or "┃" in text)  # In quotes they are content.
    return text.translate(_DRAWN) if drawn else text


def _parted(lines: Sequence[str], marks: str) -> Grid | None:
    for start in range(min(_LEAD, len(lines))):
        for mark in sorted(marks, key=lines[start].count, reverse=True):
            if mark not in lines[start]:
                break
            if _begins(lines, start, mark):
                return _grid(lines, start, mark)
    return None


def is_table(text: str) -> bool:
    """Whether a text is a table that its single lines do not tell.

    One of quoted cells, in which rows may go over several lines, one with rules of dashes, or one
    with pipes between the cells alone.
    """
    top = text[:1_000].split("\n")
    quoted = top[0][:1] == '"' and _NEXT_CELL.search(top[0]) is not None
    ruled = any(map(is_frame, top[:_LEAD]))
    told = quoted or ruled or _is_piped(top[0], text) or _is_broken(top[0], text)
    return told and grid(text) is not None


def _is_broken(first: str, text: str) -> bool:
    """Whether the first line has the names of a table in which cells go over several lines."""
    if '"' not in text or _NAMES.fullmatch(first.rstrip("\r")) is None:
        return False
    table = grid(text)
    return table is not None and table.rows[-1][1] - table.rows[0][0] > len(table.rows)


def _is_piped(first: str, text: str) -> bool:
    """Whether all of the first lines have as many pipes, two at least, and none has one outside."""
    if first.count("|") < _MIN_PIPES or "|" in (first[0], first[-1]):
        return False
    rows = text.split("\n", _PROBE + 1)[: _PROBE + 1]
    return len(rows) > _PROBE and len({row.count("|") for row in rows}) == 1


def is_frame(line: str) -> bool:
    """Whether a line is a rule of a drawn table: "+---+---+", however it is drawn."""
    line = line.translate(_DRAWN) if "─" in line or "━" in line or "═" in line else line
    return "-+-" in line and _RULE.issuperset(line)


def aligned(text: str) -> Grid | None:
    """Return the columns that a text is but for a few lines above or below, or None.

    Columns without a name are called "column 1", "column 2".
    """
    lines = lines_of(text.rstrip("\n"))
    start, end = max(claim(lines), key=lambda run: run[1] - run[0], default=(0, 0))
    if not end or sum(map(len, lines[start:end])) * _MOST < sum(map(len, lines)) * (_MOST - 1):
        return None
    places = _ruled(lines[start:end]) or spans(lines[start:end])
    kept = [at for at in range(start, end) if not _RULE.issuperset(lines[at])]
    cells = [_cut(lines[at], places) for at in kept]
    names = numbered(len(places))
    if not all(cells[0]) and (wider := _below_names(lines[kept[0]], places)) is not None:
        joined = [_cut(lines[at], wider) for at in kept]
        places, cells = (wider, joined) if _is_head(joined) else (places, cells)
    if _is_head(cells):
        names, kept, cells = cells[0], kept[1:], cells[1:]
    elif start > 1 and _RULE.issuperset(lines[start - 1]):
        above = _cut(lines[start - 2], _around_words(lines[start - 2], places))
        names = [own or name for own, name in zip(above, names, strict=True)]
    if not kept:
        return None
    columns = list(map(list, zip(*cells, strict=True)))
    return Grid(lines, kept[0], [(at, at + 1) for at in kept], names, columns)


def _below_names(first: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]] | None:
    """Return places with those joined to the one before that no word of the first line is above.

    Only where one blank is between them: "3 hours ago" in each row below CREATED. None where a
    place without a name stands apart.
    """
    out = [places[0]]
    for start, end in places[1:]:
        if first[start:end].strip():
            out.append((start, end))
        elif start - out[-1][1] <= 1:
            out[-1] = out[-1][0], end
        else:
            return None
    return out


def _ruled(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return the columns that a rule of dashes below their names shows, "---- ------", or [].

    It tells columns apart of which one is mostly empty.
    """
    rule = next((line for line in lines[:_LEAD] if _DASHES.fullmatch(line)), "")
    gaps = [match.start() for match in re.finditer(" (?=[-=])", rule)]
    if not gaps or any(line[at : at + 1] not in ("", " ") for line in lines for at in gaps):
        return []
    return list(pairwise([0, *gaps, max(map(len, lines))]))


def _cut(line: str, places: list[tuple[int, int]]) -> list[str]:
    return [line[a:b].strip(" ") for a, b in places]


def _around_words(line: str, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return places widened over the words of a line that they cut, up to the next place.

    Names may be wider than what stands below them.
    """
    out: list[tuple[int, int]] = []
    for (start, end), (following, _) in pairwise([*places, (len(line), 0)]):
        least = out[-1][1] if out else 0
        first = line.rfind(" ", least, start) + 1 or least
        wide = line.find(" ", end, following)
        cut = line[start : start + 1] not in ("", " ")
        over = line[end - 1 : end] not in ("", " ")
        last = following if wide < 0 else wide
        out.append((first if cut else start, last if over else end))
    return out


def _is_head(rows: list[list[str]]) -> bool:
    """Whether the first row names the others' cells: it has no number where these have some."""
    head, below = rows[0], rows[1 : 1 + _PROBE]
    if not all(head) or any(cell[:1].isdigit() and cell.isdecimal() for cell in head):
        return False
    figures = [at for at in range(len(head)) if all(row[at][:1].isdigit() for row in below)]
    if figures:
        return not any(head[at][:1].isdigit() and head[at][-1:].isdigit() for at in figures)
    return "".join(head).isupper()


def _begins(lines: Sequence[str], start: int, mark: str) -> bool:
    """Whether a line divides like most of those below it."""
    probe = lines[start : start + 8 * _PROBE]
    if mark == "|":
        probe = [line for line in probe if not _RULE.issuperset(line)]
    rows = _rows(probe, 0, mark)
    try:
        widths = [len(cells) for _, _, cells in islice(rows, 1 + _PROBE)]
    except csv.Error:
        return False
    return len(widths) > 1 and widths[0] > 1 and widths[1:].count(widths[0]) * 2 > len(widths) - 1


def _grid(lines: Sequence[str], start: int, mark: str) -> Grid | None:
    rows = _rows(lines, start, mark)
    _, head, names = next(rows)
    ruled = mark == "|" and _RULE.issuperset("".join(lines[head : head + 1]))
    if mark == "|":
        head += ruled
        rows = (row for row in rows if not _RULE.issuperset(lines[row[0]]))
    places: list[tuple[int, int]] = []
    columns: list[list[str]] = [[] for _ in names]
    odd: list[int] = []
    known: list[dict[str, str] | None] = [None] * len(names)
    try:
        for where, some in _batches(lines, head, mark, rows):
            if len(places) == _BATCH:
                # What repeats is held once in a long table: less memory, and it is still at hand
                # when it is counted and compared.
                half = _BATCH // 2
                known = [{} if len(set(cells)) < half else None for cells in columns]
            odd += _add(some, columns, known, len(places))
            places += where
    except csv.Error:
        return None
    end = len(places)
    while odd and odd[-1] + 1 == end:
        end = odd.pop()
    del places[end:]
    for column in columns:
        del column[end:]
    if not places or len(odd) * _ODD > len(places):
        return None
    if not ruled and is_row(names, columns):
        places.insert(0, (start, head))
        for name, column in zip(names, columns, strict=True):
            column.insert(0, name)
        names, head = numbered(len(names)), start
    _unlabel(names, columns)
    return Grid(lines, head, places, names, columns)


def numbered(count: int) -> list[str]:
    """Return what the columns of a table without names are called."""
    return [NAMELESS[:-1] + str(n) for n in range(1, count + 1)]


def _batches(
    lines: Sequence[str], head: int, mark: str, rows: Iterator[tuple[int, int, list[str]]]
) -> Iterator[tuple[list[tuple[int, int]], list[list[str]]]]:
    """Yield the places of rows and their cells, a few rows at a time.

    A list for each row of a long table would keep the collector of garbage busy, and what has
    been read last is turned into columns while it is still at hand.
    """
    if mark == "|" or '"' in "".join(lines):
        while some := list(islice(rows, _BATCH)):
            yield [(a, b) for a, b, _ in some], [row for _, _, row in some]
        return
    for at in range(head, len(lines), _BATCH):
        batch = lines[at : at + _BATCH]
        places = range(at, at + len(batch) + 1)
        yield list(pairwise(places)), [line.split(mark) for line in batch]


def _add(
    rows: list[list[str]], columns: list[list[str]], known: list[dict[str, str] | None], at: int
) -> list[int]:
    """Add rows to columns, the first as number `at`; return the numbers of those that do not fit.

    They have empty cells.
    """
    width = len(columns)
    odd: list[int] = []
    if set(map(len, rows)) != {width}:
        odd = [at + n for n, row in enumerate(rows) if len(row) != width]
        rows = [row if len(row) == width else [""] * width for row in rows]
    for column, values, same in zip(columns, zip(*rows, strict=True), known, strict=True):
        column.extend(values if same is None else map(same.setdefault, values, values))
    return odd


def _unlabel(names: list[str], columns: list[list[str]]) -> None:
    """Take away a label that stands in front of every row: "import time: "."""
    label = names[0].rpartition(": ")[0]
    if label and all(cell.startswith(f"{label}: ") for cell in columns[0]):
        names[0] = names[0][len(label) + 2 :].strip()
        columns[0] = [cell[len(label) + 2 :].strip() for cell in columns[0]]


def _between_pipes(line: str) -> list[str]:
    bare = line.strip()
    bare = bare.removeprefix("|").removesuffix("|") if bare[:1] == "|" else bare
    return _ESCAPED.split(bare) if "\\|" in bare else bare.split("|")


def _rows(lines: Sequence[str], start: int, mark: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the rows from a line on: first line, line after the last, cells.

    Raises:
        csv.Error: the rest is malformed.
    """
    body = lines[start:] if start else lines
    if mark == "|":
        for at, line in enumerate(body, start):
            yield at, at + 1, [cell.strip() for cell in _between_pipes(line)]
        return
    if '"' not in "".join(body):
        for at, line in enumerate(body, start):
            yield at, at + 1, line.split(mark)
        return
    escaped = "\\" if any('\\"' in line for line in body) else None
    reader = csv.reader((f"{line}\n" for line in body), delimiter=mark, escapechar=escaped)
    at = start
    for row in reader:
        end = start + reader.line_num
        yield at, end, row
        at = end
