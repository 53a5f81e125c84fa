"""Where values stand in a JSON text: found along given paths, everything else skipped in C.

The grammar is RFC 8259, strictly: no NaN, no control characters inside strings, no key on a given
path that its object holds twice.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined] # not in the stubs
from typing import Any, ClassVar, NamedTuple, NoReturn

from headroom.errors import HeadroomError

_BLANK = re.compile(r"[ \t\n\r]*")
_MARK = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|([,:])([ \t]?)', re.DOTALL)

_UNSUSPECTED = 1_000_000
_PIECE = 1 << 20
_MARKS = 500_000
"""Commas, brackets and pairs of escapes, of which a model would read about a million tokens."""

Trail = dict[str | int, "Trail"]
"""Paths as a tree: the keys and indices that lead on from one value."""


class NotSpliceable(HeadroomError, ValueError):  # noqa: N818 - says what the body is, for callers
    """The body is not JSON of which parts can be replaced safely; the text says why."""

    why: ClassVar[str] = "not-json"
    """The same in a word."""


class TooDeep(NotSpliceable):
    """It may be JSON, but nests more deeply than is read."""

    why = "deep"


class TooMany(NotSpliceable):
    """It may be JSON, but holds more values than a model reads."""

    why = "crowded"


def _refuse(name: str) -> NoReturn:
    raise NotSpliceable(f"the body holds {name}, which is not JSON")


_scan = json.JSONDecoder(parse_constant=_refuse).scan_once  # type: ignore[attr-defined] # not in the stubs


class Item(NamedTuple):
    """One child of a list or object."""

    key: str | int
    head: int
    """Offset of the key in objects, of the value in lists."""
    start: int
    end: int


@dataclass(slots=True)
class Span:
    """A value on a path: text[start:end], with all its items if it is a list or object."""

    start: int
    end: int
    items: list[Item] = field(default_factory=list)
    children: dict[str | int, Span] = field(default_factory=dict)
    """The items that the trail names, as far as they exist."""
    kind: str = ""
    """The opening bracket, or "" for values without items."""


def decode(text: str) -> Any:
    """Return the value of a whole text.

    Raises:
        NotSpliceable: not one JSON value, or one nested too deeply or with too long a number.
    """
    value, end = value_at(text, skip_blank(text, 0))
    if skip_blank(text, end) != len(text):
        raise NotSpliceable(f"something follows the JSON value at character {end}")
    return value


def crowded(raw: bytes, begin: int = 0) -> bool:
    """Whether a body, from an offset on, holds more values or escapes than a model reads.

    Decoding such a body would hold up every other thread for up to a second; to count does not.
    """
    marks = 0
    if len(raw) - begin <= _UNSUSPECTED:
        return False
    for start in range(begin, len(raw), _PIECE):
        end = start + _PIECE
        marks += sum(raw.count(mark, start, end) for mark in (b",", b"[", b"{"))
        marks += raw.count(b"\\", start, end) // 2
        if marks > _MARKS:
            return True
    return False


def skip_blank(text: str, at: int) -> int:
    """Return the offset of the first character from `at` on that is not white space."""
    # In pieces: a search holds up every other thread, be it of 20 MB of blanks.
    while True:
        match = _BLANK.match(text, at, at + _PIECE)
        if match is None or match.end() < at + _PIECE:
            return at if match is None else match.end()
        at = match.end()


def separators(text: str) -> tuple[str, str]:
    """Return how a text separates items, and keys from values, judged by its first of each."""
    found: dict[str, str] = {}
    for match in _MARK.finditer(text):
        mark = match[1]
        if mark:
            found.setdefault(mark, mark + match[2])
            if len(found) == 2:
                break
    return found.get(",", ","), found.get(":", ":")


def locate(text: str, at: int, trail: Trail) -> Span:
    """Return where the value at `at` and everything that `trail` leads to stand, in one pass.

    Raises:
        NotSpliceable: malformed, or an object holds a key of the trail twice.
    """
    opening = text[at : at + 1]
    if not trail or opening not in ("{", "["):
        return Span(at, value_at(text, at)[1])
    closing = "}" if opening == "{" else "]"
    span = Span(at, at, kind=opening)
    at = skip_blank(text, at + 1)
    more = text[at : at + 1] != closing
    while more:
        key, start = key_at(text, at) if closing == "}" else (len(span.items), at)
        below = trail.get(key)
        if below is None:
            end = value_at(text, start)[1]
        elif key in span.children:
            raise NotSpliceable(f"the key {key!r} stands twice in one object")
        else:
            child = span.children[key] = locate(text, start, below)
            end = child.end
        span.items.append(Item(key, at, start, end))
        at = skip_blank(text, end)
        more = text[at : at + 1] == ","
        if more:
            at = skip_blank(text, at + 1)
    if text[at : at + 1] != closing:
        raise NotSpliceable(f"neither comma nor {closing} at character {at}")
    span.end = at + 1
    return span


def key_at(text: str, at: int) -> tuple[str, int]:
    """Return the key that begins at `at`, and the offset of its value.

    Raises:
        NotSpliceable: there is none.
    """
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


def value_at(text: str, at: int) -> tuple[Any, int]:
    """Return the value that begins at `at`, and the offset behind it.

    Raises:
        NotSpliceable: there is none, or one nested too deeply or with too long a number.
    """
    try:
        value, end = _scan(text, at)
    except NotSpliceable:
        raise
    except StopIteration as stop:
        raise NotSpliceable(f"no JSON value at character {stop.value}") from stop
    except RecursionError as error:
        raise TooDeep("the body nests too deeply") from error
    except ValueError as error:
        raise NotSpliceable(f"the body is not JSON: {error}") from error
    return value, end
