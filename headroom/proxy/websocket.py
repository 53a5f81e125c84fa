"""WebSockets: relayed frame by frame both ways; requests of the Responses API are shortened.

Every frame that is no such request passes as it came. A frame that comes up is looked at before
the next one, so that the order stays.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from headroom.errors import RequestRejected
from headroom.proxy import route
from headroom.proxy.gate import is_loopback
from headroom.proxy.hosting import Hosting
from headroom.proxy.http import header
from headroom.proxy.http.inbound import ClientGoneError
from headroom.proxy.http.reply import Reply
from headroom.proxy.http.upstream import RefusedError, UnreachableError
from headroom.proxy.money.account import Saved
from headroom.proxy.money.tally import Tokens
from headroom.proxy.report import Report
from headroom.proxy.request import ProxyRequest
from headroom.proxy.session import FAILED, Asked, Session
from headroom.proxy.turn.socket import SocketTurn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from headroom.core.jsonpatch import BytesDocument
    from headroom.proxy.handlers.base import Services
    from headroom.proxy.http.header import Pairs
    from headroom.proxy.http.reply import Message, Receive, Send
    from headroom.proxy.route import Route

_WIRE = "openai-responses"
_CREATE = '"response.create"'
_BROKEN = 1011
"""Code of a connection that ends because the other half did so without one."""
_WAITING = 16
"""Frames of a client that wait while a request before them has to."""
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
    found = route.locate("POST", path, headers, services.settings.upstreams)
    query = scope.get("query_string", b"").decode("latin-1")
    passed = [
        (name, value)
        for name, value in header.to_upstream(headers, None)
        if not name.lower().startswith(header.HANDSHAKE)
    ]
    await receive()  # websocket.connect
    try:
        socket = await services.upstream.connect(
            services.url(found, query), passed, tuple(scope.get("subprotocols", ()))
        )
    except RefusedError as error:
        await refuse(send, error.status, error.headers, error.body)
        return
    frames = Frames(services)
    if found.wire == _WIRE:
        frames = Requests(services, found, scope, socket)
    else:
        services.tally.relayed("socket")
    try:
        said = services.upstream.said(socket)
        await send({"type": "websocket.accept", "subprotocol": socket.protocol, "headers": said})
        await _pump(socket, receive, send, frames)
    finally:
        frames.close()
        await socket.close()


class Frames:
    """Frames that mean nothing to us."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.gone = asyncio.Event()
        """Set when the client has left, whatever it said before that."""

    async def up(self, text: str) -> str:
        """Return a frame of the client's as it goes on."""
        return text

    async def shown(self, text: str) -> list[str]:
        """Return what the client gets for a frame of the upstream's."""
        return [text]

    def down(self, text: str) -> None:
        """Look at a frame of the upstream's; what the client gets of it has gone out."""

    def close(self) -> None:
        """Take note that no frame comes any more."""


class Requests(Frames):
    """Requests and events of the Responses API."""

    def __init__(
        self,
        services: Services,
        found: Route,
        scope: Message,
        socket: aiohttp.ClientWebSocketResponse,
    ) -> None:
        super().__init__(services)
        self._socket = socket
        self._turn: SocketTurn | None = None
        self._free = asyncio.Event()
        self._free.set()
        self._route = found
        packed = (b"content-encoding", b"content-length")
        self._headers = [each for each in scope["headers"] if each[0].lower() not in packed]
        client = scope.get("client")
        self._local = client is None or is_loopback(client[0])
        self._session = Session()

    async def up(self, text: str) -> str:
        """Return a request with what is new in it shortened, any other frame as it is.

        Raises:
            RequestRejected: an extension refused the request.
            ClientGoneError: nobody is there any more who would read an answer.
        """
        settings, compression = self._services.settings, self._services.compression
        if _CREATE not in text or len(text) > settings.max_body:
            return text
        try:
            raw = text.encode("utf-8")
        except UnicodeEncodeError:
            return text
        await self._turn_over()  # What follows on a turn is known at its end only.
        request = ProxyRequest("POST", self._route, "", self._headers, raw, limit=settings.max_body)
        report = Report(method="SOCKET", upstream=self._route.upstream, wire=_WIRE, status=101)
        request.id = report.id
        prepared = await compression.prepare(
            request, _WIRE, "responses", local=self._local, session=self._session
        )
        report.prepared(prepared, raw)
        self._session.opened(Asked(prepared.model, prepared.saved, report))
        if prepared.offered is not None:
            most, patience = settings.continuations, settings.patience
            host = _Host(self._services, prepared, self._session, self._socket, report)
            self._turn = SocketTurn(host, prepared.offered, most=most, patience=patience)
            self._free.clear()
        return text if prepared.raw == raw else prepared.raw.decode("utf-8")

    async def shown(self, text: str) -> list[str]:
        """Return a frame as it is; in a turn of ours, without our calls."""
        if self._turn is None:
            return [text]
        shown = await self._turn.take(text)
        if self._turn.over:
            self._turn = None
            self._free.set()
        return shown

    async def _turn_over(self) -> None:
        if self._free.is_set():
            return
        waits = [asyncio.ensure_future(each.wait()) for each in (self._free, self.gone)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
        if not self._free.is_set():
            raise ClientGoneError

    def down(self, text: str) -> None:
        """Take note of calls and of what an answer cost."""
        over = self._session.answer(text, self._services.compression.accounts)
        if over is not None:
            self._reported(over)

    def close(self) -> None:
        """Tell of what was never answered to its end."""
        for report in self._session.close(self._services.compression.accounts):
            self._reported(report)

    def _reported(self, report: Report) -> None:
        if report.error != FAILED and "upstream" in report.ends:
            self._services.tally.taken(Tokens.of(report.outcomes), report.model)
        for each in self._services.observers:
            each.finished(report)


@dataclass(frozen=True, slots=True)
class _Host(Hosting):
    """What a turn is continued with."""

    session: Session
    socket: aiohttp.ClientWebSocketResponse
    report: Report

    async def ask(self, document: BytesDocument) -> Reply:
        saved = self.prepared.saved
        ours = None if saved is None else Saved(saved.conversation, ours=True)
        self.session.opened(Asked(self.prepared.model, ours, self.report))
        try:
            await self.socket.send_str(document.raw.decode("utf-8"))
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError("the upstream has closed the socket") from error
        return Reply(200, [(b"content-type", b"text/event-stream")], _nothing())


async def _nothing() -> AsyncIterator[bytes]:
    """Yield no body: what is answered comes down the socket."""
    return
    yield b""


async def refuse(send: Send, status: int, headers: Pairs, body: bytes) -> None:
    """Answer a handshake with something else than a socket."""
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body, "more_body": False})


async def _pump(
    socket: aiohttp.ClientWebSocketResponse, receive: Receive, send: Send, frames: Frames
) -> None:
    said: asyncio.Queue[Message] = asyncio.Queue(_WAITING)
    heard = asyncio.ensure_future(_heard(receive, said, frames))
    up = asyncio.ensure_future(_upwards(said, socket, send, frames))
    down = asyncio.ensure_future(_downwards(socket, send, frames))
    try:
        await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (heard, up, down):
            task.cancel()
        await asyncio.gather(heard, up, down, return_exceptions=True)


async def _heard(receive: Receive, said: asyncio.Queue[Message], frames: Frames) -> None:
    """Take what the client says, also while a request of its has to wait."""
    while not frames.gone.is_set():
        message = await receive()
        if message["type"] == "websocket.disconnect":
            frames.gone.set()
        await said.put(message)


async def _upwards(
    said: asyncio.Queue[Message],
    socket: aiohttp.ClientWebSocketResponse,
    send: Send,
    frames: Frames,
) -> None:
    while True:
        message = await said.get()
        if message["type"] == "websocket.disconnect":
            code = message.get("code") or 1000
            reason = (message.get("reason") or "").encode()
            await socket.close(code=1000 if code in _UNSENDABLE else code, message=reason)
            return
        if message.get("text") is not None:
            try:
                text = await frames.up(message["text"])
            except RequestRejected as error:
                await send({"type": "websocket.send", "text": _refusal(str(error))})
                continue
            except ClientGoneError:
                continue
            await socket.send_str(text)
        else:
            await socket.send_bytes(message["bytes"])


async def _downwards(socket: aiohttp.ClientWebSocketResponse, send: Send, frames: Frames) -> None:
    while True:
        message = await socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            for text in await frames.shown(message.data):
                await send({"type": "websocket.send", "text": text})
            frames.down(message.data)
        elif message.type is aiohttp.WSMsgType.BINARY:
            await send({"type": "websocket.send", "bytes": message.data})
        else:
            code = socket.close_code or _BROKEN
            reason = message.extra if message.type is aiohttp.WSMsgType.CLOSE else None
            sendable = _BROKEN if code in _UNSENDABLE else code
            await send({"type": "websocket.close", "code": sendable, "reason": reason or ""})
            return


def _refusal(why: str) -> str:
    """Return the event that tells a client that its request was not sent on."""
    error = {"type": "request_rejected", "code": "request_rejected", "message": why}
    return json.dumps({"type": "error", "status": 403, "error": error})
