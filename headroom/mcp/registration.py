"""Registering our server with clients, and looking at what is registered."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from headroom.config.location import home
from headroom.core.document import value_at
from headroom.edits.change import find
from headroom.edits.text import FORMATS
from headroom.errors import EditError
from headroom.mcp.client import ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headroom.edits import Journal, Outcome
    from headroom.mcp.client import Client


class State(StrEnum):
    """How a client stands with our server."""

    REGISTERED = "registered"
    STALE = "stale"
    """Something is registered under our name that is not this installation's server."""
    ABSENT = "not registered"
    MISSING = "no such client here"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found out about one client."""

    client: Client
    file: Path
    state: State
    note: str = ""
    """More about it: what is wrong, or what is registered instead."""


@dataclass(frozen=True, slots=True)
class Registration:
    """Our server's entries in the files of clients.

    Args:
        journal: makes the edits.
        command: absolute path of the interpreter that runs the server.
        environ: where clients' files are looked for, and what the server needs of it.
        variables: environment variables that the server gets.
    """

    journal: Journal
    command: str
    environ: Mapping[str, str]
    variables: Mapping[str, str]

    def install(self, client: Client, *, dry: bool = False) -> Outcome:
        """Put our entry into a client's file; `dry` only says what that would change.

        Raises:
            EditError: the file cannot be edited safely; nothing was changed.
        """
        file = client.file(self.environ)
        entry = client.ours(self.command, self.variables)
        changes = client.changes(entry, fresh=self._is_fresh(client, file))
        do = self.journal.plan if dry else self.journal.apply
        return do(_owner(client), file, client.format, changes)

    def uninstall(self, client: Client) -> list[Outcome]:
        """Take our entry out of a client's file; nothing where we put none in."""
        return self.journal.undo(_owner(client))

    def standing(self, client: Client) -> Standing:
        """Return how a client stands with our server."""
        file = client.file(self.environ)
        try:
            entry = _entry(client, file)
        except (EditError, OSError, UnicodeDecodeError) as error:
            return Standing(client, file, State.UNREADABLE, str(error))
        if entry is None:
            state = State.ABSENT if self.is_here(client, file) else State.MISSING
            return Standing(client, file, state)
        argv = _argv(entry)
        if argv[1:] != ARGUMENTS:
            said = " ".join(argv) or "something that starts no program"
            return Standing(client, file, State.STALE, f"it starts: {said}")
        if not os.access(argv[0], os.X_OK):
            return Standing(client, file, State.STALE, f"{argv[0]} is gone")
        if argv[0] != self.command:
            return Standing(client, file, State.STALE, f"it starts another one: {argv[0]}")
        return Standing(client, file, State.REGISTERED)

    def is_here(self, client: Client, file: Path | None = None) -> bool:
        """Whether a client seems to be installed: its program is, or it has made its folder."""
        folder = (file or client.file(self.environ)).parent
        if folder != home() and folder.is_dir():
            return True
        path = self.environ.get("PATH", "")
        return bool(client.program) and shutil.which(client.program, path=path) is not None

    def _is_fresh(self, client: Client, file: Path) -> bool:
        """Whether a client has no file of its own, before our entry came."""
        ours = [each for each in self.journal.records() if each.owner == _owner(client)]
        return not file.exists() or any(each.made_the_file for each in ours)


def _owner(client: Client) -> str:
    return f"mcp {client.name}"


def _entry(client: Client, file: Path) -> dict[str, Any] | None:
    """Return what is registered under our name, or None."""
    if not file.exists():
        return None
    data = FORMATS[client.format].parse(file.read_text("utf-8"))
    place, rest = find(data, client.path)
    found = None if rest else value_at(data, place)
    return found if isinstance(found, dict) else None


def _argv(entry: dict[str, Any]) -> list[str]:
    """Return what an entry starts, in whichever shape a client has it."""
    transport = entry.get("transport")
    held = transport if isinstance(transport, dict) else entry
    command, rest = held.get("command", held.get("cmd")), held.get("args", [])
    words = command if isinstance(command, list) else [command]
    return [str(each) for each in (*words, *(rest if isinstance(rest, list) else [])) if each]
