"""`Upkeep`: has originals last as long as the conversations whose texts name them."""

from __future__ import annotations

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
_REFS = 10_000


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
        self._noted: dict[int, int] = {}
        """By hash: when a use of each original was noted, the oldest first."""
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
            self._noted.clear()
        self._failed, self._replaced = fails, replaced

    def _due(self, result: CompressionResult) -> list[str]:
        now = int(self._clock())
        due = []
        for outcome in result.outcomes:
            for ref in outcome.refs:
                key = hash(ref)
                noted = self._noted.get(key)
                if noted is not None and now - noted < _KEEP:
                    continue
                self._noted.pop(key, None)
                self._noted[key] = now
                if outcome.action is Action.REPLAYED:  # What is new has just been stored.
                    due.append(ref)
        while len(self._noted) > _REFS:
            del self._noted[next(iter(self._noted))]
        return due


def _noted(store: OriginalStore, refs: list[str], again: Callable[[], object]) -> None:
    lost = [ref for ref in refs if store.get(ref) is None]
    if lost and not failing(store):
        again()


def _forget(future: asyncio.Future[Any]) -> None:
    """Take note of how a piece of work ended, so that nobody is warned where it is abandoned."""
    if not future.cancelled():
        future.exception()
