"""The write-once ledger: in which form each text was first sent in each conversation."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from headroom.core.ttlmap import BoundedMap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headroom.core.protocols import Clock
    from headroom.core.types import Grade

_OVERHEAD = 200
"""Bytes that an entry costs besides its text (key, record, dict slot), measured roughly."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How a text was sent: `text` is None where the original went out as it was."""

    text: str | None
    tokens_before: int
    tokens_after: int
    compressor: str | None = None
    grade: Grade | None = None
    refs: tuple[str, ...] = ()
    """Where the originals are stored, for a text with gaps."""


class Ledger(Protocol):
    """Remembers forms by lineage key; the first form put under a key stays."""

    failing: bool
    """Whether forms cannot be put where they belong: then they are kept in this process alone."""

    def get(self, key: bytes) -> Sent | None:
        """Return the form recorded under the key, or None."""

    def put(self, key: bytes, sent: Sent) -> None:
        """Record a form; a key that is already there keeps its first form."""

    def get_all(self, keys: Sequence[bytes]) -> list[Sent | None]:
        """Return the form recorded under each key."""

    def put_all(self, entries: Mapping[bytes, Sent]) -> list[Sent]:
        """Record forms, all at once for whoever else looks; return the one that stands for each."""


class MemoryLedger:
    """A ledger in this process, bounded by entries, bytes and time since last use.

    Args:
        max_entries: most texts remembered.
        max_bytes: most that their forms may take, roughly.
        ttl: seconds after its last use at which an entry is forgotten; None for never.
        clock: seconds, needed with `ttl`.
    """

    failing = False

    def __init__(
        self,
        max_entries: int = 100_000,
        max_bytes: int = 64_000_000,
        ttl: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._map: BoundedMap[bytes, Sent] = BoundedMap(
            max_entries, max_size=max_bytes, ttl=ttl, clock=clock, size=_size
        )
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Sent | None:
        """Return the form recorded under the key, or None."""
        return self._map.get(key)

    def put(self, key: bytes, sent: Sent) -> None:
        """Record a form; a key that is already there keeps its first form."""
        self.put_all({key: sent})

    def get_all(self, keys: Sequence[bytes]) -> list[Sent | None]:
        """Return the form recorded under each key."""
        with self._lock:
            return [self._map.get(key) for key in keys]

    def put_all(self, entries: Mapping[bytes, Sent]) -> list[Sent]:
        """Record forms, all at once for whoever else looks; return the one that stands for each."""
        with self._lock:
            return [self._first(key, sent) for key, sent in entries.items()]

    def _first(self, key: bytes, sent: Sent) -> Sent:
        there = self._map.get(key)
        if there is not None:
            return there
        self._map.put(key, sent)
        return sent

    def __len__(self) -> int:
        return len(self._map)


class Rehearsal:
    """A ledger that has what another one has, and keeps to itself, for a moment, what is put in it.

    Args:
        ledger: the other one; nothing is put there.
    """

    failing = False

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._own: dict[bytes, Sent] = {}

    def get(self, key: bytes) -> Sent | None:
        """Return the form recorded under the key, or None."""
        return self.get_all([key])[0]

    def put(self, key: bytes, sent: Sent) -> None:
        """Record a form; a key that is already there keeps its first form."""
        self.put_all({key: sent})

    def get_all(self, keys: Sequence[bytes]) -> list[Sent | None]:
        """Return the form recorded under each key."""
        found = zip(keys, self._ledger.get_all(keys), strict=True)
        return [self._own.get(key) if sent is None else sent for key, sent in found]

    def put_all(self, entries: Mapping[bytes, Sent]) -> list[Sent]:
        """Record forms; return the one that stands for each."""
        standing = zip(entries.items(), self.get_all(list(entries)), strict=True)
        return [
            self._own.setdefault(key, sent) if there is None else there
            for (key, sent), there in standing
        ]


def _size(sent: Sent) -> int:
    return _OVERHEAD + len(sent.text or "")
