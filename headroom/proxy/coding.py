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
    out, rest = b"", body
    while rest:
        member = made()
        try:
            out += member.decompress(rest, limit + 1 - len(out))
        except (zlib.error, zstd.ZstdError) as error:
            raise CodingError(f"the {name} body is damaged: {error}") from error
        _check(out, limit, member.eof)
        rest = member.unused_data
    return out


def _check(out: bytes, limit: int, whole: bool) -> None:  # noqa: FBT001 - private
    if len(out) > limit:
        raise CodingError(f"the body has more than {limit} bytes when unpacked")
    if not whole:
        raise CodingError("the body ends in the middle")


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
