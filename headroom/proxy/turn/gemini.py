"""Gemini contents: parts in chunks, of which each says again what was used so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headroom.ccr.tool import NAME
from headroom.proxy.turn.frame import spelled
from headroom.proxy.turn.leg import Leg, OurCall, Stream, fields, under
from headroom.proxy.turn.openai_chat import PAUSE

if TYPE_CHECKING:
    from headroom.core.types import Json
    from headroom.proxy.turn.frame import Frame

_STATUSES = {400: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}


class GeminiStream(Stream):
    """Parts of the first candidate of the answers of a turn, one after the other.

    Args:
        listed: whether the chunks are items of one JSON list instead of events.
    """

    def __init__(self, *, listed: bool = False) -> None:
        super().__init__()
        self._listed = listed
        self._opened = False
        self._head: dict[str, Any] = {}
        self._begin()

    def _begin(self) -> None:
        self._finish: Any = None
        self._final: list[tuple[Frame, Any]] = []

    def _take(self, frame: Frame, value: dict[str, Any]) -> bytes:
        if not self._head:
            self._head = {key: value[key] for key in ("responseId",) if key in value}
        self.leg.answer_id = value.get("responseId") or self.leg.answer_id
        candidates = value.get("candidates")
        first = fields(candidates[0]) if isinstance(candidates, list) and candidates else {}
        parts = under(first, "content").get("parts")
        kept = self._read(parts) if isinstance(parts, list) else parts
        self._finish = first.get("finishReason") or self._finish
        if under(value, "usageMetadata"):
            self.leg.usage = under(value, "usageMetadata")
        changed = value
        if kept != parts:
            if not kept and not first.get("finishReason"):
                return b""
            content = {**first["content"], "parts": kept}
            changed = {**value, "candidates": [{**first, "content": content}]}
        if self.legs:
            changed = {**changed, **self._head}
            if "usageMetadata" in value:
                changed["usageMetadata"] = self._usage
        new = None if changed == value else changed
        self.ended |= bool(first.get("finishReason"))
        if self._final or (first.get("finishReason") and self._holds(self.leg.calls)):
            self._final.append((frame, new))
            return b""
        return self._framed(frame, new)

    def released(self) -> bytes:
        """Return what was held back; only now is it known what stands in front of it."""
        said = b"".join(self._framed(*each) for each in self._final)
        self._final = []
        return said + super().released()

    def _framed(self, frame: Frame, value: Any) -> bytes:
        if not self._listed:
            return frame.raw if value is None else frame.saying(value)
        lead = b",\r\n" if self._opened else b"["
        if not self.legs and not self.leg.calls:
            lead = frame.raw[: -len(frame.data)]
        self._opened = True
        return lead + (frame.data if value is None else spelled(value))

    def _read(self, parts: list[Any]) -> list[Any]:
        """Take note of parts and return those that the client gets."""
        kept = []
        for part in parts:
            if _add(self.leg, part):
                if self.legs and len(self.leg.shown) == 1 and _needs_pause(self.legs, part):
                    part = {**part, "text": PAUSE + part["text"]}  # noqa: PLW2901 - the part as shown
                kept.append(part)
        return kept

    def _close(self) -> None:
        self.leg.shown = _merged(self.leg)
        self.leg.whole = self._finish == "STOP"

    @property
    def holds(self) -> bool:
        """Whether the end of the answer is held back."""
        return bool(self._final)

    def rest(self, raw: bytes) -> bytes:
        """Return what the client gets of what came after the last item: the end of the list."""
        lacking = self._listed and not self._opened and bool(self.legs or self.leg.calls)
        return b"[" + raw if lacking and not raw.lstrip().startswith(b"[") else raw

    def failure(self, status: int, kind: str, message: str) -> bytes:
        """Return an `error` as Google sends it: plain JSON, no event; clients raise on it."""
        kind = kind or _STATUSES.get(status, "INTERNAL")
        value = {"error": {"code": status, "message": message, "status": kind}}
        if not self._listed:
            return spelled(value) + b"\n"
        return (b",\r\n" if self._opened else b"[") + spelled(value) + b"]"


def _add(leg: Leg, part: Any) -> bool:
    """Take note of a part; False for a call of ours."""
    call = under(part, "functionCall")
    if call.get("name") == NAME:
        leg.calls.append(OurCall(part, call.get("id"), call.get("args"), len(leg.shown)))
        return False
    leg.shown.append(part)
    leg.asked |= "functionCall" in fields(part)
    return True


def _is_plain(part: Any) -> bool:
    return isinstance(part, dict) and part.keys() == {"text"}


def _merged(leg: Leg) -> list[Json]:
    """Return what is shown with the pieces of a text put together; calls keep their places."""
    shown: list[Json] = []
    stops = {call.place for call in leg.calls}
    places = {}
    for n, part in enumerate(leg.shown):
        places[n] = len(shown)
        if shown and n not in stops and _is_plain(part) and _is_plain(shown[-1]):
            shown[-1] = {"text": shown[-1]["text"] + part["text"]}
            places[n] = len(shown)
        else:
            shown.append(part)
    places[len(leg.shown)] = len(shown)
    leg.calls = [
        OurCall(call.value, call.call_id, call.arguments, places[call.place]) for call in leg.calls
    ]
    return shown


def _needs_pause(legs: list[Leg], part: Any) -> bool:
    """Whether a text follows on a text of an earlier answer without a break."""
    before = next((leg.shown[-1] for leg in reversed(legs) if leg.shown), None)
    text = fields(before).get("text")
    said = fields(part)
    if not isinstance(text, str) or not isinstance(said.get("text"), str):
        return False
    return bool(text and said["text"]) and not said.get("thought") and not text[-1].isspace()


def read(value: Json) -> Leg:
    """Return an answer that came in one piece as a leg."""
    leg = Leg(usage=dict(under(value, "usageMetadata")), answer_id=value.get("responseId"))
    candidates = value.get("candidates")
    first = fields(candidates[0]) if isinstance(candidates, list) and candidates else {}
    for part in under(first, "content").get("parts") or ():
        _add(leg, part)
    leg.whole = first.get("finishReason") == "STOP"
    return leg


def with_legs(value: Json, legs: list[Leg], usage: dict[str, Any]) -> Json:
    """Return the last answer of a turn with what came before it, and without our calls."""
    first = value["candidates"][0]
    parts = [each for leg in legs for each in leg.shown]
    changed = {**first, "content": {**under(first, "content"), "parts": parts}}
    made = {**value, "candidates": [changed, *value["candidates"][1:]]}
    return {**made, "usageMetadata": usage} if usage else made


def resent(body: Json, leg: Leg, answers: list[Json]) -> list[Json]:  # noqa: ARG001 - as on every wire
    """Return the contents that continue a conversation after our calls alone."""
    seen = [
        each
        for each in leg.shown
        if "thoughtSignature" in each or (not each.get("thought") and each != {"text": ""})
    ]
    return [{"role": "model", "parts": [*seen, *(c.value for c in leg.calls)]}, *answers]
