"""Tables as text that no mark divides alike in all rows: remarks above, cells that are missing.

# code  name            a file of tables below remarks, the last of which may name the columns
CH      Switzerland
  412 src/main.c        figures and words apart by blanks, the last cell as long as it likes
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from headroom.core.split import lines_of
from headroom.elide.rows.figure import as_number, begins_number
from headroom.elide.rows.grid import Grid, numbered
from headroom.elide.rows.naming import is_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_REMARKS = ("#", ";", "//", "%", "--")
_MIN_ROWS = 8
_NEARLY, _MOST_ROWS = 0.9, 0.8
"""Share of the rows that have as many cells at least, and of the lines that are rows."""
_MOST_CELLS = 24
_LONGEST = 2_000
_PROBE = 12


def loose(text: str, *, blanks: bool = True) -> Grid | None:
    """Return the table that a text is but for remarks and blank lines, or None.

    Its cells are divided by tabs, or by `blanks` where a column of numbers shows that they are.
    """
    lines = lines_of(text)
    middle = len(lines) // 2
    probe = [line[:_LONGEST] for line in lines[middle : middle + _PROBE] if _is_row(line)]
    tabs = sum("\t" in line.strip() for line in probe) * 2 > len(probe)
    if len(lines) < _MIN_ROWS or not probe or not (tabs or (blanks and _has_figures(probe))):
        return None
    at = [number for number, line in enumerate(lines) if _is_row(line)]
    if len(at) < _MIN_ROWS or len(at) < _MOST_ROWS * (len(lines) - at[0]):
        return None
    if max(map(len, map(lines.__getitem__, at))) > _LONGEST:
        return None
    return _tabbed(lines, at) if tabs else _blank(lines, at)


def _has_figures(lines: Sequence[str]) -> bool:
    """Whether the first cells of some lines are numbers, or two others: most texts have none."""
    rows = [line.split() for line in lines]
    figures = sum(1 for column in zip(*rows, strict=False) if all(map(begins_number, column[1:])))
    return figures > 1 or sum(1 for row in rows if begins_number(row[0])) >= _NEARLY * len(rows)


def is_remarked(text: str) -> bool:
    """Whether a text begins with remarks and is a table of tabs below them."""
    return text.startswith(_REMARKS) and "\t" in text and loose(text, blanks=False) is not None


def _is_row(line: str) -> bool:
    return line.strip() != "" and not line.startswith(_REMARKS)


def _by_tabs(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("\t") if cell]


def _tabbed(lines: Sequence[str], at: list[int]) -> Grid | None:
    cells = [_by_tabs(lines[number]) for number in at]
    if sum(len(row) > 1 for row in cells) < _NEARLY * len(cells):
        return None
    return _grid(lines, at, cells, _named_above(lines, at[0], _by_tabs))


def _blank(lines: Sequence[str], at: list[int]) -> Grid | None:
    rows = [lines[number].split() for number in at]
    sizes = sorted(map(len, rows))
    # All rows have the cells that nine in ten have; what is more belongs to the last ...
    width = sizes[len(rows) // 10]
    # ... or that the first row names, whatever the last of them is called.
    named = all(any(map(str.isalpha, name)) for name in rows[0])
    if named and len(rows[0]) > 2:
        width = min(width, len(rows[0]))
    if not 1 < width <= _MOST_CELLS:
        return None
    even = width == sizes[-1 - len(rows) // 10]
    rows = [line.split(None, width - 1) for line in map(lines.__getitem__, at)]
    below = rows[1 : 1 + 4 * _PROBE]
    figures = [n for n in range(width) if _are_numbers([row[n] for row in below if n < len(row)])]
    headed = named and len(rows[0]) >= width and len(figures) > 1
    # A call behind a number is no cell, nor is "key = 1" a row.
    if len(figures) == width or not (headed or (even and figures[:1] == [0])):
        return None
    return _grid(lines, at, rows, _named_above(lines, at[0], str.split))


def _are_numbers(cells: Sequence[str]) -> bool:
    found = sum(begins_number(cell) and as_number(cell) is not None for cell in cells)
    return bool(cells) and found >= _NEARLY * len(cells)


def _named_above(lines: Sequence[str], first: int, parted: Callable[[str], list[str]]) -> list[str]:
    """Return what the remark right above the first row says, taken apart as rows are."""
    return parted(lines[first - 1].lstrip("".join(_REMARKS))) if first else []


def _grid(
    lines: Sequence[str], at: list[int], cells: list[list[str]], names: list[str]
) -> Grid | None:
    width = Counter(map(len, cells)).most_common(1)[0][0]
    width = min(_MOST_CELLS, max([width, *(len(row) for row in cells if len(row) <= len(names))]))
    cells = [
        [*row[: width - 1], " ".join(row[width - 1 :]), *[""] * (width - len(row))][:width]
        for row in cells
    ]
    columns = list(map(list, zip(*cells, strict=True)))
    if len(names) != width:
        head, below = cells[0], [column[1:] for column in columns]
        names = numbered(width)
        if all(head) and not is_row(head, below):
            names, columns, at = head, below, at[1:]
    return Grid(lines, at[0], [(number, number + 1) for number in at], names, columns)
