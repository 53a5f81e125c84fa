"""`Blueprint`: what a proxy is built from, by whichever process serves."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.cache import open_ledger
from headroom.config.location import book_place
from headroom.engine.engine import Engine
from headroom.errors import ConfigurationError
from headroom.proxy import app
from headroom.proxy.money.book import open_book
from headroom.proxy.otel import telemetry
from headroom.proxy.serving import allocator
from headroom.proxy.serving.log import RequestLog
from headroom.stores import open_store

if TYPE_CHECKING:
    from headroom.proxy.app import App
    from headroom.proxy.settings import Settings


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Settings and places; it can be handed to another process, which opens them for itself."""

    settings: Settings
    store: str
    """URL of the store of originals."""
    ledger: str
    """Where forms lie; accounts lie beside them."""
    log: str | None = None
    """In which form it logs: see `headroom.proxy.serving.log.set_up`."""
    run: str = field(default_factory=lambda: secrets.token_hex(8))
    """Tells the processes that serve together from all others."""

    def build(self) -> App:
        """Return the proxy, with everything opened that it needs.

        Raises:
            ConfigurationError: one of the places cannot be opened.
            StoreError: as above, right now.
        """
        engine = Engine(ledger=open_ledger(self.ledger), store=open_store(self.store))
        book = open_book(book_place(self.ledger))
        watching = (None if self.log is None else RequestLog(), telemetry())
        observers = [each for each in watching if each is not None]
        made = app.create_app(self.settings, engine, book=book, run=self.run, observers=observers)
        made.keeper.tends.append(allocator.trimming())
        return made

    def check(self, workers: int) -> None:
        """See whether several processes can serve it.

        Raises:
            ConfigurationError: what one of them forwards, the others would not know of.
        """
        if workers > 1 and self.ledger == "memory:":
            raise ConfigurationError(
                "workers share what was forwarded in a file or on Redis; with HEADROOM_LEDGER="
                "memory: there can be one only"
            )
