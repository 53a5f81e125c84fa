"""Records of a JSON text: where the list stands whose items are called rows, and what is in one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Steps = tuple[str | int, ...]
CONTAINERS = (dict, list)
"""What holds other values; to spell it as a union makes one at each look."""
DEEPEST = 100
"""Steps of a path."""
_WRAPS, _WRAPPED = 6, 20
"""Levels of what wraps a text, and things on each."""
_INNER, _WIDEST = 5, 60
"""Steps into a record, and values of it, that are looked at."""
_MANY = 6
"""Objects from which a list is one of records; the lists inside them are theirs."""


def record_list(tree: Any) -> Steps | None:
    """Return where the longest list of objects stands; a list at the top is always the one.

    A list inside the records of another one is not asked about.
    """
    if isinstance(tree, list):
        return ()
    longest: tuple[int, Steps | None] = (0, None)
    places: list[tuple[Any, Steps]] = [(tree, ())]
    for value, steps in places:
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            longest = max(longest, (len(value), steps), key=lambda each: each[0])
            if len(value) >= _MANY:
                continue
        if len(steps) < DEEPEST:
            inner = ((child, (*steps, step)) for step, child in children(value))
            places += (each for each in inner if each[0] and isinstance(each[0], CONTAINERS))
    return longest[1]


def enclosed(tree: Any, size: int) -> tuple[Steps, str] | None:
    """Return the string that is most of a JSON text of so many characters, and where it stands.

    Tools wrap what they say: {"content": [{"type": "text", "text": "[{...}]"}]}.
    """
    places: list[tuple[Any, Steps]] = [(tree, ())]
    for value, steps in places:
        if type(value) is str and 2 * len(value) > size:
            return steps, value
        if isinstance(value, CONTAINERS) and len(steps) < _WRAPS and len(value) <= _WRAPPED:
            places += [(child, (*steps, step)) for step, child in children(value)]
    return None


def children(value: Any) -> Iterable[tuple[str | int, Any]]:
    """Return the keys or indices of a list or object with what stands there."""
    return value.items() if isinstance(value, dict) else enumerate(value)


def flat(record: Any) -> dict[str, str]:
    """Return the values of a record by their paths: strings bare, all else as JSON spells it."""
    out: dict[str, str] = {}
    for path, value in _leaves("", record, 0):
        out[path] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if len(out) == _WIDEST:
            break
    return out


def _leaves(path: str, value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth < _INNER and isinstance(value, CONTAINERS) and value:
        for step, inner in children(value):
            yield from _leaves(f"{path}.{step}" if path else str(step), inner, depth + 1)
    else:
        yield path, value
