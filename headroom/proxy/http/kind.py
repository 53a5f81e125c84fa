"""What the body of an answer is: by its content type, or else by how it begins.

Hosts that speak a vendor's wire do not all label their streams: some call them plain text, JSON or
nothing at all, and clients read them none the less.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from headroom.proxy.http import header

if TYPE_CHECKING:
    from headroom.proxy.http.header import Pairs

MARK = b"\xef\xbb\xbf"
"""May stand in front of a body, for the order of bytes."""
_BLANK = 4096
"""Bytes of white space behind which nothing more is looked for."""
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")


class Kind(Enum):
    """What a body is."""

    EVENTS = auto()
    """Server-sent events."""
    JSON = auto()
    OTHER = auto()


def named(headers: Pairs) -> Kind:
    """Return what the content type of an answer says that its body is."""
    said = (header.value(headers, b"content-type") or "").lower()
    if "event-stream" in said:
        return Kind.EVENTS
    return Kind.JSON if "json" in said else Kind.OTHER


def seen(head: bytes) -> Kind | None:
    """Return what a body is that begins like that; None where it is too little to tell."""
    text = head.removeprefix(MARK).lstrip()
    if not text or MARK.startswith(text):
        return None if len(head) < _BLANK else Kind.OTHER
    if text.startswith((b"{", b"[")):
        return Kind.JSON
    if text.startswith(_FIELDS):
        return Kind.EVENTS
    return None if any(field.startswith(text) for field in _FIELDS) else Kind.OTHER
