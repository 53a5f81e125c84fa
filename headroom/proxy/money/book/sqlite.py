"""`SqliteBook`: the book of a proxy in a file, shared by the processes of a machine."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, ClassVar

from headroom.proxy.money.account import Balance
from headroom.proxy.money.book import DAY
from headroom.proxy.money.book.packing import packed, unpacked
from headroom.stores.file import SqliteFile

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from headroom.core.protocols import Clock
    from headroom.proxy.money.book import Entry
    from headroom.proxy.money.figures import Sums

_ACCOUNTS = 200_000
_ROW = 100
"""Bytes of a balance, roughly."""
_DAYS = 400
"""Days for which sums are kept."""
_SUMMING = "reading figures"
_FIGURES = 200_000
_WORKERS = 1_000
_LAST_SEEN = 30 * DAY
"""Seconds after the last entry of any process of a run at which what it did is its sums alone."""

_STEPS = (
    (
        """CREATE TABLE accounts (
            id INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            used REAL NOT NULL,
            size INTEGER NOT NULL,
            through REAL NOT NULL,
            direct REAL NOT NULL,
            requests INTEGER NOT NULL,
            fetched INTEGER NOT NULL,
            closed INTEGER NOT NULL
        )""",
        "CREATE INDEX accounts_by_use ON accounts (used, size)",
        """CREATE TABLE figures (
            day INTEGER NOT NULL,
            model TEXT NOT NULL,
            name TEXT NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (day, model, name)
        ) WITHOUT ROWID""",
        """CREATE TABLE workers (
            run TEXT NOT NULL,
            worker TEXT NOT NULL,
            used REAL NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (run, worker)
        ) WITHOUT ROWID""",
    ),
)
_ADD_BALANCE = """
    INSERT INTO accounts (key, used, size, through, direct, requests, fetched, closed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
        used = excluded.used,
        through = through + excluded.through,
        direct = direct + excluded.direct,
        requests = requests + excluded.requests,
        fetched = fetched + excluded.fetched,
        closed = max(closed, excluded.closed)
"""
_ADD_FIGURE = """
    INSERT INTO figures (day, model, name, value) VALUES (?, ?, ?, ?)
    ON CONFLICT (day, model, name) DO UPDATE SET value = value + excluded.value
"""


class SqliteBook(SqliteFile):
    """Balances and sums in a file with mode 0600.

    Where the file fails, this process goes by what it has seen itself, and a warning says so.

    Args:
        path: the file.
        clock: seconds since the epoch.
        ttl: seconds after its last request at which the balance of a conversation is forgotten.
        max_entries: most balances kept; those unused for longest go first.

    Raises:
        ConfigurationError: the path cannot be written or is a database of something else.
        StoreError: the file cannot be opened right now.
    """

    table: ClassVar[str] = "accounts"
    steps: ClassVar[tuple[tuple[str, ...], ...]] = _STEPS

    def __init__(
        self, path: Path, *, clock: Clock, ttl: float = 30 * DAY, max_entries: int = _ACCOUNTS
    ) -> None:
        super().__init__(
            path, clock=clock, ttl=ttl, max_entries=max_entries, max_bytes=_ROW * max_entries
        )

    @property
    def failing(self) -> Collection[str]:
        """What failed when it was done last; what is told meanwhile may be less than there is."""
        return self._failures.failing

    def balance(self, conversation: bytes) -> Balance | None:
        """Return the balance of a conversation; None where there is none, or none can be had."""
        try:
            row = self._in_file(lambda connection: _select(connection, conversation))
        except (sqlite3.Error, OSError, ValueError) as error:
            self._failures.add("reading an account", error)
            return None
        return None if row is None else Balance(*row[:4], closed=bool(row[4]))

    def closed(self, conversation: bytes) -> bool:
        """Close a conversation for good; return whether nobody had done so before."""
        now = self._clock()
        try:
            return self._in_file(lambda connection: _close(connection, conversation, now))
        except (sqlite3.Error, OSError, ValueError) as error:
            self._failures.add("closing an account", error)
            return True

    def add(self, entry: Entry) -> bool:
        """Add all of an entry, or nothing; return whether that was done."""
        now = self._clock()
        try:
            self._in_file(lambda connection: _insert(connection, entry, now))
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            self._failures.add("writing figures", error)
            return False
        self._sweep_sometimes(_ROW * len(entry.balances))
        return True

    def sums(self, since: int | None = None) -> Sums:
        """Return all sums, or those from a day (of those since 1970) on."""
        try:
            found = self._in_file(lambda connection: _sums(connection, since or 0))
        except (sqlite3.Error, OSError, ValueError) as error:
            self._failures.add(_SUMMING, error)
            return {}
        self._failures.failing.discard(_SUMMING)
        return found

    def others(self, run: str, worker: str) -> list[Sums]:
        """Return all of each other process of a run, as of its last entry."""
        try:
            rows = self._in_file(lambda connection: _others(connection, run, worker))
            return [unpacked(body) for (body,) in rows]
        except (sqlite3.Error, OSError, ValueError) as error:
            self._failures.add("reading figures", error)
            return []

    def _delete(self, connection: sqlite3.Connection) -> int:
        gone = super()._delete(connection)
        now = self._clock()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM figures WHERE day < ?", (int(now // DAY) - _DAYS,))
        connection.execute(
            "DELETE FROM figures WHERE day < (SELECT day FROM figures "
            "ORDER BY day DESC LIMIT 1 OFFSET ?)",
            (_FIGURES,),
        )
        connection.execute("DELETE FROM workers WHERE used < ?", (now - _LAST_SEEN,))
        connection.execute(
            "DELETE FROM workers WHERE used < (SELECT used FROM workers "
            "ORDER BY used DESC LIMIT 1 OFFSET ?)",
            (_WORKERS,),
        )
        connection.execute("COMMIT")
        return gone


def _select(
    connection: sqlite3.Connection, conversation: bytes
) -> tuple[float, float, int, int, int] | None:
    found: tuple[float, float, int, int, int] | None = connection.execute(
        "SELECT through, direct, requests, fetched, closed FROM accounts WHERE key = ?",
        (conversation,),
    ).fetchone()
    return found


def _close(connection: sqlite3.Connection, conversation: bytes, now: float) -> bool:
    connection.execute("BEGIN IMMEDIATE")
    row = _select(connection, conversation)
    connection.execute(_ADD_BALANCE, (conversation, now, _ROW, 0.0, 0.0, 0, 0, 1))
    connection.execute("COMMIT")
    return row is None or not row[4]


def _insert(connection: sqlite3.Connection, entry: Entry, now: float) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        _ADD_BALANCE,
        [
            (key, now, _ROW, of.through, of.direct, of.requests, of.fetched, int(of.closed))
            for key, of in entry.balances.items()
        ],
    )
    day = int(now // DAY)
    connection.executemany(
        _ADD_FIGURE, [(day, model, name, more) for (model, name), more in entry.sums.items()]
    )
    connection.execute("UPDATE workers SET used = ? WHERE run = ?", (now, entry.run))
    connection.execute(
        "INSERT OR REPLACE INTO workers (run, worker, used, body) VALUES (?, ?, ?, ?)",
        (entry.run, entry.worker, now, packed(entry.whole)),
    )
    connection.execute("COMMIT")


def _sums(connection: sqlite3.Connection, since: int) -> Sums:
    rows = connection.execute(
        "SELECT model, name, sum(value) FROM figures WHERE day >= ? GROUP BY model, name", (since,)
    )
    return {(model, name): value for model, name, value in rows}


def _others(connection: sqlite3.Connection, run: str, worker: str) -> list[tuple[str]]:
    return connection.execute(
        "SELECT body FROM workers WHERE run = ? AND worker != ?", (run, worker)
    ).fetchall()
