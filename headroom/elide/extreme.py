"""The largest and smallest numbers of a text whose lines are rows, for questions that ask so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASKED = re.compile(
    r"(?i)\b(?:(lowest|smallest|least|minimum|min|shortest|fastest|earliest|fewest)"
    r"|highest|largest|greatest|biggest|most|maximum|max|longest|slowest|latest|heaviest|top)\b"
)
_NUMBER = re.compile(r"(?<![\w.])-?[0-9]{1,15}(?:\.[0-9]{1,9})?(?![\d.])")
_COLUMNS, _PLACES = 8, 3
"""Numbers of a line that are looked at, and how many lines are named for each of them."""
_WEIGHT = 1.6
_LONGEST = 300


def extremes(lines: Sequence[str], query: str) -> dict[int, float]:
    """Return weights for the lines with the most extreme numbers, where the question asks so.

    The nth number of a line is compared with the nth number of the others.
    """
    asked = _ASKED.search(query)
    if asked is None:
        return {}
    columns: list[list[tuple[float, int]]] = [[] for _ in range(_COLUMNS)]
    for at, line in enumerate(lines):
        for column, number in zip(columns, _NUMBER.findall(line[:_LONGEST]), strict=False):
            column.append((float(number), -at))
    out: dict[int, float] = {}
    for column in columns:
        values = {value for value, _ in column}
        if len(values) > _PLACES:
            for rank, (_, at) in enumerate(sorted(column, reverse=not asked[1])[:_PLACES]):
                out[-at] = max(out.get(-at, 0.0), _WEIGHT - 0.3 * rank)
    return out
