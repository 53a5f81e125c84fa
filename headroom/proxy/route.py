"""Where a request goes and which wire its body is: decided from its path by `route.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from headroom.errors import ConfigurationError
from headroom.proxy import header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.proxy.header import Pairs

DEFAULT = "openai"
_OURS = re.compile(r"/[ps]/[^/]+(?=/)")
"""A prefix that names a project or a session to us; the upstream does not know it."""
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


@cache
def table() -> dict[str, Any]:
    """Return `route.toml`, read once."""
    return tomllib.loads(files("headroom.proxy").joinpath("route.toml").read_text("utf-8"))


def variables() -> dict[str, str]:
    """Return the name of the environment variable of each upstream."""
    return {row["name"]: row["variable"] for row in table()["upstream"]}


def upstreams(named: Mapping[str, str]) -> dict[str, str]:
    """Return the URL of every upstream: those that are named, defaults for the others.

    Raises:
        ConfigurationError: an unknown name, or a URL that is not `http(s)://host[:port][/path]`.
    """
    known = {row["name"]: row["default"] for row in table()["upstream"]}
    for name, url in named.items():
        if name not in known:
            raise ConfigurationError(f"no upstream {name!r}; there are {', '.join(known)}")
        known[name] = _checked(name, url)
    return known


def locate(method: str, path: str, headers: Pairs) -> Route:
    """Return the route of a request; every path has one."""
    ours = _OURS.match(path)
    path = path[ours.end() :] if ours else path
    for row in table()["wire"] if method == "POST" else ():
        if re.fullmatch(f"(.*)(?:{row['path']})", path):
            return Route(row["upstream"], _versioned(path, row), row["name"], row["handler"])
    for row in (*table()["wire"], *table()["elsewhere"]):
        if "path" in row and re.fullmatch(f"(?:/v1)?(?:{row['path']})", path):
            return Route(row["upstream"], _versioned(path, row))
        if "header" in row and header.value(headers, row["header"].encode()) is not None:
            return Route(row["upstream"], path)
    return Route(DEFAULT, path)


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
    wrong = ConfigurationError(
        f"upstream {name} is {url!r}; it must be a URL such as https://host:port or https://host/path"
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
