"""Values in JSON of which nothing is read: encoded bytes, embeddings, the corners of shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from headroom.elide.gapped import GAP
from headroom.records.spelling import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LONG = 600
"""Characters from which encoded bytes are left out."""
_BLOB = re.compile(
    r"(?:data:[\w/+.;=-]{0,100},)?(?:[A-Za-z0-9+/_=-]{16,}+\s{0,2}+){1,100000}", re.ASCII
)
"""Nothing that was matched is given back: else a character behind it takes exponential time."""
_SPACED = 8
"""Characters to a space, at least, in encoded bytes that go over several lines."""
_HEAD, _TAIL = 32, 8
_MIN_LETTERS = 14
"""Different characters among the first of a text that may be encoded: hex has sixteen."""
_LOOKED_AT = 300
_MIN_NUMBERS, _FIRST = 32, 3
_MIN_POINTS, _FIRST_POINTS = 6, 1
"""Numbers that make a vector of a record, points that make a shape, and those that are shown."""
_MOST_AXES = 4
_STEP, _NUMERIC, _MOSTLY = 61, frozenset("0123456789.-+eE, \t\r\n[]"), 0.6
"""One character in so many is looked at, and the share of those that are part of numbers."""


def may_hold(text: str) -> bool:
    """Whether there may be encoded bytes in JSON text: false only where there are none."""
    at = 0
    while at + _LONG <= len(text):
        last = text.rfind('"', at, at + _LONG)
        if last >= 0:
            at = last + 1
        elif text.count(" ", at, at + _LONG) * _SPACED <= _LONG:
            return True
        else:
            at += _LONG  # What people write.
    return False


def without(value: Any) -> tuple[Any, int]:
    """Return a JSON value without encoded bytes, and how many characters these had.

    "iVBORw0KGgoAAAANSUhEUgAAAoAAAAHg … 8,000 characters … SuQmCC==" is what is left of a picture.
    """
    if type(value) is str:
        return _shown(value) if _is_encoded(value) else (value, 0)
    return _within(value, without)


def may_hold_vectors(text: str) -> bool:
    """Whether numbers may be more than half of a JSON text."""
    sample = text[::_STEP]
    return sum(map(_NUMERIC.__contains__, sample)) > _MOSTLY * len(sample)


def without_vectors(value: Any, query: str = "") -> tuple[Any, int]:
    """Return a JSON value without the long lists of numbers in its records, and their characters.

    `[0.11, -0.2, 0.05, "… items 3-1535 of 0-1535"]` is what is left of one. A list of numbers in
    no record of a list may be what all of it is about, and stays, as those under a key do that the
    question says.
    """
    is_list = isinstance(value, list)
    if is_list and value and all(type(item) is dict for item in value):
        low = query.lower()
        if any(key.lower() in low for key in _keys_of_lists(value[0])):
            return value, 0
        return _within(value, _shortened)
    return _within(value, lambda item: without_vectors(item, query))


def _keys_of_lists(value: dict[str, Any]) -> Iterator[str]:
    """Yield the keys in an object, at any depth, under which lists stand."""
    for key, item in value.items():
        if type(item) is list:
            yield key
        elif type(item) is dict:
            yield from _keys_of_lists(item)


def _shortened(value: Any) -> tuple[Any, int]:
    """Return what is left of a value in a record."""
    if isinstance(value, list) and _is_vector(value):
        last = len(value) - 1
        shown = _FIRST_POINTS if type(value[0]) is list else _FIRST
        gone = sum(len(str(item)) + 1 for item in value[shown:])
        return [*value[:shown], f"{GAP}items {shown}-{last} of 0-{last}"], gone
    return _within(value, _shortened)


def _within(value: Any, shorten: Callable[[Any], tuple[Any, int]]) -> tuple[Any, int]:
    """Return an object or a list with each item shortened, and how many characters went."""
    if isinstance(value, dict):
        made = {key: shorten(item) for key, item in value.items()}
        gone = sum(count for _, count in made.values())
        return ({key: item for key, (item, _) in made.items()} if gone else value), gone
    if isinstance(value, list):
        items = list(map(shorten, value))
        gone = sum(count for _, count in items)
        return ([item for item, _ in items] if gone else value), gone
    return value, 0


def _is_vector(value: list[Any]) -> bool:
    if len(value) < _MIN_POINTS:
        return False
    if type(value[0]) is list:
        return all(type(item) is list and len(item) <= _MOST_AXES for item in value) and all(
            _are_numbers(item) for item in value
        )
    return len(value) >= _MIN_NUMBERS and _are_numbers(value)


def _are_numbers(items: list[Any]) -> bool:
    return {int, float, Number}.issuperset(map(type, items))


def _is_encoded(text: str) -> bool:
    if len(text) < _LONG or len(set(text[-_LOOKED_AT:])) < _MIN_LETTERS:
        return False
    return _BLOB.fullmatch(text) is not None


def _shown(text: str) -> tuple[str, int]:
    gone = len(text) - _HEAD - _TAIL
    return f"{text[:_HEAD]} {GAP}{gone:,} characters {GAP}{text[-_TAIL:]}", gone
