"""Lists of records, in JSON or as a table: the rows that matter, named by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headroom.ccr.bm25 import Relevance
from headroom.ccr.record import record_list
from headroom.core.types import ContentType
from headroom.elide import record
from headroom.elide.choice import STRONG, ranges, spelled
from headroom.elide.column import Column, columns
from headroom.elide.gapped import Gapped, within
from headroom.elide.grid import grid
from headroom.elide.line import RELEVANCE
from headroom.elide.summary import summary
from headroom.records.spelling import odd, parse, spell

if TYPE_CHECKING:
    from collections.abc import Sequence

_MIN_RECORDS = 6
_TELLING = 3.0
"""Relevance that no single word has."""


def by_record(text: str, kind: ContentType, query: str, share: float) -> Gapped | None:
    """Return the kept records of a list, what was kept, and how to ask for the rest."""
    if kind is ContentType.TABLE:
        return _of_table(text, query, share)
    try:
        return _of_json(text, query, share)
    except (ValueError, RecursionError):
        return None


def _chosen(
    units: Sequence[str], found: Sequence[Column], query: str, share: float
) -> list[int] | None:
    """Return which records to keep, or None where it is all of them."""
    if len(units) < _MIN_RECORDS:
        return None
    weights = record.weigh(found, len(units), query)
    if query:
        weights = [a + b for a, b in zip(weights, _relevance(units, query), strict=True)]
    kept = within(weights, units, share)
    return None if len(kept) == len(units) else kept


def _relevance(units: Sequence[str], query: str) -> list[float]:
    """Return what records weigh for what a question says; more where few answer it far best."""
    relevance = Relevance(query)
    scores = relevance.scores(units)
    most = max(scores, default=0.0)
    if not most:
        return scores
    weights = [RELEVANCE * score / most for score in scores]
    best = [at for at, score in enumerate(scores) if score * 2 >= most]
    if most > _TELLING and len(best) <= max(1, len(units) // 10) and not relevance.survey:
        for at in best:
            weights[at] += STRONG
    return weights


def _summed(found: Sequence[Column], units: Sequence[str], kept: Sequence[int], noun: str) -> str:
    """Return the summary of all records, as long as what is left out makes worth while."""
    left_out = sum(map(len, units)) - sum(len(units[at]) for at in kept)
    return summary(found, len(units), noun, left_out)


def _of_json(text: str, query: str, share: float) -> Gapped | None:
    text = text.strip()
    try:
        value = parse(text)
    except ValueError:
        return _of_json_lines(text, query, share)
    steps = record_list(value)
    if steps is None:
        return None
    found = value
    for step in steps:
        found = found[step]
    has_odd = odd(value)
    units = [spell(item, has_odd=has_odd) for item in found]
    cells = columns(found)
    kept = _chosen(units, cells, query, share)
    if kept is None:
        return None
    if found is value:
        body = f"[{','.join([units[at] for at in kept])}]"
    else:
        body = spell(_with(value, found, [found[at] for at in kept]), has_odd=has_odd)
    said = f"rows {spelled(ranges(kept))} of 0-{len(units) - 1}"
    return Gapped(body, said, 'rows="A-B"', _summed(cells, units, kept, "rows"))


def _with(value: Any, old: list[Any], new: list[Any]) -> Any:
    """Return the value with one list in it replaced."""
    if value is old:
        return new
    if isinstance(value, dict):
        return {key: _with(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(item, old, new) for item in value]
    return value


def _of_json_lines(text: str, query: str, share: float) -> Gapped | None:
    units = text.split("\n")
    cells = columns([parse(line) for line in units])
    kept = _chosen(units, cells, query, share)
    if kept is None:
        return None
    said = f"rows {spelled(ranges(kept))} of 0-{len(units) - 1}"
    body = "\n".join([units[at] for at in kept])
    return Gapped(body, said, 'rows="A-B"', _summed(cells, units, kept, "rows"))


def _of_table(text: str, query: str, share: float) -> Gapped | None:
    table = grid(text)
    if table is None:
        return None
    lines, rows = table.lines, table.rows
    units = [lines[a] if b == a + 1 else "\n".join(lines[a:b]) for a, b in rows]
    numbers = range(len(rows))
    cells = [
        Column(name, numbers, values)
        for name, values in zip(table.names, zip(*table.cells, strict=True), strict=False)
    ]
    kept = _chosen(units, cells, query, share)
    if kept is None:
        return None
    head = table.lines[: table.head]
    end = rows[-1][1]
    shown = [*range(table.head), *(n for at in kept for n in range(*rows[at]))]
    shown += range(end, len(lines))
    body = "\n".join([*head, *(units[at] for at in kept), *lines[end:]])
    said = f"lines {spelled(ranges(n + 1 for n in shown))} of {len(lines)}"
    return Gapped(body, said, 'lines="A-B"', _summed(cells, units, kept, "rows"))
