"""Records that stand vertically, a field a line, as a table of which each row has several lines."""

from __future__ import annotations

from headroom.core.split import lines_of
from headroom.elide.rows.grid import Grid
from headroom.records.vertical import number_of, runs, vertical

_MOST = 3
"""They are all of a text if the lines around them are one in so many characters."""


def stacked(text: str) -> Grid | None:
    """Return the records that a text consists of but for a few lines, or None."""
    lines = lines_of(text.rstrip("\n"))
    start, end = max(runs(lines), key=lambda run: run[1] - run[0], default=(0, 0))
    own = sum(map(len, lines[start:end]))
    found = vertical(lines[start:end]) if own * _MOST > sum(map(len, lines)) * (_MOST - 1) else None
    if found is None:
        return None
    layout = found.layout
    empty = [""] * len(layout.prefixes)
    rows = [(start + first, start + last) for first, last in found.spans]
    columns = list(map(list, zip(*(values or empty for values in found.values), strict=True)))
    return Grid(lines, start, rows, layout.names, columns)


def is_stacked(text: str) -> bool:
    """Whether a text consists of records below numbered rules, whatever stands in their fields."""
    top = text[:1_000].split("\n")
    return any(number_of(line) is not None for line in top) and stacked(text) is not None
