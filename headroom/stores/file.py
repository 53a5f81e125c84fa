"""`SqliteFile`: a file of rows with a last use, for any number of processes and threads at once."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import sqlite3
import stat
import weakref
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from headroom.errors import ConfigurationError
from headroom.stores import Failures, StoreError
from headroom.stores.migration import migrate

try:
    import fcntl
except ImportError:  # a platform without it has no rename of open files to guard, either
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headroom.core.protocols import Clock

T = TypeVar("T")

_PAGES = 128
"""kB of pages that a connection holds; the system holds the file besides."""
_PATIENCE = 5.0
"""Seconds that a statement waits for another process to finish writing."""
_REFRESH = 60.0
"""Seconds within which a further use of a row is not written down."""
_PUTS_PER_SWEEP = 256
_AT_ONCE = 512
"""Keys in one question: fewer than any build of SQLite takes, and a power of two."""
_WAL_KEPT = 16 * 1024 * 1024
"""Bytes to which the write-ahead log is cut back once its content is in the file."""
_WAL_PAGES = 4_000
"""Pages of the log, as many bytes, at which a put takes it into the file where `tend` did not."""
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_log = logging.getLogger("headroom.stores")


@dataclass(frozen=True, slots=True)
class _Held:
    connection: sqlite3.Connection
    process: int
    file: tuple[int, int] | None
    """Device and inode of what was opened: the path may name another file by now."""


class SqliteFile:
    """A file with mode 0600, in a directory with mode 0700 if it was made for it.

    A damaged file is moved aside and a fresh one begun. A child process after a fork can go on.
    Subclasses name the table, with columns `id`, `used` and `size`, and read and write its rows.

    Args:
        path: the file; it and its directory are made when they are missing.
        clock: seconds since the epoch.
        ttl: seconds after its last use at which a row is gone.
        max_entries: most rows kept; the one unused for longest goes first.
        max_bytes: most bytes that they may take in the file, packed; as `max_entries`.

    Raises:
        ConfigurationError: the path cannot be written or is a database of something else.
        StoreError: the file cannot be opened right now.
    """

    table: ClassVar[str]
    """Name of the table, and of what is in it in messages."""
    steps: ClassVar[tuple[tuple[str, ...], ...]]
    """How the file gets its tables: see `migrate`."""
    patience: ClassVar[float | None] = None
    """Seconds that it waits for another process to finish writing, where that is not the usual."""

    def __init__(
        self, path: Path, *, clock: Clock, ttl: float, max_entries: int, max_bytes: int
    ) -> None:
        self._path = path
        self._clock, self._ttl = clock, ttl
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._refresh = min(_REFRESH, ttl / 10)
        self._failures = Failures(f"store in {path}")
        self._idle: deque[_Held] = deque()  # its pop and append are atomic: no lock to inherit
        self._inherited: list[_Held] = []
        # Where nobody calls `close`.
        weakref.finalize(self, _close, self._idle, self._inherited)
        self._closed = False
        self._puts = itertools.count()
        self._unswept = 0
        self._unwritten = 0
        """Rows put since the log was last written through to the file by `tend`."""
        self._tended = self._sweeps = False
        self.replaced = 0
        """How often another file was found in the place of this one: its rows are lost by that."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._in_file(lambda _: None)
        except (OSError, ConfigurationError) as error:
            why = _why(path, error)
            raise ConfigurationError(f"cannot keep {self.table} in '{path}': {why}") from error
        except sqlite3.Error as error:
            raise StoreError(f"cannot open the {self.table} in '{path}': {error}") from error

    def sweep(self) -> int:
        """Drop what is expired or over the bounds; return how many rows went."""
        try:
            return self._in_file(self._delete)
        except (sqlite3.Error, OSError, ConfigurationError) as error:
            self._failures.add(f"dropping old {self.table}", error)
            return 0

    def tend(self) -> None:
        """Do what takes long; from the first call on, who puts something does so no more.

        To be called every few seconds, by somebody for whom nobody waits: to sweep a large file, or
        to have what was put last written through to the disk, takes up to tenths of a second.
        """
        if self._sweeps:
            self._sweeps = False
            self.sweep()
        if self._tended and self._unwritten < _PUTS_PER_SWEEP:
            return
        self._tended, self._unwritten = True, 0
        try:
            self._in_file(_write_through)
        except (sqlite3.Error, OSError, ConfigurationError) as error:
            self._failures.add(f"writing {self.table} through", error)

    def close(self) -> None:
        """Close the connections; one that is at work is closed when it is done."""
        self._closed = True
        _close(self._idle, self._inherited)

    def _sweep_sometimes(self, written: int, rows: int = 1) -> None:
        # Threads may lose each other's additions here; the count of puts makes up for it.
        self._unswept += written
        period = min(_PUTS_PER_SWEEP, max(1, self._max_entries // 8))
        due = any(next(self._puts) % period == 0 for _ in range(rows))
        self._unwritten += rows
        if not (due or self._unswept > self._max_bytes // 8):
            return
        self._unswept = 0
        if self._tended:
            self._sweeps = True
        else:
            self.sweep()

    def _delete(self, connection: sqlite3.Connection) -> int:
        now = self._clock()
        gone = connection.execute(
            f"DELETE FROM {self.table} WHERE used < ?",  # noqa: S608 - a name in our code
            (now - self._ttl,),
        ).rowcount
        # A clock that was ahead would have what is put now go before all that was put then.
        connection.execute(
            f"UPDATE {self.table} SET used = ? WHERE used > ?",  # noqa: S608 - as above
            (now - _REFRESH, now + _REFRESH),
        )
        # Counted before the file is closed to others: that takes long where there is much.
        if not self._exceeded(*self._total(connection)):
            return gone
        connection.execute("BEGIN IMMEDIATE")
        count, size = self._total(connection)
        by_age = connection.execute(
            f"SELECT id, size FROM {self.table} ORDER BY used, id"  # noqa: S608 - as above
        )
        surplus: list[tuple[int]] = []
        while self._exceeded(count, size):
            row, its_size = by_age.fetchone()
            surplus.append((row,))
            count, size = count - 1, size - its_size
        by_age.close()
        connection.executemany(
            f"DELETE FROM {self.table} WHERE id = ?",  # noqa: S608 - as above
            surplus,
        )
        connection.execute("COMMIT")
        return gone + len(surplus)

    def _total(self, connection: sqlite3.Connection) -> tuple[int, int]:
        """Return how many rows there are, and their size."""
        asked = f"SELECT count(*), coalesce(sum(size), 0) FROM {self.table}"  # noqa: S608 - as above
        count, size = connection.execute(asked).fetchone()
        return count, size

    def _exceeded(self, count: int, size: int) -> bool:
        return count > 1 and (count > self._max_entries or size > self._max_bytes)

    def _in_file(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what the work on a connection returns; in a fresh file if this one is broken."""
        try:
            return self._once(work)
        except sqlite3.DatabaseError as error:
            if not tells_damage(error):
                raise
            self._move_aside(error)
        return self._once(work)

    def _once(self, work: Callable[[sqlite3.Connection], T]) -> T:
        held = self._take()
        whole = False
        try:
            result = work(held.connection)
            whole = True
        finally:
            if whole:
                self._idle.append(held)
            else:
                _release(held, self._inherited)
            if self._closed:
                self.close()
        return result

    def _take(self) -> _Held:
        while True:
            try:
                held = self._idle.pop()
            except IndexError:
                return self._open()
            if held.process == os.getpid():
                if held.file == self._file():
                    return held
                self.replaced += 1
            _release(held, self._inherited)

    def _open(self) -> _Held:
        if self._closed:
            raise sqlite3.ProgrammingError("the store is closed")
        with self._locked():
            self._make()
            patience = _PATIENCE if self.patience is None else self.patience
            connection = sqlite3.connect(
                self._path, timeout=patience, isolation_level=None, check_same_thread=False
            )
            ready = False
            try:
                migrate(
                    connection, self.steps
                )  # first: nothing is changed in a file that is not ours
                self._make_private()
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute(f"PRAGMA cache_size = -{_PAGES}")
                connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT}")
                if self._tended:
                    connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
                ready = True
            finally:
                if not ready:
                    connection.close()
            return _Held(connection, os.getpid(), self._file())

    def _make(self) -> None:
        # Never an existing file: closing a descriptor of a file in use would drop its locks.
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            if not stat.S_ISREG(self._path.stat().st_mode):
                raise

    def _make_private(self) -> None:
        for part in ("", "-wal", "-shm"):
            file = Path(f"{self._path}{part}")
            with contextlib.suppress(FileNotFoundError):
                if file.stat().st_mode & 0o077:
                    file.chmod(0o600)

    def _file(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)  # noqa: PTH116 - on the way of every read: the fast one
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _move_aside(self, error: sqlite3.DatabaseError) -> None:
        """Rename a broken file and its log, unless somebody else has done so."""
        with self._locked():
            if not self._is_broken():
                return
            for number in itertools.count(1):
                aside = Path(f"{self._path}.corrupt-{number}")
                if not aside.exists():
                    break
            # The log goes first: it must never be taken for the log of the fresh file.
            for part in ("-wal", "-shm", ""):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{self._path}{part}").rename(f"{aside}{part}")
        self.replaced += 1
        _log.error(
            "the %s in %s are damaged (%s); moved to %s and begun anew",
            self.table,
            self._path,
            error,
            aside,
        )

    def _is_broken(self) -> bool:
        if not self._path.exists():
            return False
        connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            verdict: tuple[str] = connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            return tells_damage(error)
        else:
            return verdict != ("ok",)
        finally:
            connection.close()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes and threads from opening or moving the file meanwhile."""
        descriptor = os.open(f"{self._path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            if fcntl is not None:
                # Said outright: a child forked meanwhile holds the descriptor open.
                fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)


def rows_of(
    connection: sqlite3.Connection, query: str, keys: Sequence[Any]
) -> Iterator[tuple[Any, ...]]:
    """Yield what a query returns that has `{}` for the keys it asks for, in pieces of those.

    A connection holds the plan of every question it was asked lately. There are few of them where
    each has room for a power of two, and what is left of that is asked for nothing.
    """
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        room = 1 << (len(some) - 1).bit_length()
        asked = [*some, *(None,) * (room - len(some))]
        yield from connection.execute(_asking(query, room), asked)


@lru_cache(maxsize=64)
def _asking(query: str, room: int) -> str:
    return query.format(", ".join("?" * room))


def _close(idle: deque[_Held], inherited: list[_Held]) -> None:
    with contextlib.suppress(IndexError):
        while True:
            _release(idle.pop(), inherited)


def _release(held: _Held, inherited: list[_Held]) -> None:
    """Close a connection, or keep it aside where a parent process opened it."""
    if held.process == os.getpid():
        held.connection.close()
    else:
        # Closing what a parent opened would meddle with the parent's files.
        inherited.append(held)


def _write_through(connection: sqlite3.Connection) -> None:
    """Take the log into the file, as far as that holds nobody up."""
    connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def tells_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that a file is damaged, and not merely that it cannot be used now."""
    # The low byte is the primary code; the rest says where it was noticed.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BROKEN


def _why(path: Path, error: Exception) -> str:
    """Return why a file cannot be opened, in words for people."""
    if path.exists() and not path.is_file():
        return "it is no file"
    return (isinstance(error, OSError) and error.strerror) or str(error)
