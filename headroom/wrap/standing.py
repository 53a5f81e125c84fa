"""`Standing`: what tells of a proxy that was started by hand and ends when its user says.

Agents share one that does what theirs would do; of any other those are told who list proxies.

Its folder is one of this user's own, and the lock in it is held by the proxy: nobody else's program
that happens to listen on the port is ever told a key.
"""

from __future__ import annotations

import os
import secrets
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from headroom.wrap import lock
from headroom.wrap.lease import APART, Den, Listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from headroom.wrap.lock import FileLock
    from headroom.wrap.proxyctl import Wanted

_ENDING = ("SIGTERM", "SIGHUP")


class Standing:
    """Says where a proxy listens that was started by hand, as long as it runs.

    Args:
        run: folder of all shared proxies.
        wanted: what it does; None where no agent's would do the same.
    """

    def __init__(self, run: Path, wanted: Wanted | None) -> None:
        apart = Den(run / f"{secrets.token_hex(8)}{APART}")
        self._dens = [apart] if wanted is None else [Den(run / wanted.by_hand), apart]
        self._den = self._dens[0]
        self._lock: FileLock | None = None

    def announce(self, url: str, upstreams: dict[str, str]) -> None:
        """Say that it listens; agents join another one that does the same and has said so before.

        Where nothing can be written, agents start one of their own.
        """
        port = urlsplit(url).port
        assert port is not None
        with suppress(OSError):
            for den in self._dens:
                with den.guard():
                    self._lock = lock.acquire(den.proxy_lock, wait=False)
                    if self._lock is not None:
                        self._den = den
                        den.announce(Listening(os.getpid(), port, upstreams))
                        return

    def end(self) -> None:
        """Take it back; agents that still need it start one in its place."""
        if self._lock is None:
            return
        with suppress(OSError), self._den.guard():
            self._lock.release()
            self._lock = None
            self._den.tidy()

    @contextmanager
    def ended(self) -> Iterator[None]:
        """Take it back at the end of the block, and where a signal ends this process in it."""

        def handle(number: int, _: Any) -> None:
            self.end()
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

        numbers = [getattr(signal, each) for each in _ENDING if hasattr(signal, each)]
        ours = [each for each in numbers if signal.getsignal(each) is signal.SIG_DFL]
        for number in ours:
            signal.signal(number, handle)
        try:
            yield
        finally:
            self.end()
            for number in ours:
                signal.signal(number, signal.SIG_DFL)
