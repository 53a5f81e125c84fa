"""`Supervisor`: brings a shared proxy back on the same port when it has died under an agent."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from headroom.errors import AgentError
from headroom.wrap import lock
from headroom.wrap.proxyctl import start

if TYPE_CHECKING:
    from headroom.wrap.lease import Den
    from headroom.wrap.proxyctl import Wanted

_TRIES = 5
"""Starts in a row that may fail before it gives up."""
_PAUSE = 0.2
"""Seconds between them, times their number."""


class Supervisor:
    """Watches one proxy in a thread; each agent's holder has one, and the first to see it acts."""

    def __init__(self, den: Den, wanted: Wanted, port: int) -> None:
        self._den = den
        self._wanted = wanted
        self._port = port
        self._ending = threading.Event()
        self.problem: str | None = None
        """Why the proxy is not back; None while all is well."""
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; the thread itself ends with the proxy or this process."""
        self._ending.set()

    def _run(self) -> None:
        failed = 0
        while not self._ending.is_set() and failed < _TRIES:
            lock.wait_until_free(self._den.proxy_lock)
            if self._ending.wait(_PAUSE * failed):
                return
            try:
                self._bring_back()
                failed, self.problem = 0, None
            except (AgentError, OSError) as error:
                failed += 1
                self.problem = str(error)

    def _bring_back(self) -> None:
        with self._den.guard():
            if not self._ending.is_set() and self._den.listening() is None:
                start(self._den, self._wanted, self._port, exactly=True)
