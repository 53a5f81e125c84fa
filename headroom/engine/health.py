"""Which compressors can be trusted right now: three failures in a row switch one off, loudly."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, TypeVar

from headroom import registry
from headroom.core.fault import told
from headroom.engine.guard import faithful, shorter

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.types import Compressed, Context

T = TypeVar("T")
LIMIT = 3

_log = logging.getLogger("headroom.engine")


class Health:
    """Runs compressors for one engine and counts each one's failures in a row."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def disabled(self) -> tuple[str, ...]:
        """Names of the compressors that are switched off."""
        return tuple(name for name, count in self._failures.items() if count >= LIMIT)

    def attempt(
        self, name: str, text: str, ctx: Context, below: int | None
    ) -> tuple[Compressed | None, bool]:
        """Return what the compressor made, if its decoder agrees, and whether it went wrong.

        What does not come below so many tokens, or those of the text, is of no use, and is not
        decoded to find out.
        """
        if self._failures.get(name, 0) >= LIMIT:
            return None, False
        try:
            made = registry.compressor(name).compress(text, ctx)
            if made is not None and not shorter(made, text, ctx, below):
                return None, False
            good = made is None or faithful(text, made)
        except Exception as error:  # noqa: BLE001 - a codec's fault may cost its saving, never the request
            _log.error("compressor %s raised %s", name, told(error))
            made, good = None, False
        self._note(name, good=good)
        return (made if good else None), not good

    def guarded(self, name: str, work: Callable[[], T | None]) -> tuple[T | None, bool]:
        """Return what some work on a text returns, and whether it went wrong.

        Args:
            name: of the kind of work, which is switched off as a compressor is.
            work: returns None where it does not help.
        """
        if self._failures.get(name, 0) >= LIMIT:
            return None, False
        try:
            made = work()
        except Exception as error:  # noqa: BLE001 - as above: it may cost what it would have saved
            _log.error("%s raised %s", name, told(error))
            self._note(name, good=False)
            return None, True
        self._note(name, good=True)
        return made, False

    def _note(self, name: str, *, good: bool) -> None:
        if good and name not in self._failures:
            return
        with self._lock:
            self._failures[name] = 0 if good else self._failures.get(name, 0) + 1
            if self._failures[name] == LIMIT:
                _log.error("compressor %s failed %d times in a row and is off now", name, LIMIT)
