"""`Kompress`: prose shortened with the model, at once if its scores are there, or after waiting."""

from __future__ import annotations

import atexit
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from headroom.errors import ModelError
from headroom.kompress.background import Background
from headroom.kompress.model import load
from headroom.kompress.refine import by_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from headroom.core.protocols import Clock
    from headroom.elide.gapped import Gapped
    from headroom.kompress.background import Counts
    from headroom.kompress.model import Scorer

_MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` did."""

    ready: int
    """Texts whose words are scored now."""
    reasons: tuple[str, ...] = ()
    """Why others are not, each reason once."""


class Kompress:
    """The second engine for prose; where it has nothing to say, the first one does its work.

    Args:
        load: returns the model; raises ModelError.
        clock: seconds.
        background: keeps and makes the scores; by default one with a thread of its own.
    """

    def __init__(
        self,
        load: Callable[[], Scorer] = load,
        clock: Clock = time.monotonic,
        background: Background | None = None,
    ) -> None:
        self._background = background or Background(load, clock)
        self._reasons: dict[str, None] = {}

    @staticmethod
    @cache
    def default() -> Kompress:
        """Return the one of this process, made on first use and stopped at its end."""
        made = Kompress()
        atexit.register(made.close)
        return made

    @property
    def counts(self) -> Counts:
        """What became of the texts so far, and why there is no model if there is none."""
        return self._background.counts

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the model had no part in texts that `now` was given, each reason once."""
        return tuple(self._reasons)

    def soon(self, text: str, query: str, share: float) -> Gapped | None:
        """Return the refined text if its scores are there; else have them made, for another time.

        For the way of a request: it never waits and never raises.
        """
        ranked = self._background.ask(text)
        return None if ranked is None else by_word(text, ranked, query, share)

    def now(self, text: str, query: str, share: float) -> Gapped | None:
        """Return the refined text, waiting for the model; None where it cannot be had.

        For an explicit request of somebody who waits. It never raises; `reasons` say why.
        """
        try:
            ranked = self._background.wait(text)
        except ModelError as error:
            if len(self._reasons) < _MOST_REASONS:
                self._reasons[str(error)] = None
            return None
        return by_word(text, ranked, query, share)

    def prepare(self, texts: Iterable[str]) -> Prepared:
        """Score texts before they are needed, waiting for the model; never raises."""
        ready, reasons = 0, []
        for text in texts:
            try:
                self._background.wait(text)
            except ModelError as error:
                reasons.append(str(error))
            else:
                ready += 1
        return Prepared(ready, tuple(dict.fromkeys(reasons)))

    def close(self) -> None:
        """Stop the thread; what is not scored yet is forgotten."""
        self._background.close()


def prepare(texts: Iterable[str]) -> Prepared:
    """Score texts before they are sent, so that `compress(..., engine="ml")` uses the model.

    Waits for the model, a second or two for each 450 tokens. Never raises and never downloads:
    without a model nothing is ready, and `reasons` says what to do.
    """
    return Kompress.default().prepare(texts)
