"""`diagnose`: all checks in their order; and how they look at the real machine."""

from __future__ import annotations

import http.client
import ssl
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from headroom.config.upstream import FILE_VARIABLE, with_file
from headroom.doctor import clash, client, install, routing, storage
from headroom.doctor.finding import Finding, Level
from headroom.errors import HeadroomError
from headroom.proxy.http.network import Proxies, trust

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from urllib.parse import SplitResult

    from headroom.doctor.finding import World

_PATIENCE = 3.0
"""Seconds in which a host has to be reached."""
_PORTS = {"http": 80, "https": 443}
_CHECKS = (install.check, storage.check, routing.check, client.check, clash.check)


def surroundings(environment: Mapping[str, str]) -> tuple[dict[str, str], list[Finding]]:
    """Return the environment with what the user's file of settings adds, and what is wrong there.

    A file that stops every other command is no reason to look at nothing else here.
    """
    try:
        return with_file(environment), []
    except HeadroomError as error:
        fix = f"mend that file, or remove it (unset {FILE_VARIABLE} where that names it); until "
        fix += "then neither headroom proxy nor headroom wrap starts"
        return dict(environment), [Finding(routing.UPSTREAM, Level.FAIL, str(error), fix)]


def diagnose(world: World) -> Iterator[Finding]:
    """Yield the findings of all checks."""
    for check in _CHECKS:
        yield from check(world)


def reach(url: str) -> str | None:
    """Connect to the host of a URL as the proxy would, and send nothing; return what went wrong."""
    try:
        connection = _connection(url)
        connection.connect()
        connection.close()
    except (OSError, http.client.HTTPException, ValueError, HeadroomError) as error:
        return str(error) or type(error).__name__
    return None


def _connection(url: str) -> http.client.HTTPConnection:
    """Return an unopened connection, through the forwarder that the proxy would take.

    Raises:
        HeadroomError: the environment names one that the proxy cannot speak to.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 80)
    named = Proxies().of(url)
    forwarder = urlsplit(named) if named else None
    first = (host, port)
    if forwarder is not None:
        first = (forwarder.hostname or "", forwarder.port or _PORTS.get(forwarder.scheme, 80))
    if parts.scheme != "https":
        return http.client.HTTPConnection(*first, timeout=_PATIENCE)
    made = http.client.HTTPSConnection(
        *first, timeout=_PATIENCE, context=trust() or ssl.create_default_context()
    )
    if forwarder is not None:
        made.set_tunnel(host, port, _allowing(forwarder))
    return made


def _allowing(forwarder: SplitResult) -> dict[str, str]:
    """Return the headers with which a forwarder lets somebody through, if it asks for a name."""
    if forwarder.username is None:
        return {}
    name = f"{unquote(forwarder.username)}:{unquote(forwarder.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(name.encode()).decode()}"}
