"""What may be touched: a pure function from a segment and its conversation to a reason, or None."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from headroom.ccr.tool import NAME as RETRIEVE
from headroom.core.result import Reason
from headroom.core.types import Role
from headroom.engine.command import printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from headroom.config import Options
    from headroom.core.types import Json, Segment

_CHAIN = re.compile(r"&&|\|\||[;|\n]")
_RETRIEVE_COMMAND = re.compile(
    r"(?:\S*/)?(?:uvx |uv run |pipx run )?(?:python[\d.]* -m )?headroom(?:\.exe)? retrieve\b"
)
_HOLDERS = (None, "request", "toolConfig", "generateContentRequest")
"""Where tools are listed: in the body, in one that it wraps, in what Bedrock has for them."""
_VIEW = "view"
"""What an edit tool is told that only reads."""
_WORDS = 400
"""Characters of a command that are looked at: an inline script has no bounds of its own."""


@dataclass(frozen=True, slots=True)
class FileRules:
    """Names of tools and patterns of commands that read or edit files, and of files left alone."""

    read_tools: frozenset[str]
    edit_tools: frozenset[str]
    read_command: re.Pattern[str]
    edit_command: re.Pattern[str]
    unedited: re.Pattern[str]

    def reads(self, segment: Segment) -> bool:
        """Whether the segment is what the read of a file that may be edited returned.

        It is told by its tool or by its command.
        """
        command = segment.command or ""
        tool = bare(segment.tool) if segment.tool else ""
        if tool in self.edit_tools and command.split(" ", 1)[0] == _VIEW:
            return not self.unedited.fullmatch(command.partition(" ")[2])
        if tool in self.read_tools:
            return not all(map(self.unedited.fullmatch, command.split("\n")))
        return any(
            not names or not all(map(self.unedited.fullmatch, names))
            for names in printed(command, self.read_command)
        )

    def edits(self, tool: str | None, command: str | None) -> bool:
        """Whether a call is an edit, by its tool or by its command."""
        if tool and bare(tool) in self.edit_tools:
            return True
        return _runs(self.edit_command, command)


@cache
def file_rules() -> FileRules:
    """Return the rules of policy.toml, read once."""
    table = tomllib.loads(files("headroom.engine").joinpath("policy.toml").read_text("utf-8"))
    return FileRules(
        frozenset(table["read"]["tools"]),
        frozenset(table["edit"]["tools"]),
        re.compile(table["read"]["commands"], re.IGNORECASE),
        re.compile(table["edit"]["commands"], re.IGNORECASE),
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
    editing = any(bare(name) in rules.edit_tools for name in offered_tools(body))
    return Scene(turns, editing or any(rules.edits(each.tool, each.command) for each in segments))


def offered_tools(body: Json) -> Iterable[str]:
    """Yield the names of the tools that a request body offers, in any provider's shape."""
    for tool in (each for tools in tool_lists(body) for each in tools):
        if not isinstance(tool, dict):
            continue
        declared = tool.get("functionDeclarations") or tool.get("function_declarations") or ()
        listed = declared if isinstance(declared, (list, tuple)) else ()
        for each in (tool, tool.get("function"), tool.get("toolSpec"), *listed):
            name = _name(each)
            if name:
                yield name


def tool_lists(body: Json) -> Iterable[Sequence[Any]]:
    """Yield the lists of tools of a request body, also of one that stands inside another."""
    for holder in _HOLDERS:
        inner = body if holder is None else body.get(holder) if isinstance(body, dict) else None
        tools = inner.get("tools") if isinstance(inner, dict) else None
        if isinstance(tools, (list, tuple)):
            yield tools


def continued(body: Json) -> bool:
    """Whether what came before a request is with the provider."""
    return isinstance(body, dict) and body.get("previous_response_id") is not None


def lasting(body: Json) -> bool:
    """Whether every message of a request stays in front of the model, under its own number.

    Not where the provider holds those before it, or is asked to clear away old tool results.
    """
    if not isinstance(body, dict):
        return True
    if continued(body) or body.get("conversation") is not None:
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
    if segment.role is Role.TOOL and _retrieved(segment):
        return Reason.RETRIEVED
    if segment.turn >= scene.turns - options.protect_recent:
        return Reason.RECENT
    return _by_source(segment, scene, options)


def _by_source(segment: Segment, scene: Scene, options: Options) -> Reason | None:
    """Return why what this tool, command or file gave may not be touched; the user's word first."""
    if _named(segment, options.protect):
        return Reason.PROTECTED
    if not scene.editing or segment.role is not Role.TOOL or _named(segment, options.allow):
        return None
    return Reason.READ if file_rules().reads(segment) else None


def fold_only(segment: Segment, options: Options) -> bool:
    """Whether the user wants nothing left out of what this tool, command or file gave."""
    return _named(segment, options.fold_only)


def _named(segment: Segment, patterns: Sequence[str]) -> bool:
    """Whether a pattern fits the tool's name, with or without its server, its command or file."""
    if not patterns:
        return False
    command = (segment.command or "")[:_WORDS]
    names = [command, *map(str.strip, _CHAIN.split(command)), segment.tool or ""]
    if segment.tool:
        names.append(bare(segment.tool))
    return any(fnmatchcase(name, each) for each in patterns for name in names if name)


def _retrieved(segment: Segment) -> bool:
    """Whether the segment was brought back, by the tool, through any MCP client, or the command."""
    if segment.tool and bare(segment.tool).endswith(RETRIEVE):
        return True
    return _runs(_RETRIEVE_COMMAND, segment.command)


def _name(node: Any) -> str | None:
    value = node.get("name") or node.get("type") if isinstance(node, dict) else None
    return value if isinstance(value, str) else None


def bare(name: str) -> str:
    """Return a tool's name without its server prefix, in one spelling."""
    return name.rsplit("__", 1)[-1].rsplit(".", 1)[-1].lower().replace("-", "_").replace(" ", "_")


def _runs(pattern: re.Pattern[str], command: str | None) -> bool:
    if not command:
        return False
    return any(pattern.match(part.strip()) for part in _CHAIN.split(command[:_WORDS]))
