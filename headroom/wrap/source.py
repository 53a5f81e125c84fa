"""Where a user may have set something: environment, flags of this call, files; read in one way.

A source is written as `env:NAME`, `flag:--name` (its value), `flag:--name#key` (its value is a JSON
text or names a file), `set:-c#key` (one of several `-c key=value`), or `file:PATH#key`. PATH may
begin with `~` and hold `{name}` of a value of the same agent.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.errors import AgentError, EditError
from headroom.wrap import document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

KINDS = ("env", "flag", "set", "file")


def read_text(path: Path) -> str | None:
    """Return the text of a file, or None where there is none.

    Raises:
        AgentError: it is there and cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise AgentError(f"cannot read {path}: {error}") from error


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an agent would see if it were started now."""

    environment: Mapping[str, str]
    home: Path
    folder: Path
    """Where the agent is started."""
    arguments: tuple[str, ...] = ()
    """What it is called with."""
    read: Callable[[Path], str | None] = read_text
    """Returns the text of a file, None where there is none."""


class Lookup:
    """Answers what a user has set, by source; files are read once."""

    def __init__(self, around: Surroundings, values: Mapping[str, str] | None = None) -> None:
        self.around = around
        self.values: dict[str, str] = dict(values or {})
        self._documents: dict[Path, Any] = {}

    def first(self, sources: tuple[str, ...]) -> tuple[Any, str] | None:
        """Return what the strongest of the sources has, and which one that is; None for nothing."""
        for source in sources:
            found = self.value(source)
            if found not in (None, ""):
                return found, source
        return None

    def value(self, source: str) -> Any:
        """Return what one source has, or None."""
        kind, _, rest = source.partition(":")
        name, _, key = rest.partition("#")
        key = self.filled(key)
        if kind == "env":
            text = self.around.environment.get(name)
            return text if not key or not text else self._at(text, name, key)
        if kind == "flag":
            text = self.flag(name)
            return text if not key or text is None else self._at(text, name, key)
        if kind == "set":
            return self._set(name, key)
        return document.find(self.document(name), document.keys(key))

    def document(self, path: str) -> Any:
        """Return the value of a file of settings, {} where there is none.

        Raises:
            AgentError: it cannot be read or parsed.
        """
        where = self.path(path)
        if where not in self._documents:
            text = self.around.read(where)
            self._documents[where] = {} if text is None else _parsed(text, where.name, str(where))
        return self._documents[where]

    def path(self, path: str) -> Path:
        """Return the path that a template means here."""
        text = self.filled(path)
        if text == "~" or text.startswith("~/"):
            return self.around.home / text[2:]
        return self.around.folder / text

    def filled(self, text: str) -> str:
        """Return a template with the values of this agent put in."""
        for name, value in self.values.items():
            text = text.replace("{" + name + "}", value)
        return text

    def flag(self, name: str) -> str | None:
        """Return the value of the last use of a flag before `--`, or None."""
        found = flags(self.around.arguments, name)
        return found[-1][1] if found else None

    def _set(self, name: str, key: str) -> Any:
        for _, text in reversed(flags(self.around.arguments, name)):
            left, equals, right = text.partition("=")
            if equals and left.strip() == key:
                return _toml_value(right.strip())
        return None

    def read(self, text: str, name: str) -> Any:
        """Return the value of a JSON text, or of the file that the text names.

        Raises:
            AgentError: it cannot be understood.
        """
        if text.lstrip().startswith(("{", "[")):
            return _parsed(text, "x.json", name)
        return self.document(text)

    def _at(self, text: str, name: str, key: str) -> Any:
        return document.find(self.read(text, name), document.keys(key))


def flags(arguments: tuple[str, ...], name: str) -> list[tuple[int, str]]:
    """Return the place and value of each use of a flag, `--name value` or `--name=value`."""
    found = []
    for index, each in enumerate(arguments):
        if each == "--":
            break
        if each == name and index + 1 < len(arguments):
            found.append((index, arguments[index + 1]))
        elif each.startswith(name + "=") and name.startswith("--"):
            found.append((index, each[len(name) + 1 :]))
    return found


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except ValueError:
        return text


def _parsed(text: str, name: str, label: str) -> Any:
    try:
        return document.parse(text, name)
    except EditError as error:
        raise AgentError(f"{label} cannot be understood: {error}; nothing was changed") from error
