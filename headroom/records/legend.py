"""Values that stand several times in one JSON text, said once and named where they stand."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = re.compile(r"value [0-9]{1,6}")
_MIN_CHARS = 60
_MAX_CHARS = 20_000
_MAX_DEPTH = 30
_MAX_RESTORED = 400


class _Sharer:
    """Finds objects and lists that are spelled the same, and names them."""

    def __init__(self, dump: Callable[[Any], str]) -> None:
        self.dump = dump
        self.counts: Counter[str] = Counter()
        self.names: dict[str, str] = {}
        self.uses: Counter[str] = Counter()
        self.values: list[Any] = []

    def count(self, value: Any, depth: int = 0) -> None:
        """Count every object and list below a value, those inside repeated ones once.

        Raises:
            ValueError: a string reads like a name, or the value nests too deeply to look into.
        """
        for item in value.values() if type(value) is dict else value:
            if type(item) is str and item[:6] == "value " and NAME.fullmatch(item):
                raise ValueError("a string reads like the name of a value")
            if type(item) is not dict and type(item) is not list:
                continue
            if depth > _MAX_DEPTH:
                raise ValueError("nested too deeply")
            if item and _holds(item):
                text = self.dump(item)
                if _MIN_CHARS <= len(text) <= _MAX_CHARS:
                    self.counts[text] += 1
                    if self.counts[text] > 1:
                        continue
            self.count(item, depth + 1)

    def replace(self, value: Any, *, inside_list: bool = False) -> Any:
        """Return the value with names for what is repeated; items of lists of records stay."""
        if type(value) is dict:
            named = self.named(value) if not inside_list else None
            if named is not None:
                return named
            return {key: self.replace(item) for key, item in value.items()}
        if type(value) is list:
            return self.named(value) or [self.replace(item, inside_list=True) for item in value]
        return value

    def named(self, value: Any) -> str | None:
        if not value or not _holds(value):
            return None
        text = self.dump(value)
        if self.counts.get(text, 0) < 2:
            return None
        self.uses[text] += 1
        if text not in self.names:
            number = len(self.names) + 1
            self.names[text] = f"value {number}"
            self.values.append(None)
            self.values[number - 1] = self.opened(value)
        return self.names[text]

    def opened(self, value: Any) -> Any:
        """Return a named value itself, with names for what is repeated inside."""
        if type(value) is dict:
            return {key: self.replace(item) for key, item in value.items()}
        return [self.replace(item, inside_list=True) for item in value]


def _holds(value: Any) -> bool:
    """Whether a container is worth a look: more than one entry, or another container inside."""
    return len(value) > 1 or any(type(item) in (dict, list) for item in _items(value))


def _items(value: Any) -> Any:
    return value.values() if type(value) is dict else value


def share(value: Any, dump: Callable[[Any], str]) -> tuple[Any, list[Any]] | None:
    """Return the value with names in place of what stands in it more than once, and the named.

    None where nothing of any length is repeated.

    Raises:
        ValueError: a string of the value reads like one of the names.
    """
    sharer = _Sharer(dump)
    sharer.count(value)
    repeated = {text: n for text, n in sharer.counts.items() if n > 1}
    for _ in range(3):
        if not repeated:
            return None
        sharer = _Sharer(dump)
        sharer.counts.update(repeated)
        shared = sharer.opened(value)
        single = [text for text, uses in sharer.uses.items() if uses < 2]
        if not single:
            break
        repeated = {text: n for text, n in repeated.items() if sharer.uses[text] > 1}
    return (shared, sharer.values) if sharer.values else None


def restore(value: Any, values: list[Any]) -> Any:
    """Return the value with every name replaced by what it stands for.

    Raises:
        ValueError: a name that was never given, or names that lead round in a circle.
    """
    return _restore(value, values, 0)


def _restore(value: Any, values: list[Any], depth: int) -> Any:
    if depth > _MAX_RESTORED:
        raise ValueError("values that stand inside themselves")
    if type(value) is str and value[:6] == "value " and NAME.fullmatch(value):
        number = int(value[6:])
        if not 0 < number <= len(values):
            raise ValueError(f"no {value}")
        return _restore(values[number - 1], values, depth + 1)
    if type(value) is dict:
        return {key: _restore(item, values, depth + 1) for key, item in value.items()}
    if type(value) is list:
        return [_restore(item, values, depth + 1) for item in value]
    return value
