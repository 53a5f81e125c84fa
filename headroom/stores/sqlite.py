"""The store of originals in one file, for any number of processes and threads at once."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, ClassVar

from headroom.stores import READING, STORING, StoreError, pack, refuse_beyond, unpack
from headroom.stores.file import SqliteFile, rows_of
from headroom.stores.migration import STEPS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_KNOWN = "SELECT ref, used FROM originals WHERE ref IN ({})"


class SqliteStore(SqliteFile):
    """Originals in a file with mode 0600; a directory made for it has mode 0700.

    A text that `put` returned for is in the file even if the process is killed the next moment.
    A use is written down at most once a minute (or ten times in `ttl`, where that is more often),
    so an original may go that much early. `put` sweeps now and then, so the bounds may be
    exceeded by an eighth for each process that writes. For the arguments see `SqliteFile`.
    """

    table: ClassVar[str] = "originals"
    steps: ClassVar[tuple[tuple[str, ...], ...]] = STEPS

    @property
    def failing(self) -> Collection[str]:
        """What failed when it was done last: `STORING`, `READING`."""
        return self._failures.failing

    def put(self, ref: str, original: str) -> None:
        """Keep a text under its ref; again with the same ref only makes it last longer.

        Raises:
            StoreError: the text is not in the file.
        """
        self.put_all({ref: original})

    def put_all(self, originals: Mapping[str, str]) -> Collection[str]:
        """Keep several texts, each under its ref, all or none; return the refs that were known.

        Raises:
            StoreError: they are not in the file.
        """
        try:
            written, known = self._in_file(lambda connection: self._insert(connection, originals))
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            self._failures.add(STORING, error)
            raise StoreError(f"an original could not be stored: {error}") from error
        self._failures.failing.discard(STORING)
        if written:
            self._sweep_sometimes(written, len(originals))
        return known

    def get(self, ref: str) -> str | None:
        """Return the text and make it last longer; None if unknown, expired or unreadable."""
        try:
            found = self._in_file(lambda connection: self._select(connection, ref))
        except (sqlite3.Error, OSError, ValueError) as error:
            self._failures.add(READING, error)
            return None
        self._failures.failing.discard(READING)
        return found

    def _insert(
        self, connection: sqlite3.Connection, originals: Mapping[str, str]
    ) -> tuple[int, Collection[str]]:
        """Store texts in one go; return how many bytes that took, and the refs that were there."""
        now = self._clock()
        known: dict[str, float] = dict(rows_of(connection, _KNOWN, list(originals)))
        due = [
            ref for ref in originals if ref not in known or abs(now - known[ref]) >= self._refresh
        ]
        # Packed before the file is closed to all others.
        rows = [(ref, now, len(body), body) for ref in due for body in (pack(originals[ref]),)]
        if not rows:
            return 0, known
        new = sum(size for ref, _, size, _ in rows if ref not in known)
        refuse_beyond(self._max_bytes, new)
        if len(rows) > 1:
            connection.execute("BEGIN IMMEDIATE")
        for row in rows:
            connection.execute(
                "INSERT INTO originals (ref, used, size, body) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (ref) DO UPDATE SET used = excluded.used",
                row,
            )
        if len(rows) > 1:
            connection.execute("COMMIT")
        return new, known

    def _select(self, connection: sqlite3.Connection, ref: str) -> str | None:
        now = self._clock()
        row = connection.execute(
            "SELECT id, used, body FROM originals WHERE ref = ?", (ref,)
        ).fetchone()
        if row is None or now - row[1] > self._ttl:
            return None
        try:
            original = unpack(row[2])
        except (ValueError, TypeError):
            # Gone, so that the next `put` stores it anew.
            connection.execute("DELETE FROM originals WHERE id = ?", (row[0],))
            raise
        if abs(now - row[1]) >= self._refresh:
            self._touch(connection, row[0], now)
        return original

    def _touch(self, connection: sqlite3.Connection, row: int, now: float) -> None:
        """Note a use; a text that was read is answered even where that fails."""
        try:
            connection.execute("UPDATE originals SET used = ? WHERE id = ?", (now, row))
        except sqlite3.OperationalError as error:
            self._failures.add("noting a use", error)
