"""Encoded bytes in JSON: pictures, keys and archives as base64 or hex, of which nothing is read."""

from __future__ import annotations

import re
from typing import Any

from headroom.elide.gapped import GAP

_LONG = 600
"""Characters from which encoded bytes are left out."""
_BLOB = re.compile(
    r"(?:data:[\w/+.;=-]{0,100},)?(?:[A-Za-z0-9+/_=-]{16,}\s{0,2}){1,100000}", re.ASCII
)
_HEAD, _TAIL = 32, 8
_MIN_LETTERS = 14
"""Different characters among the first of a text that may be encoded: hex has sixteen."""
_LOOKED_AT = 300


def may_hold(text: str) -> bool:
    """Whether there may be encoded bytes in JSON text: false only where there are none."""
    return any(len(part) >= _LONG for part in text.split('"'))


def without(value: Any) -> tuple[Any, int]:
    """Return a JSON value without encoded bytes, and how many characters these had.

    "iVBORw0KGgoAAAANSUhEUgAAAoAAAAHg … 8,000 characters … SuQmCC==" is what is left of a picture.
    """
    if type(value) is str:
        return _shown(value) if _is_encoded(value) else (value, 0)
    if isinstance(value, dict):
        made = {key: without(item) for key, item in value.items()}
        gone = sum(count for _, count in made.values())
        return ({key: item for key, (item, _) in made.items()} if gone else value), gone
    if isinstance(value, list):
        items = list(map(without, value))
        gone = sum(count for _, count in items)
        return ([item for item, _ in items] if gone else value), gone
    return value, 0


def _is_encoded(text: str) -> bool:
    if len(text) < _LONG or len(set(text[-_LOOKED_AT:])) < _MIN_LETTERS:
        return False
    return _BLOB.fullmatch(text) is not None


def _shown(text: str) -> tuple[str, int]:
    gone = len(text) - _HEAD - _TAIL
    return f"{text[:_HEAD]} {GAP}{gone:,} characters {GAP}{text[-_TAIL:]}", gone
