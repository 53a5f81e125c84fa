"""JSON that holds a table without objects: a list of rows of cells, or a list for each column.

{"columns": ["city", "rain"], "data": [["Oslo", 3], ["Rome", 0]]}
{"time": ["01:00", "02:00"], "rain": [3, 0]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from headroom.ccr.rows.record import CONTAINERS
from headroom.elide.rows.column import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

_MIN_ROWS = 12
_MIN_COLUMNS = 2


def is_parallel(found: Any) -> TypeGuard[dict[str, list[Any]]]:
    """Whether an object holds nothing but lists of as many plain values each."""
    if type(found) is not dict or len(found) < _MIN_COLUMNS:
        return False
    lists = list(found.values())
    if not all(type(values) is list for values in lists):
        return False
    sizes = set(map(len, lists))
    return (
        len(sizes) == 1
        and sizes.pop() >= _MIN_ROWS
        and not any(isinstance(value, CONTAINERS) for values in lists for value in values)
    )


def cells(rows: Sequence[Any], around: Any) -> list[Column]:
    """Return the columns of rows that are lists of as many plain values, or [].

    They are called as the first row or a list beside the rows says, else by their places.
    """
    width = len(rows[0]) if rows and type(rows[0]) is list else 0
    if width < _MIN_COLUMNS or any(type(row) is not list or len(row) != width for row in rows):
        return []
    if any(isinstance(cell, CONTAINERS) for row in rows for cell in row):
        return []
    beside = [rows[0], *(around.values() if isinstance(around, dict) else ())]
    heads = [head for head in beside if type(head) is list and len(head) == width]
    names = next(filter(_are_names, heads), [f"[{at}]" for at in range(width)])
    first = int(names is rows[0])
    at = range(first, len(rows))
    return [
        Column(name, at, list(values)[first:])
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    ]


def _are_names(values: list[Any]) -> TypeGuard[list[str]]:
    """Whether values are different words, as the names of columns are."""
    return all(type(value) is str and value[:1].isalpha() for value in values) and len(
        set(values)
    ) == len(values)
