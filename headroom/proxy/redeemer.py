"""Whether a conversation can bring back what is left out of its texts, and how; see rule below.

Something may be left out only if the reader can fetch it: by our tool, where an MCP server of ours
is among the tools of the request, or by a command, where the agent has a shell on this machine.
Where neither is known, the proxy may offer the tool itself; see `headroom.proxy.turn.offer`.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from headroom.engine.policy import bare, offered_tools

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    names = {bare(name) for name in _offered(body)}
    tables = _tables()
    if names & tables["tool"]:
        return Redeemer.TOOL
    return Redeemer.SHELL if local and names & tables["shell"] else Redeemer.NONE


def has_shell(body: Any) -> bool:
    """Whether a request offers a shell, wherever that runs: with one an agent can edit files."""
    return not _tables()["shell"].isdisjoint(map(bare, _offered(body)))


def fetches(tool: str | None, command: str | None) -> bool:
    """Whether a call brings originals back: one of our tool, or of our command in a shell."""
    if tool is not None and bare(tool) in _tables()["tool"]:
        return True
    return command is not None and "headroom retrieve" in command


def _offered(body: Any) -> Iterator[str]:
    """Yield the names of all tools, also of those that come as an item of the input."""
    yield from offered_tools(body)
    items = body.get("input") if isinstance(body, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("type") == "additional_tools":
            yield from _nested(item.get("tools"))


def _nested(tools: Any) -> Iterator[str]:
    yield from offered_tools({"tools": tools})
    for tool in tools if isinstance(tools, list) else ():
        if isinstance(tool, dict) and tool.get("type") == "namespace":
            yield from offered_tools({"tools": tool.get("tools")})


@cache
def _tables() -> dict[str, frozenset[str]]:
    text = files("headroom.proxy").joinpath("redeemer.toml").read_text("utf-8")
    return {name: frozenset(row["tools"]) for name, row in tomllib.loads(text).items()}
