"""`SqliteReader`: a file of originals where nothing may be written, as in an agent's sandbox."""

from __future__ import annotations

import sqlite3
import weakref
from typing import TYPE_CHECKING

from headroom.errors import HeadroomError
from headroom.stores import READING, Failures, StoreError, unpack
from headroom.stores.migration import migrate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from headroom.core.protocols import Clock

_WAYS = ("mode=ro", "mode=ro&immutable=1")
"""How to open it: as others may be writing it, or, where no log lies beside it, as it is."""


class SqliteReader:
    """Originals in a file that is only read; a use makes none of them last longer.

    Args:
        path: the file.
        clock: seconds since the epoch.
        ttl: seconds after its last use at which an original is gone.

    Raises:
        StoreError: there is no such file, or it cannot be read.
        ConfigurationError: it is of a version to come, or of another program.
    """

    def __init__(self, path: Path, *, clock: Clock, ttl: float) -> None:
        self._clock, self._ttl = clock, ttl
        self._failures = Failures(f"store in {path}")
        self._connection = _opened(path)
        # Where nobody calls `close`.
        weakref.finalize(self, self._connection.close)

    @property
    def failing(self) -> Collection[str]:
        """What failed when it was done last: `READING`."""
        return self._failures.failing

    def put(self, ref: str, original: str) -> None:
        """Refuse a text.

        Raises:
            StoreError: always.
        """
        self.put_all({ref: original})

    def put_all(self, originals: Mapping[str, str]) -> Collection[str]:
        """Refuse texts.

        Raises:
            StoreError: there are any.
        """
        if originals:
            raise StoreError("an original could not be stored: the file can only be read here")
        return ()

    def get(self, ref: str) -> str | None:
        """Return the text; None if unknown, expired or unreadable."""
        try:
            query = "SELECT used, body FROM originals WHERE ref = ?"
            row = self._connection.execute(query, (ref,)).fetchone()
            if row is None or self._clock() - row[0] > self._ttl:
                return None
            return unpack(row[1])
        except (sqlite3.Error, ValueError, TypeError) as error:
            self._failures.add(READING, error)
            return None

    def sweep(self) -> int:
        """Return 0: nothing can be dropped."""
        return 0

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _opened(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that has our tables."""
    failed: Exception | None = None
    for way in _WAYS:
        try:
            connection = sqlite3.connect(
                f"{path.as_uri()}?{way}",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error as error:
            failed = error
            continue
        try:
            migrate(connection)  # Only looks, where there is nothing to be done.
        except (sqlite3.Error, HeadroomError) as error:
            connection.close()
            if isinstance(error, HeadroomError):
                raise
            failed = error
        else:
            return connection
    raise StoreError(f"cannot read the originals in '{path}': {failed}") from failed
