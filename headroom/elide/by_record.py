"""Lists of records, in JSON or as a table: the rows that matter, named by their numbers."""

from __future__ import annotations

import json
from typing import Any

from headroom.ccr.bm25 import Relevance
from headroom.ccr.record import record_list
from headroom.core.types import ContentType
from headroom.detect.table import fields
from headroom.elide import record
from headroom.elide.choice import ranges, spelled
from headroom.elide.gapped import Gapped, within
from headroom.elide.line import RELEVANCE

_MIN_RECORDS = 6


def by_record(text: str, kind: ContentType, query: str, share: float) -> Gapped | None:
    """Return the kept records of a list, what was kept, and how to ask for the rest."""
    found = _json_list(text) if kind is ContentType.JSON else None
    found = _csv_rows(text) if kind is ContentType.TABLE else found
    if found is None:
        return None
    units, values, joined = found
    if len(units) < _MIN_RECORDS:
        return None
    weights = record.weigh([record.flat(value) for value in values], query)
    if query:
        scores = Relevance(query).scores(units)
        most = max(scores, default=0.0) or 1.0
        weights = [a + RELEVANCE * b / most for a, b in zip(weights, scores, strict=True)]
    kept = within(weights, units, share)
    if len(kept) == len(units):
        return None
    body = joined([units[at] for at in kept])
    if kind is ContentType.TABLE:
        said = f"lines 1, {spelled(ranges(at + 2 for at in kept))} of {len(units) + 1}"
        return Gapped(body, said, 'lines="A-B"')
    said = f"rows {spelled(ranges(kept))} of 0-{len(units) - 1}"
    return Gapped(body, said, 'rows="A-B"')


def _json_list(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _json_lines(text)
    steps = record_list(value)
    if steps is None:
        return None
    found = value
    for step in steps:
        found = found[step]
    units = [json.dumps(item, ensure_ascii=False) for item in found]

    def joined(kept: list[str]) -> str:
        if found is value:
            return f"[{', '.join(kept)}]"
        return json.dumps(_with(value, found, [json.loads(unit) for unit in kept]))

    return units, found, joined


def _with(value: Any, old: list[Any], new: list[Any]) -> Any:
    """Return the value with one list in it replaced."""
    if value is old:
        return new
    if isinstance(value, dict):
        return {key: _with(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(item, old, new) for item in value]
    return value


def _json_lines(text: str) -> Any:
    lines = text.rstrip("\n").split("\n")
    try:
        return lines, [json.loads(line) for line in lines], "\n".join
    except (ValueError, RecursionError):
        return None


def _csv_rows(text: str) -> Any:
    lines = text.rstrip("\n").split("\n")
    delimiter = max(",\t;", key=lines[0].count)
    head = fields(lines[0], delimiter)
    rows = [fields(line, delimiter) for line in lines[1:]]
    if len(head) < 2 or any(len(row) != len(head) for row in rows):
        return None
    values = [dict(zip(head, row, strict=True)) for row in rows]
    return lines[1:], values, lambda kept: "\n".join([lines[0], *kept])
