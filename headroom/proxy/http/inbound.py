"""`Inbound`: the client's side of one request: its body, and whether it is still there."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from headroom.proxy.http.header import Pairs
    from headroom.proxy.http.reply import Receive

_LARGE = 1_000_000
"""Bytes from which on pieces are joined in a thread."""


class ClientGoneError(Exception):
    """The client hung up before its request was there."""


class Inbound:
    """Reads a request from the server.

    Args:
        headers: of the request; without a length or chunks there is no body.
        receive: the server's channel.
    """

    def __init__(self, headers: Pairs, receive: Receive) -> None:
        self._receive = receive
        self._held: deque[bytes] = deque()
        self._read = asyncio.Event()
        names = {name.lower() for name, _ in headers}
        self.has_body = bool(names & {b"content-length", b"transfer-encoding"})
        """Whether there is a body, be it an empty one."""
        if not self.has_body:
            self._read.set()

    async def whole(self, limit: int) -> bytes | None:
        """Return the body if it has at most `limit` bytes; None leaves all of it to `chunks`."""
        size = 0
        while not self._read.is_set():
            chunk = await self._next()
            self._held.append(chunk)
            size += len(chunk)
            if size > limit:
                return None
        if size < _LARGE:
            joined = b"".join(self._held)
        else:  # Memory for that is fresh, which takes its time; a thread does it without the lock.
            joined = await asyncio.to_thread(b"".join, self._held)
        # In its pieces it would be held once more, for as long as it takes to answer.
        self._held = deque((joined,))
        return joined

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes, from its beginning."""
        while self._held:
            yield self._held.popleft()
        while not self._read.is_set():
            chunk = await self._next()
            if chunk:
                yield chunk

    async def gone(self) -> None:
        """Return when the client has hung up; waits until the body is read."""
        await self._read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        if not message.get("more_body"):
            self._read.set()
        body: bytes = message.get("body", b"")
        return body
