"""`TreeDocument`: a request as Python objects, edited copy-on-write along the edited paths only."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headroom.core.types import Edit, Json, Path

LISTS = ("messages", "input", "contents")
"""Keys under which the conversation stands in a body, whatever its wire."""
_PLAIN = (str, bytes, int, float, bool, type(None))


def field(node: Any, key: str) -> Any:
    """Return a field of a mapping or of an SDK object, or None where there is no such field."""
    if type(node) is dict or isinstance(node, Mapping):
        return node.get(key)
    if isinstance(node, (*_PLAIN, list, tuple)):
        return None
    return getattr(node, key, None)


def value_at(tree: Any, path: Path) -> Any:
    """Return the value that a path leads to in decoded JSON.

    Raises:
        LookupError: it leads nowhere.
    """
    for key in path:
        tree = tree[key]
    return tree


def is_node(value: Any) -> bool:
    """Whether a value has named fields: a mapping, or an object as the SDKs use for messages."""
    if isinstance(value, Mapping):
        return True
    return not isinstance(value, (*_PLAIN, list, tuple, set, frozenset)) and (
        hasattr(value, "model_copy") or hasattr(value, "__dict__")
    )


@dataclass(frozen=True, slots=True)
class TreeDocument:
    """A decoded request (or a bare list of messages): dicts, lists, tuples, SDK objects."""

    tree: Json

    def edit(self, edits: Sequence[Edit]) -> Self:
        """Return a document in which the edited values are replaced; no edits, same object.

        Containers on an edited path are copied once, everything else is shared.

        Raises:
            LookupError: a path does not lead anywhere.
        """
        if not edits:
            return self
        return type(self)(_replace(self.tree, [(edit.path, edit.value) for edit in edits]))

    def rewrite(self, tree: Json) -> Self:
        """Return a document that equals `tree` but shares every unchanged part with this one."""
        return type(self)(_share(self.tree, tree))


def _replace(node: Any, changes: Iterable[tuple[Path, Any]]) -> Any:
    branches: dict[str | int, list[tuple[Path, Any]]] = {}
    for path, value in changes:
        if not path:
            return value
        branches.setdefault(path[0], []).append((path[1:], value))
    made = {key: _replace(_child(node, key), below) for key, below in branches.items()}
    return _with(node, made)


def _child(node: Any, key: str | int) -> Any:
    if isinstance(node, (list, tuple)):
        return None if isinstance(key, int) and key >= len(node) else node[key]  # type: ignore[index] # a str raises, as it should
    if isinstance(node, Mapping):
        return node[key]
    if isinstance(key, str) and hasattr(node, key):
        return getattr(node, key)
    raise LookupError(f"no {key!r} in {type(node).__name__}")


def _with(node: Any, made: dict[str | int, Any]) -> Any:
    """Return a copy of one container with some of its children replaced."""
    if isinstance(node, (list, tuple)):
        items = list(node)
        for key, value in sorted(made.items()):
            if key == len(items):
                items.append(value)
            elif isinstance(key, int) and key > len(items):
                raise LookupError(f"no {key!r} in a list of {len(items)}")
            else:
                items[key] = value  # type: ignore[index] # checked by _child
        return items if isinstance(node, list) else tuple(items)
    if isinstance(node, dict):
        return {**node, **made}
    if isinstance(node, Mapping):
        return {**dict(node), **made}
    if hasattr(node, "model_copy"):
        return node.model_copy(update=made)
    twin = copy.copy(node)
    for key, value in made.items():
        setattr(twin, str(key), value)
    return twin


def _share(old: Any, new: Any) -> Any:
    """Return `new`, with every part that equals its counterpart in `old` taken from there."""
    if old is new:
        return old
    if type(old) is type(new) and isinstance(old, list):
        shared: Any = [_share(old[n], item) if n < len(old) else item for n, item in enumerate(new)]
        same = len(old) == len(new) and all(a is b for a, b in zip(old, shared, strict=True))
        return old if same else shared
    if type(old) is type(new) and isinstance(old, dict):
        shared = {key: _share(old[key], item) if key in old else item for key, item in new.items()}
        same = list(old) == list(shared) and all(old[key] is shared[key] for key in old)
        return old if same else shared
    return old if type(old) is type(new) and old == new else new
