"""What may be touched: a pure function from a segment and its conversation to a reason, or None."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any

from headroom.core.memo import remembered
from headroom.core.result import Reason
from headroom.core.types import Role
from headroom.engine.command import changes, pipelines, printed
from headroom.lines import numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from headroom.config import Options
    from headroom.core.types import Json, Segment

_CHAIN = re.compile(r"&&|\|\||[;|\n]")
_LISTING = (None, "request", "toolConfig", "generateContentRequest")
"""Where tools are listed: in the body, in one that it wraps, in what Bedrock has for them."""
_VIEW = "view"
"""What an edit tool is told that only reads."""
_HOLDERS = ("previous_response_id", "conversation", "thread")
"""Fields that name what a provider holds of a conversation."""
_OURS = "headroom"
_COMPLAINT = 1_000
"""Characters in which a shell says that it did not run a command."""
_NAME = 200
"""Characters that a name of a tool has at the most."""
_SCANNED = 8_000
"""Characters of a command in which one that edits is looked for."""
_WORDS = 400
"""Characters of a command that are looked at: an inline script has no bounds of its own."""


@dataclass(frozen=True, slots=True)
class FileRules:
    """Names of tools and patterns of commands that read or edit files, and of files left alone."""

    read_tools: frozenset[str]
    window_tools: frozenset[str]
    edit_tools: frozenset[str]
    read_named: re.Pattern[str]
    edit_named: re.Pattern[str]
    read_command: re.Pattern[str]
    edit_command: re.Pattern[str]
    edit_script: re.Pattern[str]
    unedited: re.Pattern[str]

    def reads(self, segment: Segment) -> bool:
        """Whether the segment is what the read of a file that may be edited returned.

        It is told by its tool or by its command. What an edit tool says is the newest read of the
        place that it changed.
        """
        command = segment.command or ""
        tool = bare(segment.tool) if segment.tool else ""
        if tool in self.edit_tools:
            viewed = command.startswith(f"{_VIEW} ")
            return not (viewed and self.unedited.fullmatch(command[len(_VIEW) + 1 :]))
        if self._reading(tool) or (tool in self.window_tools and _numbered(segment.text)):
            return not all(map(self.unedited.fullmatch, command.split("\n")))
        return any(
            not names or not all(map(self.unedited.fullmatch, names))
            for names in printed(command, self.read_command)
        )

    def _reading(self, name: str) -> bool:
        return name in self.read_tools or _called(self.read_named, name)

    def edits(self, tool: str | None, command: str | None) -> bool:
        """Whether a call is an edit, by its tool or by its command."""
        if tool and _is_editor(tool):
            return True
        return command is not None and _changes(command)


@cache
def _table() -> dict[str, Any]:
    """Return policy.toml, read once."""
    return tomllib.loads(files("headroom.engine").joinpath("policy.toml").read_text("utf-8"))


@cache
def file_rules() -> FileRules:
    """Return the rules about files."""
    table = _table()
    return FileRules(
        frozenset(table["read"]["tools"]),
        frozenset(table["read"]["windows"]),
        frozenset(table["edit"]["tools"]),
        re.compile(table["read"]["named"]),
        re.compile(table["edit"]["named"]),
        re.compile(table["read"]["commands"].strip(), re.IGNORECASE),
        re.compile(table["edit"]["commands"].strip(), re.IGNORECASE),
        re.compile(table["edit"]["scripts"].strip(), re.IGNORECASE),
        re.compile("|".join(map(translate, table["read"]["unedited"])), re.IGNORECASE),
    )


@dataclass(frozen=True, slots=True)
class Scene:
    """What policy needs to know of a conversation as a whole."""

    turns: int
    editing: bool


def scene(segments: Sequence[Segment], body: Json, options: Options) -> Scene:
    """Return the scene: how many turns there are and whether an editor is in sight.

    An editor is in sight where an edit tool is offered, or one was called, or the caller says so.
    """
    turns = segments[-1].turn + 1 if segments else 0
    if options.editing is not None:
        return Scene(turns, options.editing)
    rules = file_rules()
    editing = any(map(_is_editor, offered_tools(body)))
    return Scene(turns, editing or any(rules.edits(each.tool, each.command) for each in segments))


def offered_tools(body: Json) -> Iterable[str]:
    """Yield the names of the tools that a request body offers, in any provider's shape."""
    for tool in (each for tools in tool_lists(body) for each in tools):
        if not isinstance(tool, dict):
            continue
        declared = tool.get("functionDeclarations") or tool.get("function_declarations") or ()
        listed = declared if isinstance(declared, (list, tuple)) else ()
        for each in (tool, tool.get("function"), tool.get("toolSpec"), *listed):
            if isinstance(each, dict):
                name = each.get("name") or each.get("type")
                if name and isinstance(name, str):
                    yield name


def tool_lists(body: Json) -> Iterable[Sequence[Any]]:
    """Yield the lists of tools of a request body, also of one that stands inside another."""
    for holder in _LISTING:
        inner = body if holder is None else body.get(holder) if isinstance(body, dict) else None
        tools = inner.get("tools") if isinstance(inner, dict) else None
        if isinstance(tools, (list, tuple)):
            yield tools


def continued(body: Json) -> bool:
    """Whether what came before a request is with the provider."""
    return isinstance(body, dict) and any(body.get(name) is not None for name in _HOLDERS)


def lasting(body: Json) -> bool:
    """Whether every message of a request stays in front of the model, under its own number.

    Not where the provider holds those before it, or is asked to clear away old tool results.
    """
    if not isinstance(body, dict):
        return True
    if continued(body):
        return False
    rules = body.get("context_management")
    edits = rules.get("edits") if isinstance(rules, dict) else rules
    for edit in edits if isinstance(edits, list) else ():
        kind = edit.get("type") if isinstance(edit, dict) else None
        if not str(kind).startswith("clear_thinking"):
            return False
    return True


_PROTECTED = {
    Role.SYSTEM: Reason.SYSTEM,
    Role.USER: Reason.USER,
    Role.ASSISTANT: Reason.ASSISTANT,
}


def keep(segment: Segment, scene: Scene, options: Options) -> Reason | None:
    """Return why the segment may not be touched, or None if it may.

    What depends on sizes (small, large) is decided where tokens are counted.
    """
    if segment.pinned is not None:
        return Reason.PINNED
    opened = {
        Role.TOOL: True,
        Role.SYSTEM: options.compress_system_messages,
        Role.USER: options.compress_user_messages,
    }
    if not opened.get(segment.role, False):
        return _PROTECTED[segment.role]
    if segment.role is Role.TOOL and fetches(segment.tool, segment.command):
        return Reason.RETRIEVED
    if segment.role is Role.TOOL and asks_for_all(segment.command):
        return Reason.ASKED
    if segment.turn >= scene.turns - options.protect_recent:
        return Reason.RECENT
    return _by_source(segment, scene, options)


def _by_source(segment: Segment, scene: Scene, options: Options) -> Reason | None:
    """Return why what this tool, command or file gave may not be touched; the user's word first."""
    if _named(segment, options.protect) or _within(segment, options.protect):
        return Reason.PROTECTED
    if not scene.editing or segment.role is not Role.TOOL or _allowed(segment, options.allow):
        return None
    return Reason.READ if file_rules().reads(segment) else None


def _allowed(segment: Segment, patterns: Sequence[str]) -> bool:
    """Whether the user lets a read be shortened; of several files in a shell, each of them."""
    if _named(segment, patterns):
        return True
    if not patterns or not segment.command:
        return False
    reads = list(printed(segment.command, file_rules().read_command))
    return bool(reads) and all(
        names and all(_fits([name], patterns) for name in names) for names in reads
    )


def fold_only(segment: Segment, options: Options) -> bool:
    """Whether the user wants nothing left out of what this tool, command or file gave."""
    return _named(segment, options.fold_only) or _within(segment, options.fold_only)


def _named(segment: Segment, patterns: Sequence[str]) -> bool:
    """Whether a pattern fits the tool's name, with or without its server, its command or file."""
    if not patterns:
        return False
    command = (segment.command or "")[:_WORDS]
    names = [command, *map(str.strip, _CHAIN.split(command)), segment.tool or ""]
    if segment.tool:
        names.append(bare(segment.tool))
    return _fits(names, patterns)


def _within(segment: Segment, patterns: Sequence[str]) -> bool:
    """Whether a pattern fits what a command runs in a shell or behind `sudo`, or prints."""
    if not patterns or not segment.command:
        return False
    ran = chain.from_iterable(pipelines(segment.command))
    shown = chain.from_iterable(printed(segment.command, file_rules().read_command))
    return _fits(chain(ran, shown), patterns)


def _fits(names: Iterable[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, each) for name in names if name for each in patterns)


def fetches(tool: str | None, command: str | None) -> bool:
    """Whether a call brings originals back: of our tool, through any client, or of our command."""
    return fetching_tool(tool) or bool(command and _pattern("fetch", "commands").search(command))


def cannot_fetch(segments: Sequence[Segment]) -> bool | None:
    """Whether the shell of a conversation could not run our command when that was tried last.

    None where it was not tried.
    """
    for segment in reversed(segments):
        if segment.role is Role.TOOL and is_ours(segment.command):
            short = len(segment.text) <= _COMPLAINT
            return short and _pattern("fetch", "failed").search(segment.text) is not None
    return None


def is_ours(command: str | None) -> bool:
    """Whether a command brings originals back by running ours."""
    return command is not None and _OURS in command and fetches(None, command)


def asks_for_all(command: str | None) -> bool:
    """Whether an agent wants what its command prints as it is: `HEADROOM_PASSTHROUGH=1 make`."""
    return _runs(_pattern("whole", "commands"), command)


def purposes(command: str | None, tool: str | None = None) -> dict[str, bool]:
    """Return what an agent runs a command, or a part of it, for, in names that `elide` reads.

    `look`: it says what there is (`ls`, `find`, `git status`). `filtered`: of what it prints the
    agent lets through what it wants (`make | tail -50`). `scripted`: it runs what the agent may
    have written itself (`python - << EOF`). `summed`: it adds up or picks out (`uniq -c`, SQL),
    or the tool answers what it was given to find out (another agent, an interpreter).
    """
    parts = list(pipelines(command)) if command else []
    begun, ended = [part[0] for part in parts], [part[-1] for part in parts]
    return {
        "look": any(map(_pattern("look", "commands").match, begun)),
        "filtered": any(map(_pattern("shape", "filters").match, ended)),
        "scripted": any(map(_pattern("shape", "scripts").match, begun)),
        "summed": any(map(_pattern("shape", "sums").match, chain.from_iterable(parts)))
        or (tool is not None and _pattern("shape", "tools").fullmatch(bare(tool)) is not None),
    }


def fetching_tool(name: str | None) -> bool:
    """Whether a tool is ours that brings originals back."""
    return bool(name and _fetches(name))


@remembered(512, 100)
def _fetches(name: str) -> bool:
    return _pattern("fetch", "tools").fullmatch(bare(name)) is not None


@cache
def _pattern(of: str, what: str) -> re.Pattern[str]:
    return re.compile(_table()[of][what])


@remembered(256, _NAME)
def _is_editor(tool: str) -> bool:
    """Whether a tool edits files, going by its name."""
    rules, name = file_rules(), bare(tool)
    return name in rules.edit_tools or _called(rules.edit_named, name)


@remembered(512, _WORDS)
def _changes(command: str) -> bool:
    """Whether a shell command changes a file."""
    rules = file_rules()
    found = rules.edit_command.search(command[:_SCANNED]) or rules.edit_script.search(command)
    # Hardly ever; to take a command apart takes longer.
    return found is not None and changes(command, rules.edit_command, rules.edit_script)


def _called(names: re.Pattern[str], name: str) -> bool:
    return len(name) <= _NAME and names.fullmatch(name) is not None


def _numbered(text: str) -> bool:
    """Whether a text shows lines of a file, their numbers in front of them."""
    return numbered.bare(text.split("\n")) is not None


@remembered(512, 100)
def bare(name: str) -> str:
    """Return a tool's name without its server prefix, in one spelling."""
    return re.split(r"__|[.:/]", name)[-1].lower().replace("-", "_").replace(" ", "_")


def _runs(pattern: re.Pattern[str], command: str | None) -> bool:
    if not command:
        return False
    return any(pattern.match(part.strip()) for part in _CHAIN.split(command[:_WORDS]))
