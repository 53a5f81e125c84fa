"""Where a request goes and which wire its body is: decided from its path by `route.toml`."""

from __future__ import annotations

import base64
import json
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from headroom.core.memo import remembered
from headroom.errors import ConfigurationError
from headroom.proxy import header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.proxy.header import Pairs

DEFAULT = "openai"
_OURS = re.compile(r"/[ps]/[^/]+(?=/)")
"""A prefix that names a project or a session to us; the upstream does not know it."""
_TOKEN = 3
"""Parts of a JSON web token."""
_SECRET = re.compile(r"(?<=//)[^/]*(?=@)|(?<=[?#]).*", re.DOTALL)
"""Parts of a URL that may be a password or a key."""
_VERSION = re.compile(r"/v\d+\w*$")


@dataclass(frozen=True, slots=True)
class Route:
    """What is known of a request from its path and headers."""

    upstream: str
    """Name of the upstream that it goes to."""
    path: str
    """Path at the upstream, still encoded."""
    wire: str | None = None
    """Name of the wire format of its body; None for what is relayed untouched."""
    handler: str | None = None
    """Who handles it, as "module:class"."""
    base: str | None = None
    """URL of the upstream; None where none is known that the request's key would be for."""
    offers: bool = True
    """Whether our tool may be offered."""


@cache
def table() -> dict[str, Any]:
    """Return `route.toml`, read once."""
    return tomllib.loads(files("headroom.proxy").joinpath("route.toml").read_text("utf-8"))


def variables() -> dict[str, str]:
    """Return the name of the environment variable of each upstream."""
    return {row["name"]: row["variable"] for row in table()["upstream"]}


def upstreams(named: Mapping[str, str]) -> dict[str, str]:
    """Return the URLs of upstreams: those that are named, and defaults for the vendors' others.

    Raises:
        ConfigurationError: an unknown name, or a URL that is not `http(s)://host[:port][/path]`.
    """
    known = dict(_defaults())
    for name, url in named.items():
        if name not in variables():
            raise ConfigurationError(f"no upstream {name!r}; there are {', '.join(variables())}")
        known[name] = _checked(name, url)
    return known


def everywhere(url: str) -> dict[str, str]:
    """Return the names of the upstreams that one URL for all stands for, each with it."""
    return dict.fromkeys(_defaults(), url)


def locate(method: str, path: str, headers: Pairs, known: Mapping[str, str] | None = None) -> Route:
    """Return the route of a request; every path has one.

    Args:
        method: of the request.
        path: of its URL, encoded.
        headers: as the client sent them.
        known: the URLs of upstreams; those of `upstreams` where nothing is named.
    """
    ours = _OURS.match(path)
    found = _vendor(method, path[ours.end() :] if ours else path, headers)
    return _hosted(found, headers, _defaults() if known is None else known)


def _vendor(method: str, path: str, headers: Pairs) -> Route:
    """Return the route of a request as far as it follows from its vendor."""
    if method == "POST":
        posted = _posted(path)
        if posted is not None:
            return posted
    for row in (*table()["wire"], *table()["elsewhere"]):
        if "path" in row and re.fullmatch(f"(?:/v1)?(?:{row['path']})", path):
            return Route(row["upstream"], _versioned(path, row))
        if "header" in row and header.value(headers, row["header"].encode()) is not None:
            return Route(row["upstream"], path)
    return Route(DEFAULT, path)


@remembered(128, 300)
def _posted(path: str) -> Route | None:
    """Return the route of a request on one of the wires, or None; a client has one path, or few."""
    for row in table()["wire"]:
        if re.fullmatch(row.get("unless", "(?!)"), path):
            continue
        if re.fullmatch(f"(.*)(?:{row['path']})", path):
            there, offers = _versioned(path, row), row.get("offers", True)
            return Route(row["upstream"], there, row["name"], row["handler"], offers=offers)
    return None


def _hosted(found: Route, headers: Pairs, known: Mapping[str, str]) -> Route:
    """Return the route with its URL, at the host of the vendor's that the request is for."""
    vendor = known[found.upstream]
    named = vendor != _defaults()[found.upstream]
    for row in table()["host"]:
        if row["of"] != found.upstream:
            continue
        groups = _told(row, found.path, headers)
        if groups is None:
            continue
        there = known.get(row["upstream"])
        if there is not None and not (named and there == _defaults().get(row["upstream"])):
            base: str | None = there
        elif not named:
            base = row["default"].format(**groups) if "default" in row else None
        else:
            break  # Who names a place for the vendor means all of it.
        path = _instead(row, found.path, base)
        return replace(found, upstream=row["upstream"], path=path, base=base)
    return replace(found, base=vendor)


def _instead(row: Mapping[str, str], path: str, base: str | None) -> str:
    """Return the path as a host's row wants it; what the URL names already counts once."""
    if "instead" not in row:
        return path
    bare = re.sub("^/v1(?=/)", "", path)
    return bare if (base or "").endswith(row["instead"]) else row["instead"] + bare


def _told(row: Mapping[str, str], path: str, headers: Pairs) -> dict[str, str] | None:
    """Return what a host's row takes from a request, or None where it is not for it."""
    if "header" in row:
        return None if header.value(headers, row["header"].encode()) is None else {}
    if "key" in row:
        return {} if _bearer(headers).startswith(row["key"]) else None
    if "claim" in row:
        return {} if row["claim"] in _claims(headers) else None
    match = re.fullmatch(row["path"], path)
    return None if match is None else match.groupdict()


def _bearer(headers: Pairs) -> str:
    return (header.value(headers, b"authorization") or "").partition(" ")[2].strip()


def _claims(headers: Pairs) -> dict[str, Any]:
    """Return what the token of a login says; nobody has checked that it is true."""
    parts = _bearer(headers).split(".")
    if len(parts) != _TOKEN or not parts[0].startswith("eyJ"):
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


@cache
def _defaults() -> dict[str, str]:
    rows = table()["upstream"]
    return {row["name"]: row["default"] for row in rows if "default" in row}


def target(base: str, path: str, query: str) -> str:
    """Return the URL of a request at an upstream; a version that both halves name counts once."""
    version = _VERSION.search(base)
    if version and path.startswith(version[0] + "/"):
        base = base[: version.start()]
    return f"{base}{path}?{query}" if query else f"{base}{path}"


def _versioned(path: str, row: Mapping[str, str]) -> str:
    """Return the path with the version in front where a client left it to its base URL."""
    if "version" in row and re.fullmatch(row["path"], path) and not path.startswith("/api/"):
        return row["version"] + path
    return path


def _checked(name: str, url: str) -> str:
    shown = _SECRET.sub("...", url)
    wrong = ConfigurationError(
        f"upstream {name} is {shown!r}; it must be a URL such as https://host:port or "
        "https://host/path, without a user, a query or a fragment"
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    odd = parts.query or parts.fragment or "@" in parts.netloc or port == 0
    if parts.scheme not in ("http", "https") or not parts.hostname or odd or url != url.strip():
        raise wrong
    return url.rstrip("/")
