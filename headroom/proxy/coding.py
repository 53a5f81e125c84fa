"""Content codings (RFC 9110, 8.4.1): bodies unpacked within a bound, and packed again."""

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
_PLAIN = "identity"
_BURST = 1 << 26
"""Bytes that one chunk of an answer may unpack to: no answer is packed a thousandfold."""


class CodingError(HeadroomError):
    """The body is in no coding that is understood, is damaged, or is too large when unpacked."""


def decode(body: bytes, coding: str | None, limit: int) -> bytes:
    """Return a body without its content coding; at most `limit` bytes of it are ever unpacked.

    Raises:
        CodingError: an unknown coding, a damaged body, or more than `limit` bytes.
    """
    name = _named(coding)
    if name == _PLAIN:
        return body
    made = _members(name)
    if made is None:
        raise CodingError(f"unknown content coding {name!r}")
    return _unpacked(body, limit, name, made)


def encode(body: bytes, coding: str | None) -> bytes:
    """Return a body in a coding that `decode` understood; the same bytes for the same body."""
    match _named(coding):
        case "gzip":
            packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
            return packer.compress(body) + packer.flush()
        case "deflate":
            return zlib.compress(body)
        case "zstd":
            return zstd.compress(body, 3)
        case "br":
            import brotli  # noqa: PLC0415 - few bodies are packed so

            return bytes(brotli.compress(body, quality=4))
        case _:
            return body


def _named(coding: str | None) -> str:
    name = (coding or _PLAIN).strip().lower()
    return {"": _PLAIN, "x-gzip": "gzip"}.get(name, name)


def _members(name: str) -> Callable[[], Any] | None:
    """Return what makes a decompressor of one member of a body; None for an unknown coding."""
    made: dict[str, Callable[[], Any]] = {
        "gzip": partial(zlib.decompressobj, _GZIP),
        "deflate": zlib.decompressobj,
        "zstd": zstd.ZstdDecompressor,
        "br": _Brotli,
    }
    return made.get(name)


class _Brotli:
    """Decompresses Brotli as the standard library's objects do the other codings."""

    unused_data = b""
    """None: what follows the end is an error there."""

    def __init__(self) -> None:
        import brotli  # noqa: PLC0415 - few bodies are packed so

        self._stream = brotli.Decompressor()
        self._error = brotli.error

    @property
    def eof(self) -> bool:
        """Whether the end was reached."""
        return bool(self._stream.is_finished())

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return what the next bytes stand for, and little more of it than `max_length` bytes."""
        try:
            out = self._stream.process(data, output_buffer_limit=max_length)
            while len(out) < max_length and not self._stream.can_accept_more_data():
                out += self._stream.process(b"", output_buffer_limit=max_length - len(out))
        except self._error as error:
            raise CodingError(f"the br body is damaged: {error}") from error
        return bytes(out)


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
    name = _named(coding)
    if name == _PLAIN:
        return _Plain()
    made = _members(name)
    return None if made is None else _Members(made)


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
                out += self._member.decompress(data, _BURST)
                if len(out) >= _BURST:
                    raise CodingError(f"a chunk of the body unpacks to {_BURST} bytes or more")
                data = self._member.unused_data if self._member.eof else b""
        except (zlib.error, zstd.ZstdError, EOFError) as error:
            raise CodingError(f"the body is damaged: {error}") from error
        return out
