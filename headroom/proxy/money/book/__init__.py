"""The book of a proxy: balances of conversations and sums by day, for whoever comes after.

Owns: where they lie, how long, and who else's they are added to.
Does not own: what is counted, and when it is written down (`headroom.proxy.money.keeper`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from headroom.core.protocols import Clock
    from headroom.proxy.money.account import Balance
    from headroom.proxy.money.figures import Sums

__all__ = ["DAY", "Book", "Entry", "open_book"]

DAY = 24 * 3600.0
"""Sums are kept by the day, in UTC."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one process has to add."""

    run: str
    """Tells the processes that were started together from all others."""
    worker: str
    """Tells the process from the others of its run."""
    balances: dict[bytes, Balance] = field(default_factory=dict)
    """What came to each since the last entry."""
    sums: Sums = field(default_factory=dict)
    """What came to each since the last entry."""
    whole: Sums = field(default_factory=dict)
    """All of the process since it was started."""


class Book(Protocol):
    """Is shared by all processes that open it at the same place; may be used from any thread."""

    @property
    def failing(self) -> Collection[str]:
        """What failed when it was done last; what is told meanwhile may be less than there is."""

    def balance(self, conversation: bytes) -> Balance | None:
        """Return the balance of a conversation; None where there is none, or none can be had."""

    def closed(self, conversation: bytes) -> bool:
        """Close a conversation for good; return whether nobody had done so before."""

    def add(self, entry: Entry) -> bool:
        """Add all of an entry, or nothing; return whether that was done."""

    def sums(self, since: int | None = None) -> Sums:
        """Return all sums, or those from a day (of those since 1970) on."""

    def others(self, run: str, worker: str) -> list[Sums]:
        """Return all of each other process of a run, as of its last entry."""

    def close(self) -> None:
        """Let go of the file or connection."""


def open_book(
    place: str,
    *,
    clock: Clock = time.time,  # noqa: TID251 - the default of an injected clock
) -> Book | None:
    """Return the book that lies at a place, opened; None for "memory:", where nothing is kept.

    Args:
        place: `redis://host:port/db` (`rediss:` with TLS), or the path of a file.
        clock: seconds since the epoch.

    Raises:
        ConfigurationError: a path that cannot be written, a file that is not ours, a malformed URL,
            or a package that is not installed.
        StoreError: the file is there but cannot be opened right now.
    """
    if place == "memory:":
        return None
    if place.startswith(("redis://", "rediss://")):
        from headroom.proxy.money.book.redis import RedisBook  # noqa: PLC0415 - an optional package

        return RedisBook(place, clock=clock)
    from headroom.proxy.money.book.sqlite import SqliteBook  # noqa: PLC0415 - only what is used

    return SqliteBook(Path(place).expanduser().absolute(), clock=clock)
