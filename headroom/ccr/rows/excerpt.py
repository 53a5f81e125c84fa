"""Excerpts: records with their long values cut, where several are to fit side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from headroom.ccr.rows.record import DEEPEST
from headroom.ccr.rows.value import Number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

MARK = 10
"""Characters that the number of a row and the end of its line take."""
_SEVERAL, _WIDTHS, _ITEMS = 12, (300, 120, 60), 8
"""Rows that are to fit, to how many characters their values are cut for that, and items of a list
that stay then."""
_AHEAD = 3
"""Share of what is left of a value that stands in front of what matches: one in so many."""
_CUT = "…"


def side_by_side(
    ranked: Sequence[int],
    values: Sequence[Any],
    records: Sequence[str],
    strong: AbstractSet[int],
    terms: Sequence[str],
    room: int,
) -> dict[int, str]:
    """Return how each row is shown: as it is, or with long values cut where few would fit so.

    Args:
        ranked: the rows that match, best first.
        values: all records.
        records: the same as they stand in the text.
        strong: the rows that match about as well as the best.
        terms: what is looked for, in lower case; of a long value the part that has it stays.
        room: characters that there are for all.
    """
    best = [at for at in ranked if at in strong][:_SEVERAL] or [*ranked[:1]] or [0]
    whole = dict(enumerate(records))
    if sum(len(records[at]) + MARK for at in best) <= room:
        return whole
    for width in _WIDTHS:
        cut = {at: _told(values[at], width, terms) for at in best}
        if sum(len(each) + MARK for each in cut.values()) <= room:
            break
    return whole | {at: _told(values[at], width, terms) for at in ranked if at not in cut} | cut


def _told(value: Any, width: int, terms: Sequence[str]) -> str:
    """Return a record on one line, with its long values cut."""
    return json.dumps(_cut(value, width, terms), ensure_ascii=False, separators=(",", ":"))


def _cut(value: Any, width: int, terms: Sequence[str], depth: int = 0) -> Any:
    if isinstance(value, (dict, list)) and depth == DEEPEST:
        return _CUT
    if isinstance(value, dict):
        return {key: _cut(inner, width, terms, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        more = [_CUT] * (len(value) > _ITEMS)
        return [_cut(inner, width, terms, depth + 1) for inner in value[:_ITEMS]] + more
    if isinstance(value, Number):
        return json.loads(value)
    if not isinstance(value, str) or len(value) <= width + 1:
        return value
    lower = value.lower()
    found = next((at for term in terms if (at := lower.find(term)) >= 0), 0)
    start = max(0, found - width // _AHEAD) if found > width // 2 else 0
    end = start + width
    return f"{_CUT * (start > 0)}{value[start:end]}{_CUT * (end < len(value))}"
