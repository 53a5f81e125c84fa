"""`Pool`: threads for work that must not hold up an event loop."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_Piece = tuple["Callable[[], Any]", asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class Pool:
    """Threads that answer to event loops, begun as they are needed and never waited for.

    The executors of the standard library hand on through a second kind of future, with a lock and
    callbacks of its own: noticeable where a piece of work takes a millisecond.

    Args:
        threads: most that work at the same time.
        name: what theirs begin with.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._most, self._name = threads, name
        self._pieces: SimpleQueue[_Piece | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._begun = 0
        self._free = 0
        """Threads without work; less than none where pieces wait."""
        self._closed = False

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Have a piece of work done; to be called in the loop that waits for what it returns."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            if self._free <= 0 and self._begun < self._most:
                name = f"{self._name}_{self._begun + 1}"
                threading.Thread(target=self._work, name=name, daemon=True).start()
                self._begun += 1
                self._free += 1
            self._free -= 1
        self._pieces.put((work, loop, future))
        return future

    def close(self) -> None:
        """Have the threads end when what they are at is done; what waits is cancelled."""
        with self._lock:
            self._closed = True
        with suppress(Empty):
            while (piece := self._pieces.get_nowait()) is not None:
                piece[2].cancel()
        for _ in range(self._begun):
            self._pieces.put(None)

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            self._done(*piece)
            del piece  # Or what it holds would be held until there is more to do.

    def _done(
        self, work: Callable[[], Any], loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]
    ) -> None:
        result, failure = None, None
        try:
            result = None if future.cancelled() else work()
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            failure = error
        with self._lock:  # First, so that whoever waits finds it free.
            self._free += 1
        with suppress(RuntimeError):  # The loop is closed: nobody waits any more.
            loop.call_soon_threadsafe(_settle, future, result, failure)


def _settle(future: asyncio.Future[T], result: T, failure: BaseException | None) -> None:
    if future.cancelled():
        return
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)
