"""What the wires have in common: blocks of text, tool calls and what their arguments name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any

from headroom.core.document import field, is_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.core.types import Path

_NAMING = ("command", "cmd", "file_path", "path", "filename", "absolute_path", "pattern", "query")
_MAX_ARGUMENTS = 20_000
"""Characters of a call's arguments that are parsed: a file that is written whole names nothing."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: the tool's name and the command or file that its arguments name."""

    name: str | None
    command: str | None


@dataclass(slots=True)
class Calls:
    """The tool calls of a conversation by id."""

    by_id: dict[str, Call] = dataclass_field(default_factory=dict)

    def add(self, call_id: Any, name: Any, arguments: Any) -> None:
        """Remember a call; odd values are remembered as far as they make sense."""
        if isinstance(call_id, str):
            self.by_id[call_id] = Call(name if isinstance(name, str) else None, named(arguments))

    def get(self, call_id: Any) -> Call:
        """Return the call with that id, or an empty one."""
        return self.by_id.get(call_id, _NO_CALL) if isinstance(call_id, str) else _NO_CALL


_NO_CALL = Call(None, None)


def named(arguments: Any) -> str | None:
    """Return the command or file that a call's arguments (an object or its JSON) name, or None."""
    if isinstance(arguments, str):
        if len(arguments) > _MAX_ARGUMENTS or not arguments.lstrip().startswith("{"):
            return None
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            return None
    if not is_node(arguments):
        return None
    for key in _NAMING:
        value = field(arguments, key)
        if isinstance(value, str):
            return value
        if isinstance(value, (list, tuple)) and value and all(isinstance(v, str) for v in value):
            return _joined(value)
    return None


def _joined(words: list[str] | tuple[str, ...]) -> str:
    """Return an argument vector as a command; of `bash -lc CMD` only CMD counts."""
    if len(words) == 3 and words[1].startswith("-") and words[1].endswith("c"):
        return words[2]
    return " ".join(words)


def texts(content: Any, path: Path, kinds: tuple[str, ...]) -> Iterator[tuple[Path, str, Any]]:
    """Yield (path, text, block) for a string content, or for its text blocks of those kinds."""
    if isinstance(content, str):
        yield path, content, None
        return
    for number, block in enumerate(content if isinstance(content, (list, tuple)) else ()):
        if isinstance(block, str):
            yield (*path, number), block, None
        elif field(block, "type") in kinds and isinstance(field(block, "text"), str):
            yield (*path, number, "text"), field(block, "text"), block


def newest(messages: Any, kinds: tuple[str, ...]) -> str:
    """Return the text of the newest message of role user that has any, or ""."""
    for message in reversed(messages):
        if field(message, "role") == "user":
            text = "\n".join(each for _, each, _ in texts(field(message, "content"), (), kinds))
            if text:
                return text
    return ""


def listed(body: Any, key: str) -> tuple[Any, Path]:
    """Return the list of messages in a body and the path to it; a bare list is its own body."""
    if isinstance(body, (list, tuple)):
        return body, ()
    items = field(body, key)
    return (items if isinstance(items, (list, tuple)) else ()), (key,)
