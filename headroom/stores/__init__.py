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

from headroom.errors import ConfigurationError, HeadroomError, StoreError

if TYPE_CHECKING:
    from collections.abc import Collection

    from headroom.core.protocols import Clock, OriginalStore

__all__ = [
    "DEFAULT_URL",
    "READING",
    "STORING",
    "WEEK",
    "Failures",
    "StoreError",
    "failing",
    "open_store",
    "open_to_read",
    "pack",
    "path_of",
    "refuse_beyond",
    "unpack",
    "words",
]

DEFAULT_URL = "memory:"
STORING, READING = "storing an original", "reading an original"
"""What a store may fail in."""
WEEK = 7 * 24 * 3600.0
"""Seconds after its last use at which an original is gone, where nobody says otherwise."""
_PLAIN, _DEFLATED = b"\0", b"\1"
_WORTH_DEFLATING = 2048
"""Bytes; below that, what compression saves is less than a page of a database."""
_REPEATED = " of pipeline caused error: "
_log = logging.getLogger("headroom.stores")


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
        self.failing: set[str] = set()
        """What failed when it was done last."""

    def add(self, doing: str, error: BaseException) -> None:
        """Count one failure; its warning says what was being done and the count so far."""
        self.failing.add(doing)
        count = self.count = next(self._ordinal)
        if count & (count - 1) == 0:
            said = words(error)
            _log.warning("%s: %s failed (failure %d): %s", self._store, doing, count, said)


def failing(store: OriginalStore | None) -> Collection[str]:
    """Return what a store failed in when that was done last; not every store says so."""
    found: Collection[str] = getattr(store, "failing", ())
    return found


def refuse_beyond(most: int, size: int) -> None:
    """Refuse what is larger than all that a store may hold: everything else would go for it.

    Args:
        most: bytes that the store may hold.
        size: bytes of what is to be put there.

    Raises:
        StoreError: it is larger.
    """
    if size > most:
        said = f"{size:,} bytes are more than the {most:,} that all originals may take"
        raise StoreError(f"an original could not be stored: {said}")


def words(error: BaseException) -> str:
    """Return what an error of a store says, without what was to be stored.

    Of several commands sent together, the package for Redis repeats the one that failed.
    """
    return str(error).rpartition(_REPEATED)[2]


def open_store(
    url: str = DEFAULT_URL,
    *,
    clock: Clock = time.time,  # noqa: TID251 - the default of an injected clock
    ttl: float = WEEK,
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
        max_bytes: most bytes that they may take; as `max_entries`. What is larger alone is refused.

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
            path_of(url), clock=clock, ttl=ttl, max_entries=max_entries, max_bytes=max_bytes
        )
    if scheme in ("redis", "rediss") and rest.startswith("//"):
        from headroom.stores.redis import RedisStore  # noqa: PLC0415 - an optional package

        return RedisStore(url, ttl=ttl)
    # A path is what most write first; with a scheme before it, a whole one has four slashes.
    file = url if ":" not in url else "/path/to/file"
    raise ConfigurationError(
        f"cannot tell a store from {_without_password(url)!r}; write 'memory:', "
        f"'sqlite:///{file}' or 'redis://host:port/db'"
    )


def open_to_read(
    url: str,
    *,
    clock: Clock = time.time,  # noqa: TID251 - as above
    ttl: float = WEEK,
) -> OriginalStore:
    """Return the store that a URL names for somebody who puts nothing there.

    A file that cannot be written here, as in the sandbox of an agent, is read none the less.

    Raises:
        ConfigurationError: as `open_store`.
        StoreError: as `open_store`.
    """
    try:
        return open_store(url, clock=clock, ttl=ttl)
    except HeadroomError as unwritable:
        if not url.startswith("sqlite:///"):
            raise
        from headroom.stores.reader import SqliteReader  # noqa: PLC0415 - rarely needed

        try:
            return SqliteReader(path_of(url), clock=clock, ttl=ttl)
        except HeadroomError:
            raise unwritable from None


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


def path_of(url: str) -> Path:
    """Return the file that a URL of SQLite names.

    Raises:
        ConfigurationError: it names none.
    """
    written = url.removeprefix("sqlite:///")
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
