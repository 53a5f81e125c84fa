"""What a turn that is continued needs of the proxy, however the provider is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.cache.ledger import Ledger
    from headroom.core.protocols import OriginalStore
    from headroom.proxy.handlers.base import Services
    from headroom.proxy.work import Prepared


@dataclass(frozen=True, slots=True)
class Hosting:
    """All of `Host` (see `headroom.proxy.turn.continuation`) but `ask`, which is the wire's own."""

    services: Services
    prepared: Prepared
    """The request that the turn began with."""

    @property
    def ledger(self) -> Ledger:
        """Where it is kept what was asked."""
        return self.services.engine.ledger

    @property
    def store(self) -> OriginalStore:
        """Where the originals are."""
        return self.services.engine.store

    async def apart(self, work: Callable[[], Any]) -> Any:
        """Do a piece of work that must not hold up the event loop."""
        return await self.services.compression.apart(work)

    def called(self, what: str, count: int = 1) -> None:
        """Count calls by what became of them."""
        self.services.tally.called(what, count)
