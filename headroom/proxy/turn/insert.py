"""Calls of our tool and their answers, put back into the history of a request where they stood.

Bytes of the client's own history are moved, never written anew, but for a text that it made one of
two; what is put in has the same bytes each time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.proxy.turn import openai_chat, openai_responses
from headroom.proxy.turn.frame import spelled
from headroom.proxy.turn.history import parts
from headroom.proxy.turn.leg import Leg, OurCall, fields
from headroom.proxy.turn.offer import LISTS, answer_key
from headroom.proxy.turn.piece import divide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from headroom.cache.ledger import Ledger
    from headroom.core.jsonpatch import BytesDocument, Splice
    from headroom.core.jsonspan import Item, Span
    from headroom.core.types import Json
    from headroom.proxy.turn.history import Asked, Record, Turn
    from headroom.proxy.turn.piece import Piece, Place

_WORDS = {"anthropic": ("assistant", "content"), "gemini": ("model", "parts")}
_ANSWERS = {"anthropic": "tool_result", "gemini": "functionResponse"}
_NEAR = 3
"""Messages after a turn among which the one is that answers it."""


def restored(
    document: BytesDocument, wire: str, found: Sequence[tuple[Turn, Record]]
) -> BytesDocument:
    """Return a request with our calls and answers where the provider saw them.

    A turn that its client changed beyond recognition is left as it is.

    Raises:
        NotSpliceable: a key on the way stands twice in its object.
    """
    if not found:
        return document
    name = LISTS[wire]
    items = document.tree[name]
    trail: dict[str | int, Any] = {-1: {}}
    if wire != "openai-responses":
        for turn, _ in found:
            for n in range(turn.start, min(turn.start + _NEAR, len(items))):
                trail[n] = _inside(items[n], wire)
    text, span = document.located({name: trail})
    place = _Place(text, span.children[name], document.tree, wire)
    splices: list[Splice] = []
    for turn, record in found:
        splices += _SPLICES[wire](place, turn, record) or ()
    return document.spliced(sorted(splices, key=lambda each: each[:2]))


def _inside(message: Json, wire: str) -> dict[str | int, Any]:
    """Return the trail to the parts of a message and to their texts."""
    name = "parts" if wire == "gemini" else "content"
    content = fields(message).get(name)
    if isinstance(content, list):
        texts: dict[str | int, Any] = {
            n: {"text": {}} for n, each in enumerate(content) if "text" in fields(each)
        }
        return {name: texts or {-1: {}}}
    return {name: {}} if content is not None or name in fields(message) else {}


@dataclass(frozen=True, slots=True)
class _Place:
    """A request's history, and where everything in it stands."""

    text: str
    span: Span
    body: Json
    wire: str

    @property
    def items(self) -> list[Json]:
        items: list[Json] = self.body[LISTS[self.wire]]
        return items

    def content(self, n: int) -> Span | None:
        name = "parts" if self.wire == "gemini" else "content"
        return self.span.children[n].children.get(name)

    def before(self, n: int, made: Iterable[Json | str]) -> Splice:
        """Return the insertion of messages or items in front of the one with an index."""
        return _before(self.span.items, n, made)


def _before(items: Sequence[Item], n: int, made: Iterable[Json | str]) -> Splice:
    text = ",".join(each if isinstance(each, str) else _spelled(each) for each in made)
    if n < len(items):
        return items[n].head, items[n].head, f"{text},"
    return items[-1].end, items[-1].end, f",{text}"


def _spelled(value: Json) -> str:
    return spelled(value).decode()


def _in_items(place: _Place, turn: Turn, record: Record) -> Iterator[Splice]:
    """OpenAI Responses: calls and outputs are items among the others."""
    start: Place = (0, 0)
    for asked in record.asked:
        shown = asked.shown
        if record.open and asked is record.asked[-1]:
            shown = shown[: asked.places[0]]
        start = divide(turn.pieces, shown, start)
        leg = Leg(calls=[OurCall(each, None, None, 0) for each in asked.calls])
        made = openai_responses.resent(place.body, leg, asked.answers)
        yield place.before(turn.start + start[0], made)


def _in_messages(place: _Place, turn: Turn, record: Record) -> list[Splice] | None:
    """OpenAI Chat Completions: a message with calls, one with each answer, then the client's."""
    message = place.items[turn.start]
    made: list[Json] = []
    start: Place = (0, 0)
    for n, asked in enumerate(record.asked):
        last = record.open and asked is record.asked[-1]
        said = [] if last else [each for each in asked.shown if each.text]
        if said:
            end = divide(turn.pieces, said, start)
            start = _after_pause(turn.pieces, end, record.asked[: n + 1])
        leg = Leg(
            [{"type": "text", "text": each.text} for each in said],
            [OurCall(each, None, None, 0) for each in asked.calls],
            asked.extra,
        )
        made += openai_chat.resent({}, leg, asked.answers)
    splices = [place.before(turn.start, made)]
    if start == (0, 0):
        return splices
    rest = _rest(place, turn, start)
    if rest is None or (rest[2] == "null" and not fields(message).get("tool_calls")):
        return None
    return [*splices, rest]


def _rest(place: _Place, turn: Turn, start: Place) -> Splice | None:
    """Return the cut of what stands in front of a place in a message of Chat Completions."""
    content = place.content(turn.start)
    said = place.items[turn.start]["content"]
    texts = said if isinstance(said, list) else [said]
    at, offset = start
    if content is None or len(texts) != 1:
        return None
    if at:
        return content.start, content.end, "null"
    span = content if isinstance(said, str) else content.children[0].children.get("text")
    text = said if isinstance(said, str) else said[0].get("text")
    if span is None or not isinstance(text, str):
        return None
    return span.start, span.end, _spelled(text[offset:])


def _in_blocks(place: _Place, turn: Turn, record: Record) -> list[Splice] | None:
    """Anthropic and Gemini: blocks of a message; a call that was answered ends the message."""
    role, name = _WORDS[place.wire]
    cutter = _Cutter(place, turn)
    made: list[Json | str] = []
    closed = record.asked[:-1] if record.open else record.asked
    for n, asked in enumerate(closed):
        blocks = [*cutter.up_to(asked.shown), *map(_spelled, asked.calls)]
        made.append(f'{{"role":"{role}","{name}":[{",".join(blocks)}]}}')
        made += asked.answers
        if place.wire == "gemini":
            cutter.start = _after_pause(turn.pieces, cutter.start, closed[: n + 1])
    splices = cutter.rest()
    if splices is None:
        return None
    if made:
        splices = [place.before(turn.start, made), *splices]
    if record.open:
        added = _added(place, turn, record.asked[-1], cutter.start)
        return None if added is None else [*splices, *added]
    return splices


def _added(place: _Place, turn: Turn, asked: Asked, start: Place) -> list[Splice] | None:
    """Return the insertion of calls among the client's, and of their answers among its answers."""
    content = place.content(turn.start)
    answer = _answering(place, turn.start)
    if content is None or not content.items or answer is None:
        return None
    where, answers = answer
    name = _WORDS[place.wire][1]
    splices: list[Splice] = []
    given = [each for message in asked.answers for each in message[name]]
    for call, n, result in zip(asked.calls, asked.places, given, strict=True):
        at, offset = divide(turn.pieces, asked.shown[:n], start)
        splices.append(_before(content.items, at + bool(offset), [call]))
        theirs = sum(each.call is not None for each in asked.shown[:n])
        splices.append(_before(where.items, min(theirs, answers), [result]))
    return _joined(splices)


def _joined(splices: list[Splice]) -> list[Splice]:
    """Return insertions with those at one place made one, in order."""
    out: dict[tuple[int, int], str] = {}
    for start, end, text in splices:
        out[start, end] = out.get((start, end), "") + text
    return [(*where, text) for where, text in out.items()]


def _answering(place: _Place, n: int) -> tuple[Span, int] | None:
    """Return where the parts stand that answer the calls of a turn, and how many they are."""
    kind, name = _ANSWERS[place.wire], _WORDS[place.wire][1]
    for m in range(n + 1, min(n + _NEAR, len(place.items))):
        parts_ = fields(place.items[m]).get(name)
        if not isinstance(parts_, list):
            continue
        answers = sum(kind == fields(e).get("type") or kind in fields(e) for e in parts_)
        span = place.content(m)
        if answers and span is not None:
            return span, answers
    return None


class _Cutter:
    """Takes the beginning of a message of the model apart, in the client's own bytes."""

    def __init__(self, place: _Place, turn: Turn) -> None:
        self._place, self._turn = place, turn
        self._parts = parts(place.items[turn.start], place.wire)
        self._content = place.content(turn.start)
        self.start: Place = (0, 0)

    def up_to(self, shown: Sequence[Piece]) -> list[str]:
        """Return the blocks up to the end of what is shown, from where the last ones ended."""
        (at, offset), end = self.start, divide(self._turn.pieces, shown, self.start)
        self.start = end
        blocks = []
        while (at, offset) < end:
            stop = end[1] if at == end[0] else None
            blocks.append(self._block(at, offset, stop))
            at, offset = at + 1, 0
        return [each for each in blocks if each]

    def _block(self, at: int, offset: int, stop: int | None) -> str:
        """Return a block, or the block of a part of its text; "" for nothing but white space."""
        content = self._content
        if not offset and stop is None and content is not None and content.kind:
            return self._place.text[content.items[at].start : content.items[at].end]
        text = (self._turn.pieces[at].text or "")[offset:stop]
        if not text.strip():
            return ""
        kind = {"type": "text"} if self._place.wire == "anthropic" else {}
        return _spelled({**kind, "text": text})

    def rest(self) -> list[Splice] | None:
        """Return the cut of what was taken; None where nothing would be left."""
        (at, offset), content = self.start, self._content
        if content is None or at >= len(self._parts):
            return None
        splices: list[Splice] = []
        if at:
            splices.append((content.items[0].start, content.items[at].start, ""))
        if offset:
            text = (self._turn.pieces[at].text or "")[offset:]
            span = content.children[at].children.get("text") if content.kind else content
            if span is None or not text.strip():
                return None
            splices.append((span.start, span.end, _spelled(text)))
        return splices


def _after_pause(pieces: Sequence[Piece], place: Place, asked: Sequence[Asked]) -> Place:
    """Return a place behind the break that was put between the texts of two answers.

    Behind an answer that showed nothing there is none: it was passed behind the one before.

    Args:
        pieces: a turn as its client has it.
        place: where the next answer of it begins.
        asked: the answers up to there.
    """
    shown = asked[-1].shown if asked else ()
    before = shown[-1].text if shown else None
    at, offset = place
    text = pieces[at].text if at < len(pieces) else None
    if not before or before[-1].isspace() or text is None:
        return place
    if not text[offset:].startswith(openai_chat.PAUSE):
        return place
    offset += len(openai_chat.PAUSE)
    return (at, offset) if offset < len(text) else (at + 1, 0)


_SPLICES = {
    "anthropic": _in_blocks,
    "gemini": _in_blocks,
    "openai-chat": _in_messages,
    "openai-responses": _in_items,
}


def linked(document: BytesDocument, ledger: Ledger) -> BytesDocument:
    """Return a request that goes on from a stored answer as the provider knows that answer.

    Raises:
        NotSpliceable: a key on the way stands twice in its object.
    """
    body = document.tree
    known = body.get("previous_response_id")
    kept = ledger.get(answer_key(known)) if isinstance(known, str) else None
    if kept is None:
        return document
    note = json.loads(kept.text or "{}")
    answers, items = note["items"], body.get("input")
    listed = isinstance(items, list) and bool(items)
    text, span = document.located({"previous_response_id": {}, "input": {-1: {}} if listed else {}})
    place = span.children["previous_response_id"]
    splices: list[Splice] = []
    if note["last"] != known:
        splices.append((place.start, place.end, _spelled(note["last"])))
    if answers and listed:
        splices.append(_before(span.children["input"].items, 0, answers))
    elif answers and isinstance(items, str):
        place = span.children["input"]
        user = f'{{"role":"user","content":{text[place.start : place.end]}}}'
        made = ",".join([*map(_spelled, answers), user])
        splices.append((place.start, place.end, f"[{made}]"))
    return document.spliced(sorted(splices)) if splices else document
