"""Stores of originals: in this process, in a file that processes share, or on a Redis server.

Owns: where an original lies until its ref is asked for, for how long, and how it is packed.
Does not own: which originals are kept, and what a ref is made of.
"""

from __future__ import annotations

import itertools
import logging
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from headroom.errors import ConfigurationError, HeadroomError

if TYPE_CHECKING:
    from headroom.core.protocols import Clock, OriginalStore

__all__ = ["DEFAULT_URL", "Failures", "StoreError", "open_store", "pack", "unpack"]

DEFAULT_URL = "memory:"
_WEEK = 7 * 24 * 3600.0
_PLAIN, _DEFLATED = b"\0", b"\1"
_WORTH_DEFLATING = 2048
"""Bytes; below that, what compression saves is less than a page of a database."""
_log = logging.getLogger("headroom.stores")


class StoreError(HeadroomError):
    """An original could not be stored; the text it belongs to has to go out as it is."""


class Failures:
    """Counts what a store could not do, and warns at the first, second, fourth, eighth time.

    Args:
        store: what to call the store in the warnings.
    """

    def __init__(self, store: str) -> None:
        self._store = store
        self._ordinal = itertools.count(1)
        self.count = 0
        """Failures so far."""

    def add(self, doing: str, error: BaseException) -> None:
        """Count one failure; its warning says what was being done and the count so far."""
        count = self.count = next(self._ordinal)
        if count & (count - 1) == 0:
            _log.warning("%s: %s failed (failure %d): %s", self._store, doing, count, error)


def open_store(
    url: str = DEFAULT_URL,
    *,
    clock: Clock = time.time,  # noqa: TID251 - the default of an injected clock
    ttl: float = _WEEK,
    max_entries: int = 50_000,
    max_bytes: int = 512 * 1024 * 1024,
) -> OriginalStore:
    """Return the store that a URL names, opened.

    Args:
        url: `memory:` for this process alone; `sqlite:///file` for a file that any number of
            processes share (three slashes and a path relative to the working directory or
            beginning with `~`, or four slashes for an absolute path: `sqlite:////var/file`);
            `redis://host:port/db` (`rediss:` with TLS) for a server.
        clock: seconds since the epoch. Redis goes by the clock of its server.
        ttl: seconds after its last use at which an original is gone.
        max_entries: most originals kept. On Redis the server's `maxmemory` bounds them instead.
        max_bytes: most bytes that they may take; as `max_entries`.

    Raises:
        ConfigurationError: a URL of another shape, a bad bound, a path that cannot be written, a
            file that is not ours, or a package that is not installed.
        StoreError: the file is there but cannot be opened right now.
    """
    if not 0 < ttl < float("inf") or max_entries < 1 or max_bytes < 1:
        raise ConfigurationError(
            f"a store needs a finite ttl > 0, max_entries >= 1 and max_bytes >= 1; "
            f"got {ttl!r}, {max_entries!r} and {max_bytes!r}"
        )
    scheme, _, rest = url.partition(":")
    if url == "memory:":
        from headroom.stores.memory import MemoryStore  # noqa: PLC0415 - only what is used

        return MemoryStore(clock=clock, ttl=ttl, max_entries=max_entries, max_bytes=max_bytes)
    if scheme == "sqlite" and rest.startswith("///"):
        from headroom.stores.sqlite import SqliteStore  # noqa: PLC0415 - only what is used

        return SqliteStore(
            _path(rest[3:]), clock=clock, ttl=ttl, max_entries=max_entries, max_bytes=max_bytes
        )
    if scheme in ("redis", "rediss") and rest.startswith("//"):
        from headroom.stores.redis import RedisStore  # noqa: PLC0415 - an optional package

        return RedisStore(url, ttl=ttl)
    raise ConfigurationError(
        f"cannot tell a store from {_without_password(url)!r}; write 'memory:', "
        "'sqlite:///path/to/file' or 'redis://host:port/db'"
    )


def pack(text: str) -> bytes:
    """Return a text as bytes, deflated where that pays; any str, lone surrogates included."""
    plain = text.encode("utf-8", "surrogatepass")
    if len(plain) >= _WORTH_DEFLATING:
        deflated = zlib.compress(plain, 1)
        if len(deflated) < len(plain):
            return _DEFLATED + deflated
    return _PLAIN + plain


def unpack(packed: bytes) -> str:
    """Return the text that `pack` was given.

    Raises:
        ValueError: bytes that `pack` did not make.
    """
    mark, body = packed[:1], packed[1:]
    if mark == _DEFLATED:
        try:
            body = zlib.decompress(body)
        except zlib.error as error:
            raise ValueError(f"a stored original is damaged: {error}") from error
    elif mark != _PLAIN:
        raise ValueError(f"a stored original begins with {mark!r}")
    return body.decode("utf-8", "surrogatepass")


def _path(written: str) -> Path:
    if not written or written.endswith("/") or "\0" in written or written == ":memory:":
        raise ConfigurationError(
            f"'sqlite:///{written}' names no file; write 'sqlite:///relative/path', "
            "'sqlite:////absolute/path' or, to keep originals in this process only, 'memory:'"
        )
    try:
        return Path(written).expanduser().absolute()
    except RuntimeError as error:
        raise ConfigurationError(f"'sqlite:///{written}' names nobody's home directory") from error


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
