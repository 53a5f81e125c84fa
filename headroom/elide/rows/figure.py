"""Numbers as people and programs write them: "1,234.5", "1.234,5", "12 %", "$5", "3ms"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from headroom.records.spelling import Number

if TYPE_CHECKING:
    from collections.abc import Iterable

HUGE = 1e300
_DIGITS = frozenset("-+.0123456789 $€£¥")
_NUMBER = re.compile(
    r"[$€£¥]?(-?(?:[0-9]{1,3}(?:,[0-9]{2,3}){0,9},[0-9]{3}|[0-9]{1,30})(?:\.[0-9]{1,20})?)"
    r" ?(?:[%$€£¥]|[a-zA-Zµ]{1,3})?",
    re.ASCII,
)
_BY_COMMA = re.compile(
    r"[$€£¥]?(-?(?:[0-9]{1,3}(?:[.' \xa0\u202f][0-9]{3}){1,9}|[0-9]{1,30})(?:,[0-9]{1,20})?)"
    r"[ \xa0\u202f]?(?:[%$€£¥]|[a-zA-Zµ]{1,3})?",
    re.ASCII,
)
"""The same with a comma before the fraction, and what people put between thousands then."""
_EXPONENT = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,30})?[eE]-[0-9]{1,2}")
_GROUPS = str.maketrans({".": None, "'": None, " ": None, "\xa0": None, "\u202f": None, ",": "."})
_ENDS_IN_COMMA = re.compile(r"^[^,\n]*[0-9],(?:[0-9]{1,2}|[0-9]{4,20})(?![0-9,])", re.MULTILINE)
_ENDS_IN_POINT = re.compile(r"[0-9]\.(?:[0-9]{1,2}|[0-9]{4,20})\b|,[0-9]{3}\.[0-9]")
"""Thousands have three figures: any other number of them is a fraction."""
_MARKS = " -+.,$€£¥0123456789'\xa0\u202f"
_PREFIXES = {"k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15}
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
_SECONDS |= {"m": 60.0, "d": 86400.0}


def begins_number(text: str) -> bool:
    """Whether a text that is not empty may be a number, going by its first character."""
    return text[:1] in _DIGITS


def finite(number: float) -> bool:
    """Whether a number is one to reckon with."""
    return -HUGE < number < HUGE


def as_number(value: Any, *, comma: bool = False) -> float | None:
    """Return the finite number that a value is or spells ("1,234", "12 %", "$5", "3ms").

    With a `comma` that is what parts the fraction off: "1.234,5".
    """
    kind = type(value)
    if kind is int or kind is float:
        return float(value) if abs(value) < HUGE else None
    if kind is not str and kind is not Number:
        return None
    if value[:1] not in _DIGITS or _is_dated(value):
        return None
    if comma:
        match = _BY_COMMA.fullmatch(value.strip())
        return float(match[1].translate(_GROUPS)) if match else None
    if "_" not in value and len(value) < 40:
        try:
            number = float(value)
        except ValueError:
            pass
        else:
            return number if finite(number) else None
    match = _NUMBER.fullmatch(value.strip())
    return float(match[1].replace(",", "")) if match else None


def _is_dated(text: str) -> bool:
    """Whether a text has the signs of a date or a time: cheaper than to try it as a number."""
    return (":" in text or "-" in text[2:]) and _EXPONENT.fullmatch(text) is None


def comma_parts(texts: Iterable[str]) -> bool | None:
    """Whether a comma parts off the fractions of some numbers, as in "6,12" or "1.234,5".

    None where some are written so and some the other way: nothing can be said of their order.
    """
    joined = "\n".join([text for text in texts if begins_number(text) and len(text) < 40])
    if "," not in joined or _ENDS_IN_COMMA.search(joined) is None:
        return False
    rest = re.sub(r"\.[0-9]{3}(?=[.,])", "", joined)
    return None if _ENDS_IN_POINT.search(rest) else True


def unit_of(text: str) -> str:
    """Return what stands behind a number, but for signs of money and share."""
    return text.lstrip(_MARKS).rstrip(" $€£¥%")


def scale(unit: str, kinds: set[str]) -> float | None:
    """Return what a unit multiplies, where all units of a column are of time or all of size."""
    # Alone, "m" may as well be millions.
    if kinds - {""} <= _SECONDS.keys() and kinds - {""} != {"m"}:
        return _SECONDS.get(unit, 1.0)
    bare = unit.lower().removesuffix("b")
    binary = bare.endswith("i")
    bare = bare.removesuffix("i")
    if not bare:
        return 1.0
    factor = _PREFIXES.get(bare)
    if factor is None or not binary:
        return factor
    return float(1024 ** (list(_PREFIXES).index(bare) + 1))
