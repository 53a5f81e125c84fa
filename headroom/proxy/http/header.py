"""Which headers are passed on: pure functions over lists of (name, value) pairs of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Pairs = list[tuple[bytes, bytes]]
"""Headers in the order in which they came, repeated ones included."""

HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
"""Headers about one connection (RFC 9110, 7.6.1); each side of us has its own."""
_SET_ANEW = frozenset((b"host", b"content-length", b"expect"))
"""What the request to the upstream gets values of its own for."""
HANDSHAKE = b"sec-websocket-"
"""Beginning of the names of headers about one socket."""
_OF_SOCKETS = (HANDSHAKE, b"content-")
OURS = b"x-headroom-"
"""Beginning of the names of headers that are meant for us and go no further."""


def value(pairs: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Return the first value of a header, its name in lower case; None where it is not there."""
    for key, found in pairs:
        if key.lower() == name:
            return found.decode("latin-1")
    return None


def to_upstream(pairs: Iterable[tuple[bytes, bytes]], length: int | None) -> Pairs:
    """Return the headers of a request as the upstream gets them, in their order.

    Args:
        pairs: what the client sent.
        length: bytes of the body, or None where that is not known or there is none.
    """
    listed = list(pairs)
    dropped = HOP_BY_HOP | _SET_ANEW | _named(listed)
    out = [
        (name, found)
        for name, found in listed
        if name.lower() not in dropped and not name.lower().startswith(OURS)
    ]
    if length is not None:
        out.append((b"content-length", str(length).encode()))
    return out


def to_client(pairs: Iterable[tuple[bytes, bytes]]) -> Pairs:
    """Return the headers of a response as the client gets them: all but those of the connection."""
    listed = list(pairs)
    dropped = HOP_BY_HOP | _named(listed)
    return [(name.lower(), found) for name, found in listed if name.lower() not in dropped]


def of_handshake(pairs: Iterable[tuple[bytes, bytes]]) -> Pairs:
    """Return the headers of an answer to a handshake as the client gets them: there is no body."""
    return [each for each in to_client(pairs) if not each[0].startswith(_OF_SOCKETS)]


def of_refusal(pairs: Iterable[tuple[bytes, bytes]]) -> Pairs:
    """Return the headers of a refused handshake as the client gets them, but for its length."""
    return [
        each
        for each in to_client(pairs)
        if not each[0].startswith(HANDSHAKE) and each[0] != b"content-length"
    ]


def changed(pairs: Pairs, before: Mapping[str, str], after: Mapping[str, str]) -> Pairs:
    """Return the headers with the differences between two views of them made; order is kept."""
    gone = {name.lower() for name in before if name not in after}
    new = {n.lower(): text for n, text in after.items() if before.get(n) != text}
    out: Pairs = []
    for name, found in pairs:
        key = name.decode("latin-1").lower()
        if key in gone:
            continue
        out.append((name, new.pop(key).encode("latin-1")) if key in new else (name, found))
    out += [(name.encode("latin-1"), text.encode("latin-1")) for name, text in new.items()]
    return out


def _named(pairs: Pairs) -> frozenset[bytes]:
    """Return the names that a Connection header declares to be about the connection as well."""
    return frozenset(
        name.strip().lower()
        for key, found in pairs
        if key.lower() == b"connection"
        for name in found.split(b",")
    )
