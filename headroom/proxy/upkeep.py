"""`Upkeep`: has originals last as long as the conversations whose texts name them."""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING, Any

from headroom.core.result import Action
from headroom.stores import failing

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from headroom.core.protocols import Clock, OriginalStore
    from headroom.core.result import CompressionResult
    from headroom.proxy.pool import Pool

_KEEP = 3600
"""Seconds after which a use of an original is noted again."""
PLACES = 1 << 14
"""Originals of which it is known when a use was noted, at most."""
_NEVER = -_KEEP


class Upkeep:
    """Notes that originals are used, off the path of requests; for the event loop.

    A store may have lost one meanwhile: a server that came back empty, a damaged file. The request
    still holds the text, so it is stored once more.

    Args:
        store: where originals lie.
        pool: threads for that.
        clock: seconds.
    """

    def __init__(self, store: OriginalStore, pool: Pool, clock: Clock) -> None:
        self._store, self._pool, self._clock = store, pool, clock
        self._notes = Notes()
        self._failed, self._replaced = False, 0

    def keep(self, result: CompressionResult, again: Callable[[], object]) -> None:
        """Note the uses of what a request names, where that is due.

        Args:
            result: what became of the request.
            again: stores the originals of its texts once more; called in a thread.
        """
        self._look()
        due = self._due(result)
        if due:
            self._pool.run(partial(_noted, self._store, due, again)).add_done_callback(_forget)

    def _look(self) -> None:
        """Have everything noted anew where a store may have lost something.

        That is where it serves again after it failed, or another file has taken its place.
        """
        fails = bool(failing(self._store))
        replaced: int = getattr(self._store, "replaced", 0)
        if (self._failed and not fails) or replaced != self._replaced:
            self._notes.clear()
        self._failed, self._replaced = fails, replaced

    def _due(self, result: CompressionResult) -> list[str]:
        now = int(self._clock())
        return [
            ref
            for outcome in result.outcomes
            for ref in outcome.refs
            # What is new has just been stored.
            if self._notes.is_due(hash(ref), now) and outcome.action is Action.REPLAYED
        ]


class Notes:
    """When a use of each original was noted, as far as there are places: two for each, by its hash.

    An original that finds both taken gets the one noted longer ago; the one that stood there is
    noted once more when it is used next. All places together take 200 kB, however many are used.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._refs = array("q", [0]) * PLACES
        self._times = array("i", [_NEVER]) * PLACES

    def is_due(self, ref: int, now: int) -> bool:
        """Whether a use is to be noted; from then on it counts as noted.

        Args:
            ref: hash of the ref.
            now: seconds.
        """
        refs, times = self._refs, self._times
        first, second = ref % PLACES, ref // PLACES % PLACES
        place = next((each for each in (first, second) if refs[each] == ref), None)
        if place is None:
            place = min(first, second, key=times.__getitem__)
        elif now - times[place] < _KEEP:
            return False
        refs[place], times[place] = ref, now
        return True


def _noted(store: OriginalStore, refs: list[str], again: Callable[[], object]) -> None:
    lost = [ref for ref in refs if store.get(ref) is None]
    if lost and not failing(store):
        again()


def _forget(future: asyncio.Future[Any]) -> None:
    """Take note of how a piece of work ended, so that nobody is warned where it is abandoned."""
    if not future.cancelled():
        future.exception()
