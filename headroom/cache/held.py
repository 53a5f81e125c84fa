"""`HeldLedger`: what ledgers in another place share: forms once seen are held in this process."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from headroom.core.ttlmap import BoundedMap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from headroom.cache.ledger import Sent
    from headroom.core.protocols import Clock
    from headroom.stores import Failures

T = TypeVar("T")

Known = tuple["Sent", float]
"""A form, and when its last use was noted."""
DAY = 24 * 3600.0
_ENTRIES = 100_000
_MOST_OWED = 16_000_000
"""Bytes of forms that wait for a place that fails; others are held as long as they would be."""
_AT_ONCE = 64
"""Forms that a request puts there besides its own, once the place serves again."""
_OVERHEAD = 600
"""Bytes that a form held in this process takes besides its text, measured roughly."""


class HeldLedger(ABC):
    """Forms by lineage key in another place; the first one put under a key by any process stays.

    A form never changes, so what is held of it in this process stays true. Where the place fails,
    forms are kept in this process alone, and a warning says so; they are put there as soon as it
    serves again, and so are those that it had and has lost. Subclasses say how the place is read
    and written; `_failures` counts what it could not do.

    Args:
        clock: seconds.
        ttl: seconds after its last use at which a form is forgotten.
        held: most bytes that forms held in this process may take.
    """

    _failures: Failures
    _errors: tuple[type[Exception], ...]
    """What a place that fails raises."""

    failing = False
    """Whether the place failed when it was last asked for something."""
    revised = 0
    """How often a form gave way to one that somebody else had put there meanwhile."""

    def __init__(self, *, clock: Clock, ttl: float, held: int) -> None:
        self._clock = clock
        self._refresh = min(DAY / 4, ttl / 10)
        self._front: BoundedMap[bytes, Known] = BoundedMap(_ENTRIES, max_size=held, size=_size)
        self._owed: dict[bytes, Known] = {}
        """Forms that went out and are not in the place, because that failed."""
        self._owing, self._owing_size = threading.Lock(), 0

    def get(self, key: bytes) -> Sent | None:
        """Return the form recorded under the key, or None."""
        return self.get_all((key,))[0]

    def put(self, key: bytes, sent: Sent) -> None:
        """Record a form; a key that is already there keeps its first form."""
        self.put_all({key: sent})

    def get_all(self, keys: Sequence[bytes]) -> list[Sent | None]:
        """Return the form recorded under each key."""
        known = {key: self._held(key) for key in keys}
        missing = [key for key, found in known.items() if found is None]
        now = self._clock()
        if missing:
            there = self._tried("reading forms", lambda: self._read(missing, now))
            known |= there or {}
        self._use(known, set(missing), now)
        return [None if found is None else found[0] for found in map(known.get, keys)]

    def put_all(self, entries: Mapping[bytes, Sent]) -> list[Sent]:
        """Record forms, all at once for whoever else looks; return the one that stands for each."""
        known = {key: self._held(key) for key in entries}
        new = {key: sent for key, sent in entries.items() if known[key] is None}
        if new:
            now = self._clock()
            standing = {key: (sent, now) for key, sent in new.items()}
            standing |= self._recorded(new, now)
            for key, found in standing.items():
                self._front.put(key, found)
            known |= standing
        return [entries[key] if found is None else found[0] for key, found in known.items()]

    def tend(self) -> None:
        """Put into the place what it did not take before, or has lost; to be called often."""
        if self._lost():
            self._owe_all()
        while self._owed and self._paid():
            pass

    def _owe_all(self) -> None:
        """Have all forms that are held put into the place, which has none any more."""
        with self._owing:
            for key, known in self._front.items():
                self._owe(key, known)

    def _owe(self, key: bytes, known: Known) -> None:
        if key not in self._owed and self._owing_size + _size(known) <= _MOST_OWED:
            self._owing_size += _size(known)
            self._owed[key] = known

    def _held(self, key: bytes) -> Known | None:
        return self._front.get(key) or self._owed.get(key)

    def _recorded(self, new: Mapping[bytes, Sent], now: float) -> dict[bytes, Known]:
        """Record forms; return what stands for each, if the place says so."""
        there = self._tried("recording forms", lambda: self._record(new, now))
        if there is not None:
            self._paid()
            return there
        with self._owing:
            for key, sent in new.items():
                self._owe(key, (sent, now))
        return {}

    def _paid(self) -> bool:
        """Put some of what the place did not take before there; return whether it took them.

        Where another form stands there by now, that is taken from then on. Both have gone out, so
        one of them is read anew once; two that stayed would be, with each request that another
        process answers.
        """
        with self._owing:
            some = dict(islice(self._owed.items(), _AT_ONCE))
        if not some:
            return True
        late, now = {key: sent for key, (sent, _) in some.items()}, self._clock()
        there = self._tried("recording forms", lambda: self._record(late, now))
        if there is None:
            return False
        with self._owing:
            for key, known in some.items():
                stands = there.get(key, known)
                self.revised += stands[0] != known[0]
                self._front.put(key, stands)
                self._owed.pop(key, None)
            if not self._owed:
                self._owing_size = 0
        return True

    def _use(self, known: Mapping[bytes, Known | None], fresh: set[bytes], now: float) -> None:
        """Hold what was read, and note uses in the place where the last note is old."""
        stale = []
        for key, found in known.items():
            if found is None:
                continue
            if now - found[1] >= self._refresh:
                stale.append(key)
                self._front.put(key, (found[0], now))
            elif key in fresh:
                self._front.put(key, found)
        if stale:
            self._tried("noting a use", lambda: self._touch(stale, now))

    def _tried(self, doing: str, work: Callable[[], T]) -> T | None:
        """Return what a piece of work returns; None where the place failed."""
        try:
            done = work()
        except self._errors as error:
            self._failures.add(doing, error)
            self.failing = True
            return None
        self.failing = False
        return done

    @abstractmethod
    def _lost(self) -> bool:
        """Whether the place has lost all that was in it since this was asked last."""

    @abstractmethod
    def _read(self, keys: Sequence[bytes], now: float) -> dict[bytes, Known]:
        """Return the forms that are there."""

    @abstractmethod
    def _record(self, entries: Mapping[bytes, Sent], now: float) -> dict[bytes, Known]:
        """Record what is not there yet, in one go; return what stands for each key then."""

    @abstractmethod
    def _touch(self, keys: Sequence[bytes], now: float) -> None:
        """Note that forms are used, so that they last longer."""


def _size(known: Known) -> int:
    return _OVERHEAD + len(known[0].text or "")
