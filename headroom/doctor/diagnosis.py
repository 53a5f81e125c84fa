"""`diagnose`: all checks in their order; and how they look at the real machine."""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from headroom.config.upstream import FILE_VARIABLE, with_file
from headroom.doctor import clash, client, install, routing, storage
from headroom.doctor.finding import Finding, Level
from headroom.errors import HeadroomError
from headroom.proxy.http.network import trust

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from headroom.doctor.finding import World

_PATIENCE = 3.0
"""Seconds in which a host has to be reached."""
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
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        connection = _connection(parts.scheme, host, port)
        connection.connect()
        connection.close()
    except (OSError, http.client.HTTPException, ValueError, HeadroomError) as error:
        return str(error) or type(error).__name__
    return None


def _connection(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    """Return an unopened connection, through the forwarder that the environment names."""
    forwarder = None if proxy_bypass(host) else getproxies().get(scheme)
    direct = urlsplit(forwarder) if forwarder else None
    first = (direct.hostname or "", direct.port or 80) if direct else (host, port)
    if scheme == "https":
        made: http.client.HTTPConnection = http.client.HTTPSConnection(
            *first, timeout=_PATIENCE, context=trust() or ssl.create_default_context()
        )
        if direct is not None:
            made.set_tunnel(host, port)
        return made
    return http.client.HTTPConnection(*first, timeout=_PATIENCE)
