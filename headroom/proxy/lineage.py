"""Which forms a request shares with the ones before it, also where it says less than they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.proxy.redeemer import Redeemer, has_tools

if TYPE_CHECKING:
    from headroom.core.protocols import Provider
    from headroom.core.types import Json
    from headroom.engine.engine import Engine


COMPACT = "compact"
"""The operation of a request in which the model is to sum up what it has seen."""


def seed(wire: Provider, fetched_by: Redeemer) -> str:
    """Return what keeps forms apart that may not stand for each other.

    Options are no part of it: they may change, what was sent may not. Whether originals can be
    fetched is: the tools changed with it, and with them the provider's prefix.
    """
    return f"proxy\0{wire.name}\0{fetched_by is not Redeemer.NONE}"


def presumed(engine: Engine, body: Json, wire: Provider, *, local: bool) -> Redeemer:
    """Return who fetches originals in a conversation of which a request leaves the tools out.

    Clients do that to have a conversation summed up, or, with some, its tokens counted. The model
    gets what it had: in full it could be longer than its context, of which the client has seen only
    what was sent. What was sent tells.

    Args:
        engine: knows what was sent.
        body: the decoded body.
        wire: its wire.
        local: whether the agent runs on this machine, so that its shell finds our files.
    """
    if has_tools(body):
        return Redeemer.NONE
    if not engine.cut(body, wire, seed(wire, Redeemer.TOOL), seed(wire, Redeemer.NONE)):
        return Redeemer.NONE
    return Redeemer.SHELL if local else Redeemer.TOOL
