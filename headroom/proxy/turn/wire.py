"""`Wire`: what is done with the turns of each wire format, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.core.types import Edit
from headroom.proxy.turn import anthropic, gemini, openai_chat, openai_responses
from headroom.proxy.turn.frame import Events, Items
from headroom.proxy.turn.offer import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.jsonpatch import BytesDocument
    from headroom.core.types import Json
    from headroom.proxy.turn.frame import Frames
    from headroom.proxy.turn.leg import Leg, Stream


@dataclass(frozen=True, slots=True)
class Wire:
    """One wire format."""

    name: str
    stream: Callable[[], Stream]
    read: Callable[[Json], Leg]
    """Reads an answer that came in one piece."""
    with_legs: Callable[[Json, list[Leg], dict[str, Any]], Json]
    """Makes one answer of all of a turn."""
    resent: Callable[[Json, Leg, list[Json]], list[Json]]
    """What a request is continued with."""

    def extended(self, document: BytesDocument, leg: Leg, answers: list[Json]) -> BytesDocument:
        """Return a request that goes on after an answer in which our tool alone was called.

        Raises:
            LookupError: the request has no history that could be continued.
            NotSpliceable: a key on the way stands twice in its object.
        """
        name = LISTS[self.name]
        items = document.tree[name]
        made = self.resent(document.tree, leg, answers)
        if isinstance(items, str):
            return document.edit([Edit((name,), [{"role": "user", "content": items}, *made])])
        return document.edit([Edit((name, len(items) + n), each) for n, each in enumerate(made)])


WIRES = {
    wire.name: wire
    for wire in (
        Wire(
            "anthropic",
            anthropic.AnthropicStream,
            anthropic.read,
            anthropic.with_legs,
            anthropic.resent,
        ),
        Wire(
            "openai-chat",
            openai_chat.OpenAIChatStream,
            openai_chat.read,
            openai_chat.with_legs,
            openai_chat.resent,
        ),
        Wire(
            "openai-responses",
            openai_responses.OpenAIResponsesStream,
            openai_responses.read,
            openai_responses.with_legs,
            openai_responses.resent,
        ),
        Wire("gemini", gemini.GeminiStream, gemini.read, gemini.with_legs, gemini.resent),
    )
}


def cut(wire: str, *, listed: bool) -> tuple[Callable[[], Frames], Stream]:
    """Return what cuts a streamed answer into frames and what takes our calls out of them.

    Args:
        wire: its name.
        listed: whether it is one JSON list, as Gemini sends unless asked for events.
    """
    if listed:
        return Items, gemini.GeminiStream(listed=True)
    return Events, WIRES[wire].stream()
