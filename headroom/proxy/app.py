"""`create_app`: the proxy as an ASGI application, without globals."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from headroom import registry
from headroom.engine.engine import Engine
from headroom.errors import ConfigurationError, RequestRejected
from headroom.proxy import header, route, websocket
from headroom.proxy.admin import answer
from headroom.proxy.gate import Gate, is_loopback
from headroom.proxy.handlers.base import Handler, Services
from headroom.proxy.inbound import ClientGoneError, Inbound
from headroom.proxy.reply import Reply, deliver
from headroom.proxy.request import ProxyRequest
from headroom.proxy.settings import Settings
from headroom.proxy.tally import Tally
from headroom.proxy.upstream import Outgoing, UnreachableError, Upstream
from headroom.proxy.work import Compression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.proxy.header import Pairs
    from headroom.proxy.reply import Message, Receive, Send
    from headroom.proxy.route import Route

_log = logging.getLogger("headroom.proxy")


def create_app(
    settings: Settings | None = None,
    engine: Engine | None = None,
    handlers: Mapping[str, type[Handler]] | None = None,
) -> App:
    """Return the proxy; any ASGI server can run it.

    Args:
        settings: what it does; by default it shortens, and sends to the vendors' own hosts.
        engine: what shortens; by default one whose ledger lives as long as the app.
        handlers: classes that take the place of built-in handlers, by path (such as
            "/v1/chat/completions") or by the name of the wire.

    Raises:
        ConfigurationError: a handler is named for something that no handler handles.
    """
    return App(settings or Settings(), engine or Engine(), handlers or {})


class App:
    """An ASGI application; see `create_app`."""

    def __init__(
        self, settings: Settings, engine: Engine, handlers: Mapping[str, type[Handler]]
    ) -> None:
        tally = Tally()
        self._gate = Gate(settings.token, settings.hosts)
        self._services = Services(settings, Compression(engine, settings, tally), Upstream(), tally)
        self._handlers = _by_wire(handlers)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection of the server: a request, a socket or the server's own life."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._life(receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)

    async def _life(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._services.upstream.open()
                self._services.engine.start()
                self._services.compression.warm()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._services.upstream.close()
                self._services.compression.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or drop everything that was begun for it when the client hangs up."""
        inbound = Inbound(scope["headers"], receive)
        work = asyncio.create_task(self._answer(scope, inbound, send))
        gone = asyncio.create_task(inbound.gone())
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (work, gone):
                if not task.done():
                    task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ClientGoneError):
                await work
            with contextlib.suppress(asyncio.CancelledError):
                await gone

    async def _socket(self, scope: Message, receive: Receive, send: Send) -> None:
        path = _path(scope)
        refusal = self._gate.refusal(path, scope["headers"])
        if refusal is not None:
            await websocket.refuse(send, refusal.status, [])
            return
        path = self._gate.without_token(path)
        try:
            await websocket.relay(scope, path, receive, send, self._services)
        except UnreachableError:
            self._services.tally.missed("unreachable")
            await websocket.refuse(send, 502, [])

    async def _answer(self, scope: Message, inbound: Inbound, send: Send) -> None:
        try:
            reply = await self._reply(scope, inbound)
        except RequestRejected as error:
            reply = Reply.error(403, "request_rejected", str(error))
        except UnreachableError as error:
            self._services.tally.missed("unreachable")
            reply = Reply.error(502, "upstream_unreachable", f"headroom proxy: {error}")
        self._services.tally.answered(reply.status)
        await deliver(reply, send)

    async def _reply(self, scope: Message, inbound: Inbound) -> Reply:
        headers: Pairs = scope["headers"]
        path = _path(scope)
        refusal = self._gate.refusal(path, headers)
        if refusal is not None:
            return Reply.error(refusal.status, "forbidden", refusal.message)
        path = self._gate.without_token(path)
        own = await answer(scope["method"], path, headers, inbound, self._services)
        if own is not None:
            return own
        if not path.startswith("/"):
            return Reply.error(400, "bad_request", "the path of a request begins with a slash")
        known = self._services.settings.upstreams
        found = route.locate(scope["method"], path, headers, known)
        query = scope.get("query_string", b"").decode("latin-1")
        body: Any = inbound.chunks() if inbound.has_body else None
        if found.handler is not None and inbound.has_body:
            whole = await inbound.whole(self._services.settings.max_body)
            if whole is not None:
                return await self._handled(scope, found, query, whole)
            self._services.tally.relayed("large")
        else:
            self._services.tally.relayed("no-wire")
        length = header.value(headers, b"content-length")
        out = header.to_upstream(headers, int(length) if length is not None else None)
        url = self._services.url(found, query)
        return await self._services.upstream.send(Outgoing(scope["method"], url, out, body))

    async def _handled(self, scope: Message, found: Route, query: str, raw: bytes) -> Reply:
        assert found.handler is not None
        assert found.wire is not None
        made = self._handlers.get(found.wire) or registry.load(found.handler)
        limit = self._services.settings.max_body
        request = ProxyRequest(scope["method"], found, query, scope["headers"], raw, limit=limit)
        client = scope.get("client")
        handler: Handler = made(self._services, local=client is None or is_loopback(client[0]))
        return await handler.handle(request)


def _path(scope: Message) -> str:
    """Return the path of a request, still encoded."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1")


def _by_wire(handlers: Mapping[str, type[Handler]]) -> dict[str, type[Handler]]:
    """Return handlers by the name of their wire."""
    wires = {row["name"] for row in route.table()["wire"]}
    found = {}
    for name, handler in handlers.items():
        wire = name if name in wires else route.locate("POST", name, []).wire
        if wire is None:
            known = ", ".join(sorted(wires))
            raise ConfigurationError(f"no handler handles {name!r}; there are {known}")
        found[wire] = handler
    return found
