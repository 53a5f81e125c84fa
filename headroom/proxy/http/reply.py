"""`Reply`: a response on its way to the client, and how it is handed over."""

from __future__ import annotations

import json
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    MutableMapping,
)
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headroom.proxy.http.header import Pairs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


UNTIL_CLOSED = "headroom.until_closed"
"""Extension in the scope of requests of HTTP/1.0 whose answers need not say how long they are."""


async def _nothing() -> None:
    pass


@dataclass(slots=True)
class Reply:
    """Status, headers and body of a response; the body comes chunk by chunk."""

    status: int
    headers: Pairs
    chunks: AsyncIterator[bytes]
    close: Callable[[], Awaitable[None]] = _nothing
    """Lets go of the upstream; called once, whether the body was read to its end or not."""

    @classmethod
    def of(cls, status: int, body: bytes, kind: str) -> Reply:
        """Return a response of our own, with its whole body."""
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        return cls(status, headers, _once(body))

    @classmethod
    def json(cls, status: int, value: Any) -> Reply:
        """Return a response of our own that says a value in JSON."""
        return cls.of(status, json.dumps(value).encode(), "application/json")

    @classmethod
    def error(cls, status: int, kind: str, message: str) -> Reply:
        """Return an error of our own, in a shape in which all providers' clients find the text."""
        value = {"type": "error", "error": {"type": kind, "message": message, "code": kind}}
        return cls.json(status, value)


class BrokenOffError(Exception):
    """The upstream ended a body before its end; the client must not take it for whole."""

    came = b""
    """What came of the body, where it was read as a whole."""


async def measured(reply: Reply) -> Reply:
    """Return a response that says how long its body is, which is there as a whole then.

    That of an upstream that breaks off says nothing, and breaks off where the upstream did.
    """
    if any(name == b"content-length" for name, _ in reply.headers):
        return reply
    body, headers = bytearray(), reply.headers
    broken: BrokenOffError | None = None
    over = False
    try:
        async with aclosing(_closable(reply.chunks)) as chunks:
            async for chunk in chunks:
                body += chunk
        headers = [*headers, (b"content-length", str(len(body)).encode())]
        over = True
    except BrokenOffError as error:
        broken, over = error, True
    finally:
        if not over:
            await reply.close()
    return Reply(reply.status, headers, held([bytes(body)], broken), reply.close)


async def deliver(reply: Reply, send: Send) -> None:
    """Hand a response over, each chunk as soon as it is there.

    Where the upstream breaks off, so does this: the connection is closed without the end of the
    body, so that the client sees what a direct one would have seen.
    """
    try:
        start = {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
        await send(start)
        async for chunk in reply.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except BrokenOffError:
        return
    finally:
        # Said outright: what reads along must end now, not when somebody collects it.
        end = getattr(reply.chunks, "aclose", None)
        if end is not None:
            await end()
        await reply.close()


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def held(taken: Iterable[bytes], broken: BrokenOffError | None) -> AsyncIterator[bytes]:
    """Yield what was taken of a body, and break off behind it where that did."""
    for chunk in taken:
        yield chunk
    if broken is not None:
        raise broken


async def _closable(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """Yield the chunks; what reads along ends with it."""
    try:
        async for chunk in chunks:
            yield chunk
    finally:
        await ended(chunks)


async def ended(chunks: AsyncIterator[bytes]) -> None:
    """Let what yields chunks clean up; nothing more is read of it."""
    end = getattr(chunks, "aclose", None)
    if end is not None:
        await end()
