"""A bounded map: entries end by age, by count or by total size, the least recently used first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from headroom.core.protocols import Clock

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")


class BoundedMap(Generic[K, V]):
    """A thread-safe LRU map with bounds on count, total size and age.

    Args:
        max_entries: most entries held.
        max_size: most that the `size` of all values may add up to; None for no bound.
        ttl: seconds after its last use at which an entry is gone; None for never.
        clock: seconds; needed only with `ttl`.
        size: size of one value, in whatever unit `max_size` is given.
    """

    def __init__(
        self,
        max_entries: int,
        *,
        max_size: int | None = None,
        ttl: float | None = None,
        clock: Clock | None = None,
        size: Callable[[V], int] = lambda _: 1,
    ) -> None:
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._used: dict[K, float] = {}
        """When each entry was used last; empty where none of them ends by age."""
        self._lock = threading.Lock()
        self._max_entries, self._max_size = max_entries, max_size
        self._ttl, self._clock, self._size = ttl, clock, size
        self._total = 0

    def get(self, key: K) -> V | None:
        """Return the value and mark it used, or None if it is not there or too old."""
        with self._lock:
            value = self._entries.get(key)
            if value is None:
                return None
            if self._ttl is not None and self._clock is not None:
                now = self._clock()
                if now - self._used[key] > self._ttl:
                    self._drop(key)
                    return None
                self._used[key] = now
            self._entries.move_to_end(key)
            return value

    def put(self, key: K, value: V) -> None:
        """Hold the value; whatever exceeds a bound by that is dropped, oldest use first."""
        with self._lock:
            if key in self._entries:
                self._drop(key)
            self._entries[key] = value
            if self._ttl is not None and self._clock is not None:
                self._used[key] = self._clock()
            self._total += self._size(value)
            while self._over() and len(self._entries) > 1:
                self._drop(next(iter(self._entries)))

    def items(self) -> list[tuple[K, V]]:
        """Return what is held, the least recently used first; that is no use of it."""
        with self._lock:
            return list(self._entries.items())

    def __len__(self) -> int:
        return len(self._entries)

    def _over(self) -> bool:
        too_big = self._max_size is not None and self._total > self._max_size
        return too_big or len(self._entries) > self._max_entries

    def _drop(self, key: K) -> None:
        self._total -= self._size(self._entries.pop(key))
        self._used.pop(key, None)
