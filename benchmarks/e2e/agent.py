"""The agents, as `agents.toml` declares them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Route:
    """How an agent is told where its provider is; `home` are files in its home."""

    env: dict[str, str] = field(default_factory=dict)
    args: list[str] = field(default_factory=list)
    home: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Agent:
    """One agent; see `agents.toml` for what its fields mean."""

    name: str
    package: str
    command: str
    args: list[str]
    env: dict[str, str] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    route: Route = field(default_factory=Route)
    pythons: list[str] = field(default_factory=list)
    node: str = ""
    tools: bool = True
    streams: bool = True
    own: bool = False
    durable: bool = True

    def direct(self, url: str) -> Route:
        """Return everything that the agent is given so that it asks a provider at a URL."""
        env = {name: filled(text, url) for name, text in self.route.env.items()}
        home = {name: filled(text, url) for name, text in self.route.home.items()}
        args = [filled(text, url) for text in self.route.args]
        return Route(self.env | env, self._args(args), self.home | home)

    def plain(self, url: str) -> Route:
        """Return everything that a user would have given the agent whom headroom tells the rest.

        Args:
            url: of the user's own provider, if the agent has to have one.
        """
        return self.direct(url) if self.own else self.untold()

    def untold(self) -> Route:
        """Return what a user would have given the agent who uses the vendor's own host."""
        return Route(self.env, self._args([]), self.home)

    def _args(self, more: list[str]) -> list[str]:
        """Return the arguments with more of them behind the subcommand, if there is one."""
        at = 0 if self.args[0].startswith(("-", "{")) else 1
        return [*self.args[:at], *more, *self.args[at:]]


def filled(text: str, url: str) -> str:
    """Return a text with the URL in its place."""
    return text.replace("{url}", url)


def agents(names: list[str] | None = None) -> list[Agent]:
    """Return the agents of these names, or all.

    Raises:
        ValueError: there is no agent of a name.
    """
    text = files("benchmarks.e2e").joinpath("agents.toml").read_text("utf-8")
    every = {name: _agent(name, row) for name, row in tomllib.loads(text).items()}
    unknown = [name for name in names or () if name not in every]
    if unknown:
        raise ValueError(f"no agent {unknown[0]!r}; there are {', '.join(every)}")
    return [every[name] for name in names or every]


def _agent(name: str, row: dict[str, Any]) -> Agent:
    return Agent(name, **row | {"route": Route(**row.get("route", {}))})
