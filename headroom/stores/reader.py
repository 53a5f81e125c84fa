"""`SqliteReader`: originals in a file that this process may read but not write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from headroom.stores import StoreError, unpack

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from headroom.core.protocols import Clock

_WAYS = ("mode=ro", "immutable=1")
"""With the log of those who have the file open; without, where it is not open and has none.

To read the log of a file SQLite needs what they made beside it, and cannot make it itself here.
"""
_FOUND = "SELECT used, body FROM originals WHERE ref = ?"


class SqliteReader:
    """Reads what a `SqliteStore` keeps, where a sandbox lets commands read and not write.

    Uses are not noted, so an original lasts no longer for being read.

    Args:
        path: the file.
        clock: seconds since the epoch.
        ttl: seconds after its last use at which an original is gone.

    Raises:
        StoreError: the file cannot be read, or is none of ours.
    """

    def __init__(self, path: Path, *, clock: Clock, ttl: float) -> None:
        self._path, self._clock, self._ttl = path, clock, ttl
        self._row("")

    def get(self, ref: str) -> str | None:
        """Return the text; None if unknown, expired or unreadable."""
        try:
            row = self._row(ref)
            return None if row is None or self._clock() - row[0] > self._ttl else unpack(row[1])
        except (StoreError, ValueError, TypeError):
            return None

    def put(self, ref: str, original: str) -> None:
        """Keep nothing.

        Raises:
            StoreError: always.
        """
        self.put_all({ref: original})

    def put_all(self, originals: Mapping[str, str]) -> Collection[str]:  # noqa: ARG002 - as above
        """Keep nothing.

        Raises:
            StoreError: always.
        """
        raise StoreError(f"'{self._path}' can only be read here")

    def sweep(self) -> int:
        """Drop nothing."""
        return 0

    def close(self) -> None:
        """Do nothing: the file is opened for each question."""

    def _row(self, ref: str) -> tuple[float, bytes] | None:
        for way in _WAYS:
            try:
                url = f"{self._path.absolute().as_uri()}?{way}"
                with closing(sqlite3.connect(url, uri=True)) as connection:
                    row: tuple[float, bytes] | None = connection.execute(_FOUND, (ref,)).fetchone()
                    return row
            except sqlite3.Error as error:
                failed = error
        raise StoreError(f"cannot read the originals in '{self._path}': {failed}") from failed
