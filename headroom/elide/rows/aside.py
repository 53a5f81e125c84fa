"""Long texts in records of which the question asks for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headroom.elide.gapped import GAP
from headroom.elide.rows.path import paths_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG, _HEAD = 700, 240
"""Characters from which a text is shortened, and those that stay of its beginning."""
_RECORDS = 3
"""Records of a list at least."""


def without_asides(value: Any, query: str) -> tuple[Any, int]:
    """Return JSON with the long texts of records shortened, and how many characters went.

    None goes of a list unless the question names fields of its records, none of which is long: who
    asks for the `licence` of a package does not read its description.
    """
    names = {path.rpartition(".")[2] for path in paths_in(query)}
    return _without(value, names) if names else (value, 0)


def _without(value: Any, names: set[str]) -> tuple[Any, int]:
    if (
        isinstance(value, list)
        and len(value) >= _RECORDS
        and all(type(one) is dict for one in value)
    ):
        asked = [said for record in value for key, said in _leaves(record) if key in names]
        if not asked or any(type(said) is str and len(said) > _LONG for said in asked):
            return value, 0
        return _shortened(value)
    if isinstance(value, dict):
        made = {key: _without(item, names) for key, item in value.items()}
        return {key: item for key, (item, _) in made.items()}, sum(n for _, n in made.values())
    return value, 0


def _leaves(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys in an object, at any depth, with what stands under them."""
    for key, item in value.items():
        yield key, item
        if type(item) is dict:
            yield from _leaves(item)


def _shortened(value: Any) -> tuple[Any, int]:
    if type(value) is str and len(value) > _LONG:
        gone = len(value) - _HEAD
        return f"{value[:_HEAD]} {GAP}{gone:,} characters", gone
    if isinstance(value, dict):
        made = {key: _shortened(item) for key, item in value.items()}
        return {key: item for key, (item, _) in made.items()}, sum(n for _, n in made.values())
    if isinstance(value, list):
        items = list(map(_shortened, value))
        return [item for item, _ in items], sum(n for _, n in items)
    return value, 0
