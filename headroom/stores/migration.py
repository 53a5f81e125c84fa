"""The tables of a file, and how a file from an earlier version gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3

STEPS: tuple[tuple[str, ...], ...] = (
    (
        # `body` comes last: a new `used` then never touches the pages that a long body spills to.
        """CREATE TABLE originals (
            id INTEGER PRIMARY KEY,
            ref TEXT NOT NULL UNIQUE,
            used REAL NOT NULL,
            size INTEGER NOT NULL,
            body BLOB NOT NULL
        )""",
        "CREATE INDEX originals_by_use ON originals (used, size)",
    ),
)
"""The statements of step n bring a file from version n to version n + 1."""


def migrate(connection: sqlite3.Connection, steps: tuple[tuple[str, ...], ...] = STEPS) -> None:
    """Bring a file to the newest version, all or nothing; the connection is in autocommit mode.

    Raises:
        ConfigurationError: the file is of a version to come, or of another program.
        sqlite3.Error: the file cannot be read or written.
    """
    newest = len(steps)
    if version_of(connection, newest) == newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: somebody else may have been at it before the lock was ours.
        for statements in steps[version_of(connection, newest) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        connection.execute("DELETE FROM schema_version")
        connection.execute("INSERT INTO schema_version VALUES (?)", (newest,))
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def version_of(connection: sqlite3.Connection, newest: int) -> int:
    """Return the version of a file, 0 for an empty one; nothing is written.

    Raises:
        ConfigurationError: the file is of a version beyond `newest`, or of another program.
        sqlite3.Error: the file cannot be read.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        return 0
    if "schema_version" not in tables:
        raise ConfigurationError("the file is a database of another program; name another file")
    row = connection.execute("SELECT version FROM schema_version").fetchone()
    version = int(row[0]) if row else 0
    if version > newest:
        raise ConfigurationError(
            f"the file has version {version}, and this Headroom knows versions up to "
            f"{newest}; update Headroom or name another file"
        )
    return version
