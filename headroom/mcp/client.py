"""`Client`: where one MCP client lists its servers, and the entry that it needs for ours."""

from __future__ import annotations

import difflib
import sys
import tomllib
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from headroom.config.location import home
from headroom.edits import Item, SetKey
from headroom.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.edits.change import Change
    from headroom.edits.change import Path as KeyPath

NAME = "headroom"
"""Name of our server in every client."""
ARGUMENTS = ["-P", "-m", "headroom", "mcp", "serve"]
"""Of the interpreter; -P, so that nothing in the folder a client starts in passes for a module."""


@dataclass(frozen=True, slots=True)
class Client:
    """One row of `client.toml`, which says what the fields mean."""

    name: str
    title: str
    program: str
    files: tuple[str, ...]
    format: str
    at: tuple[str, ...]
    entry: Mapping[str, Any]
    variables: str
    listed: bool = False
    fresh: Mapping[str, Any] = field(default_factory=dict)

    def file(self, environ: Mapping[str, str]) -> Path:
        """Return the file in which this user's client keeps its servers; it need not exist."""
        for row in self.files:
            try:
                found = [_expanded(each, environ) for each in row.split("|")]
            except KeyError:
                continue
            return next((each for each in found if each.exists()), found[0])
        raise ConfigurationError(f"{self.title} keeps its servers in none of {self.files}")

    @property
    def path(self) -> KeyPath:
        """Where our entry stands in that file."""
        return (*self.at, Item(NAME) if self.listed else NAME)

    def ours(self, command: str, variables: Mapping[str, str]) -> dict[str, Any]:
        """Return our entry.

        Args:
            command: absolute path of the interpreter.
            variables: environment variables that the server needs.
        """
        words = {"{command}": command, "{args}": ARGUMENTS, "{argv}": [command, *ARGUMENTS]}
        entry: dict[str, Any] = _filled(self.entry, words)
        if variables:
            holder = entry
            *above, last = self.variables.split(".")
            for step in above:
                holder = holder[step]
            holder[last] = dict(variables)
        return {"name": NAME, **entry} if self.listed else entry

    def changes(self, entry: dict[str, Any], *, fresh: bool) -> list[Change]:
        """Return what has to be set in the file; `fresh` if there is none yet."""
        needed = (
            [SetKey((key,), value, keep=True) for key, value in self.fresh.items()] if fresh else []
        )
        return [*needed, SetKey(self.path, entry)]


def clients() -> dict[str, Client]:
    """Return all clients that are known, by name."""
    return dict(_known())


def client(name: str) -> Client:
    """Return one client.

    Raises:
        ConfigurationError: none has that name.
    """
    known = _known()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
        raise ConfigurationError(f"no MCP client {name!r}; {hint}")
    return known[name]


@cache
def _known() -> dict[str, Client]:
    text = files("headroom.mcp").joinpath("client.toml").read_text("utf-8")
    return {name: _client(name, row) for name, row in tomllib.loads(text).items()}


def _client(name: str, row: dict[str, Any]) -> Client:
    places = row.get(f"files_{sys.platform}", row["files"])
    rest = {key: value for key, value in row.items() if not key.startswith("files")}
    return Client(**{**rest, "name": name, "files": tuple(places), "at": tuple(row["at"])})


def _expanded(place: str, environ: Mapping[str, str]) -> Path:
    """Return a path with its variables and home filled in.

    Raises:
        ConfigurationError: nobody knows this user's home.
        KeyError: a variable is not set.
    """
    present = {name: value for name, value in environ.items() if value}
    path = Template(place).substitute(present)
    return home() / path[2:] if path.startswith("~/") else Path(path)


def _filled(value: Any, words: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, words) for key, each in value.items()}
    return deepcopy(words.get(value, value)) if isinstance(value, str) else value
