"""Outliers: which records of a list stand out, by extreme numbers and by rare values."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AMOUNT = re.compile(r"[+-]?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,2})?")
_AGAIN = 0.7
"""Share of the values of a column of kinds that come again."""
_FAR = 10
"""Distances between the quartiles at which a number stands out as far as it can."""


def unusual(records: Sequence[dict[str, str]]) -> list[float]:
    """Return how far each record stands out, 0 to 1."""
    return [max(each.values(), default=0.0) for each in notable(records)]


def notable(records: Sequence[dict[str, str]]) -> list[dict[str, float]]:
    """Return by which of its values each record stands out, and how far, 0 to 1."""
    out: list[dict[str, float]] = [{} for _ in records]
    columns: dict[str, list[tuple[str, int]]] = {}
    for at, record in enumerate(records):
        for key, value in record.items():
            columns.setdefault(key, []).append((value, at))
    for key, cells in columns.items():
        for at, share in (*_extreme(cells), *_rare(cells)):
            out[at][key] = max(out[at].get(key, 0.0), share)
    return out


def _extreme(cells: Sequence[tuple[str, int]]) -> Iterator[tuple[int, float]]:
    amounts = sorted((float(value), at) for value, at in cells if AMOUNT.fullmatch(value))
    if len(amounts) * 2 <= len(cells) or len(amounts) < 5:
        return
    low, middle, high = (amounts[len(amounts) * part // 4][0] for part in (1, 2, 3))
    spread = (high - low) or abs(middle) or 1.0
    for value, at in (*amounts[:2], *amounts[-2:]):
        yield at, min(1.0, 0.3 + abs(value - middle) / spread / _FAR)


def is_kind(counts: Counter[str]) -> bool:
    """Whether a column says of which kind a record is, by how often its values come again."""
    again = sum(count for count in counts.values() if count > 1)
    return 1 < len(counts) <= counts.total() / 2 and again >= _AGAIN * counts.total()


def _rare(cells: Sequence[tuple[str, int]]) -> Iterator[tuple[int, float]]:
    counts = Counter(value for value, _ in cells)
    if not is_kind(counts):
        return
    first: set[str] = set()
    for value, at in cells:
        if counts[value] * 20 * len(counts) < len(cells):
            yield at, 0.8
        elif counts[value] == 1:
            yield at, 0.5
        elif value not in first and len(counts) * 4 <= len(cells):
            yield at, 0.4
        first.add(value)
