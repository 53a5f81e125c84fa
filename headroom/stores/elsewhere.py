"""Where else originals of this user lie, for those who were not told of it.

`HEADROOM_STORE` may be set for a proxy alone, as by a service manager, or for an agent's shell
alone. The command that a shortened text names would then look in a store that never had the
original. So a proxy says, in a private file and for as long as it runs, where it keeps originals,
and whoever misses one looks there, too.
"""

from __future__ import annotations

import os
import secrets
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from headroom.config.location import state_folder, usual_store
from headroom.edits.folder import occupy, vacate
from headroom.errors import HeadroomError
from headroom.stores import WEEK, failing, path_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from headroom.core.protocols import OriginalStore

_FOLDER = "stores"
_HIDDEN = ":***@"
"""Stands for a password, which is not written down."""
_MOST = 16
"""Proxies whose stores are looked into, those that were started last; a killed one stays named."""
_FILE, _NOWHERE = "sqlite:///", "memory:"


@contextmanager
def announced(url: str) -> Iterator[None]:
    """Say, as long as the block runs, that this process keeps originals in a store.

    The usual one is known anyway, and where nothing can be written, nothing is said.
    """
    said = _sayable(url)
    if said is None or said == usual_store():
        yield
        return
    note: Path | None = None
    with suppress(OSError, HeadroomError):
        folder = state_folder() / _FOLDER
        occupy(folder)
        for old in _notes(folder)[_MOST - 1 :]:
            old.unlink(missing_ok=True)
        note = folder / f"{os.getpid()}-{secrets.token_hex(4)}"
        with os.fdopen(os.open(note, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(os.fsencode(said))
    try:
        yield
    finally:
        if note is not None:
            with suppress(OSError):
                note.unlink()
                vacate(note.parent)


def others(url: str) -> list[str]:
    """Return the URLs of stores besides this one, that of the proxy started last first.

    One on a server that wants a password is named without it: see `hidden`. Who keeps originals in
    memory shares none with anybody.
    """
    if url == _NOWHERE:
        return []
    found: dict[str, None] = {}
    with suppress(OSError, HeadroomError):
        for note in _notes(state_folder() / _FOLDER)[:_MOST]:
            with suppress(OSError):
                found[os.fsdecode(note.read_bytes())] = None
    with suppress(HeadroomError):
        found[usual_store()] = None
    own = _sayable(url)
    return [each for each in found if each not in (own, url)]


def hidden(url: str) -> bool:
    """Whether a URL lacks its password, so that nobody can open what it names."""
    return _HIDDEN in url


class Everywhere:
    """A store, and for what it lacks those that proxies of this user keep.

    Args:
        store: the first.
        url: its URL.
    """

    def __init__(self, store: OriginalStore, url: str) -> None:
        self._store, self._url = store, url
        self._readers: dict[str, OriginalStore] = {}

    @property
    def failing(self) -> Collection[str]:
        """What failed in the first store when it was done last."""
        return failing(self._store)

    @property
    def replaced(self) -> int:
        """How often the first store was found to have lost what it had."""
        return getattr(self._store, "replaced", 0)

    def put(self, ref: str, original: str) -> None:
        """Keep a text under its ref; again with the same ref only makes it last longer.

        Raises:
            StoreError: it could not be stored.
        """
        self._store.put(ref, original)

    def put_all(self, originals: Mapping[str, str]) -> Collection[str]:
        """Keep several texts, each under its ref, all or none; return the refs that were known.

        Raises:
            StoreError: they could not be stored.
        """
        return self._store.put_all(originals)

    def get(self, ref: str) -> str | None:
        """Return the text, from whichever store has it, or None."""
        found = self._store.get(ref)
        if found is not None:
            return found
        for each in others(self._url):
            reader = self._reader(each)
            found = None if reader is None else reader.get(ref)
            if found is not None:
                return found
        return None

    def sweep(self) -> int:
        """Drop what is expired or over the bounds in the first store; return how many went."""
        return self._store.sweep()

    def close(self) -> None:
        """Let go of all of them."""
        for each in self._readers.values():
            each.close()
        self._readers.clear()
        self._store.close()

    def _reader(self, url: str) -> OriginalStore | None:
        if url not in self._readers and not hidden(url):
            with suppress(HeadroomError):
                self._readers[url] = _opened(url)
        return self._readers.get(url)


def _opened(url: str) -> OriginalStore:
    """Return a store that is only read: no file is made where there is none any more."""
    if url.startswith(_FILE):
        from headroom.stores.reader import SqliteReader  # noqa: PLC0415 - rarely needed

        clock = time.time  # noqa: TID251 - as in `open_store`
        return SqliteReader(path_of(url), clock=clock, ttl=WEEK)
    from headroom.stores.redis import RedisStore  # noqa: PLC0415 - an optional package

    return RedisStore(url, ttl=WEEK)


def _sayable(url: str) -> str | None:
    """Return a URL as anybody on this machine may read it; None: nobody else can open it."""
    if url.startswith(_FILE):
        return f"{_FILE}{path_of(url)}"
    if not url.startswith(("redis://", "rediss://")):
        return None
    parts = urlsplit(url)
    if parts.password is None and "password=" not in parts.query:
        return url
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{_HIDDEN}{place}{parts.path}"


def _notes(folder: Path) -> list[Path]:
    """Return what proxies have said, the newest first."""
    if not folder.is_dir():
        return []
    notes = []
    for each in folder.iterdir():
        with suppress(FileNotFoundError):  # A proxy that ends takes back what it said.
            notes.append((-each.stat().st_mtime_ns, each))
    return [each for _, each in sorted(notes)]
