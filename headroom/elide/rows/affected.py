"""Which records say something of their own about a thing of which another one tells trouble.

Streams of events tell who failed in one record and why in another: `go test -json`, reports of
tests line by line, events of a cluster.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from headroom.elide.rows.column import Column

_LEAST, _MOST = 2, 12
"""Records on one thing, on average, in a column that names things; the second also of any one."""
_VARIABLE = re.compile(r"\d+(?:\.\d+)?")
_SHAPE, _SELDOM = 80, 20
"""Characters by which texts are compared; a shape is one's own if at most one text in so many has
it, or two."""


def affected(columns: Sequence[Column], troubled: Collection[int], size: int) -> set[int]:
    """Return the records with a text of their own on what the `troubled` ones are about.

    None where these are few or not about anything that others are about, too.
    """
    found = _naming(columns, troubled)
    if found is None:
        return set()
    names = dict(zip(found.at, found.texts, strict=True))
    about = {names[at] for at in troubled if at in names and found.counts[names[at]] <= _MOST}
    others = {at for at, name in names.items() if name in about and at not in troubled}
    out: set[int] = set()
    for column in columns:
        if column is not found and not column.numbers:
            out |= _own(column, names, others)
    return out if len(out) * 3 <= size else set()


def _naming(columns: Sequence[Column], troubled: Collection[int]) -> Column | None:
    """Return the column that names what records are about, the one with most names of several."""
    best: Column | None = None
    for column in columns:
        total, kinds = len(column.values), len(column.counts)
        if not _LEAST * kinds <= total <= _MOST * kinds or column.numbers:
            continue
        among = sum(at in troubled for at in column.at)
        if among * 2 > len(troubled) and (best is None or kinds > len(best.counts)):
            best = column
    return best


def _own(column: Column, names: dict[int, str], others: Collection[int]) -> set[int]:
    """Return which of some records have a text in a column as hardly any other record has."""
    shapes = {
        at: _VARIABLE.sub("", text.replace(names.get(at) or "\0", "")[:_SHAPE])
        for at, text in zip(column.at, column.texts, strict=True)
        if " " in text
    }
    counts = Counter(shapes.values())
    seldom = max(2, len(column.values) // _SELDOM)
    return {at for at in others if at in shapes and counts[shapes[at]] <= seldom}
