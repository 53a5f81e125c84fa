"""What shall be changed in a file: `SetKey`, `RemoveKey`, and paths into foreign data."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from headroom.core.document import value_at
from headroom.errors import EditError


@dataclass(frozen=True, slots=True)
class Item:
    """The element of a list whose `key` has a value; without a key, the element that equals it."""

    value: Any
    key: str | None = "name"

    def matches(self, element: Any) -> bool:
        """Whether this is the element meant."""
        if self.key is None:
            return bool(element == self.value)
        return isinstance(element, dict) and element.get(self.key) == self.value

    def fresh(self, content: Any) -> Any:
        """Return the element to add where the list has none such."""
        if self.key is None:
            return self.value
        return {self.key: self.value, **(content if isinstance(content, dict) else {})}


Step = str | Item
Path = tuple[Step, ...]
Place = tuple[str | int, ...]
"""A path into data at hand: elements of lists by their index."""


@dataclass(frozen=True, slots=True)
class SetKey:
    """Give the key at a path a value; parents that are missing are made."""

    path: Path
    value: Any
    keep: bool = False
    """Whether the key stays where others have edited the file since: it needs it anyway."""


@dataclass(frozen=True, slots=True)
class RemoveKey:
    """Take the key at a path away, if it is there."""

    path: Path


@dataclass(frozen=True, slots=True)
class Raw:
    """A value as it was spelled in the text from which it was taken."""

    text: str


Change = SetKey | RemoveKey


def find(data: Any, path: Path) -> tuple[Place, Path]:
    """Return how far a path leads into data, and the steps that are missing there.

    Raises:
        EditError: a step leads into something that has no keys or elements.
    """
    place: list[str | int] = []
    for depth, step in enumerate(path):
        if data is None and depth:  # `key:` without a value, in YAML: an empty container
            return tuple(place), path[depth:]
        holds: bool = isinstance(data, list if isinstance(step, Item) else dict)
        if not holds:
            where = ".".join(map(str, place)) or "the top level"
            raise EditError(f"{where} is {_kind(data)}, which cannot hold {spelled((step,))}")
        at = _inside(data, step)
        if at is None:
            return tuple(place), path[depth:]
        place.append(at)
        data = data[at]
    return tuple(place), ()


def nested(rest: Path, value: Any) -> Any:
    """Return what has to be put under the first of the missing steps."""
    for step in reversed(rest[1:]):
        value = [step.fresh(value)] if isinstance(step, Item) else {step: value}
    return rest[0].fresh(value) if isinstance(rest[0], Item) else value


def with_value(data: Any, path: Path, value: Any) -> Any:
    """Return a copy of data in which a path has a value."""
    place, rest = find(data, path)
    data = deepcopy(data)
    if not rest:
        _put(data, place, value)
        return data
    if (parent := value_at(data, place)) is None:
        parent = [] if isinstance(rest[0], Item) else {}
        _put(data, place, parent)
    if isinstance(rest[0], Item):
        parent.append(nested(rest, value))
    else:
        parent[rest[0]] = nested(rest, value)
    return data


def without(data: Any, place: Place) -> Any:
    """Return a copy of data in which there is nothing at a place."""
    data = deepcopy(data)
    del value_at(data, place[:-1])[place[-1]]
    return data


def spelled(path: Path) -> str:
    """Return a path as people read it."""
    steps = (
        f"[{each.key}={each.value}]"
        if isinstance(each, Item) and each.key
        else f"[{each.value}]"
        if isinstance(each, Item)
        else each
        for each in path
    )
    return ".".join(steps).replace(".[", "[")


def packed(path: Path) -> list[Any]:
    """Return a path as JSON."""
    return [[each.key, each.value] if isinstance(each, Item) else each for each in path]


def unpacked(steps: list[Any]) -> Path:
    """Return the path that `packed` made JSON of."""
    return tuple(Item(each[1], each[0]) if isinstance(each, list) else each for each in steps)


def _put(data: Any, place: Place, value: Any) -> None:
    holder: Any = value_at(data, place[:-1])
    holder[place[-1]] = value


def _inside(data: Any, step: Step) -> str | int | None:
    if isinstance(step, Item):
        return next((i for i, each in enumerate(data) if step.matches(each)), None)
    return step if step in data else None


def _kind(data: Any) -> str:
    names = {dict: "a table", list: "a list", str: "a text", type(None): "empty"}
    return names.get(type(data), f"the value {data!r}")
