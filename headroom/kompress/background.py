"""`Background`: scores texts in a thread of its own, so that no request ever waits for a model."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from headroom.core.ttlmap import BoundedMap
from headroom.errors import ModelError
from headroom.kompress.refine import ranks

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.protocols import Clock
    from headroom.kompress.model import Scorer

MOST_CHARS = 100_000
"""A longer text is not scored: that many take a core a minute or more."""
_log = logging.getLogger("headroom.kompress")


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the texts that were asked for, and why there is no model if there is none."""

    known: int = 0
    """Asked for and already scored."""
    waiting: int = 0
    """Asked for, not scored yet, and now in the queue."""
    dropped: int = 0
    """Not scored because the queue was full."""
    declined: int = 0
    """Not scored because they are too long."""
    scored: int = 0
    failed: int = 0
    """The model raised or gave nonsense."""
    unavailable: str | None = None
    """Why no model can be had; nothing is queued from then on."""


class Background:
    """Ranks of the words of texts: there at once or later, never waited for.

    Args:
        load: returns the model, called once, in the thread, when the first text is scored; raises
            ModelError.
        clock: seconds.
        most_waiting: most texts in the queue; further ones are dropped and counted.
        max_bytes: most that the ranks may take, one byte a word.
        ttl: seconds after their last use at which ranks are forgotten.
        start: runs the worker's loop somewhere; by default in a daemon thread.
    """

    def __init__(
        self,
        load: Callable[[], Scorer],
        clock: Clock,
        *,
        most_waiting: int = 32,
        max_bytes: int = 8_000_000,
        ttl: float = 3600.0,
        start: Callable[[Callable[[], None]], threading.Thread | None] | None = None,
    ) -> None:
        self._load, self._start = load, start or _daemon
        self._most_waiting = most_waiting
        self._ranks: BoundedMap[bytes, bytes] = BoundedMap(
            10_000, max_size=max_bytes, ttl=ttl, clock=clock, size=len
        )
        self._queue: deque[str] = deque()
        self._pending: set[bytes] = set()
        self._wake = threading.Condition()
        self._running = threading.Lock()
        """Held by whoever uses the model: it is loaded once and runs one text at a time."""
        self._model: Scorer | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._counts = Counts()

    @property
    def counts(self) -> Counts:
        """What happened so far."""
        return self._counts

    def ask(self, text: str) -> bytes | None:
        """Return the ranks of a text's words; where there are none yet, see to it and return None.

        Takes no longer than a hash of the text.
        """
        key = _key(text)
        known = self._ranks.get(key)
        if known is not None:
            self._count("known")
            return known
        if len(text) > MOST_CHARS:
            self._count("declined")
        elif self._counts.unavailable is None and not self._stopped:
            self._enqueue(key, text)
        return None

    def wait(self, text: str) -> bytes:
        """Return the ranks of a text's words, scored now if they are not known.

        Raises:
            ModelError: there is no model, it failed, or the text is too long for it.
        """
        known = self._ranks.get(_key(text))
        if known is not None:
            self._count("known")
            return known
        if len(text) > MOST_CHARS:
            self._count("declined")
            raise ModelError(f"{len(text):,} characters; the model takes {MOST_CHARS:,} at most")
        return self._score(text)

    def drain(self) -> None:
        """Score everything in the queue, in the calling thread."""
        while (text := self._next(block=False)) is not None:
            self._try(text)

    def close(self, timeout: float = 5.0) -> None:
        """Stop: the queue is forgotten, the text at work is left after its current window."""
        with self._wake:
            self._stopped = True
            self._forget()
            self._wake.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _enqueue(self, key: bytes, text: str) -> None:
        with self._wake:
            if key in self._pending:
                return
            if len(self._queue) >= self._most_waiting:
                self._count("dropped")
                return
            self._pending.add(key)
            self._queue.append(text)
            self._count("waiting")
            self._wake.notify()
            if self._thread is None or not self._thread.is_alive():
                self._thread = self._start(self._loop)

    def _loop(self) -> None:
        while (text := self._next(block=True)) is not None:
            self._try(text)

    def _next(self, *, block: bool) -> str | None:
        with self._wake:
            while block and not self._queue and not self._stopped:
                self._wake.wait()
            return self._queue.popleft() if self._queue else None

    def _try(self, text: str) -> None:
        try:
            self._score(text)
        except ModelError as error:
            _log.debug("a text was not scored: %s", error)
        finally:
            with self._wake:
                self._pending.discard(_key(text))

    def _score(self, text: str) -> bytes:
        """Return the ranks of a text's words, remembered; one text at a time."""
        with self._running:
            known = self._ranks.get(_key(text))
            if known is not None:
                return known
            model = self._loaded()
            try:
                tokens = model(text, lambda: self._stopped)
            except ModelError:
                self._count("failed")
                raise
            if self._stopped:
                raise ModelError("stopped")
            made = ranks(text, tokens)
            self._ranks.put(_key(text), made)
            self._count("scored")
            return made

    def _loaded(self) -> Scorer:
        if self._counts.unavailable is not None:
            raise ModelError(self._counts.unavailable)
        if self._model is None:
            try:
                self._model = self._load()
            except ModelError as error:
                _log.warning("prose is shortened without a model: %s", error)
                with self._wake:
                    self._counts = replace(self._counts, unavailable=str(error))
                    self._forget()
                raise
        return self._model

    def _forget(self) -> None:
        self._queue.clear()
        self._pending.clear()

    def _count(self, name: str) -> None:
        with self._wake:
            self._counts = replace(self._counts, **{name: getattr(self._counts, name) + 1})


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _daemon(loop: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=loop, name="headroom-kompress", daemon=True)
    thread.start()
    return thread
