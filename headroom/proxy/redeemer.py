"""Whether a conversation can bring back what is left out of its texts, and how; see rule below.

Something may be left out only if the reader can fetch it: by our tool, where an MCP server of ours
is among the tools of the request, or by a command, where the agent has a shell on this machine.
Where neither is known, the proxy may offer the tool itself; see `headroom.proxy.turn.offer`.
"""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from headroom.engine.policy import bare, fetching_tool, offered_tools, tool_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Redeemer(StrEnum):
    """Who fetches originals."""

    NONE = "none"
    TOOL = "tool"
    SHELL = "shell"


def redeemer(body: Any, *, local: bool) -> Redeemer:
    """Return who can fetch originals in the conversation that a request body continues.

    Args:
        body: the decoded body.
        local: whether the agent runs on this machine, so that its shell finds our files.
    """
    names = list(_offered(body))
    ours = set(filter(fetching_tool, names))
    hidden = ours & _deferred(body) if ours else ours
    if ours - hidden or (hidden and hidden & _loaded(body)):
        return Redeemer.TOOL
    if local and _with_shell(names):
        return Redeemer.SHELL
    # One that has to be searched for first costs a turn more than a command does.
    return Redeemer.TOOL if ours else Redeemer.NONE


def has_shell(body: Any) -> bool:
    """Whether a request offers a shell, wherever that runs."""
    return _with_shell(_offered(body))


def _with_shell(names: Iterable[str]) -> bool:
    return not _shells().isdisjoint(map(bare, names))


def runs_commands(body: Any) -> bool:
    """Whether a request offers what may be a shell: with one an agent can edit files."""
    return has_shell(body) or any(_alike().fullmatch(bare(each)) for each in _offered(body))


def has_tools(body: Any) -> bool:
    """Whether a request offers any tool, wherever it lists them."""
    return any(_lists(body))


def _offered(body: Any) -> Iterator[str]:
    """Yield the names of all tools, also of those in namespaces and in items of the input."""
    for tools in _lists(body):
        yield from offered_tools({"tools": tools})


def _lists(body: Any) -> Iterator[list[Any]]:
    """Yield every list of tools of a request."""
    if not isinstance(body, dict):
        return
    given: list[Any] = [*map(list, tool_lists(body))]
    items = [each for each in _listed(body.get("input")) if isinstance(each, dict)]
    given.extend(each.get("tools") for each in items if each.get("type") == "additional_tools")
    for tools in map(_listed, given):
        yield tools
        for tool in tools:
            if isinstance(tool, dict) and tool.get("type") == "namespace":
                yield _listed(tool.get("tools"))


def _deferred(body: Any) -> set[str]:
    """Return the names of tools that the model does not see before it has searched for them."""
    found: set[str] = set()
    for tools in _lists(body):
        hidden = [t for t in tools if isinstance(t, dict) and t.get("defer_loading") is True]
        found.update(offered_tools({"tools": hidden}))
    return found


def _loaded(body: Any) -> set[str]:
    """Return the names of tools that searches in this conversation have brought up."""
    found = set()
    for message in _listed(body.get("messages")):
        for block in _blocks(message):
            for each in (block, *_blocks(block)):
                if each.get("type") == "tool_reference" and isinstance(each.get("tool_name"), str):
                    found.add(each["tool_name"])
    return found


def _blocks(holder: Any) -> list[dict[str, Any]]:
    content = holder.get("content") if isinstance(holder, dict) else None
    return [each for each in _listed(content) if isinstance(each, dict)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


@cache
def _table() -> dict[str, Any]:
    text = files("headroom.proxy").joinpath("redeemer.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(text)["shell"]
    return table


@cache
def _shells() -> frozenset[str]:
    return frozenset(_table()["tools"])


@cache
def _alike() -> re.Pattern[str]:
    return re.compile(_table()["alike"])
