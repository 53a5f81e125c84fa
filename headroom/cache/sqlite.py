"""`SqliteLedger`: the write-once ledger in a file, shared by processes and kept across restarts."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, ClassVar

from headroom.cache.held import DAY, HeldLedger
from headroom.cache.ledger import Sent
from headroom.core.types import Grade
from headroom.stores import pack, unpack
from headroom.stores.file import SqliteFile, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from headroom.cache.held import Known
    from headroom.core.protocols import Clock

_HELD = 1_000_000
"""Bytes of forms that are held in this process besides."""
_OVERHEAD = 100
"""Bytes of a row besides its text."""
_COLUMNS = "key, before, after, compressor, grade, refs, body"

_STEPS = (
    (
        """CREATE TABLE forms (
            id INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            used REAL NOT NULL,
            size INTEGER NOT NULL,
            before INTEGER NOT NULL,
            after INTEGER NOT NULL,
            compressor TEXT,
            grade TEXT,
            refs TEXT NOT NULL,
            body BLOB
        )""",
        "CREATE INDEX forms_by_use ON forms (used, size)",
    ),
)
_Row = tuple[bytes, int, int, str | None, str | None, str, bytes | None]


class SqliteLedger(HeldLedger, SqliteFile):
    """Forms by lineage key in a file; the first one put under a key by any process stays.

    A form that `put_all` returned for is in the file even if the process is killed the next
    moment. Where the file fails, forms are kept in this process alone, and a warning says so.

    Args:
        path: the file.
        clock: seconds since the epoch.
        ttl: seconds after its last use at which a form is forgotten.
        max_entries: most forms kept; those unused for longest go first.
        max_bytes: most bytes that they may take, packed.

    Raises:
        ConfigurationError: the path cannot be written or is a database of something else.
        StoreError: the file cannot be opened right now.
    """

    table: ClassVar[str] = "forms"
    steps: ClassVar[tuple[tuple[str, ...], ...]] = _STEPS
    patience: ClassVar[float | None] = 0.5
    """A request waits meanwhile, and there is a form for it without the file."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        ttl: float = 30 * DAY,
        max_entries: int = 1_000_000,
        max_bytes: int = 512 * 1024 * 1024,
    ) -> None:
        SqliteFile.__init__(
            self, path, clock=clock, ttl=ttl, max_entries=max_entries, max_bytes=max_bytes
        )
        HeldLedger.__init__(self, clock=clock, ttl=ttl, held=_HELD)
        self._errors = (sqlite3.Error, OSError, ValueError, OverflowError)
        self._seen = self.replaced

    def tend(self) -> None:
        """Do what takes long, and put into the file what it did not take before."""
        HeldLedger.tend(self)
        SqliteFile.tend(self)

    def _lost(self) -> bool:
        before, self._seen = self._seen, self.replaced
        return before != self.replaced

    def _read(self, keys: Sequence[bytes], now: float) -> dict[bytes, Known]:  # noqa: ARG002 - rows say
        return self._in_file(lambda connection: _select(connection, keys))

    def _record(self, entries: Mapping[bytes, Sent], now: float) -> dict[bytes, Known]:
        standing = self._in_file(lambda connection: _insert(connection, entries, now))
        self._sweep_sometimes(sum(map(_size, entries.values())))
        return standing

    def _touch(self, keys: Sequence[bytes], now: float) -> None:
        self._in_file(lambda connection: _mark(connection, keys, now))


def _select(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Known]:
    """Return the forms that are there, with the time of their last use."""
    query = f"SELECT {_COLUMNS}, used FROM forms WHERE key IN ({{}})"  # noqa: S608 - our names
    return {row[0]: (_sent(row[:-1]), row[-1]) for row in rows_of(connection, query, keys)}


def _insert(
    connection: sqlite3.Connection, entries: Mapping[bytes, Sent], now: float
) -> dict[bytes, Known]:
    """Record what is not there yet, in one go; return what stands for each key then."""
    # A form stands under several keys; it is packed once, before the file is closed to others.
    texts = {each.text for each in entries.values() if each.text is not None}
    packed = {text: pack(text) for text in texts}
    rows = [(*_row(key, sent, packed), now, _size(sent)) for key, sent in entries.items()]
    connection.execute("BEGIN IMMEDIATE")
    made = connection.executemany(
        f"INSERT INTO forms ({_COLUMNS}, used, size) "  # noqa: S608 - names in our code
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        rows,
    )
    # Where all are new they need not be read back.
    ours = {key: (sent, now) for key, sent in entries.items()}
    standing = ours if made.rowcount == len(ours) else _select(connection, list(entries))
    connection.execute("COMMIT")
    return standing


def _mark(connection: sqlite3.Connection, keys: Sequence[bytes], now: float) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("UPDATE forms SET used = ? WHERE key = ?", [(now, key) for key in keys])
    connection.execute("COMMIT")


def _row(key: bytes, sent: Sent, packed: Mapping[str, bytes]) -> _Row:
    body = None if sent.text is None else packed[sent.text]
    grade = None if sent.grade is None else str(sent.grade)
    refs = " ".join(sent.refs)
    return key, sent.tokens_before, sent.tokens_after, sent.compressor, grade, refs, body


def _sent(row: _Row) -> Sent:
    _, before, after, compressor, grade, refs, body = row
    return Sent(
        None if body is None else unpack(body),
        before,
        after,
        compressor,
        None if grade is None else Grade(grade),
        tuple(refs.split()),
    )


def _size(sent: Sent) -> int:
    return _OVERHEAD + len(sent.text or "")
