"""Whether a request is made in a person's name: then it is changed as little as can be."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from headroom.proxy.http import header

if TYPE_CHECKING:
    from headroom.proxy.http.header import Pairs


def is_personal(headers: Pairs, wire: str) -> bool:
    """Whether a subscription or a login pays for a request, going by its headers; in doubt, yes."""
    table = _table()
    names = {name.lower().decode("latin-1") for name, _ in headers}
    if not names.isdisjoint(table["headers"]):
        return True
    if "oauth" in (header.value(headers, b"anthropic-beta") or ""):
        return True
    scheme, _, token = (header.value(headers, b"authorization") or "").partition(" ")
    if scheme.lower() != "bearer":
        return bool(scheme)
    token = token.strip()
    if token.startswith(tuple(table["tokens"])):
        return True
    return wire in table["wires"] and not token.startswith(tuple(table["keys"]))


@cache
def _table() -> dict[str, Any]:
    text = files("headroom.proxy").joinpath("subscription.toml").read_text("utf-8")
    return tomllib.loads(text)
