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
