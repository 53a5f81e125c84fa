"""OpenAI Responses: a list of items, each announced, filled and done by events of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headroom.ccr.tool import NAME
from headroom.proxy.turn.frame import event
from headroom.proxy.turn.leg import Leg, OurCall, Stream, arguments, fields, under

if TYPE_CHECKING:
    from headroom.core.types import Json
    from headroom.proxy.turn.frame import Frame

_BEGINNINGS = ("response.created", "response.in_progress", "response.queued")
_ENDINGS = ("response.completed", "response.incomplete", "response.failed", "response.cancelled")
_CALLS = frozenset(
    (
        *("function_call", "custom_tool_call", "local_shell_call", "shell_call"),
        *("apply_patch_call", "computer_call", "mcp_approval_request"),
    )
)
"""Items that the client has to answer."""


class OpenAIResponsesStream(Stream):
    """Items and events of the answers of a turn are counted through as those of one response."""

    def __init__(self) -> None:
        super().__init__()
        self._first = self._next = 0
        self._changed = False
        self._id: str | None = None
        self._response: dict[str, Any] = {}
        self._begin()

    def _begin(self) -> None:
        self._first += len(self.legs[-1].shown) if self.legs else 0
        self._ours: list[int] = []
        self._ids: set[str] = set()
        self._kind = ""
        self._final: tuple[Frame, dict[str, Any]] | None = None

    def _take(self, frame: Frame, value: dict[str, Any]) -> bytes:
        kind = value.get("type")
        if kind in _BEGINNINGS:
            self.leg.answer_id = under(value, "response").get("id")
            self._id = self._id or self.leg.answer_id
            return b"" if self.legs else self._said(frame, value)
        if kind in _ENDINGS:
            return self._result(frame, value)
        item = under(value, "item")
        if kind == "response.output_item.done":
            _add(self.leg, item)
        if self._is_hidden(value, item):
            self._changed = True
            return b""
        index = value.get("output_index")
        if not isinstance(index, int):
            return self._said(frame, value)
        there = index + self._first - sum(ours < index for ours in self._ours)
        return self._said(frame, {**value, "output_index": there})

    def _is_hidden(self, value: dict[str, Any], item: dict[str, Any]) -> bool:
        """Whether an event is about a call of ours, by its number or, of some hosts, by its id."""
        index, name = value.get("output_index"), value.get("item_id")
        if _is_ours(item):
            if isinstance(index, int) and index not in self._ours:
                self._ours.append(index)
            if isinstance(item.get("id"), str):
                self._ids.add(item["id"])
            return True
        return index in self._ours or (isinstance(name, str) and name in self._ids)

    def _said(self, frame: Frame, value: dict[str, Any]) -> bytes:
        """Return an event with the next number; its own bytes where nothing about it changed."""
        number = value.get("sequence_number")
        if isinstance(number, int):
            value = {**value, "sequence_number": self._next if self._changed else number}
            self._next = value["sequence_number"] + 1
        return frame.raw if value == frame.value else frame.saying(value)

    def _result(self, frame: Frame, value: dict[str, Any]) -> bytes:
        self.ended = True
        self._kind = value["type"]
        response = under(value, "response")
        self.leg.usage = dict(under(response, "usage"))
        self.leg.answer_id = response.get("id") or self.leg.answer_id
        output = response.get("output")
        if isinstance(output, list) and not self.leg.shown and not self.leg.calls:
            for item in output:  # A host that streams no items.
                _add(self.leg, item)
        self._response = response
        hidden = self._ours or self._ids or self.leg.calls
        if self.legs or hidden:
            changed = with_legs(response, [*self.legs, self.leg], self._usage)
            if self._id is not None:
                changed["id"] = self._id
            value = {**value, "response": changed}
        if not self._holds(hidden):
            return self._said(frame, value)
        self._final = frame, value
        return b""

    @property
    def holds(self) -> bool:
        """Whether the end of the answer is held back."""
        return self._final is not None

    def released(self) -> bytes:
        """Return what was held back; only now is it known which number it has."""
        said = b"" if self._final is None else self._said(*self._final)
        self._final = None
        return said + super().released()

    def _close(self) -> None:
        self.leg.whole = self._kind == "response.completed"

    def failure(self, status: int, kind: str, message: str) -> bytes:
        """Return `response.failed`, as a provider ends a response that it cannot complete."""
        kind = kind or ("rate_limit_exceeded" if status == 429 else "server_error")
        failed = {
            **self._response,
            "id": self._id,
            "object": "response",
            "status": "failed",
            "error": {"code": kind, "message": message},
            "output": [each for leg in [*self.legs, self.leg] for each in leg.shown],
        }
        value = {"type": "response.failed", "response": failed, "sequence_number": self._next}
        return event(value, "response.failed")


def _is_ours(item: Any) -> bool:
    return fields(item).get("type") == "function_call" and item.get("name") == NAME


def _add(leg: Leg, item: Any) -> None:
    if _is_ours(item):
        given = item.get("arguments")
        value = {**item, "arguments": arguments(given)}
        leg.calls.append(OurCall(value, item.get("call_id"), given, len(leg.shown)))
    else:
        leg.shown.append(item)
        leg.asked |= fields(item).get("type") in _CALLS


def read(value: Json) -> Leg:
    """Return an answer that came in one piece as a leg."""
    leg = Leg(usage=dict(under(value, "usage")), answer_id=value.get("id"))
    for item in value.get("output") or ():
        _add(leg, item)
    leg.whole = value.get("status", "completed") == "completed"
    return leg


def with_legs(value: Json, legs: list[Leg], usage: dict[str, Any]) -> Json:
    """Return the last answer of a turn with what came before it, and without our calls."""
    made = {**value, "output": [each for leg in legs for each in leg.shown]}
    return {**made, "usage": usage} if usage else made


def resent(body: Json, leg: Leg, answers: list[Json]) -> list[Json]:
    """Return the items that continue a conversation after our calls alone.

    Where the provider stores nothing, items have no names there, and reasoning that came without
    its encrypted form cannot be sent.
    """
    items = [
        {key: each for key, each in item.items() if each is not None}
        for item in (*leg.shown, *(call.value for call in leg.calls))
    ]
    if body.get("store") is False:
        items = [
            {key: each for key, each in item.items() if key != "id" or item["type"] == "reasoning"}
            for item in items
            if item.get("type") != "reasoning" or item.get("encrypted_content")
        ]
    return [*items, *answers]
