"""`Blueprint`: what a proxy is built from, by whichever process serves."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.cache import open_ledger
from headroom.config.location import LEDGER_VARIABLE, STORE_VARIABLE, book_place
from headroom.engine.engine import Engine
from headroom.errors import ConfigurationError, StoreError
from headroom.proxy import app
from headroom.proxy.money.book import open_book
from headroom.proxy.otel import telemetry
from headroom.proxy.serving import allocator
from headroom.proxy.serving.log import RequestLog
from headroom.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.proxy.app import App
    from headroom.proxy.settings import Settings

_REMEDY = (
    f"give it room there that it may write to, or name other places in {LEDGER_VARIABLE} and "
    f"{STORE_VARIABLE}; with {LEDGER_VARIABLE}=memory: {STORE_VARIABLE}=memory: it needs none, "
    "only folds, and forgets at its end what it forwarded"
)
"""What to do where a file cannot be opened.

Nobody but the user may decide on the last: without what was forwarded, a conversation that goes on
would lose the provider's cache of it.
"""


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
            ConfigurationError: one of the places cannot be opened; the text says what to do.
            StoreError: as above, right now.
        """
        with _remedied():
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


@contextmanager
def _remedied() -> Iterator[None]:
    """Say what to do where the disk, or who owns a folder, keeps a file from being opened."""
    try:
        yield
    except (ConfigurationError, StoreError) as error:
        if not isinstance(error.__cause__, (OSError, sqlite3.Error)):
            raise
        raise type(error)(f"{error}; {_REMEDY}") from error
