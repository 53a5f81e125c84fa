"""Checks of MCP clients: whether our server is registered, and the one registered is ours."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from headroom.doctor.finding import Finding, Level
from headroom.edits import Journal
from headroom.mcp.client import clients
from headroom.mcp.registration import Registration, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.doctor.finding import World
    from headroom.mcp.registration import Standing

AREA = "mcp"


def check(world: World) -> Iterator[Finding]:
    """Yield how every client that is here stands with our server."""
    registration = Registration(Journal.of_user(), sys.executable, world.environ, {})
    standings = [registration.standing(each) for each in clients().values()]
    present = [each for each in standings if each.state is not State.MISSING]
    for each in present:
        if each.state is not State.ABSENT:
            yield _finding(each)
    absent = [each.client.title for each in present if each.state is State.ABSENT]
    if absent:
        said = f"not registered with {', '.join(absent)}: headroom mcp install does that"
        yield Finding(AREA, Level.OK, said)
    if not present:
        yield Finding(AREA, Level.OK, "none of the MCP clients we know is installed here")


def _finding(standing: Standing) -> Finding:
    title, file = standing.client.title, standing.file
    install = f"headroom mcp install {standing.client.name}"
    if standing.state is State.REGISTERED:
        return Finding(AREA, Level.OK, f"registered with {title}")
    if standing.state is State.STALE:
        said = f"{title} has another server under our name in {file}: {standing.note}"
        return Finding(AREA, Level.WARN, said, install)
    said = f"{title}'s settings cannot be read: {standing.note}"
    return Finding(AREA, Level.WARN, said, f"mend {file}, then {install}")
