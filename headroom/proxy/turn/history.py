"""What our tool was asked and said in a conversation, kept where the client does not see it.

Clients never see our calls, so their next requests lack them. What the provider saw is kept in the
ledger and found again by what stands beside it in the client's own history.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headroom.cache.ledger import Sent
from headroom.proxy.turn.leg import fields
from headroom.proxy.turn.name import behind, differ, followed, marks, names_asked, names_kept
from headroom.proxy.turn.offer import LISTS, answer_key, key
from headroom.proxy.turn.piece import Piece, piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.cache.ledger import Ledger
    from headroom.core.types import Json
    from headroom.proxy.turn.leg import Leg
    from headroom.proxy.turn.offer import Offer


_ANSWERS = ("_output", "_response")
"""Ends of the kinds of items with which a client answers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Our calls in one answer, and what they were answered with."""

    shown: list[Piece]
    """What the client sees of the answer."""
    calls: list[Json]
    places: list[int]
    """How much of what is shown stands in front of each call."""
    answers: list[Json]
    """Messages or items that answer the calls, in the shape of the wire."""
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, leg: Leg, answers: list[Json]) -> Asked:
        """Return what is kept of an answer."""
        return cls(
            list(map(piece, leg.shown)),
            [call.value for call in leg.calls],
            [call.place for call in leg.calls],
            answers,
            leg.extra,
        )


@dataclass(frozen=True, slots=True)
class Record:
    """The answers of one turn in which our tool was called, in order."""

    asked: list[Asked]
    open: bool
    """Whether the last of them calls the client too, so that both are answered in one message."""
    marks: tuple[str, ...] = ()
    """Ids and seals of the turn; see `headroom.proxy.turn.name`."""

    def text(self) -> str:
        """Return the record as it is kept."""
        asked = [
            {
                "shown": [[each.text, each.call, each.seals] for each in one.shown],
                "calls": one.calls,
                "places": one.places,
                "answers": one.answers,
                "extra": one.extra,
            }
            for one in self.asked
        ]
        kept = {"asked": asked, "open": self.open, "marks": self.marks}
        return json.dumps(kept, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Record:
        """Return a record that was kept."""
        kept = json.loads(text)
        asked = [
            Asked(
                [Piece(said, call, tuple(seals)) for said, call, seals in one["shown"]],
                one["calls"],
                one["places"],
                one["answers"],
                one["extra"],
            )
            for one in kept["asked"]
        ]
        return cls(asked, kept["open"], tuple(kept["marks"]))


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model said in one go, as the client's history has it."""

    start: int
    """Index of the message or of the first item."""
    end: int
    """Index behind its last one."""
    pieces: list[Piece]


def turns(body: Json, wire: str) -> Iterator[Turn]:
    """Yield the turns of the model in a request."""
    items = fields(body).get(LISTS[wire])
    if not isinstance(items, list):
        return
    if wire == "openai-responses":
        yield from _runs(items)
        return
    for n, item in enumerate(items):
        if fields(item).get("role") in ("assistant", "model"):
            yield Turn(n, n + 1, list(map(piece, parts(item, wire))))


def parts(message: Json, wire: str) -> list[Json]:
    """Return what a message of the model consists of; a plain text is one part."""
    content = fields(message).get("parts" if wire == "gemini" else "content")
    found = list(content) if isinstance(content, list) else []
    if isinstance(content, str):
        found = [{"type": "text", "text": content}]
    calls = fields(message).get("tool_calls") if wire == "openai-chat" else None
    return [*found, *calls] if isinstance(calls, list) else found


def _runs(items: list[Json]) -> Iterator[Turn]:
    run: list[Piece] = []
    for n, item in enumerate([*items, None]):
        if item is not None and _is_said(item):
            run.append(piece(item))
        elif run:
            yield Turn(n - len(run), n, run)
            run = []


def _is_said(item: Json) -> bool:
    """Whether an item is the model's or the provider's, anything but messages and answers."""
    kind, role = fields(item).get("type"), fields(item).get("role")
    if role is not None or not isinstance(kind, str):
        return role == "assistant"
    return not kind.endswith(_ANSWERS)


def names_of(offer: Offer, legs: Sequence[Leg], body: Json) -> list[bytes]:
    """Return the keys by which a turn is to be found in the client's next requests.

    Args:
        offer: of the conversation.
        legs: the answers of the turn.
        body: the client's request that began it.
    """
    names, seen = names_kept(offer.conversation, _said(legs)), Counter[bytes]()
    earlier, since = _heard(body, offer.wire)
    for turn, told in earlier:
        said = names_asked(offer.conversation, turn.pieces).said
        if not set(said).isdisjoint(names.said):
            behind(said, followed(told, offer.wire), seen)
    return [*names.marked, *names.said, *behind(names.said, followed(since, offer.wire), seen)]


def marks_of(legs: Sequence[Leg]) -> tuple[str, ...]:
    """Return the marks of a turn."""
    return tuple(marks(_said(legs)))


def _said(legs: Sequence[Leg]) -> list[Piece]:
    return [piece(each) for leg in legs for each in leg.shown]


def _heard(body: Json, wire: str) -> tuple[list[tuple[Turn, list[Json]]], list[Json]]:
    """Return the turns, each with what was said to the model before it; and what was since."""
    items, out, end = _items(body, wire), [], 0
    for turn in turns(body, wire):
        out.append((turn, items[end : turn.start]))
        end = turn.end
    return out, items[end:]


def _items(body: Json, wire: str) -> list[Json]:
    items = fields(body).get(LISTS[wire])
    if isinstance(items, str):
        return [{"role": "user", "content": items}]
    return items if isinstance(items, list) else []


def keep(ledger: Ledger, offer: Offer, record: Record, names: Sequence[bytes]) -> None:
    """Put a record on disk, to be found under each of some keys."""
    if names:
        text = record.text()
        place = key(b"record", offer.conversation, text.encode("utf-8", "surrogatepass"))
        entries = {name: Sent(place.hex(), 0, 0) for name in names}
        ledger.put_all({**entries, place: Sent(text, 0, 0), _any(offer): Sent("", 0, 0)})


def keep_answer(ledger: Ledger, offer: Offer, known_as: str, last: str, items: list[Json]) -> None:
    """Note what an answer that the provider stores is called there, and what it still waits for.

    Args:
        ledger: where to.
        offer: of the conversation.
        known_as: the id by which the client knows it.
        last: the id by which the conversation goes on.
        items: what answers our calls in it.
    """
    note = {"of": offer.conversation.hex(), "last": last, "items": items}
    ledger.put(answer_key(known_as), Sent(json.dumps(note, separators=(",", ":")), 0, 0))


def _any(offer: Offer) -> bytes:
    return key(b"asked", offer.conversation)


def found(body: Json, offer: Offer, ledger: Ledger) -> list[tuple[Turn, Record]]:
    """Return the turns of a request in which our tool was called, and what was kept of them."""
    if ledger.get(_any(offer)) is None:
        return []
    earlier, _ = _heard(body, offer.wire)
    asked = [names_asked(offer.conversation, turn.pieces) for turn, _ in earlier]
    every = [name for names in asked for name in (*names.marked, *names.said)]
    places = dict(zip(every, ledger.get_all(every), strict=True))
    done, seen = set[str](), Counter[bytes]()
    out = []
    for (turn, told), names in zip(earlier, asked, strict=True):
        said: list[bytes] = []
        # What it was told is looked at only where something was kept of a turn that said the same.
        if any(places[name] is not None for name in names.said):
            said = behind(names.said, followed(told, offer.wire), seen)
        place, record = _record(turn, [places[name] for name in names.marked], said, ledger)
        # A client that makes several messages of one gets it back in front of the first.
        if record is not None and place not in done:
            done.add(place)
            out.append((turn, record))
    return out


def _record(
    turn: Turn, marked: Sequence[Sent | None], said: Sequence[bytes], ledger: Ledger
) -> tuple[str, Record | None]:
    """Return what was kept of a turn, and where; None where nothing was, or only of one like it."""
    here = marks(turn.pieces)
    surely = [sent.text for sent in marked if sent is not None and sent.text]
    maybe = [sent.text for sent in ledger.get_all(said) if sent is not None and sent.text]
    for n, place in enumerate((*surely, *maybe)):
        sent = ledger.get(bytes.fromhex(place))
        if sent is None or not sent.text:
            continue
        record = Record.parse(sent.text)
        if n < len(surely) or not differ(record.marks, here):
            return place, record
    return "", None
