"""Keys of the proxy's own, for requests whose signature is no good anywhere else than here.

A client that signs its requests signs the name of the host that it speaks to, which is the proxy:
the upstream refuses them, changed or not. Who runs the proxy may give it a key that they go out
with instead. Whoever can reach the proxy spends that key then, so that it has to have a token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from headroom.config import vendor
from headroom.errors import ConfigurationError
from headroom.proxy.gate import is_loopback
from headroom.proxy.http import header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from headroom.proxy.http.header import Pairs
    from headroom.proxy.settings import Settings

_SIGNED = "AWS4-"
"""How the credentials of a request begin that is signed together with its body."""


def is_signed(headers: Pairs) -> bool:
    """Whether a request is signed together with its body."""
    return (header.value(headers, b"authorization") or "").startswith(_SIGNED)


def keys_of(names: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the key of each upstream that one is to be lent for, as its variable has it.

    Raises:
        ConfigurationError: no key can be lent for that upstream, or its variable is not set.
    """
    rows = _rows()
    found = {}
    for name in names:
        if name not in rows:
            raise ConfigurationError(f"no key can be lent for {name!r}, only for {', '.join(rows)}")
        key = environment.get(rows[name]["key"], "").strip()
        if not key or not key.isascii() or not key.isprintable():
            raise ConfigurationError(f"{rows[name]['key']} has no key to lend for {name}")
        found[name] = key
    return found


def check(settings: Settings) -> None:
    """See whether the keys may be lent.

    Raises:
        ConfigurationError: anybody could spend them, or anybody could read them on their way.
    """
    if settings.keys and not settings.token:
        raise ConfigurationError(
            "who lends a key needs --token (or HEADROOM_PROXY_TOKEN), which clients then name; "
            "without it everybody on this machine could spend the key"
        )
    for name in settings.keys:
        url = urlsplit(settings.upstreams.get(name, "https:"))
        if url.scheme != "https" and not is_loopback(url.hostname or ""):
            raise ConfigurationError(f"a key is lent for {name} only over https")


def lent(upstream: str, headers: Pairs, keys: Mapping[str, str]) -> Pairs:
    """Return the headers of a request with a key in the place of its signature.

    They are the same object where no key is lent for the upstream, or nothing is signed.
    """
    key = keys.get(upstream)
    if key is None or not is_signed(headers):
        return headers
    signature = {name.encode() for name in _rows()[upstream]["signature"]}
    out: Pairs = []
    for name, value in headers:
        if name.lower() == b"authorization":
            out.append((name, b"Bearer " + key.encode()))
        elif name.lower() not in signature:
            out.append((name, value))
    return out


def _rows() -> dict[str, Any]:
    return {row["name"]: row for row in vendor.rows() if "key" in row}
