"""`Handler`: the only place where the order of a proxied request is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headroom.events import PipelineEvent, PipelineStage
from headroom.proxy import header, route
from headroom.proxy.upstream import Outgoing
from headroom.proxy.usage import UsageReader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from headroom.engine.engine import Engine
    from headroom.proxy.account import Saved
    from headroom.proxy.reply import Reply
    from headroom.proxy.request import ProxyRequest
    from headroom.proxy.settings import Settings
    from headroom.proxy.tally import Tally
    from headroom.proxy.upstream import Upstream
    from headroom.proxy.work import Compression, Prepared

_FAILED = 400
"""Status from which on an answer is an error, which costs nothing."""


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers work with; the app owns it."""

    settings: Settings
    compression: Compression
    upstream: Upstream
    tally: Tally

    @property
    def engine(self) -> Engine:
        """What shortens."""
        return self.compression.engine


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

    async def handle(self, request: ProxyRequest) -> Reply:
        """Return the answer to a request, its body still to be read.

        Raises:
            RequestRejected: an extension refused the request.
            UnreachableError: the upstream gave no answer.
        """
        prepared = await self.compress(request)
        reply = await self.send(request, prepared)
        return await self.relay(request, prepared, reply)

    async def compress(self, request: ProxyRequest) -> Prepared:
        """Return the body that goes out: shortened, in part or not at all."""
        compression = self._services.compression
        return await compression.prepare(request, self.provider, self.operation, local=self._local)

    async def send(self, request: ProxyRequest, prepared: Prepared) -> Reply:
        """Send the body on and return the answer as soon as its headers are there."""
        headers = header.to_upstream(request.headers, len(prepared.raw))
        if self._services.engine.extended:
            shown = {k.decode("latin-1"): v.decode("latin-1") for k, v in headers}
            event = self._event(PipelineStage.PRE_SEND, prepared)
            event.headers = dict(shown)
            event = self._services.engine.sending(event)
            headers = header.changed(headers, shown, event.headers or {})
        base = self._services.settings.upstreams[request.route.upstream]
        url = route.target(base, request.route.path, request.query)
        reply = await self._services.upstream.send(
            Outgoing(request.method, url, headers, prepared.raw)
        )
        if self._services.engine.extended:
            event = self._event(PipelineStage.POST_SEND, prepared)
            event.metadata["status"] = reply.status
            self._services.engine.sent(event)
        return reply

    async def relay(self, request: ProxyRequest, prepared: Prepared, reply: Reply) -> Reply:  # noqa: ARG002 - for subclasses
        """Return the answer as the client gets it."""
        if self._services.engine.extended:
            event = self._event(PipelineStage.RESPONSE_RECEIVED, prepared)
            event.metadata["status"] = reply.status
            self._services.engine.received(event)
        if prepared.saved is not None and reply.status < _FAILED:
            reply.chunks = self._metered(reply, reply.chunks, prepared.model, prepared.saved)
        return reply

    async def _metered(
        self, reply: Reply, chunks: AsyncIterator[bytes], model: str | None, saved: Saved
    ) -> AsyncIterator[bytes]:
        """Yield the body as it comes; what it says about usage is read when it has gone out."""
        reader = UsageReader(reply.headers)
        try:
            async for chunk in chunks:
                yield chunk
                reader.feed(chunk)
        finally:
            accounts = self._services.compression.accounts
            accounts.record(model, saved, reader.finish())

    def _event(self, stage: PipelineStage, prepared: Prepared) -> PipelineEvent:
        return PipelineEvent(stage, self.operation, provider=self.provider, model=prepared.model)
