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

from headroom.config import vendor
from headroom.core.memo import remembered
from headroom.errors import ConfigurationError
from headroom.proxy.http import header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.proxy.http.header import Pairs

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


@cache
def operations() -> dict[str, str]:
    """Return what OpenTelemetry's conventions call the requests of each wire, by its name."""
    return {row["name"]: row["operation"] for row in table()["wire"]}


def upstreams(named: Mapping[str, str]) -> dict[str, str]:
    """Return the URLs of upstreams: those that are named, and defaults for the vendors' others.

    Raises:
        ConfigurationError: an unknown name, or a URL that is not `http(s)://host[:port][/path]`.
    """
    known = dict(vendor.hosts())
    for name, url in named.items():
        if name not in vendor.variables():
            there = ", ".join(vendor.variables())
            raise ConfigurationError(f"no upstream {name!r}; there are {there}")
        known[name] = _checked(name, url)
    return known


def everywhere(url: str) -> dict[str, str]:
    """Return the names of the upstreams that one URL for all stands for, each with it."""
    return dict.fromkeys(vendor.hosts(), url)


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
    return _hosted(found, headers, vendor.hosts() if known is None else known)


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
    usual = known[found.upstream]
    named = usual != vendor.hosts()[found.upstream]
    for row, groups in _hosts(found.path).get(found.upstream, ()):
        if groups is None and not _told(row, headers):
            continue
        there = known.get(row["upstream"])
        if there is not None and not (named and there == vendor.hosts().get(row["upstream"])):
            base: str | None = there
        elif not named:
            base = row["default"].format(**(groups or {})) if "default" in row else None
        else:
            break  # Who names a place for the vendor means all of it.
        path = _instead(row, found.path, base)
        return replace(found, upstream=row["upstream"], path=path, base=base)
    return replace(found, base=usual)


def _instead(row: Mapping[str, str], path: str, base: str | None) -> str:
    """Return the path as a host's row wants it; what the URL names already counts once."""
    if "instead" not in row:
        return path
    bare = re.sub("^/v1(?=/)", "", path)
    return bare if (base or "").endswith(row["instead"]) else row["instead"] + bare


@remembered(128, 300)
def _hosts(path: str) -> dict[str, list[tuple[Mapping[str, str], dict[str, str] | None]]]:
    """Return the rows of hosts that a path may be for, by their vendor, in order.

    Each is with what it takes from the path, or None where a header decides.
    """
    found: dict[str, list[tuple[Mapping[str, str], dict[str, str] | None]]] = {}
    for row in table()["host"]:
        match = re.fullmatch(row["path"], path) if "path" in row else None
        if match is not None or "path" not in row:
            groups = None if match is None else match.groupdict()
            found.setdefault(row["of"], []).append((row, groups))
    return found


def _told(row: Mapping[str, str], headers: Pairs) -> bool:
    """Whether the headers of a request say that it is for a row's host."""
    if "header" in row:
        return header.value(headers, row["header"].encode()) is not None
    if "key" in row:
        return _bearer(headers).startswith(row["key"])
    return row["claim"] in _claims(headers)


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
    # The path is sent as it is written here, and has to be one that a request may have.
    odd = odd or not parts.path.isascii() or not url.isprintable() or " " in url
    if parts.scheme not in ("http", "https") or not parts.hostname or odd:
        raise wrong
    return url.rstrip("/")
