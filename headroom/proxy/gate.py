"""Who may speak to the proxy: checks of Host, Origin and token, before anything else."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from headroom.proxy.http.header import Pairs

_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))
_TOKEN = b"x-headroom-token"
_PREFIX = "/t/"
_MORE = frozenset("@/?#\\")
"""What stands in no Host and no Origin; others may read another name behind it, or before it."""


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine and no other can reach it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served: a status and a sentence."""

    status: int
    message: str


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets requests in whose Host is ours, whose Origin is local and that know the token."""

    token: str | None = None
    """What a request has to name; None lets everybody in who can reach the socket."""
    hosts: frozenset[str] = frozenset()
    """Names besides those of the loopback interface under which clients reach us: in any spelling,
    with or without a port."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hosts", frozenset(map(_name, self.hosts)) - {""})

    def refusal(self, path: str, headers: Pairs) -> Refusal | None:
        """Return why a request is not let in, or None.

        A page in a browser can send requests to local ports under a name that it makes resolve to
        this machine; such a request has that name as its Host, or an Origin that is not local.
        """
        hosts = _all(headers, b"host")
        if not hosts or not all(map(self._is_ours, hosts)):
            return Refusal(
                403,
                "the Host of this request is not one of the names of this proxy; --allow-host "
                "adds one",
            )
        origins = _all(headers, b"origin")
        if not all(self._is_ours(origin.partition("://")[2]) for origin in origins):
            return Refusal(403, "requests from web pages of other origins are not served")
        if self.token is not None and not self._knows_token(path, headers):
            return Refusal(
                401, "this proxy needs its token: x-headroom-token, or /t/TOKEN/ in the URL"
            )
        return None

    def without_token(self, path: str) -> str:
        """Return the path without the token that may stand at its beginning."""
        if self.token is None or not path.startswith(_PREFIX):
            return path
        rest = path.removeprefix(_PREFIX)
        _, slash, after = rest.partition("/")
        return slash + after or "/"

    def _is_ours(self, netloc: str) -> bool:
        name = _host(netloc)
        return _MORE.isdisjoint(netloc) and (name in _LOCAL or name in self.hosts)

    def _knows_token(self, path: str, headers: Pairs) -> bool:
        said = [each.encode("latin-1") for each in _all(headers, _TOKEN) if each]
        if not said and path.startswith(_PREFIX):
            written = path.removeprefix(_PREFIX).partition("/")[0]
            # As it is, or as URLs write what would mean something else in them.
            said = [written.encode(), unquote_to_bytes(written)]
        token = (self.token or "").encode()
        return any(hmac.compare_digest(each, token) for each in said)


def _all(headers: Pairs, name: bytes) -> list[str]:
    """Return every value of a header: whoever reads the last of them must be refused none."""
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def _name(written: str) -> str:
    """Return a name that somebody listed, as `_host` does: also one in a URL, or a bare address."""
    written = written.strip().rpartition("://")[2]
    return _host(f"[{written}]" if written.count(":") > 1 and "[" not in written else written)


@lru_cache(maxsize=64)
def _host(netloc: str) -> str:
    """Return the name in a Host header, or "": in lower case, an address in its shortest form."""
    try:
        name = urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name
