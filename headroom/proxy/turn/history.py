"""What our tool was asked and said in a conversation, kept where the client does not see it.

Clients never see our calls, so their next requests lack them. What the provider saw is kept in the
ledger and found again by what stands beside it in the client's own history.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headroom import registry
from headroom.cache.ledger import Sent
from headroom.core.types import Role
from headroom.proxy.turn.leg import fields
from headroom.proxy.turn.offer import LISTS, answer_key, key
from headroom.proxy.turn.openai_responses import CALLS
from headroom.proxy.turn.piece import Piece, after, anchors, heard, piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.cache.ledger import Ledger
    from headroom.core.types import Json
    from headroom.proxy.turn.leg import Leg
    from headroom.proxy.turn.offer import Offer


_NAME = 64
"""Letters in front of a record: the first of its keys, which no other turn has."""


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
        return json.dumps({"asked": asked, "open": self.open}, separators=(",", ":"))

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
        return cls(asked, kept["open"])


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model said in one go, as the client's history has it."""

    start: int
    """Index of the message or of the first item."""
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
            yield Turn(n, list(map(piece, parts(item, wire))))


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
            yield Turn(n - len(run), run)
            run = []


def _is_said(item: Json) -> bool:
    kind, role = fields(item).get("type"), fields(item).get("role")
    return role == "assistant" or kind in ("reasoning", "item_reference", *CALLS)


def names_of(legs: Sequence[Leg], before: bytes) -> list[bytes]:
    """Return the keys by which a turn is to be found in the client's next requests.

    Args:
        legs: the answers of the turn.
        before: key of all that came before it.
    """
    return anchors(_said(legs), before)


def _said(legs: Sequence[Leg]) -> Iterator[Piece]:
    return (piece(each) for leg in legs for each in leg.shown)


def up_to(body: Json, offer: Offer, ledger: Ledger) -> bytes:
    """Return the key of all that a request tells the model, and of what it goes on from."""
    *_, (_, before) = _trail(body, offer, ledger)
    return before


def _trail(body: Json, offer: Offer, ledger: Ledger) -> Iterator[tuple[Turn, bytes]]:
    """Yield the turns of the model, each with the key of all that came before; then what is open.

    What a turn asked belongs to what it was told before. Where a conversation forks, or begins as
    another one did, the same call may follow on other texts.
    """
    items = fields(body).get(LISTS[offer.wire])
    listed = items if isinstance(items, list) else []
    told = _told(listed, offer.wire)
    before, at = _begun(body, offer, ledger), 0
    if isinstance(items, str):
        before = heard(before, items)
    for turn in (*turns(body, offer.wire), Turn(len(listed), [])):
        for n in range(at, turn.start):
            for text in told.get(n, ()):
                before = heard(before, text)
        yield turn, before
        before, at = after(before, turn.pieces), turn.start


def _told(items: list[Json], wire: str) -> dict[int, list[str]]:
    """Return what the model was told, by the index of the message or item."""
    told: dict[int, list[str]] = {}
    for each in registry.provider(wire).segments({LISTS[wire]: items}):
        if each.role in (Role.USER, Role.TOOL):
            told.setdefault(each.turn, []).append(each.text)
    return told


def _begun(body: Json, offer: Offer, ledger: Ledger) -> bytes:
    """Return the key of what the provider has of a conversation already."""
    known = fields(body).get("previous_response_id")
    kept = ledger.get(answer_key(known)) if isinstance(known, str) else None
    trail = None if kept is None else json.loads(kept.text or "{}").get("trail")
    return offer.conversation if trail is None else bytes.fromhex(trail)


def past(before: bytes, legs: Sequence[Leg]) -> bytes:
    """Return the key of all up to the end of a turn, as the client sees it."""
    return after(before, _said(legs))


def keep(ledger: Ledger, offer: Offer, record: Record, names: Sequence[bytes]) -> None:
    """Put a record on disk, to be found under each of some keys."""
    if names:
        first, *others = names
        entries = {name: Sent(first.hex(), 0, 0) for name in others}
        entries[first] = Sent(first.hex() + record.text(), 0, 0)
        ledger.put_all({**entries, _any(offer): Sent("", 0, 0)})


def keep_answer(
    ledger: Ledger, offer: Offer, ids: tuple[str, str], items: list[Json], trail: bytes
) -> None:
    """Note what an answer that the provider stores is called there, and what it still waits for.

    Args:
        ledger: where to.
        offer: of the conversation.
        ids: the one by which the client knows it, and the one by which the conversation goes on.
        items: what answers our calls in it.
        trail: key of all up to its end.
    """
    known_as, last = ids
    note = {"of": offer.conversation.hex(), "last": last, "items": items, "trail": trail.hex()}
    ledger.put(answer_key(known_as), Sent(json.dumps(note, separators=(",", ":")), 0, 0))


def _any(offer: Offer) -> bytes:
    return key(b"asked", offer.conversation)


def found(body: Json, offer: Offer, ledger: Ledger) -> list[tuple[Turn, Record]]:
    """Return the turns of a request in which our tool was called, and what was kept of them."""
    if ledger.get(_any(offer)) is None:
        return []
    listed = [(turn, anchors(turn.pieces, before)) for turn, before in _trail(body, offer, ledger)]
    kept = iter(ledger.get_all([name for _, names in listed for name in names]))
    done: set[str] = set()
    out = []
    for turn, names in listed:
        texts = [sent.text for sent in (next(kept) for _ in names) if sent is not None]
        text = next(filter(None, texts), "")
        name = text[:_NAME]
        # A client that makes several messages of one gets it back in front of the first.
        if not text or name in done:
            continue
        done.add(name)
        whole = ledger.get(bytes.fromhex(name)) if text == name else None
        text = text if whole is None else whole.text or ""
        if text != name:
            out.append((turn, Record.parse(text[_NAME:])))
    return out
