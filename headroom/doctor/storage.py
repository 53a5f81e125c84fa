"""Checks of where originals and forwarded forms lie: writable, whole, private, with room."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from headroom.cache.sqlite import SqliteLedger
from headroom.config.location import LEDGER_VARIABLE, STORE_VARIABLE, ledger_place, store_url
from headroom.doctor.finding import Finding, Level
from headroom.errors import ConfigurationError, HeadroomError
from headroom.proxy.http.network import is_here
from headroom.stores.elsewhere import hidden, others
from headroom.stores.file import tells_damage
from headroom.stores.migration import version_of
from headroom.stores.redis import place, redis_client, redis_driver
from headroom.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.doctor.finding import World

AREA = "store"
_LEAST = 200 * 1024 * 1024
"""Bytes of room below which a full disk is near."""
_FULL = 1024 * 1024
"""Bytes of room below which a disk counts as full: what SQLite writes before it stores anything."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What lies in a file."""

    what: str
    variable: str
    """What names another place for it."""
    newest: int
    """The newest version of such a file that is known here."""


def check(world: World) -> Iterator[Finding]:
    """Yield what is to say of the store of originals and the ledger."""
    url = store_url()
    if url == "memory:":
        yield Finding(
            AREA,
            Level.WARN,
            "originals are kept in memory: no other process can bring anything back",
            f"unset {STORE_VARIABLE}, so that they lie in a file that all share",
        )
    elif url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///")).expanduser()
        yield from _file(_Kind("originals", STORE_VARIABLE, len(SqliteStore.steps)), path)
    elif url.startswith(("redis://", "rediss://")):
        yield _server(url, world)
    else:
        fix = f"set {STORE_VARIABLE} to sqlite:///file or redis://host:port/db, or unset it"
        yield Finding(AREA, Level.FAIL, f"{STORE_VARIABLE} names no store that we know", fix)
    yield from _elsewhere(url)
    try:
        ledger = ledger_place(url)
    except HeadroomError as error:
        yield Finding(AREA, Level.FAIL, str(error), f"do so, or unset {LEDGER_VARIABLE}")
        return
    if "://" not in ledger and ledger != "memory:":
        kind = _Kind("forwarded forms", LEDGER_VARIABLE, len(SqliteLedger.steps))
        yield from _file(kind, Path(ledger).expanduser())


def _elsewhere(url: str) -> Iterator[Finding]:
    """Yield which stores proxies use that commands in this shell do not."""
    for each in others(url):
        name = place(each) if each.startswith("redis") else each.removeprefix("sqlite:///")
        if hidden(each):
            said = (
                f"a proxy keeps originals on the server {name}, which wants a password that this "
                "shell does not know: commands here can bring none of them back"
            )
            fix = f"set {STORE_VARIABLE} where agents run to what it is for the proxy"
            yield Finding(AREA, Level.WARN, said, fix)
        elif each.startswith("redis") or Path(name).exists():
            said = f"originals also lie in {name}; commands here look there for what they miss"
            yield Finding(AREA, Level.OK, said)


def _server(url: str, world: World) -> Finding:
    name = place(url)
    if world.reach is None and not is_here(urlsplit(url).hostname or "localhost"):
        said = f"originals lie on the server {name}, which was not asked (--offline)"
        return Finding(AREA, Level.OK, said)
    fix = f"start it, or unset {STORE_VARIABLE}"
    try:
        driver = redis_driver()
        client = redis_client(driver, url)
    except HeadroomError as error:
        return Finding(AREA, Level.FAIL, str(error), fix)
    try:
        client.ping()
    except (driver.exceptions.RedisError, OSError) as error:
        return Finding(AREA, Level.FAIL, f"the server {name} does not answer: {error}", fix)
    finally:
        client.close()
    return Finding(AREA, Level.OK, f"originals lie on the server {name}, which answers")


def _file(kind: _Kind, path: Path) -> Iterator[Finding]:
    what, variable = kind.what, kind.variable
    if not path.exists():
        yield _to_be_made(kind, path)
        return
    if not path.is_file():
        # Nothing of ours, and maybe all that somebody has: no remedy touches it.
        said = f"{path} is no file, so that the {what} cannot lie there"
        yield Finding(AREA, Level.FAIL, said, f"name a file in {variable}, or unset it")
        return
    if why := _strange(kind, path):
        said = f"{path} cannot hold the {what}: {why}"
        yield Finding(AREA, Level.FAIL, said, f"do so in {variable}, or unset it")
        return
    for each in (path, path.parent):
        closed = not each.stat().st_mode & 0o200
        if closed or not os.access(each, os.W_OK):
            # Where the mode is not what closes it (another owner, a read-only disk) chmod is none.
            fix = f"chmod u+w '{each}', or name" if closed else "name"
            said = f"the {what} in {path} cannot be written"
            yield Finding(AREA, Level.FAIL, said, f"{fix} another place in {variable}")
            return
    full = _room(kind, path.parent)
    opened = _opened(what, path)
    if opened is not None:
        yield opened
    elif full is None or full.level is not Level.FAIL:  # Else that is why.
        fix = f"see whether its disk is well, or name another place in {variable}"
        yield Finding(AREA, Level.FAIL, f"the {what} in {path} cannot be read right now", fix)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        fix = f"chmod 600 '{path}'"
        yield Finding(AREA, Level.WARN, f"others can read the {what} in {path}", fix)
    if full is not None:
        yield full
    for aside in sorted(path.parent.glob(f"{path.name}.corrupt-*")):
        if not aside.name.endswith(("-wal", "-shm")):
            fix = f"remove {aside} when nobody needs it"
            yield Finding(AREA, Level.WARN, f"damaged {what} were moved aside to {aside}", fix)


def _room(kind: _Kind, folder: Path) -> Finding | None:
    """Return what is to say of the room on a disk, if there is not enough."""
    what = kind.what
    free = shutil.disk_usage(folder).free
    if free >= _LEAST:
        return None
    if free < _FULL:
        fix = "make room there by something else, what we keep is bounded and needed; or name "
        fix += f"another place in {kind.variable}"
        said = f"the disk of {folder} is full: no proxy starts there, and no {what} can be stored"
        return Finding(AREA, Level.FAIL, said, fix)
    fix = "make room there: texts whose originals cannot be stored are only folded"
    said = f"only {free // 1024**2} MB are free where the {what} lie"
    return Finding(AREA, Level.WARN, said, fix)


def _strange(kind: _Kind, path: Path) -> str | None:
    """Return why a file is none that we could use, and so none to say anything else of."""
    try:
        with closing(_reading(path)) as file:
            version_of(file, kind.newest)
    except ConfigurationError as error:
        return str(error)
    except sqlite3.Error:
        return None  # What is damaged is told as such.
    return None


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _opened(what: str, path: Path) -> Finding | None:
    """Return how a file is, read without changing anything in it; None if it cannot be read now."""
    try:
        with closing(_reading(path)) as file:
            (verdict,) = file.execute("PRAGMA quick_check(1)").fetchone()
            tables = file.execute(
                "SELECT name FROM sqlite_master WHERE name IN ('originals', 'forms')"
            )
            counts = [
                file.execute(f"SELECT count(*), coalesce(sum(size), 0) FROM {name}").fetchone()  # noqa: S608 - one of the two names above
                for (name,) in tables.fetchall()
            ]
    except sqlite3.Error as error:
        if not tells_damage(error):
            return None
        verdict, counts = str(error), []
    if verdict != "ok":
        fix = f"the next command moves it aside and begins anew; or remove {path}"
        return Finding(AREA, Level.FAIL, f"the {what} in {path} are damaged: {verdict}", fix)
    count = sum(each for each, _ in counts)
    size = sum(each for _, each in counts) / 1024**2
    return Finding(AREA, Level.OK, f"{count:,} {what} ({size:.1f} MB) in {path}")


def _to_be_made(kind: _Kind, path: Path) -> Finding:
    what, variable = kind.what, kind.variable
    folder = next(each for each in path.absolute().parents if each.exists())
    if folder.is_dir() and folder.stat().st_mode & 0o200 and os.access(folder, os.W_OK):
        if (room := _room(kind, folder)) is not None and room.level is Level.FAIL:
            return room
        return Finding(AREA, Level.OK, f"no {what} yet; {path} will be made")
    fix = f"make {folder} writable, or name another place in {variable}"
    if not folder.is_dir():
        fix = f"{folder} is no folder; name another place in {variable}"
    return Finding(AREA, Level.FAIL, f"{path} cannot be made for the {what}", fix)
