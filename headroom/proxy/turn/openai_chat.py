"""OpenAI Chat Completions: one message of text and calls, in deltas that are added up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headroom.ccr.tool import NAME
from headroom.proxy.turn.frame import event
from headroom.proxy.turn.leg import Leg, OurCall, Stream, arguments, fields, under

if TYPE_CHECKING:
    from headroom.core.types import Json
    from headroom.proxy.turn.frame import Frame

_ENDS = ("tool_calls", "function_call", "stop")
_REASONING = ("reasoning_content", "reasoning_details")
"""Fields that hosts of reasoning models want back with the calls that follow from them."""
PAUSE = "\n\n"
"""Between texts of two answers of one turn, which clients see as one."""


class OpenAIChatStream(Stream):
    """Choice 0 of the answers of a turn as one completion."""

    def __init__(self) -> None:
        super().__init__()
        self._head: dict[str, Any] = {}
        self._begin()

    def _begin(self) -> None:
        self._texts: list[str] = []
        self._extra: dict[str, list[Any]] = {}
        self._calls: list[dict[str, Any]] = []
        self._at: dict[int, int] = {}
        self._ours: set[int] = set()
        self._fewer: dict[int, int] = {}
        self._finish: Any = None

    def _take(self, frame: Frame, value: dict[str, Any]) -> bytes:
        if not self._head and value.get("id"):
            self._head = {key: value[key] for key in ("id", "created") if key in value}
        self.leg.answer_id = value.get("id")
        usage = under(value, "usage")
        self.leg.usage = usage or self.leg.usage
        choices = value.get("choices")
        first = fields(choices[0]) if isinstance(choices, list) and choices else {}
        delta = under(first, "delta")
        changed = self._read(delta)
        self._finish = first.get("finish_reason") or self._finish
        if self.legs:
            changed = {key: each for key, each in changed.items() if key != "role"}
            value = {**value, **self._head}
            if usage:
                value["usage"] = self._usage
        elif changed == delta:
            return self._timely(first, frame.raw, usage)
        if not first:
            return self._timely(first, frame.saying(value), usage)
        rest = {**first, "delta": changed}
        if not any(each is not None for each in changed.values()) and not (
            usage or first.get("finish_reason")
        ):
            return b""
        said = b""
        if self._ours and changed and first.get("finish_reason"):
            said = frame.saying({**value, "choices": [{**rest, "finish_reason": None}]})
            rest["delta"] = {}
        return said + self._timely(first, frame.saying({**value, "choices": [rest]}), usage)

    def _timely(self, first: dict[str, Any], raw: bytes, usage: dict[str, Any]) -> bytes:
        """Return a frame, or hold it back where it says how an answer with a call of ours ends."""
        if first.get("finish_reason") or (usage and not first):
            return self._end(raw, ours=self._ours)
        return raw

    def _other(self, frame: Frame) -> bytes:
        if frame.data.strip() != b"[DONE]":
            return frame.raw
        self.ended = True
        return self._end(frame.raw, ours=self._ours)

    def _read(self, delta: dict[str, Any]) -> dict[str, Any]:
        """Take note of a delta and return what the client gets of it."""
        changed = dict(delta)
        text = delta.get("content")
        if isinstance(text, str) and text:
            if not self._texts and _needs_pause(self.legs):
                changed["content"] = PAUSE + text
            self._texts.append(text)
        for key in _REASONING:
            if delta.get(key):
                self._extra.setdefault(key, []).append(delta[key])
        calls = delta.get("tool_calls")
        if isinstance(calls, list):
            theirs = [each for each in map(self._call, calls) if each is not None]
            if theirs:
                changed["tool_calls"] = theirs
            elif calls:
                del changed["tool_calls"]
        return changed

    def _call(self, part: Any) -> Any:
        """Take note of a part of a call and return it as the client gets it; None for ours."""
        index = fields(part).get("index", len(self._calls))
        if not isinstance(index, int) or not isinstance(part, dict):
            return part
        call = self._calls[self._at[index]] if index in self._at else None
        if call is None or (part.get("id") and call.get("id") not in (None, part["id"])):
            # Some hosts give all calls of an answer, each of them whole, the same index.
            self._at[index] = len(self._calls)
            self._calls.append({})
            call = self._calls[-1]
        _add_up(call, part)
        if under(call, "function").get("name") == NAME:
            self._ours.add(index)
            return None
        fewer = self._fewer.setdefault(index, sum(ours < index for ours in self._ours))
        return {**part, "index": index - fewer} if fewer else part

    def _close(self) -> None:
        leg = self.leg
        leg.extra = {key: _joined(parts) for key, parts in self._extra.items()}
        message = {"content": "".join(self._texts), "tool_calls": self._ordered()}
        _fill(leg, message)
        leg.whole = self._finish in _ENDS

    def _ordered(self) -> list[dict[str, Any]]:
        return [{key: each for key, each in call.items() if key != "index"} for call in self._calls]

    def failure(self, status: int, kind: str, message: str) -> bytes:
        """Return an event with an `error`, on which clients raise; no [DONE] follows."""
        kind = kind or ("rate_limit_error" if status == 429 else "server_error")
        return event({"error": {"message": message, "type": kind, "param": None, "code": kind}})


def _add_up(call: dict[str, Any], part: dict[str, Any]) -> None:
    """Add a delta of a call to what there is of it: arguments grow, all else is said once."""
    for key, value in part.items():
        if key == "function" and isinstance(value, dict):
            function = call.setdefault("function", {})
            for name, each in value.items():
                if name == "arguments" and isinstance(each, str):
                    function[name] = function.get(name, "") + each
                elif each not in (None, ""):
                    function[name] = each
        elif value not in (None, ""):
            call[key] = value


def _joined(parts: list[Any]) -> Any:
    if all(isinstance(each, str) for each in parts):
        return "".join(parts)
    return [item for each in parts for item in (each if isinstance(each, list) else [each])]


def _needs_pause(legs: list[Leg]) -> bool:
    text = "".join(each["text"] for leg in legs for each in leg.shown if "text" in each)
    return bool(text) and not text[-1].isspace()


def _fill(leg: Leg, message: dict[str, Any]) -> None:
    content = message.get("content")
    if isinstance(content, str) and content:
        leg.shown.append({"type": "text", "text": content})
    for call in message.get("tool_calls") or ():
        function = under(call, "function")
        if function.get("name") == NAME:
            given = function.get("arguments")
            again = {**function, "arguments": arguments(given)}
            value = {"type": "function", **call, "function": again}
            leg.calls.append(OurCall(value, call.get("id"), given, len(leg.shown)))
        else:
            leg.shown.append(call)
            leg.asked = True


def read(value: Json) -> Leg:
    """Return an answer that came in one piece as a leg."""
    leg = Leg(usage=dict(under(value, "usage")), answer_id=value.get("id"))
    choices = value.get("choices")
    first = fields(choices[0]) if isinstance(choices, list) and choices else {}
    message = under(first, "message")
    leg.extra = {key: message[key] for key in _REASONING if message.get(key)}
    _fill(leg, message)
    leg.whole = first.get("finish_reason") in _ENDS
    return leg


def with_legs(value: Json, legs: list[Leg], usage: dict[str, Any]) -> Json:
    """Return the last answer of a turn with what came before it, and without our calls."""
    first = value["choices"][0]
    message = dict(first["message"])
    text = ""
    for leg in legs:
        said = "".join(each["text"] for each in leg.shown if each.get("type") == "text")
        text += PAUSE + said if text and said and not text[-1].isspace() else said
    message["content"] = text or message.get("content")
    calls = [each for each in legs[-1].shown if each.get("type") != "text" or "text" not in each]
    if calls:
        message["tool_calls"] = calls
    else:
        message.pop("tool_calls", None)
    choices = [{**first, "message": message}, *value["choices"][1:]]
    return {**value, "choices": choices, "usage": usage} if usage else {**value, "choices": choices}


def resent(body: Json, leg: Leg, answers: list[Json]) -> list[Json]:  # noqa: ARG001 - as on every wire
    """Return the messages that continue a conversation after our calls alone."""
    text = "".join(each["text"] for each in leg.shown if each.get("type") == "text")
    calls = [call.value for call in leg.calls]
    return [
        {"role": "assistant", "content": text or None, **leg.extra, "tool_calls": calls},
        *answers,
    ]
