"""The store of originals that lives and ends with this process."""

from __future__ import annotations

from sys import getsizeof
from typing import TYPE_CHECKING

from headroom.core.ttlmap import BoundedMap
from headroom.stores import refuse_beyond

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from headroom.core.protocols import Clock


class MemoryStore:
    """Originals in this process, for all of its threads.

    Args:
        clock: seconds.
        ttl: seconds after its last use at which an original is gone.
        max_entries: most originals kept; the one unused for longest goes first.
        max_bytes: most bytes of memory that the texts may take; as `max_entries`. A text that is
            larger alone is refused.
    """

    def __init__(self, *, clock: Clock, ttl: float, max_entries: int, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._texts = _Texts(max_entries, max_size=max_bytes, ttl=ttl, clock=clock, size=getsizeof)

    def put(self, ref: str, original: str) -> None:
        """Keep a text under its ref; again with the same ref only makes it last longer.

        Raises:
            StoreError: it is larger than all texts may be together.
        """
        self.put_all({ref: original})

    def put_all(self, originals: Mapping[str, str]) -> Collection[str]:
        """Keep several texts, each under its ref; return the refs that were known.

        Raises:
            StoreError: those that are new are larger than all texts may be together.
        """
        known = {ref for ref in originals if self._texts.get(ref) is not None}
        new = {ref: original for ref, original in originals.items() if ref not in known}
        refuse_beyond(self._max_bytes, sum(map(getsizeof, new.values())))
        for ref, original in new.items():
            self._texts.put(ref, original)
        return known

    def get(self, ref: str) -> str | None:
        """Return the text and make it last longer, or None: unknown, expired or dropped."""
        return self._texts.get(ref)

    def sweep(self) -> int:
        """Drop what is expired and return how many texts went; bounds always hold."""
        return self._texts.expire()

    def close(self) -> None:
        """Forget everything."""
        self._texts.clear()


class _Texts(BoundedMap[str, str]):
    def expire(self) -> int:
        with self._lock:
            held = len(self._entries)
            if self._ttl is None or self._clock is None:
                return 0
            oldest = self._clock() - self._ttl
            # The order of the entries is the order of their use, so the expired stand in front.
            while self._entries and self._used[next(iter(self._entries))] < oldest:
                self._drop(next(iter(self._entries)))
            return held - len(self._entries)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._used.clear()
            self._total = 0
