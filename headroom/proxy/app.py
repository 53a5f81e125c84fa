"""`create_app`: the proxy as an ASGI application, without globals."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headroom import registry
from headroom.core.fault import told
from headroom.engine.engine import Engine
from headroom.errors import ConfigurationError, RequestRejected
from headroom.proxy import lending, route, websocket
from headroom.proxy.admin import answer
from headroom.proxy.gate import Gate, is_loopback
from headroom.proxy.handlers.base import Handler, Services
from headroom.proxy.http import header
from headroom.proxy.http.inbound import ClientGoneError, Inbound
from headroom.proxy.http.reply import UNTIL_CLOSED, Reply, deliver, measured
from headroom.proxy.http.upstream import Outgoing, UnreachableError, Upstream
from headroom.proxy.money.account import Accounts
from headroom.proxy.money.figures import Figures
from headroom.proxy.money.keeper import Keeper
from headroom.proxy.money.tally import Tally
from headroom.proxy.report import EXPLAIN, Report
from headroom.proxy.request import ProxyRequest
from headroom.proxy.settings import Settings
from headroom.proxy.work import Compression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headroom.proxy.http.header import Pairs
    from headroom.proxy.http.reply import Message, Receive, Send
    from headroom.proxy.money.book import Book
    from headroom.proxy.report import Observer

_log = logging.getLogger("headroom.proxy")


def create_app(
    settings: Settings | None = None,
    engine: Engine | None = None,
    handlers: Mapping[str, type[Handler]] | None = None,
    book: Book | None = None,
    run: str | None = None,
    observers: Sequence[Observer] = (),
) -> App:
    """Return the proxy; any ASGI server can run it.

    Args:
        settings: what it does; by default it shortens, and sends to the vendors' own hosts.
        engine: what shortens; by default one whose ledger lives as long as the app.
        handlers: classes that take the place of built-in handlers, by path (such as
            "/v1/chat/completions") or by the name of the wire.
        book: what is kept of costs beyond this process (see
            `headroom.proxy.money.book.open_book`); by default nothing. The app closes it.
        run: tells the processes that serve together from all others; their figures are summed.
        observers: are told of every request that is over. The app closes them.

    Raises:
        ConfigurationError: a handler is named for something that no handler handles, or the
            environment names a file of certificates that is none.
    """
    engine, figures = engine or Engine(), Figures()
    tends = [each.tend for each in (engine.store, engine.ledger) if hasattr(each, "tend")]
    keeper = Keeper(book, Accounts(book, figures), figures, run, tends)
    made = App(settings or Settings(), engine, handlers or {}, keeper)
    made.observe(observers)
    return made


class App:
    """An ASGI application; see `create_app`."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        handlers: Mapping[str, type[Handler]],
        keeper: Keeper,
    ) -> None:
        tally = Tally(keeper.figures)
        self._gate = Gate(settings.token, settings.hosts)
        compression = Compression(engine, settings, tally, keeper.accounts)
        self._services = Services(settings, compression, Upstream(), tally, keeper)
        self._handlers = _by_wire(handlers)

    def observe(self, observers: Sequence[Observer]) -> None:
        """Tell these too of every request that is over."""
        more = (*self._services.observers, *observers)
        self._services = replace(self._services, observers=more)

    @property
    def keeper(self) -> Keeper:
        """What keeps its accounts and figures."""
        return self._services.keeper

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
                self._services.keeper.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._services.upstream.close()
                self._services.compression.close()
                await asyncio.to_thread(self._services.keeper.close)
                for each in self._services.observers:
                    await asyncio.to_thread(each.close)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or drop everything that was begun for it when the client hangs up."""
        inbound = Inbound(scope["headers"], receive)
        serving = asyncio.current_task()
        assert serving is not None
        dropped = False

        def drop(_: asyncio.Task[None]) -> None:
            nonlocal dropped
            dropped = True
            serving.cancel()

        gone = asyncio.create_task(inbound.gone())
        gone.add_done_callback(drop)
        try:
            await self._answer(scope, inbound, send)
        except ClientGoneError:
            pass
        except asyncio.CancelledError:
            # Unless somebody else wants this to end, too.
            if not dropped or serving.uncancel():
                raise
        finally:
            gone.remove_done_callback(drop)
            gone.cancel()

    async def _socket(self, scope: Message, receive: Receive, send: Send) -> None:
        path = _path(scope)
        refusal = self._gate.refusal(path, scope["headers"])
        if refusal is not None:
            await _refuse(send, Reply.error(refusal.status, "forbidden", refusal.message))
            return
        path = self._gate.without_token(path)
        try:
            await websocket.relay(scope, path, receive, send, self._services)
        except UnreachableError as error:
            self._services.tally.missed("unreachable")
            said = f"headroom proxy: {error}"
            await _refuse(send, Reply.error(502, "upstream_unreachable", said))

    async def _answer(self, scope: Message, inbound: Inbound, send: Send) -> None:
        report = Report(
            method=scope["method"], parent=header.value(scope["headers"], b"traceparent")
        )
        try:
            reply = await self._reply_or_error(scope, inbound, report)
            self._services.tally.answered(reply.status)
            report.status = reply.status
            report.ended("upstream")
            if not report.own and self._explains(scope["headers"]):
                reply.headers = [*reply.headers, *report.headers()]
            if _is_measured(scope):
                reply = await measured(reply)
            await deliver(reply, send)
        finally:
            report.ended("relay")
            if not report.status:
                report.error = report.error or "client_gone"
            if not report.own:
                for each in self._services.observers:
                    each.finished(report)

    async def _reply_or_error(self, scope: Message, inbound: Inbound, report: Report) -> Reply:
        try:
            return await self._reply(scope, inbound, report)
        except RequestRejected as error:
            report.error = "request_rejected"
            return Reply.error(403, report.error, str(error))
        except UnreachableError as error:
            self._services.tally.missed("unreachable")
            report.error = "upstream_unreachable"
            return Reply.error(502, report.error, f"headroom proxy: {error}")

    def _explains(self, headers: Pairs) -> bool:
        """Whether the answer to a request says what became of that."""
        asked = header.value(headers, EXPLAIN)
        return self._services.settings.explain if asked is None else asked not in ("", "0", "false")

    async def _reply(self, scope: Message, inbound: Inbound, report: Report) -> Reply:
        headers: Pairs = scope["headers"]
        path = _path(scope)
        refusal = self._gate.refusal(path, headers)
        if refusal is not None:
            report.error = "forbidden"
            return Reply.error(refusal.status, "forbidden", refusal.message)
        path = self._gate.without_token(path)
        own = await answer(scope["method"], path, headers, inbound, self._services)
        if own is not None:
            report.own = True
            return own
        if not path.startswith("/"):
            return Reply.error(400, "bad_request", "the path of a request begins with a slash")
        settings = self._services.settings
        found = route.locate(scope["method"], path, headers, settings.upstreams)
        report.upstream, report.wire = found.upstream, found.wire
        headers = lending.lent(found.upstream, headers, settings.keys)
        query = scope.get("query_string", b"").decode("latin-1")
        body: Any = inbound.chunks() if inbound.has_body else None
        if found.handler is not None and inbound.has_body:
            limit = settings.max_body
            whole = await inbound.whole(limit)
            report.ended("receive")
            if whole is not None:
                request = ProxyRequest(scope["method"], found, query, headers, whole, limit=limit)
                request.id = report.id
                return await self._handled(request, scope.get("client"), report)
            report.passed = "large"
            self._services.tally.relayed("large")
        else:
            report.passed = "no-wire"
            self._services.tally.relayed("no-wire")
        length = header.value(headers, b"content-length")
        out = header.to_upstream(headers, int(length) if length is not None else None)
        url = self._services.url(found, query)
        return await self._services.upstream.send(Outgoing(scope["method"], url, out, body))

    async def _handled(
        self, request: ProxyRequest, client: tuple[str, int] | None, report: Report
    ) -> Reply:
        """Answer a request, for a client at an address, with what handles its wire."""
        found = request.route
        assert found.handler is not None
        assert found.wire is not None
        made = self._handlers.get(found.wire) or registry.load(found.handler)
        handler: Handler = made(self._services, local=client is None or is_loopback(client[0]))
        handler.report = report
        try:
            return await handler.handle(request)
        except (RequestRejected, UnreachableError):
            raise
        except Exception as error:
            if handler.sent:
                raise
            said = told(error)
            _log.error("a %s request is relayed as it is: %s", found.wire, said)
            self._services.tally.missed("failed")
            report.passed = report.passed or "failed"
            return await handler.passed(request)


async def _refuse(send: Send, reply: Reply) -> None:
    """Answer a handshake with an error of our own."""
    body = b"".join([chunk async for chunk in reply.chunks])
    await websocket.refuse(send, reply.status, reply.headers, body)


def _path(scope: Message) -> str:
    """Return the path of a request, still encoded."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1")


def _is_measured(scope: Message) -> bool:
    """Whether an answer has to say how long it is: HTTP/1.0 knows no chunks, nor do all servers."""
    if scope.get("http_version") != "1.0" or scope["method"] == "HEAD":
        return False
    return UNTIL_CLOSED not in (scope.get("extensions") or ())


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
