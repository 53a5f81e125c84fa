"""Leases: who needs a shared proxy. A folder for each proxy holds them, and vanishes with the last.

run/DIGEST.lock           held for moments, while one looks or changes something
run/DIGEST/proxy.lock     held by the proxy as long as it lives
run/DIGEST/proxy.json     where it listens
run/DIGEST/proxy.log      what it had to say
run/DIGEST-own/           the same of one that was started by hand and is never ended
run/CHANCE-apart/         the same of one that no agent joins, for those who list proxies
run/DIGEST/leases/ID/     one agent's: `lock` is held by `headroom wrap`, `agent` names the agent's
                          process, which may outlive that, `files` are private ones
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from headroom.edits.folder import vacate
from headroom.wrap import lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from headroom.wrap.lock import FileLock

_LOCK, _AGENT, _LEASES = "lock", "agent", "leases"
BY_HAND = "-own"
"""How the name of a folder ends whose proxy was started by hand."""
APART = "-apart"
"""How it ends where the proxy was, too, and is another one than agents are started with."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a shared proxy listens."""

    pid: int
    port: int
    upstreams: dict[str, str]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Den:
    """The folder of one shared proxy."""

    folder: Path

    def guard(self) -> AbstractContextManager[FileLock]:
        """Hold what has to be held to change anything here."""
        return lock.held(self._guard)

    @property
    def _guard(self) -> Path:
        return self.folder.with_name(self.folder.name + ".lock")

    @property
    def is_by_hand(self) -> bool:
        """Whether its proxy was started by hand, and ends when its user says."""
        return self.folder.name.endswith((BY_HAND, APART))

    @property
    def is_apart(self) -> bool:
        """Whether its proxy is one that no agent joins."""
        return self.folder.name.endswith(APART)

    @property
    def proxy_lock(self) -> Path:
        """What the proxy holds as long as it lives."""
        return self.folder / "proxy.lock"

    @property
    def log(self) -> Path:
        """What the proxy had to say."""
        return self.folder / "proxy.log"

    def listening(self) -> Listening | None:
        """Return where the proxy listens, None where there is none that lives."""
        found = self.last()
        return found if found and lock.is_held(self.proxy_lock) else None

    def last(self) -> Listening | None:
        """Return where the proxy listens or has listened."""
        try:
            value = json.loads((self.folder / "proxy.json").read_bytes())
            return Listening(**{each.name: value[each.name] for each in fields(Listening)})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def announce(self, listening: Listening) -> None:
        """Say where the proxy listens; readers see all of it or nothing."""
        partial = self.folder / "proxy.json.new"
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(json.dumps(asdict(listening)).encode())
        partial.replace(self.folder / "proxy.json")

    def take(self) -> Lease:
        """Return a new lease; to be called with the guard held."""
        folder = self.folder / _LEASES / uuid.uuid4().hex[:12]
        folder.mkdir(parents=True, mode=0o700)
        held = lock.acquire(folder / _LOCK)
        assert held is not None
        return Lease(self, folder, held)

    def is_needed(self) -> bool:
        """Whether a lease is held, or an agent lives whose holder does not."""
        return any(map(_alive, self._leases()))

    def tidy(self) -> None:
        """Remove leases that nobody holds, and all of it if neither proxy nor lease is left.

        To be called with the guard held.
        """
        for each in list(self._leases()):
            if not _alive(each):
                shutil.rmtree(each, ignore_errors=True)
        if not self.is_needed() and not lock.is_held(self.proxy_lock):
            self.remove()

    def remove(self) -> None:
        """Remove the folder, and those around it if they are empty; the guard has to be held."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):
            self._guard.unlink()
        vacate(self.folder.parent)
        with suppress(OSError):  # of a version that noted nothing
            self.folder.parent.parent.rmdir()

    def _leases(self) -> Iterator[Path]:
        with suppress(OSError):
            yield from sorted((self.folder / _LEASES).iterdir())


@dataclass(slots=True)
class Lease:
    """One agent's claim on a proxy, and a folder for its private files."""

    den: Den
    folder: Path
    _lock: FileLock

    @property
    def files(self) -> Path:
        """Where the agent's private files lie."""
        return self.folder / "files"

    def name_agent(self, pid: int) -> None:
        """Note the process for whose sake the proxy stays even if we are killed."""
        mark = _birth(pid)
        if mark:
            (self.folder / _AGENT).write_text(f"{pid} {mark}", "utf-8")

    def release(self) -> None:
        """Give it up and remove its folder; the proxy ends by itself some seconds later."""
        with self.den.guard():
            self.abandon()

    def abandon(self) -> None:
        """Do the same with the guard held already."""
        self._lock.release()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.den.tidy()


def dens(run: Path) -> list[Den]:
    """Return the folders of all shared proxies."""
    with suppress(OSError):
        return [Den(each) for each in sorted(run.iterdir()) if each.is_dir()]
    return []


def sweep(run: Path) -> None:
    """Remove what killed processes left behind."""
    for den in dens(run):
        if not lock.is_held(den.proxy_lock):
            with den.guard():
                den.tidy()


def _alive(folder: Path) -> bool:
    if lock.is_held(folder / _LOCK):
        return True
    try:
        pid, _, mark = (folder / _AGENT).read_text("utf-8").partition(" ")
        return bool(mark) and _birth(int(pid)) == mark
    except (OSError, ValueError):
        return False


def _birth(pid: int) -> str:
    """Return what tells a process from a later one of the same number; "" if there is none.

    Only Linux says it cheaply; elsewhere a proxy is not kept for agents of killed holders.
    """
    if sys.platform != "linux":
        return ""
    try:
        text = Path("/proc", str(pid), "stat").read_text("ascii", "replace")
    except OSError:
        return ""
    parts = text.rpartition(")")[2].split()
    return "" if parts[0] in "ZX" else parts[19]


def private(folder: Path, name: str, text: str) -> Path:
    """Write a file that only this user can read; return where it lies."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path
