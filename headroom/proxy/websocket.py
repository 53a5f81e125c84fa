"""WebSockets: relayed frame by frame, untouched, both ways; refused where HTTP serves better.

Over a socket of the Responses API only new items are sent, without the calls that they answer, so
nothing tells a file read from a log there. Its clients turn to HTTP when they are told to, and
there their requests are shortened.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from headroom.proxy import header, route

if TYPE_CHECKING:
    from headroom.proxy.handlers.base import Services
    from headroom.proxy.header import Pairs
    from headroom.proxy.reply import Message, Receive, Send

_HANDSHAKE = b"sec-websocket-"
_BROKEN = 1011
"""Code of a connection that ends because the other half did so without one."""
_UNSENDABLE = frozenset((1005, 1006, 1015))
"""Codes that stand for the lack of one and may not be sent."""


async def relay(
    scope: Message, path: str, receive: Receive, send: Send, services: Services
) -> None:
    """Connect to the upstream and hand every frame on, until one side closes.

    Raises:
        UnreachableError: the upstream cannot be reached.
    """
    headers: Pairs = scope["headers"]
    found = route.locate("GET", path, headers)
    base = services.settings.upstreams[found.upstream]
    query = scope.get("query_string", b"").decode("latin-1")
    passed = [
        (name, value)
        for name, value in header.to_upstream(headers, None)
        if not name.lower().startswith(_HANDSHAKE)
    ]
    await receive()  # websocket.connect
    try:
        socket = await services.upstream.connect(
            route.target(base, found.path, query), passed, tuple(scope.get("subprotocols", ()))
        )
    except aiohttp.WSServerHandshakeError as error:
        await refuse(send, error.status, [])
        return
    try:
        await send({"type": "websocket.accept", "subprotocol": socket.protocol})
        await _pump(socket, receive, send)
    finally:
        await socket.close()


async def refuse(send: Send, status: int, headers: Pairs) -> None:
    """Answer a handshake with a status instead of a socket."""
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b"", "more_body": False})


async def _pump(socket: aiohttp.ClientWebSocketResponse, receive: Receive, send: Send) -> None:
    up = asyncio.ensure_future(_upwards(receive, socket))
    down = asyncio.ensure_future(_downwards(socket, send))
    try:
        await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (up, down):
            task.cancel()
        await asyncio.gather(up, down, return_exceptions=True)


async def _upwards(receive: Receive, socket: aiohttp.ClientWebSocketResponse) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            code = message.get("code") or 1000
            await socket.close(code=1000 if code in _UNSENDABLE else code)
            return
        if message.get("text") is not None:
            await socket.send_str(message["text"])
        else:
            await socket.send_bytes(message["bytes"])


async def _downwards(socket: aiohttp.ClientWebSocketResponse, send: Send) -> None:
    while True:
        message = await socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            await send({"type": "websocket.send", "text": message.data})
        elif message.type is aiohttp.WSMsgType.BINARY:
            await send({"type": "websocket.send", "bytes": message.data})
        else:
            code = socket.close_code or _BROKEN
            reason = message.extra if message.type is aiohttp.WSMsgType.CLOSE else None
            sendable = _BROKEN if code in _UNSENDABLE else code
            await send({"type": "websocket.close", "code": sendable, "reason": reason or ""})
            return
