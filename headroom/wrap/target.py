"""`Target`: where the requests of one base URL go, and what the agent gets in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from headroom.config.vendor import hosts, variables
from headroom.errors import AgentError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Target:
    """One base URL that the agent is to have from us."""

    wire: str
    upstream: str
    """Scheme and host of where its requests end."""
    path: str
    """What stands behind the host in the URL, and so behind the proxy's address in the new one."""
    source: str | None = None
    """Where the user has the URL; None: it is the agent's own."""

    @property
    def is_vendors(self) -> bool:
        """Whether requests end at the vendor's own host."""
        return self.upstream == hosts()[self.wire]


@dataclass(frozen=True, slots=True)
class Upstreams:
    """What is known of upstreams when a plan is made."""

    environment: Mapping[str, str]
    known: Mapping[str, Mapping[str, str]]
    """Addresses of proxies of ours, with the upstream of each wire behind them."""

    def default(self, wire: str) -> str:
        """Return where requests of a wire go unless somebody says otherwise."""
        return self.environment.get(variables()[wire]) or hosts()[wire]

    def target(self, wire: str, url: str, source: str | None) -> Target:
        """Return the target of a base URL.

        Raises:
            AgentError: it is none that a proxy can stand before.
        """
        try:
            parts = urlsplit(url)
            known = bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known or parts.scheme not in ("http", "https") or "@" in parts.netloc:
            where = f" ({source})" if source else ""
            raise AgentError(f"the base URL {url!r}{where} is none that can be routed")
        origin = f"{parts.scheme}://{parts.netloc}"
        path = url.strip()[len(origin) :]
        if origin in self.known:
            return Target(wire, self.known[origin].get(wire, self.default(wire)), path, None)
        if origin == hosts()[wire]:
            return Target(wire, self.default(wire), path, source)
        return Target(wire, origin, path, source)


class Slots:
    """Proxies that are needed: each has one upstream for each wire."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams
        self._taken: list[dict[str, str]] = []

    def of(self, target: Target) -> int:
        """Return the number of the proxy that a target is reached through."""
        for number, taken in enumerate(self._taken):
            if taken.setdefault(target.wire, target.upstream) == target.upstream:
                return number
        self._taken.append({target.wire: target.upstream})
        return len(self._taken) - 1

    def filled(self) -> tuple[dict[str, str], ...]:
        """Return all upstreams of each proxy, so that proxies of the same kind can be shared."""
        defaults = {wire: self._upstreams.default(wire) for wire in hosts()}
        return tuple({**defaults, **taken} for taken in self._taken)
