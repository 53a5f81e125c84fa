"""Anthropic Messages: blocks of content, each begun, filled and ended by events of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from headroom.ccr.tool import NAME
from headroom.proxy.turn.frame import event
from headroom.proxy.turn.leg import Leg, OurCall, Stream, fields, under

if TYPE_CHECKING:
    from headroom.core.types import Json
    from headroom.proxy.turn.frame import Frame

_ENDS = ("tool_use", "end_turn", "stop_sequence")
"""Reasons to stop after which a call is there to be answered."""
_ERRORS = {429: "rate_limit_error", 529: "overloaded_error", 413: "request_too_large"}


class AnthropicStream(Stream):
    """Blocks of the answers of a turn are counted through; ours have no number."""

    def __init__(self) -> None:
        super().__init__()
        self._first = 0
        self._begin()

    def _begin(self) -> None:
        self._first += len(self.legs[-1].shown) if self.legs else 0
        self._blocks: dict[Any, _Block] = {}
        self._ours: list[Any] = []
        self._stop: Any = None

    def _take(self, frame: Frame, value: dict[str, Any]) -> bytes:
        match value.get("type"):
            case "message_start":
                message = under(value, "message")
                self.leg.usage = dict(under(message, "usage"))
                self.leg.answer_id = message.get("id")
                return b"" if self.legs else frame.raw
            case "message_delta":
                return self._result(frame, value)
            case "message_stop":
                self.ended = True
                return self._end(frame.raw, ours=self._ours)
            case str() as kind if kind.startswith("content_block_"):
                self._block(kind, value)
                return self._numbered(frame, value)
        return frame.raw

    def _block(self, kind: str, value: dict[str, Any]) -> None:
        """Take note of an event of a block."""
        index = value.get("index")
        if not isinstance(index, int):
            return
        if kind == "content_block_start":
            block = under(value, "content_block")
            self._blocks[index] = _Block(block)
            if _is_ours(block):
                self._ours.append(index)
        elif kind == "content_block_stop":
            self._ended(index)
        elif index in self._blocks:
            self._blocks[index].add(under(value, "delta"))

    def _numbered(self, frame: Frame, value: dict[str, Any]) -> bytes:
        """Return an event of a block with the number that the client knows it by."""
        index = value.get("index")
        if index in self._ours:
            return b""
        if not isinstance(index, int):
            return frame.raw
        there = index + self._first - sum(ours < index for ours in self._ours)
        return frame.raw if there == index else frame.saying({**value, "index": there})

    def _ended(self, index: Any) -> None:
        block = self._blocks.pop(index, None)
        if block is None:
            return
        if index in self._ours:
            _add_call(self.leg, block.whole())
        else:
            _add(self.leg, block.whole())

    def _result(self, frame: Frame, value: dict[str, Any]) -> bytes:
        reported = under(value, "usage")
        self.leg.usage |= {key: each for key, each in reported.items() if each is not None}
        self._stop = under(value, "delta").get("stop_reason")
        if self.legs and reported:
            said = frame.saying({**value, "usage": self._usage})
            return self._end(said, ours=self._ours)
        return self._end(frame.raw, ours=self._ours)

    def _close(self) -> None:
        answered = len(self.leg.calls) == len(self._ours)
        self.leg.whole = self.ended and answered and self._stop in _ENDS

    def failure(self, status: int, kind: str, message: str) -> bytes:
        """Return an `error` event, on which clients raise as for an answer with that status."""
        kind = kind or _ERRORS.get(status, "api_error")
        error = {"type": "error", "error": {"type": kind, "message": message}}
        return event(error, "error")


class _Block:
    """A block of which more comes."""

    def __init__(self, start: dict[str, Any]) -> None:
        self._start = start
        self._texts: dict[str, list[str]] = {}
        self._input: list[str] = []
        self._citations: list[Json] = []

    def add(self, delta: dict[str, Any]) -> None:
        """Take note of a delta: each has what is added under the name of what it is added to."""
        if isinstance(delta.get("partial_json"), str):
            self._input.append(delta["partial_json"])
        elif "citation" in delta:
            self._citations.append(delta["citation"])
        else:
            for key, more in delta.items():
                if key != "type" and isinstance(more, str):
                    self._texts.setdefault(key, []).append(more)

    def whole(self) -> dict[str, Any]:
        block = dict(self._start)
        for key, texts in self._texts.items():
            before = block.get(key)
            block[key] = "".join((before if isinstance(before, str) else "", *texts))
        if self._citations:
            block["citations"] = [*(block.get("citations") or ()), *self._citations]
        if self._input and (given := "".join(self._input)):
            try:
                block["input"] = json.loads(given)
            except (ValueError, RecursionError):
                block["input"] = given
        return block


def read(value: Json) -> Leg:
    """Return an answer that came in one piece as a leg."""
    leg = Leg(usage=dict(under(value, "usage")), answer_id=value.get("id"))
    for block in value.get("content") or ():
        if _is_ours(block):
            _add_call(leg, block)
        else:
            _add(leg, block)
    leg.whole = value.get("stop_reason") in _ENDS
    return leg


def _is_ours(block: Any) -> bool:
    return fields(block).get("type") == "tool_use" and block.get("name") == NAME


def _add(leg: Leg, block: Any) -> None:
    leg.shown.append(block)
    leg.asked |= fields(block).get("type") == "tool_use"


def _add_call(leg: Leg, block: dict[str, Any]) -> None:
    given = block.get("input")
    value = block if isinstance(given, dict) else {**block, "input": {}}
    leg.calls.append(OurCall(value, block.get("id"), given, len(leg.shown)))


def with_legs(value: Json, legs: list[Leg], usage: dict[str, Any]) -> Json:
    """Return the last answer of a turn with what came before it, and without our calls."""
    return {**value, "content": [each for leg in legs for each in leg.shown], "usage": usage}


def resent(body: Json, leg: Leg, answers: list[Json]) -> list[Json]:  # noqa: ARG001 - as on every wire
    """Return the messages that continue a conversation after our calls alone."""
    shown = [
        {key: value for key, value in each.items() if value is not None}
        for each in leg.shown
        if each.get("type") != "text" or (each.get("text") or "").strip()
    ]
    return [{"role": "assistant", "content": [*shown, *(c.value for c in leg.calls)]}, *answers]
