"""Records that stand vertically, a field a line, as a table of which each row has several lines."""

from __future__ import annotations

from headroom.core.split import lines_of
from headroom.elide.rows.grid import Grid
from headroom.records.vertical import number_of, runs, vertical

_MOST = 3
"""They are all of a text if the lines around them are one in so many characters."""


def stacked(text: str) -> Grid | None:
    """Return the records that a text consists of but for a few lines, or None.

    Those of several runs, with lines between them, count together if they have the same fields.
    """
    lines = lines_of(text.rstrip("\n"))
    found = [(start, made) for start, end in runs(lines) if (made := vertical(lines[start:end]))]
    if not found:
        return None
    names = max(found, key=lambda run: len(run[1].spans))[1].layout.names
    found = [(start, made) for start, made in found if made.layout.names == names]
    rows = [(start + a, start + b) for start, made in found for a, b in made.spans]
    own = sum(len(lines[at]) for a, b in rows for at in range(a, b))
    if own * _MOST <= sum(map(len, lines)) * (_MOST - 1):
        return None
    empty = [""] * len(names)
    values = [each or empty for _, made in found for each in made.values]
    return Grid(lines, rows[0][0], rows, names, list(map(list, zip(*values, strict=True))))


def is_stacked(text: str) -> bool:
    """Whether a text consists of records below numbered rules, whatever stands in their fields."""
    top = text[:1_000].split("\n")
    return any(number_of(line) is not None for line in top) and stacked(text) is not None
