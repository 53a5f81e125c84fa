"""What the wires have in common: blocks of text, tool calls and what their arguments name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headroom.ccr.tool import NAME as RETRIEVE
from headroom.core.document import field, is_node
from headroom.core.frame import reminds
from headroom.core.types import Role, Segment
from headroom.providers.program import joined, programmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headroom.core.types import Json, Path

_NAMING = (
    *("command", "cmd", "commands", "command_line", "cmdline", "script"),
    *("file_path", "filePath", "filepath", "path", "filename", "absolute_path", "relative_path"),
    *("notebook_path", "target_file", "file", "paths", "files", "pattern", "query"),
)
_SEVERAL = ("commands", "paths", "files")
"""Lists of which each item is a command or a file of its own."""
_PATHS = ("path", "file_path", "filePath")
_RANGES = (
    *("start_line", "end_line", "startLine", "endLine", "line_start", "line_end", "from_line"),
    *("to_line", "view_range", "viewRange", "line_range", "lineRange"),
)
"""How tools that read files call the lines that are asked for."""
_CODE = "code"
"""The argument that is a program which calls the tools."""
_MAX_ARGUMENTS = 20_000
"""Characters of a call's arguments that are parsed: a file that is written whole names nothing."""
_MAX_DEPTH = 6
"""Objects and lists around a text in an answer of a tool."""
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM}
_ANSWERED = "\0answered "


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: the tool's name and the command or file that its arguments name."""

    name: str | None
    command: str | None
    ranged: bool = False
    """Whether it asks for a range of lines, by their numbers."""

    def answered(
        self,
        path: Path,
        text: str,
        turn: int,
        tool: str | None,
        call_id: str | None,
        *,
        error: bool = False,
    ) -> Segment:
        """Return a text of the answer to it, under the name that the answer gives the tool."""
        return Segment(
            path, text, Role.TOOL, turn, tool, call_id, self.command, error, ranged=self.ranged
        )


class Calls:
    """The tool calls of a conversation by id.

    Args:
        made: those that are known, in order.
    """

    def __init__(self, made: Iterable[tuple[str, Call]] = ()) -> None:
        self.made: list[tuple[str, Call]] = []
        self.by_id: dict[str, Call] = {}
        self._open: list[tuple[str, Call]] = []
        self._closed = False
        for call_id, call in made:
            self._note(call_id, call)

    def add(self, call_id: Any, name: Any, arguments: Any) -> None:
        """Remember a call; odd values are remembered as far as they make sense."""
        if isinstance(call_id, str):
            given = _object(arguments)
            known = name if isinstance(name, str) else None
            self._note(call_id, Call(known, named(given), ranged(given)))

    def answer(self, call_id: Any) -> Call:
        """Return the call that the next answer with that id is to, where several may share one.

        Those made at once are answered in their order; an answer to none of them is taken for one
        to the last that had the id.
        """
        if not isinstance(call_id, str):
            return _NO_CALL
        at = self._place(call_id)
        found = self.get(call_id) if at is None else self._open[at][1]
        self._note(_ANSWERED + call_id, _NO_CALL)
        return found

    def _place(self, call_id: str) -> int | None:
        found = (n for n, (each, call) in enumerate(self._open) if call_id in (each, call.name))
        return next(found, None)

    def _note(self, call_id: str, call: Call) -> None:
        self.made.append((call_id, call))
        if call_id.startswith(_ANSWERED):
            self._closed = True
            at = self._place(call_id.removeprefix(_ANSWERED))
            if at is not None:
                del self._open[at]
            return
        if self._closed:
            self._open, self._closed = [], False
        self._open.append((call_id, call))
        self.by_id[call_id] = call

    def get(self, call_id: Any) -> Call:
        """Return the call with that id, or an empty one."""
        return self.by_id.get(call_id, _NO_CALL) if isinstance(call_id, str) else _NO_CALL


class Itemwise:
    """A wire whose texts stand in a list of items, some in front of it.

    What stands in an item depends on that item and on the calls made in the ones before it, so
    that a conversation that went on is read on from where it ended.
    """

    name: ClassVar[str]

    def segments(self, body: Json) -> list[Segment]:
        """Return every located text in reading order."""
        return list(self.walk(body))

    def walk(self, body: Json) -> Iterator[Segment]:
        """Yield every located text in reading order; what is not asked for is not looked at."""
        yield from self.preamble(body)
        items, base = self.items(body)
        calls = self.beginning()
        for turn, item in enumerate(items):
            yield from self.located(item, (*base, turn), turn, calls)

    def beginning(self) -> Calls:
        """Return the calls that are known before the first item."""
        return Calls()

    def preamble(self, body: Json) -> list[Segment]:  # noqa: ARG002 - not every wire has one
        """Return the texts that stand outside the list; they are read first."""
        return []

    def items(self, body: Json) -> tuple[Any, Path]:
        """Return the list and the path to it."""
        raise NotImplementedError

    def located(self, item: Json, path: Path, turn: int, calls: Calls) -> Iterable[Segment]:
        """Return the texts of one item, and take note of the calls that it makes."""
        raise NotImplementedError


_NO_CALL = Call(None, None)


def named(arguments: Any) -> str | None:
    """Return the command or file that a call's arguments name, or None; several of them by lines.

    Arguments are an object, its JSON, or a program that calls tools.
    """
    arguments = _object(arguments)
    if isinstance(arguments, str):
        return programmed(arguments)
    if not is_node(arguments):
        return None
    for key in _NAMING:
        value = _value(field(arguments, key), several=key in _SEVERAL)
        if value is not None:
            file = _first(arguments, _PATHS) if key == "command" else None
            return value if file is None else f"{value} {file}"
    code = field(arguments, _CODE)
    short = isinstance(code, str) and len(code) <= _MAX_ARGUMENTS
    return (programmed(code) if short else None) or _passed_on(arguments)


def ranged(arguments: Any) -> bool:
    """Whether a call's arguments, as `named` takes them, ask for lines of a file by numbers."""
    arguments = _object(arguments)
    if not is_node(arguments):
        return False
    several = field(arguments, "files")
    asked = [arguments, *(several if isinstance(several, list) else ())]
    found = (field(one, key) for one in asked if is_node(one) for key in _RANGES)
    return any(type(each) is int or (isinstance(each, list) and each != []) for each in found)


def _object(arguments: Any) -> Any:
    """Return arguments that are the JSON of an object as that; None for what is not parsed."""
    if not isinstance(arguments, str):
        return arguments
    if len(arguments) > _MAX_ARGUMENTS:
        return None
    if not arguments.lstrip().startswith("{"):
        return arguments
    try:
        return json.loads(arguments)
    except (ValueError, RecursionError):
        return None


def _passed_on(arguments: Any) -> str | None:
    """Return the name of our tool where a call is one of a tool that calls others by their name.

    What comes back is what was asked for, as if the agent had called ours.
    """
    values = arguments.values() if isinstance(arguments, dict) else ()
    named_ = any(RETRIEVE in each[:_MAX_ARGUMENTS] for each in values if isinstance(each, str))
    return RETRIEVE if named_ else None


def _value(value: Any, *, several: bool) -> str | None:
    if isinstance(value, str):
        return None if several else value
    words = value if isinstance(value, (list, tuple)) else ()
    if not several:
        return joined(words) if words and all(isinstance(word, str) for word in words) else None
    names = [word if isinstance(word, str) else _first(word, _NAMING) for word in words]
    return "\n".join(name for name in names if name) or None


def _first(node: Any, keys: tuple[str, ...]) -> str | None:
    """Return the first text that an object has under one of the keys.

    An editor's `view` says in another field of what; lists of files hold objects.
    """
    found = (field(node, key) for key in keys) if is_node(node) else ()
    return next((each for each in found if isinstance(each, str)), None)


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
            text = asked(each for _, each, _ in texts(field(message, "content"), (), kinds))
            if text:
                return text
    return ""


def asked(said: Iterable[Any]) -> str:
    """Return the texts that stand in a user's message, without those in which a client reminds.

    Beside results it says what it has to say about files and plans: nobody asked for that.
    """
    return "\n".join(each for each in said if isinstance(each, str) and not reminds(each))


class Messages(Itemwise):
    """What the wires share of which the conversation is a list of messages."""

    def items(self, body: Json) -> tuple[Any, Path]:
        """Return the messages and the path to them."""
        return listed(body, "messages")


class Blocks(Messages):
    """What the wires share of which messages hold blocks, calls and results of tools among them."""

    def located(self, item: Json, path: Path, turn: int, calls: Calls) -> Iterable[Segment]:
        """Return the texts of one message, and take note of the calls that it makes."""
        role = field(item, "role")
        if isinstance(role, str) and role in _ROLES:
            here = (*path, "content")
            return self.content(field(item, "content"), here, _ROLES[role], turn, calls)
        return ()

    def content(
        self, content: Any, path: Path, role: Role, turn: int, calls: Calls
    ) -> Iterable[Segment]:
        """Return the texts in what a message holds; see `located`."""
        raise NotImplementedError


def listed(body: Any, key: str) -> tuple[Any, Path]:
    """Return the list of messages in a body and the path to it; a bare list is its own body."""
    if isinstance(body, (list, tuple)):
        return body, ()
    items = field(body, key)
    return (items if isinstance(items, (list, tuple)) else ()), (key,)


def leaves(value: Any, path: Path, depth: int = 0) -> Iterator[tuple[Path, str]]:
    """Yield (path, text) for every string in a tool's answer, whatever its keys are called."""
    if isinstance(value, str):
        yield path, value
    elif depth < _MAX_DEPTH and isinstance(value, dict):
        for key, item in value.items():
            if isinstance(key, str):
                yield from leaves(item, (*path, key), depth + 1)
    elif depth < _MAX_DEPTH and isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number), depth + 1)
