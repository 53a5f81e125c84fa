"""Shapes: which keys the records of a list have, in which order, and what is the same in all."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MAX_FIELDS = 300
_MAX_DEPTH = 8
_MIN_FILL = 0.5
_MAX_ORDERS = 64
"""Different key sets that are merged into one order; more means that these are no records."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a record shape."""

    key: str
    shape: Shape
    const: str | None = None
    """The JSON text of the value, if it is there and the same in every record."""
    always: bool = True
    """Whether every record has the key, and where the shape is a record, an object under it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value is: a record, a list of records, or anything (`fields` is None)."""

    fields: tuple[Field, ...] | None = None
    many: bool = False
    """A list whose items are records of these fields."""


ANY = Shape()


def merged_order(orders: Sequence[tuple[str, ...]]) -> list[str] | None:
    """Return one order of keys that all the given orders agree with, or None if there is none."""
    distinct = list(dict.fromkeys(orders))
    if not distinct or len(distinct) > _MAX_ORDERS:
        return None
    distinct.sort(key=len, reverse=True)
    merged = list(distinct[0])
    for order in distinct[1:]:
        at = 0
        places = {key: n for n, key in enumerate(merged)}
        fresh = [key for key in order if key not in places]
        if fresh:
            for key in order:
                if key in places:
                    at = merged.index(key) + 1
                else:
                    merged.insert(at, key)
                    at += 1
    places = {key: n for n, key in enumerate(merged)}
    for order in distinct[1:]:
        spots = [places[key] for key in order]
        if any(a >= b for a, b in itertools.pairwise(spots)):
            return None
    return merged


def infer(values: Sequence[Any], dump: Callable[[Any], str], depth: int = 0) -> Shape:
    """Return the shape that all values fit; values that are no objects or lists fit any."""
    kinds = {type(value) for value in values}
    if depth >= _MAX_DEPTH:
        return ANY
    if dict in kinds and list not in kinds:
        return infer_record([v for v in values if type(v) is dict], dump, depth)
    if list in kinds and dict not in kinds:
        items = [item for value in values if type(value) is list for item in value]
        if len(items) >= 2 and all(type(item) is dict for item in items):
            found = infer_record(items, dump, depth + 1)
            return Shape(found.fields, many=True) if found.fields is not None else ANY
    return ANY


def infer_record(
    records: Sequence[dict[str, Any]],
    dump: Callable[[Any], str],
    depth: int = 0,
    min_fill: float = _MIN_FILL,
) -> Shape:
    """Return the record shape of some objects, or `ANY` where a table of them would be ragged."""
    if len(records) < 2:
        return ANY
    counts: dict[tuple[str, ...], int] = {}
    for record in records:
        keys = tuple(record)
        counts[keys] = counts.get(keys, 0) + 1
    order = merged_order(list(counts))
    if not order or len(order) > _MAX_FIELDS:
        return ANY
    filled = sum(len(keys) * count for keys, count in counts.items())
    if filled < min_fill * len(order) * len(records):
        return ANY
    return Shape(tuple(_field(key, records, dump, depth) for key in order))


def _field(
    key: str, records: Sequence[dict[str, Any]], dump: Callable[[Any], str], depth: int
) -> Field:
    values = [record[key] for record in records if key in record]
    everywhere = len(values) == len(records)
    if everywhere and (const := _constant(values, dump)) is not None:
        return Field(key, ANY, const)
    shape = infer(values, dump, depth + 1)
    if shape.fields is not None and not shape.many:
        everywhere = everywhere and all(type(value) is dict for value in values)
    return Field(key, shape, None, everywhere)


def _constant(values: Sequence[Any], dump: Callable[[Any], str]) -> str | None:
    """Return the JSON text that all values share, compared by spelling: 1, 1.0 and True differ."""
    first = values[0]
    kind = type(first)
    if len(values) < 2 or any(type(v) is not kind or v != first for v in values):
        return None
    if kind is dict or kind is list:
        text = dump(first)
        return text if all(dump(value) == text for value in values) else None
    return dump(first)
