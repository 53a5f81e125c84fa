"""`Pool`: threads for work that must not hold up an event loop."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class LateError(Exception):
    """A piece of work was not done in time; what it returns is lost."""


@dataclass(frozen=True, slots=True)
class _Piece:
    work: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    timer: asyncio.TimerHandle | None


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

    def run(self, work: Callable[[], T], patience: float | None = None) -> asyncio.Future[T]:
        """Have a piece of work done; to be called in the loop that waits for what it returns.

        What nobody waits for any more is not begun.

        Args:
            work: the piece.
            patience: seconds after which `LateError` is raised where it is waited for.
        """
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
        timer = None if patience is None else loop.call_later(patience, _late, future)
        self._pieces.put(_Piece(work, loop, future, timer))
        return future

    def close(self) -> None:
        """Have the threads end when what they are at is done; what waits is cancelled."""
        with self._lock:
            self._closed = True
        with suppress(Empty):
            while (piece := self._pieces.get_nowait()) is not None:
                piece.future.cancel()
        for _ in range(self._begun):
            self._pieces.put(None)

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            self._done(piece)
            del piece  # Or what it holds would be held until there is more to do.

    def _done(self, piece: _Piece) -> None:
        result, failure = None, None
        try:
            result = None if piece.future.done() else piece.work()
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            failure = error
        with self._lock:  # First, so that whoever waits finds it free.
            self._free += 1
        with suppress(RuntimeError):  # The loop is closed: nobody waits any more.
            piece.loop.call_soon_threadsafe(_settle, piece, result, failure)


def _settle(piece: _Piece, result: Any, failure: BaseException | None) -> None:
    if piece.timer is not None:
        piece.timer.cancel()
    if piece.future.done():
        return
    if failure is None:
        piece.future.set_result(result)
    else:
        piece.future.set_exception(failure)


def _late(future: asyncio.Future[Any]) -> None:
    if not future.done():
        future.set_exception(LateError())
