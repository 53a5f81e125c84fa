"""`Handler`: the only place where the order of a proxied request is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from headroom.events import PipelineEvent, PipelineStage
from headroom.proxy import route
from headroom.proxy.hosting import Hosting
from headroom.proxy.http import header
from headroom.proxy.http.upstream import Outgoing, UnreachableError
from headroom.proxy.money.account import Saved
from headroom.proxy.money.usage import UsageReader
from headroom.proxy.report import Report
from headroom.proxy.turn.continuation import Continuation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from headroom.core.jsonpatch import BytesDocument
    from headroom.engine.engine import Engine
    from headroom.proxy.http.header import Pairs
    from headroom.proxy.http.reply import Reply
    from headroom.proxy.http.upstream import Upstream
    from headroom.proxy.money.keeper import Keeper
    from headroom.proxy.money.tally import Tally
    from headroom.proxy.report import Observer
    from headroom.proxy.request import ProxyRequest
    from headroom.proxy.route import Route
    from headroom.proxy.settings import Settings
    from headroom.proxy.work import Compression, Prepared

_LISTED = ":streamGenerateContent"
"""End of the path of requests whose answer is a stream even where it is plain JSON."""
_FAILED = 400
"""Status from which on an answer is an error, which costs nothing."""


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers work with; the app owns it."""

    settings: Settings
    compression: Compression
    upstream: Upstream
    tally: Tally
    keeper: Keeper
    observers: tuple[Observer, ...] = ()

    @property
    def engine(self) -> Engine:
        """What shortens."""
        return self.compression.engine

    def url(self, found: Route, query: str) -> str:
        """Return the URL of a request at its upstream.

        Raises:
            UnreachableError: nobody has said where that upstream is.
        """
        if found.base is None:
            name = found.upstream
            raise UnreachableError(f"where {name} is has to be said: --upstream {name}=URL")
        return route.target(found.base, found.path, query)


class Handler:
    """Takes one request to the upstream and its answer back; subclass it to change either.

    Args:
        services: what to work with.
        local: whether the client runs on this machine.
    """

    provider: ClassVar[str]
    """Name of the wire format, as in `headroom.registry.PROVIDERS`."""
    operation: ClassVar[str]
    """What extensions are told that the request is about."""

    def __init__(self, services: Services, *, local: bool = True) -> None:
        self._services = services
        self._local = local
        self.report = Report()
        """What becomes of the request, for whoever asks."""
        self.sent = False
        """Whether the upstream has got it, in whatever form."""

    async def handle(self, request: ProxyRequest) -> Reply:
        """Return the answer to a request, its body still to be read.

        Raises:
            RequestRejected: an extension refused the request.
            UnreachableError: the upstream gave no answer.
        """
        prepared = await self.compress(request)
        self.report.prepared(prepared, request.raw)
        taken = False
        try:
            reply = await self.send(request, prepared)
            taken = reply.status < _FAILED
        finally:
            prepared = self._services.compression.refused.answered(prepared, taken=taken)
        return await self.relay(request, prepared, reply)

    async def compress(self, request: ProxyRequest) -> Prepared:
        """Return the body that goes out: shortened, in part or not at all."""
        compression = self._services.compression
        return await compression.prepare(request, self.provider, self.operation, local=self._local)

    async def send(self, request: ProxyRequest, prepared: Prepared) -> Reply:
        """Send the body on and return the answer as soon as its headers are there."""
        headers = header.to_upstream(request.headers, len(prepared.raw))
        if prepared.offered is not None:
            # The answer is looked into; a coding that we cannot undo would hide our calls.
            headers = [each for each in headers if each[0].lower() != b"accept-encoding"]
        if prepared.saved is not None and prepared.saved.ours:
            # Another request than the client's, which a key of that would be taken for.
            headers = [each for each in headers if each[0].lower() != b"idempotency-key"]
        if self._services.engine.extended:
            shown = _shown(headers)
            event = self._event(PipelineStage.PRE_SEND, prepared)
            event.headers = dict(shown)
            event = self._services.engine.sending(event)
            headers = header.changed(headers, shown, event.headers or {})
        reply = await self._sent(request, headers, prepared.raw)
        if self._services.engine.extended:
            self._services.engine.sent(self._answered(PipelineStage.POST_SEND, prepared, reply))
        return reply

    async def passed(self, request: ProxyRequest) -> Reply:
        """Send a request on as it came; return its answer, with nothing looked at."""
        headers = header.to_upstream(request.headers, len(request.raw))
        return await self._sent(request, headers, request.raw)

    async def _sent(self, request: ProxyRequest, headers: Pairs, raw: bytes) -> Reply:
        url = self._services.url(request.route, request.query)
        self.sent = True
        return await self._services.upstream.send(Outgoing(request.method, url, headers, raw))

    async def relay(self, request: ProxyRequest, prepared: Prepared, reply: Reply) -> Reply:
        """Return the answer as the client gets it: calls of our tool are answered here."""
        if self._services.engine.extended:
            event = self._answered(PipelineStage.RESPONSE_RECEIVED, prepared, reply)
            self._services.engine.received(event)
        if reply.status >= _FAILED:
            return reply
        self._meter(reply, prepared)
        if prepared.offered is None:
            return reply
        settings = self._services.settings
        turn = Continuation(
            _Host(self._services, prepared, self, request),
            prepared.offered,
            most=settings.continuations,
            patience=settings.patience,
        )
        return await turn.reply(reply, listed=request.route.path.endswith(_LISTED))

    def _meter(self, reply: Reply, prepared: Prepared) -> None:
        """Have it read along what an answer says it cost."""
        if prepared.saved is not None:
            saved = replace(prepared.saved, sent=len(prepared.raw))
            reply.chunks = self._metered(reply, reply.chunks, prepared.model, saved)

    async def _metered(
        self, reply: Reply, chunks: AsyncIterator[bytes], model: str | None, saved: Saved
    ) -> AsyncIterator[bytes]:
        """Yield the body as it comes; what it says about usage is read when it has gone out."""
        reader = UsageReader(reply.headers)
        try:
            async for chunk in chunks:
                try:
                    yield chunk
                finally:  # Also where nobody reads on, because it was the last that matters.
                    reader.feed(chunk)
        finally:
            usage = reader.finish()
            self._services.compression.accounts.record(model, saved, usage)
            if usage is not None:
                self.report.usage.append(usage)

    def _event(self, stage: PipelineStage, prepared: Prepared) -> PipelineEvent:
        return PipelineEvent(stage, self.operation, self.report.id, self.provider, prepared.model)

    def _answered(self, stage: PipelineStage, prepared: Prepared, reply: Reply) -> PipelineEvent:
        event = self._event(stage, prepared)
        event.headers, event.metadata["status"] = _shown(reply.headers), reply.status
        return event


def _shown(headers: Pairs) -> dict[str, str]:
    """Return headers as extensions see them."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}


@dataclass(frozen=True, slots=True)
class _Host(Hosting):
    """What a turn is continued with."""

    handler: Handler
    request: ProxyRequest

    async def ask(self, document: BytesDocument) -> Reply:
        saved = self.prepared.saved
        ours = None if saved is None else Saved(saved.conversation, ours=True)
        raw = await self.apart(lambda: self.request.encoded(document))
        again = replace(self.prepared, raw=raw, saved=ours)
        reply = await self.handler.send(self.request, again)
        if reply.status < _FAILED:
            self.handler._meter(reply, again)  # noqa: SLF001 - in this file
        return reply
