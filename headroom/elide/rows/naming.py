"""Whether the first row of a table names its columns, or is a row like those below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.elide.rows.figure import as_number, begins_number

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAMPLE = 50
_MIN_CELLS = 3
_OFTEN = 3
"""A cell that stands so many times on average makes a column one of kinds, not of names."""
_YEARS = range(1900, 2101)
_MIN_STEPS = 3
"""Numbers in a row that are names: the days of a month, the places of a race."""


def is_row(head: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether the first row reads like those below it, so that the table has no names.

    It has a number wherever these have one, in the same spelling; in a table without numbers, one
    of the kinds wherever these have kinds. Years and numbers in a row may be names.
    """
    for name, column in zip(head, columns, strict=True):
        # As in most tables: a word above numbers.
        first = column[:_MIN_CELLS]
        if (
            name
            and not begins_number(name)
            and len(first) == _MIN_CELLS
            and all(map(_spelling, first))
        ):
            return False
    figures: list[str] = []
    kinds: list[bool] = []
    below = zip(*(column[:_SAMPLE] for column in columns), strict=True)
    # Tables that were put behind each other have their names more than once.
    rows = [row for row in below if row != tuple(head)]
    for name, column in zip(head, zip(*rows, strict=True), strict=bool(rows)):
        cells = [cell for cell in column if cell]
        if not name or len(cells) < _MIN_CELLS:
            continue
        spelled = set(map(_spelling, cells))
        if "" not in spelled:
            if _spelling(name) not in spelled:
                return False
            figures.append(name)
        elif len(set(cells)) * _OFTEN <= len(cells):
            kinds.append(name in cells)
    return not _may_be_names(figures) if figures else bool(kinds) and all(kinds)


def _spelling(cell: str) -> str:
    """Return what kind of number a cell is: bare, with a sign or unit behind it; "" for none."""
    if as_number(cell.strip()) is None and as_number(cell, comma=True) is None:
        return ""
    return "bare" if cell.rstrip()[-1:].isdigit() else "with unit"


def _may_be_names(figures: Sequence[str]) -> bool:
    if not all(figure.strip().isdecimal() for figure in figures):
        return False
    numbers = list(map(int, figures))
    in_a_row = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return (in_a_row and len(numbers) >= _MIN_STEPS) or all(n in _YEARS for n in numbers)
