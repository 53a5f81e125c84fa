"""`diagnose`: all checks in their order; and how they look at the real machine."""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from headroom.doctor import clash, client, install, routing, storage
from headroom.errors import HeadroomError
from headroom.proxy.http.network import trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.doctor.finding import Finding, World

_PATIENCE = 3.0
"""Seconds in which a host has to be reached."""
_CHECKS = (install.check, storage.check, routing.check, client.check, clash.check)


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
