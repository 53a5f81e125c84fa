"""Where values stand in a JSON text: found along given paths, everything else skipped in C.

The grammar is RFC 8259, strictly: no NaN, no control characters inside strings, no duplicate keys
in an object that a path leads through.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined] # not in the stubs
from typing import TYPE_CHECKING, Any, NoReturn

from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = re.compile(r"[ \t\n\r]*")


class NotSpliceable(HeadroomError, ValueError):  # noqa: N818 - says what the body is, for callers
    """The body is not JSON of which parts can be replaced safely; the text says why."""


def _refuse(name: str) -> NoReturn:
    raise NotSpliceable(f"the body holds {name}, which is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


@dataclass(slots=True)
class Wanted:
    """Paths as a tree: which children of a value are wanted, and whether the value itself is."""

    children: dict[str | int, Wanted] = field(default_factory=dict)
    leaf: bool = False
    value: Any = None


@dataclass(frozen=True, slots=True)
class Container:
    """A list or object on a wanted path."""

    start: int
    end: int
    """Offset of the closing bracket."""
    items: dict[str | int, tuple[int, int]]
    """Start and end of each wanted child that exists; of every child, in lists."""
    gap: str
    """What stands between the first comma and the item after it; "" where there is none."""
    size: int


def decode(text: str) -> Any:
    """Return the value of a whole text.

    Raises:
        NotSpliceable: not one JSON value, or one nested too deeply or with too long a number.
    """
    start = skip_blank(text, 0)
    value, end = _value(text, start)
    if skip_blank(text, end) != len(text):
        raise NotSpliceable(f"something follows the JSON value at character {end}")
    return value


def skip_blank(text: str, at: int) -> int:
    """Return the offset of the first character from `at` on that is not white space."""
    match = _BLANK.match(text, at)
    return at if match is None else match.end()


def container(text: str, at: int, wanted: Wanted) -> Container | None:
    """Locate the wanted children of the list or object at `at`; None for any other value.

    Raises:
        NotSpliceable: malformed, or the same key twice.
    """
    opening = text[at : at + 1]
    if opening not in ("{", "["):
        return None
    items: dict[str | int, tuple[int, int]] = {}
    gap, size, end = "", 0, at + 1
    for key, start, after, before in _items(text, at):
        if key in items:
            raise NotSpliceable(f"the key {key!r} stands twice in one object")
        items[key] = start, after
        if size == 1:
            gap = before
        size, end = size + 1, after
    if opening == "{":
        items = {key: span for key, span in items.items() if key in wanted.children}
    return Container(at, skip_blank(text, end), items, gap, size)


def _items(text: str, at: int) -> Iterator[tuple[str | int, int, int, str]]:
    """Yield key or index, start and end of each child, and the white space in front of it."""
    closing = "}" if text[at] == "{" else "]"
    at = skip_blank(text, at + 1)
    index, comma = 0, at
    if text[at : at + 1] == closing:
        return
    while True:
        key, start = _key(text, at) if closing == "}" else (index, at)
        _, end = _value(text, start)
        yield key, start, end, text[comma:at]
        index += 1
        at = skip_blank(text, end)
        mark = text[at : at + 1]
        if mark == closing:
            return
        if mark != ",":
            raise NotSpliceable(f"no comma at character {at}")
        comma = at + 1
        at = skip_blank(text, comma)


def _key(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        raise NotSpliceable(f"no key at character {at}")
    try:
        key, end = scanstring(text, at + 1, True)
    except ValueError as error:
        raise NotSpliceable(f"a malformed key at character {at}") from error
    end = skip_blank(text, end)
    if text[end : end + 1] != ":":
        raise NotSpliceable(f"no colon at character {end}")
    return key, skip_blank(text, end + 1)


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except NotSpliceable:
        raise
    except RecursionError as error:
        raise NotSpliceable("the body nests too deeply") from error
    except ValueError as error:
        raise NotSpliceable(f"the body is not JSON: {error}") from error
