"""`Upkeep`: notes that originals are used, off the path of requests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from headroom.engine.upkeep import Uses, note

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from headroom.core.protocols import Clock, OriginalStore
    from headroom.core.result import CompressionResult
    from headroom.proxy.pool import Pool


class Upkeep:
    """Has originals last as long as conversations name them; for the event loop.

    Args:
        store: where originals lie.
        pool: threads for that.
        clock: seconds.
    """

    def __init__(self, store: OriginalStore, pool: Pool, clock: Clock) -> None:
        self._store, self._pool = store, pool
        self._uses = Uses(store, clock)

    def keep(self, result: CompressionResult, again: Callable[[Sequence[str]], object]) -> None:
        """Note the uses of what a request names, where that is due.

        Args:
            result: what became of the request.
            again: stores the originals under some refs once more; called in a thread.
        """
        due = self._uses.due(result.outcomes)
        if due:
            self._pool.run(partial(note, self._store, due, again)).add_done_callback(_forget)


def _forget(future: asyncio.Future[Any]) -> None:
    """Take note of how a piece of work ended, so that nobody is warned where it is abandoned."""
    if not future.cancelled():
        future.exception()
