"""`serve`: the proxy under uvicorn, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import signal
import socket
import sys
from typing import TYPE_CHECKING

import uvicorn

from headroom.errors import ConfigurationError
from headroom.proxy.gate import is_loopback
from headroom.proxy.http import protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from headroom.proxy.app import App

GRACE = 10
"""Seconds that running requests get to end in when the proxy is told to stop."""
_IDLE = 75
"""Seconds that an idle connection is kept: longer than clients keep theirs, so they never race."""
_TURN = 0.001
"""Seconds after which a thread that shortens lets the event loop in, where that has to do."""
_BACKLOG = 2048
"""Connections that wait until they are taken."""
_FRAME = 128 * 1024 * 1024
"""Bytes of a frame of a WebSocket."""


def configuration(app: App, host: str, port: int) -> uvicorn.Config:
    """Return how the server runs: it adds no headers and logs no requests."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=protocol.http,
        ws="websockets-sansio",
        ws_max_size=_FRAME,
        ws_ping_interval=None,
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=GRACE,
    )


def check(host: str, token: str | None) -> None:
    """See whether the proxy may listen there.

    Raises:
        ConfigurationError: other machines could connect, and there is no token.
    """
    if not is_loopback(host) and not token:
        raise ConfigurationError(
            f"{host} can be reached from other machines; give --token (or HEADROOM_PROXY_TOKEN), "
            "which clients then name, or listen on 127.0.0.1"
        )


def serve(
    app: App,
    host: str,
    port: int,
    token: str | None,
    say: Callable[[str], object],
    ready: socket.socket | None = None,
) -> None:
    """Serve until a signal comes; `say` is told the URL as soon as clients can connect.

    Args:
        app: the proxy.
        host: address to listen on.
        port: port to listen on.
        token: what every request has to name.
        say: is told the URL.
        ready: a socket that listens already, in place of address and port.

    Raises:
        ConfigurationError: other machines could connect, and there is no token, or nothing can be
            opened there.
    """
    check(host, token)
    running = prepared(app, host, port, say)
    # The server raises it once more when it has ended in good order.
    with contextlib.suppress(KeyboardInterrupt):
        if ready is not None:
            running.run([ready])
            return
        with listening(host, port) as made:
            running.run(made)


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Yield sockets that listen there: a name may have an address of each family.

    Raises:
        ConfigurationError: there is no such address, or it is taken.
    """
    with contextlib.ExitStack() as opened:
        made: list[socket.socket] = []
        try:
            for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                # The first one may choose the port.
                number = made[0].getsockname()[1] if made else address[1]
                each = socket.create_server(
                    (str(address[0]), int(number)), family=family, backlog=_BACKLOG
                )
                made.append(opened.enter_context(each))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            if not made or taken:
                why = error.strerror
                if taken:
                    why = "that port is taken; name another one with --port"
                raise ConfigurationError(f"cannot listen on {host}:{port}: {why}") from error
        yield made


def prepared(app: App, host: str, port: int, say: Callable[[str], object]) -> uvicorn.Server:
    """Return a server that can be run, in a process that does nothing else."""
    log = logging.getLogger("uvicorn.error")
    log.setLevel(logging.WARNING)
    log.addFilter(_unless_broken_off)
    # A decoded request is tens of thousands of objects without a cycle: looking for one in them
    # every 700 objects takes as long as the rest of the work.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    sys.setswitchinterval(_TURN)
    return _Server(configuration(app, host, port), say)


def url_of(listening: socket.socket) -> str:
    """Return the URL under which a socket is reached."""
    found = listening.getsockname()
    name = f"[{found[0]}]" if ":" in found[0] else found[0]
    return f"http://{name}:{found[1]}"


def _unless_broken_off(record: logging.LogRecord) -> bool:
    """Whether a message is worth a line: answers are cut, and sockets refused, on purpose.

    When time is up at the end, the server says so once; that each of its streams ended is clear.
    """
    if record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError):
        return False
    return "ASGI callable returned without completing" not in record.getMessage()


class _Server(uvicorn.Server):
    """A server that says where it listens, once it does, and for which SIGTERM is no failure."""

    def __init__(self, config: uvicorn.Config, say: Callable[[str], object]) -> None:
        super().__init__(config)
        self._say = say

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if self.started:
            self._say(url_of(self.servers[0].sockets[0]))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End in good order, with status 0 where service managers and containers asked for it.

        What the base class notes of a signal it raises again when all is done: that would look to
        them like a process that was killed.
        """
        if sig == signal.SIGTERM:
            self.should_exit = True
            return
        super().handle_exit(sig, frame)
