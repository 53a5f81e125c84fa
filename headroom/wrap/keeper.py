"""`Keeper`: the part of a shared proxy that ends it when no agent needs it any more."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from headroom.wrap import lock
from headroom.wrap.lease import Den, Listening

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LOOK = 0.25
"""Seconds between looks at the leases."""
_LAST = 15.0
"""Seconds in which a proxy ends that nobody needs any more: longer than answers have to end in."""


class Keeper:
    """Says where the proxy listens, and ends it some seconds after the last lease is gone.

    Args:
        folder: of the proxy.
        linger: seconds to wait for the next lease.
        end: what ends the proxy.
    """

    def __init__(
        self, folder: Path, linger: float, end: Callable[[], object] | None = None
    ) -> None:
        self._den = Den(folder)
        self._linger = linger
        self._end = end or _terminate
        self._lock = lock.acquire(self._den.proxy_lock)

    def announce(self, url: str, upstreams: dict[str, str]) -> None:
        """Say that the proxy listens, and begin to watch."""
        port = urlsplit(url).port
        assert port is not None
        self._den.announce(Listening(os.getpid(), port, upstreams))
        threading.Thread(target=self._watch, name="leases", daemon=True).start()

    def _watch(self) -> None:
        pause = threading.Event()
        idle: float | None = None
        while True:
            pause.wait(_LOOK)
            if self._den.is_needed():
                idle = None
            elif idle is None:
                idle = time.monotonic()
            elif time.monotonic() - idle >= self._linger and self._ended():
                return

    def _ended(self) -> bool:
        """End the proxy unless somebody has just come; nobody can come in between."""
        with self._den.guard():
            if self._den.is_needed():
                return False
            self._den.remove()
        self._end()
        return True


def _terminate() -> None:
    """Have the proxy end in good order, and the system end it where that takes too long."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, _LAST)
    signal.raise_signal(signal.SIGTERM)
