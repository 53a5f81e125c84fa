"""The store that all processes of a user share, opened when it is first needed."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from headroom.config.location import store_url
from headroom.errors import HeadroomError
from headroom.stores import failing, open_store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from headroom.core.protocols import OriginalStore

_log = logging.getLogger("headroom.stores")


class SharedStore:
    """Originals in the file, or on the server, that `HEADROOM_STORE` names or the default is.

    Where that cannot be opened, originals are kept in this process alone, and a warning says so:
    what `compress()` leaves out can then be had back here, but not by another process.
    """

    def __init__(self) -> None:
        self._opened: OriginalStore | None = None
        self._lock = threading.Lock()

    @property
    def failing(self) -> Collection[str]:
        """What failed in the store when it was done last."""
        return failing(self._opened)

    @property
    def replaced(self) -> int:
        """How often the store was found to have lost what it had."""
        return getattr(self._opened, "replaced", 0)

    def put(self, ref: str, original: str) -> None:
        """Keep a text under its ref; again with the same ref only makes it last longer.

        Raises:
            StoreError: it could not be stored.
        """
        self._store().put(ref, original)

    def put_all(self, originals: Mapping[str, str]) -> Collection[str]:
        """Keep several texts, each under its ref, all or none; return the refs that were known.

        Raises:
            StoreError: they could not be stored.
        """
        return self._store().put_all(originals)

    def get(self, ref: str) -> str | None:
        """Return the text and make it last longer, or None: unknown, expired or dropped."""
        return self._store().get(ref)

    def sweep(self) -> int:
        """Drop what is expired or over the bounds; return how many texts went."""
        return self._store().sweep()

    def close(self) -> None:
        """Let go of the file or connection, if it was ever opened."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _store(self) -> OriginalStore:
        with self._lock:
            if self._opened is None:
                self._opened = _opened()
            return self._opened


def _opened() -> OriginalStore:
    from headroom.stores.elsewhere import Everywhere  # noqa: PLC0415 - only where it is used

    try:
        url = store_url()
        return Everywhere(open_store(url), url)
    except HeadroomError as error:
        _log.warning("originals are kept in this process alone: %s", error)
        return open_store()
