"""`Workers`: several processes that serve on one socket; one that dies or hangs is replaced.

They share the listening socket: a connection that one of them did not take in time is taken
by another, and none is lost with a process that ends. What they have to know of each other lies in
the ledger, the store and the book.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import signal
import threading
from dataclasses import dataclass, field
from enum import Enum, auto
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from headroom.errors import ConfigurationError, HeadroomError
from headroom.proxy.serving import allocator, log, server
from headroom.proxy.serving.pulse import Beat, Pulse

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from headroom.proxy.app import App
    from headroom.proxy.serving.blueprint import Blueprint

_AGAIN = 1.0
"""Seconds before a worker is started anew that ended before it could serve."""
_SOON = 0.5
"""Seconds that a worker waits for the others to write down what they did."""
_LAST = server.GRACE + 5
"""Seconds in which workers end when they are told to."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_log = logging.getLogger("headroom.proxy")
_spawn = multiprocessing.get_context("spawn")


class _Said(Enum):
    """What a worker and whoever started it say to each other."""

    READY = auto()
    """The worker serves."""
    ASKED = auto()
    """It wants to know what the others have done."""
    SAVE = auto()
    """It is to write down what it has done."""
    SAVED = auto()
    BEAT = auto()
    """It is to say so if it still serves; it does."""
    ANSWERED = auto()
    """What it asked is in the book now."""
    END = auto()


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    line: Connection
    ready: bool = False
    waits_for: set[_Worker] = field(default_factory=set)
    """Those that have not saved yet since it asked."""
    beat: Beat = field(default_factory=Beat)

    def say(self, what: _Said) -> None:
        with contextlib.suppress(OSError):  # It has just ended; that is seen to elsewhere.
            self.line.send(what)


class Workers:
    """Runs workers until a signal comes.

    Args:
        blueprint: what each of them serves.
        count: of them.
        pulse: when they are asked whether they still serve.
    """

    def __init__(self, blueprint: Blueprint, count: int, pulse: Pulse | None = None) -> None:
        self._blueprint, self._count = blueprint, count
        self._pulse = pulse or Pulse()
        self._running: list[_Worker] = []

    def serve(self, host: str, port: int, say: Callable[[str], object]) -> None:
        """Serve until a signal comes; `say` is told the URL as soon as all of them serve.

        Raises:
            ConfigurationError: nothing can be opened there, or no worker can be started.
        """
        with server.listening(host, port) as listening, _interrupted() as interrupt:
            try:
                self._running = [self._started(listening) for _ in range(self._count)]
                said = False
                while not self._next(listening, interrupt, first=not said):
                    if not said and all(each.ready for each in self._running):
                        say(server.url_of(listening[0]))
                        said = True
            finally:
                self._end(listening, interrupt)

    def _started(self, listening: list[socket.socket]) -> _Worker:
        ours, its = _spawn.Pipe()
        process = _spawn.Process(target=_work, args=(self._blueprint, listening, its), daemon=True)
        process.start()
        its.close()
        return _Worker(process, ours)

    def _next(self, listening: list[socket.socket], interrupt: Connection, *, first: bool) -> bool:
        """Wait until something happens, and see to it; return whether that was the end."""
        lines = [each.line for each in self._running if not each.line.closed]
        ends = [each.process.sentinel for each in self._running]
        happened = wait([interrupt, *lines, *ends], self._pulse.left())
        if interrupt in happened:
            return True
        for place, worker in enumerate(self._running):
            if worker.line in happened:
                self._hear(worker)
            if worker.process.sentinel not in happened:
                continue
            worker.process.join()
            worker.line.close()
            self._saved(worker)
            if first and not worker.ready:
                raise ConfigurationError("a worker ended before it could serve; the log says why")
            _log.warning(
                "worker %s ended (%s); another one is started",
                worker.process.pid,
                worker.process.exitcode,
            )
            if not worker.ready and wait([interrupt], _AGAIN):
                return True
            self._running[place] = self._started(listening)
        if not self._pulse.left():
            self._feel()
        return False

    def _feel(self) -> None:
        """Ask all who serve whether they still do; end who has not said so for too long."""
        timely = self._pulse.turn()
        for worker in self._running:
            if not worker.ready:
                continue
            if self._pulse.hangs(worker.beat, timely=timely):
                seconds = self._pulse.every * worker.beat.missed
                _log.warning("worker %s is stuck for %.0f s", worker.process.pid, seconds)
                worker.process.kill()  # It would not hear anything else; then it is replaced.
            elif not worker.beat.asked:
                worker.beat.asked = True
                worker.say(_Said.BEAT)

    def _hear(self, worker: _Worker) -> None:
        """Do what a worker says."""
        try:
            said = worker.line.recv()
        except (EOFError, OSError):
            worker.line.close()
            return
        if said is _Said.READY:
            worker.ready = True
        elif said is _Said.SAVED:
            self._saved(worker)
        elif said is _Said.BEAT:
            worker.beat.answered()
        elif said is _Said.ASKED:
            able = {each for each in self._running if each.ready and not each.beat.missed}
            worker.waits_for = able - {worker}
            for each in worker.waits_for:
                each.say(_Said.SAVE)
            self._answer(worker)

    def _saved(self, worker: _Worker) -> None:
        """Answer those who wait for a worker, which has saved or has ended."""
        for each in self._running:
            if worker in each.waits_for:
                each.waits_for.discard(worker)
                self._answer(each)

    def _answer(self, worker: _Worker) -> None:
        if not worker.waits_for:
            worker.say(_Said.ANSWERED)

    def _end(self, listening: list[socket.socket], interrupt: Connection) -> None:
        """Have all workers end what they are at; a second signal ends them at once.

        Who connects from now on is told at once that nobody is there, instead of waiting.
        """
        for each in listening:
            each.close()
        for worker in self._running:
            worker.say(_Said.END)
        left = [each.process.sentinel for each in self._running]
        while interrupt.poll():
            interrupt.recv()
        while left:
            happened = wait([interrupt, *left], _LAST)
            if not happened or interrupt in happened:
                break
            left = [each for each in left if each not in happened]
        for worker in self._running:
            worker.process.kill()
            worker.process.join()
            worker.line.close()


@contextlib.contextmanager
def _interrupted() -> Iterator[Connection]:
    """Yield what can be read from once a signal has come that says to end."""
    ours, its = _spawn.Pipe(duplex=False)
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number in _SIGNALS:
        signal.signal(number, lambda *_: its.send(True))
    try:
        yield ours
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        ours.close()
        its.close()


def _work(blueprint: Blueprint, listening: list[socket.socket], line: Connection) -> None:
    """Be a worker."""
    allocator.spare()
    log.set_up(blueprint.log)
    with contextlib.suppress(KeyboardInterrupt):  # The server has ended in good order by then.
        try:
            app = blueprint.build()
        except HeadroomError as error:
            _log.error("a worker cannot serve: %s", error)
            return
        mate = _Mate(line, app)
        app.keeper.gather = mate.gather
        running = server.prepared(app, "", 0, lambda _: mate.serves())

        def listen() -> None:
            mate.listen()
            running.should_exit = True

        threading.Thread(target=listen, name="headroom-line", daemon=True).start()
        running.run(listening)


class _Mate:
    """A worker's end of the line."""

    def __init__(self, line: Connection, app: App) -> None:
        self._line, self._app = line, app
        self._answered = threading.Event()
        self._asking = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def serves(self) -> None:
        """Say that it serves; called in the event loop that does."""
        self._loop = asyncio.get_running_loop()
        self._line.send(_Said.READY)

    def gather(self) -> None:
        """Return when all others have written down what they did, or soon."""
        with self._asking:
            self._answered.clear()
            with contextlib.suppress(OSError):
                self._line.send(_Said.ASKED)
                self._answered.wait(_SOON)

    def listen(self) -> None:
        """Do what is said, until that is to end, or nobody is there any more to say anything."""
        with contextlib.suppress(EOFError, OSError):
            while (said := self._line.recv()) is not _Said.END:
                if said is _Said.ANSWERED:
                    self._answered.set()
                elif said is _Said.SAVE:
                    self._app.keeper.flush()
                    self._line.send(_Said.SAVED)
                elif said is _Said.BEAT:
                    self._beat()

    def _beat(self) -> None:
        """Have the event loop say that it still turns, as soon as it does."""
        with contextlib.suppress(RuntimeError):  # It ends, and is closed.
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._turns)

    def _turns(self) -> None:
        with contextlib.suppress(OSError):
            self._line.send(_Said.BEAT)
