"""Values that stand out among their like where these are deep in records: the one `true` of many.

{"types": [{"fields": [{"isDeprecated": false}, ...]}, {"fields": [{"isDeprecated": true}, ...]}]}
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from headroom.elide.rows.column import spelled
from headroom.elide.rows.trouble import CAMEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from headroom.elide.rows.column import Column

    Placed = tuple[str, Any, int]
    """The name of a value without indices, the value, and the record that it stands in."""

_ENOUGH, _SELDOM, _SAME = 12, 10, 0.8
"""Values of a name of which one may stand out; it is one in so many at most, and so large a share
of all is one and the same."""
_MOST = 3
"""Values that stand out under one name, and places of each, at most."""
_ODD, _NAMED, _WORD = 1.0, 3.0, 4
"""Weights of records with such a value, and the characters of a word by which it may be named."""
_LONG = 200
"""Characters of a value that may stand out."""
_DEEP = 12
_INDEX = re.compile(r"\[[0-9]+\]")


def rare_within(records: Sequence[Any], query: str) -> dict[int, float]:
    """Return weights of records with a value that stands out among all items of lists in records.

    They are greater where the question says a word of its name: "which fields are deprecated?"
    """
    if not any(type(item) is list for record in records for item in _items(record)):
        return {}
    placed = [
        found for at, record in enumerate(records) for found in _inner(record, "", at, listed=False)
    ]
    low = query.lower()
    out: dict[int, float] = {}
    for name, _, at in standing_out(placed):
        words = CAMEL.sub("_", name.rpartition(".")[2]).lower().split("_")
        named = any(len(word) >= _WORD and word in low for word in words)
        out[at] = max(out.get(at, 0.0), _NAMED if named else _ODD)
    return out


def rare_cells(columns: Iterable[Column], name: str) -> Iterator[str]:
    """Yield the paths of values that stand out in the columns of the list of that name."""
    for column in columns:
        for _, _, at in standing_out(
            ("", value, at) for at, value in zip(column.at, column.values, strict=True)
        ):
            yield f"{name}[{at}]{column.name and f'.{column.name}'}"


def without_indices(path: str) -> str:
    """Return what a path has in common with those of other items: "a[3].b" as "a[].b"."""
    return _INDEX.sub("[]", path)


def standing_out(placed: Iterable[Placed]) -> Iterator[Placed]:
    """Yield the values that hardly any other of their name has, where nearly all have the same."""
    named: dict[str, list[Placed]] = {}
    for each in placed:
        named.setdefault(each[0], []).append(each)
    for found in named.values():
        if len(found) < _ENOUGH:
            continue
        texts = [spelled(value) for _, value, _ in found]
        counts = Counter(texts)
        (_, same), *others = counts.most_common(_MOST + 2)
        if same < _SAME * len(found) or not 0 < len(others) <= _MOST:
            continue
        rare = {text for text, count in others if _is_rare(text, count, len(found))}
        yield from (each for each, text in zip(found, texts, strict=True) if text in rare)


def _is_rare(text: str, count: int, of: int) -> bool:
    return count <= _MOST and count * _SELDOM <= of and len(text) <= _LONG


def _items(value: Any) -> Iterable[Any]:
    return value.values() if type(value) is dict else value if type(value) is list else ()


def _inner(value: Any, name: str, at: int, *, listed: bool, depth: int = 0) -> Iterator[Placed]:
    """Yield the plain values in a record that stand in lists of it, at whatever depth."""
    if type(value) is dict:
        if depth < _DEEP:
            for key, item in value.items():
                yield from _inner(item, f"{name}.{key}", at, listed=listed, depth=depth + 1)
    elif type(value) is list:
        if depth < _DEEP:
            for item in value:
                yield from _inner(item, f"{name}[]", at, listed=True, depth=depth + 1)
    elif listed:
        yield name, value, at
