"""Compressed request bodies: undone within a bound, and done again."""

from __future__ import annotations

import sys
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from headroom.errors import HeadroomError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 512
"""Bytes that a member is handed first; then twice as many each time."""
_MOST_MEMBERS = 10_000
"""Members of one body: clients write one, programs that pack in parallel some hundreds."""


class CodingError(HeadroomError):
    """The body is in no coding that is understood, is damaged, or is too large when unpacked."""


def decode(body: bytes, coding: str | None, limit: int) -> bytes:
    """Return a body without its content coding; at most `limit` bytes of it are ever unpacked.

    Raises:
        CodingError: an unknown coding, a damaged body, or more than `limit` bytes.
    """
    name = (coding or "identity").strip().lower()
    if name in ("", "identity"):
        return body
    if name in ("gzip", "x-gzip"):
        return _unpacked(body, limit, "gzip", partial(zlib.decompressobj, _GZIP))
    if name == "zstd":
        return _unpacked(body, limit, "zstd", zstd.ZstdDecompressor)
    raise CodingError(f"unknown content coding {name!r}")


def encode(body: bytes, coding: str | None) -> bytes:
    """Return a body in a coding that `decode` understood; the same bytes for the same body."""
    name = (coding or "identity").strip().lower()
    if name in ("gzip", "x-gzip"):
        packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
        return packer.compress(body) + packer.flush()
    return zstd.compress(body, 3) if name == "zstd" else body


def _unpacked(body: bytes, limit: int, name: str, made: Callable[[], Any]) -> bytes:
    """Return what a body unpacks to, which may be several members, one after the other."""
    parts: list[bytes] = []
    size, members, rest = 0, 0, memoryview(body)
    while rest:
        member, piece, members = made(), _PIECE, members + 1
        if members > _MOST_MEMBERS:
            raise CodingError(f"the {name} body has more than {_MOST_MEMBERS} members")
        while rest and not member.eof:
            # A member copies what follows it, so that it is never handed much more than it may be.
            given = rest[:piece]
            try:
                parts.append(member.decompress(given, limit + 1 - size))
            except (zlib.error, zstd.ZstdError) as error:
                raise CodingError(f"the {name} body is damaged: {error}") from error
            size += len(parts[-1])
            if size > limit:
                raise CodingError(f"the body has more than {limit} bytes when unpacked")
            rest = rest[len(given) - len(member.unused_data) :]
            piece *= 2
        if not member.eof:
            raise CodingError("the body ends in the middle")
    return b"".join(parts)


class Unpacker(Protocol):
    """Undoes a content coding step by step."""

    def decompress(self, data: bytes, /) -> bytes:
        """Return what the next bytes stand for, as far as it can be told.

        Raises:
            CodingError: the bytes are in no such coding.
        """
        ...


def unpacker(coding: str | None) -> Unpacker | None:
    """Return what undoes a content coding as the bytes come, or None where it is unknown."""
    match (coding or "identity").strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Members(partial(zlib.decompressobj, _GZIP))
        case "zstd":
            return _Members(zstd.ZstdDecompressor)
        case _:
            return None


class _Plain:
    def decompress(self, data: bytes, /) -> bytes:
        return data


class _Members:
    """Unpacks members, one after the other: servers that flush by ending one begin the next."""

    def __init__(self, made: Callable[[], Any]) -> None:
        self._made, self._member = made, made()

    def decompress(self, data: bytes, /) -> bytes:
        out = b""
        try:
            while data:
                if self._member.eof:
                    data = data.lstrip(b"\0")  # What fills up a block says nothing.
                    if not data:
                        break
                    self._member = self._made()
                out += self._member.decompress(data)
                data = self._member.unused_data if self._member.eof else b""
        except (zlib.error, zstd.ZstdError, EOFError) as error:
            raise CodingError(f"the body is damaged: {error}") from error
        return out
