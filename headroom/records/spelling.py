"""JSON texts taken apart and put together again in the same spelling.

A `Style` names everything that a regular JSON writer decides: separators, indentation, which
characters are escaped. A text whose style is found is restored to the character.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from functools import lru_cache, partial
from json import encoder
from json.encoder import JSONEncoder, encode_basestring, encode_basestring_ascii
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

MAX_DEPTH = 200
"""Deeper values stay as they are: no tool nests like this, and recursion has its limits."""

_STYLE = re.compile(r"(compact|spaced|indent(?: (\d+)| tab))((?:, (?:ascii|html|slash))*)")
_HTML = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"))
_LINE = (("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


_SIGNED_ZERO = re.compile(r"-0(?![.0-9eE])")
_MOST_DIGITS = 4_300
"""Digits that Python makes an integer of unless it is told otherwise."""


class Number(str):
    """A number whose spelling Python would not give back: 1.10, 1E5, -0, 4,301 digits."""

    __slots__ = ()


class DuplicateKeyError(ValueError):
    """An object has the same key twice: no decoder of ours could restore it."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a JSON text is spelled."""

    layout: str = "compact"
    """"compact" (`{"a":1}`), "spaced" (`{"a": 1}`), "indent N" or "indent tab"."""
    escapes: tuple[str, ...] = ()
    """Of "ascii" (\\u00e9), "html" (\\u003c as Go writes it) and "slash" (\\/ as PHP does)."""

    def __str__(self) -> str:
        return ", ".join((self.layout, *self.escapes))

    @classmethod
    def parse(cls, text: str) -> Style:
        """Return the style of that name.

        Raises:
            ValueError: there is none.
        """
        match = _STYLE.fullmatch(text)
        if match is None:
            raise ValueError(f"no JSON style {text!r}")
        return cls(match[1], tuple(name for name in match[3].split(", ") if name))

    @property
    def indent(self) -> str | None:
        """One level of indentation, or None where everything stands on one line."""
        if not self.layout.startswith("indent"):
            return None
        unit = self.layout.removeprefix("indent ")
        return "\t" if unit == "tab" else " " * min(int(unit), 64)


COMPACT = Style()


def parse(text: str) -> Any:
    """Return the value of a JSON text, odd numbers as `Number`.

    Raises:
        ValueError: it is no JSON, nests too deeply or has a duplicate key.
    """
    try:
        value, end = _decoded(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if end != len(text):
        raise ValueError(f"text after the value, at {end}")
    return value


def _decoded(text: str) -> tuple[Any, int]:
    """Return the value that a text begins with, and where it ends.

    To call Python for every integer takes as long as all the rest, and next to no text has one
    that needs it: a zero with a sign, or more digits than Python reads.
    """
    if _SIGNED_ZERO.search(text) or not 0 < sys.get_int_max_str_digits() <= _MOST_DIGITS:
        return _DECODER.raw_decode(text)
    try:
        return _FAST_DECODER.raw_decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return _DECODER.raw_decode(text)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise DuplicateKeyError("an object has a key twice")
    return made


def _float(text: str) -> float | Number:
    value = float(text)
    return value if repr(value) == text else Number(text)


def _int(text: str) -> int | Number:
    return Number(text) if text == "-0" or len(text) > _MOST_DIGITS else int(text)


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_float, parse_int=_int, parse_constant=_constant
)
_FAST_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_float, parse_constant=_constant
)


def odd(value: Any) -> bool:
    """Whether a value holds a `Number` anywhere, so that the fast writer would quote it."""
    # Types are looked at by the container: most of what is in one is no container itself.
    stack: list[Collection[Any]] = [[value]]
    while stack:
        items = stack.pop()
        kinds = set(map(type, items))
        if Number in kinds:
            return True
        if dict in kinds:
            stack += [item.values() for item in items if type(item) is dict]
        if list in kinds:
            stack += [item for item in items if type(item) is list]
    return False


@lru_cache(maxsize=256)
def _encoder(item: str, colon: str, *, ascii_only: bool) -> Callable[[Any], str]:
    """Return a writer of values; it makes the C writer once, not for every value."""
    string = encode_basestring_ascii if ascii_only else encode_basestring
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return JSONEncoder(separators=(item, colon), ensure_ascii=ascii_only).encode
    chunks = make(None, _no_json, string, None, colon, item, False, False, True)

    def encode(value: Any) -> str:
        return string(value) if type(value) is str else "".join(chunks(value, 0))

    return encode


def _no_json(value: Any) -> Any:
    raise TypeError(f"a {type(value).__name__} is no JSON")


def spell(value: Any, style: Style = COMPACT, *, has_odd: bool = False) -> str:
    """Return the JSON text of a value in a style; `has_odd`: it may hold a `Number`.

    Raises:
        RecursionError: the value is nested very deeply.
    """
    if style is COMPACT:
        return _compact(value, has_odd=has_odd)
    ascii_only = "ascii" in style.escapes
    unit = style.indent
    colon = ":" if style.layout == "compact" else ": "
    if unit is not None:
        text = _pretty(value, unit, "\n", ascii_only=ascii_only)
    elif has_odd:
        text = _plain(value, ", " if colon == ": " else ",", colon, ascii_only=ascii_only)
    else:
        text = _encoder(", " if colon == ": " else ",", colon, ascii_only=ascii_only)(value)
    return _escaped(text, style.escapes) if style.escapes else text


def compact_writer(*, has_odd: bool) -> Callable[[Any], str]:
    """Return what `spell` does for many values in the compact style, without asking each time."""
    return partial(_compact, has_odd=True) if has_odd else _encoder(",", ":", ascii_only=False)


def _compact(value: Any, *, has_odd: bool) -> str:
    if type(value) is str:
        return encode_basestring(value)
    if has_odd:
        return _plain(value, ",", ":", ascii_only=False)
    return _encoder(",", ":", ascii_only=False)(value)


def _escaped(text: str, escapes: tuple[str, ...]) -> str:
    """Spell characters that stand only inside strings the way some writers do."""
    if "html" in escapes:
        for plain, spelled in (*_HTML, *_LINE):
            text = text.replace(plain, spelled)
    if "slash" in escapes:
        text = text.replace("/", "\\/")
    return text


def _plain(value: Any, item: str, colon: str, *, ascii_only: bool) -> str:
    if type(value) is Number:
        return str(value)
    if type(value) is dict:
        key = _encoder(item, colon, ascii_only=ascii_only)
        return (
            "{"
            + item.join(
                key(k) + colon + _plain(v, item, colon, ascii_only=ascii_only)
                for k, v in value.items()
            )
            + "}"
        )
    if type(value) is list:
        return "[" + item.join(_plain(v, item, colon, ascii_only=ascii_only) for v in value) + "]"
    return _encoder(item, colon, ascii_only=ascii_only)(value)


def _pretty(value: Any, unit: str, line: str, *, ascii_only: bool) -> str:
    """Spell with indentation; what holds no containers goes through the C writer at once."""
    if type(value) is Number:
        return str(value)
    below = line + unit
    if type(value) is dict and value:
        if _flat(value.values()):
            text = _encoder("," + below, ": ", ascii_only=ascii_only)(value)
            return f"{{{below}{text[1:-1]}{line}}}"
        key = _encoder(",", ":", ascii_only=ascii_only)
        items = [
            f"{key(k)}: {_pretty(v, unit, below, ascii_only=ascii_only)}" for k, v in value.items()
        ]
        return f"{{{below}{(',' + below).join(items)}{line}}}"
    if type(value) is list and value:
        items = [_pretty(v, unit, below, ascii_only=ascii_only) for v in value]
        return f"[{below}{(',' + below).join(items)}{line}]"
    return _encoder(",", ":", ascii_only=ascii_only)(value)


def _flat(values: Any) -> bool:
    return not any(type(v) is dict or type(v) is list or type(v) is Number for v in values)


def style_of(text: str, value: Any, *, has_odd: bool) -> Style | None:
    """Return the style in which `text` spells `value`, or None where it follows none of ours."""
    layout = _layout(text)
    if layout is None:
        return None
    escapes: list[tuple[str, ...]] = [()]
    if "\\u" in text and text.isascii():
        escapes.insert(0, ("ascii",))
    if "\\u003" in text or "\\u0026" in text:
        escapes.insert(0, ("html",))
    if "\\/" in text:
        escapes = [("slash",), ("ascii", "slash")]
    for chosen in escapes:
        style = Style(layout, chosen)
        if spell(value, style, has_odd=has_odd) == text:
            return style
    return None


def _layout(text: str) -> str | None:
    match = re.match(r"[\[{]\n([ \t]*)", text)
    if match is not None:
        unit = match[1]
        if unit == "\t":
            return "indent tab"
        return f"indent {len(unit)}" if unit.strip(" ") == "" and len(unit) <= 64 else None
    comma, colon = re.search(r'["\d\]}el],( ?)', text), re.search(r'":( ?)', text)
    spaced = (colon or comma) is not None and bool((colon or comma)[1])  # type: ignore[index] # not None
    return "spaced" if spaced else "compact"
