"""`History`: what is known of the last requests, so that a turn costs what is new in it.

A request that begins with the bytes of an earlier one takes from it, for these bytes: the decoded
messages, the texts located in them, their keys in the ledger, the forms that stand for them and
where those go. Nothing here decides anything: without it the same bytes go out, later.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.core.grown import GrownDocument, shared_items
from headroom.core.jsonpatch import BytesDocument
from headroom.core.jsonspan import NotSpliceable, TooMany, crowded
from headroom.providers._shape import Calls, Itemwise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.cache.ledger import Sent
    from headroom.core.grown import ByteSplice
    from headroom.core.protocols import Document, Provider
    from headroom.core.result import SegmentOutcome
    from headroom.core.types import Segment
    from headroom.engine.source import Source, Traces
    from headroom.providers._shape import Call

_SMALL = 16_000
"""Bytes of a body that is read as fast as it is looked up."""
_LARGE = 4_000_000
"""Bytes of a body that is not held."""
_MAX_BYTES = 8_000_000
"""Bytes of all bodies held; what is known of them takes about twice that besides."""
_MAX_BODIES = 32
_REPLACED = 4
"""Items that an earlier body may have beyond those shared, and still give way to its successor."""
_ASKED_ANEW = 16
"""Turns after which the ledger is asked for everything: it forgets what nobody asks for."""


@dataclass(frozen=True, slots=True)
class Known:
    """A request that was gone through, with all that was found out."""

    document: GrownDocument
    wire: str
    seed: str
    segments: Sequence[Segment]
    marks: Sequence[tuple[int, int]]
    """How many segments and calls there are, first before all items, then up to each one's end."""
    calls: Sequence[tuple[str, Call]]
    keys: Sequence[bytes]
    sent: Sequence[Sent]
    forms: Sequence[tuple[SegmentOutcome, str | None]]
    """What becomes of each text when it is sent again."""
    sources: Sequence[Source]
    traces: Traces
    splices: Sequence[ByteSplice]
    turn: int = 0


@dataclass(slots=True)
class Reading:
    """The texts of a request, and how many of them are known from an earlier one."""

    document: GrownDocument
    segments: list[Segment]
    marks: list[tuple[int, int]]
    calls: list[tuple[str, Call]]
    known: Known | None = None
    same: int = 0
    """How many of the segments, from the first on."""
    splices: Sequence[ByteSplice] = field(default_factory=tuple)
    """What is replaced in them."""

    @property
    def turn(self) -> int:
        """How many turns ago the ledger was asked for every text."""
        return 0 if self.known is None else (self.known.turn + 1) % _ASKED_ANEW


class History:
    """Holds what is known of the bodies used last, within bounds; may be used from any thread."""

    def __init__(self, max_bytes: int = _MAX_BYTES, max_bodies: int = _MAX_BODIES) -> None:
        self._max_bytes, self._max_bodies = max_bytes, max_bodies
        self._lock = threading.Lock()
        self._entries: list[Known] = []
        """The one used last is the last."""
        self._revised = 0

    def follow(self, revised: int) -> None:
        """Forget everything where forms in the ledger have given way to others.

        Args:
            revised: how often they have.
        """
        if revised != self._revised:
            with self._lock:
                self._entries, self._revised = [], revised

    def document(self, raw: bytes, *, watched: bool = False) -> BytesDocument:
        """Return a body, decoded as far as it is new.

        Args:
            raw: the body.
            watched: whether extensions look at it, so that it has to be read as a whole.

        Raises:
            NotSpliceable: not strict UTF-8, not one JSON value, or one of too many values.
        """
        earlier, same = (None, 0) if watched else self._closest(raw)
        if crowded(raw, 0 if earlier is None else earlier.ends[same - 1]):
            raise TooMany("the body holds more values than any model reads")
        if watched or len(raw) < _SMALL:
            return BytesDocument(raw)
        try:
            return GrownDocument(raw, earlier, same)
        except NotSpliceable:
            return BytesDocument(raw)

    def reread(self, document: BytesDocument) -> BytesDocument:
        """Return an edited document with what is known of its bytes, itself where that is no gain.

        The next request of its conversation, edited in the same way, then costs what is new in it.
        """
        raw = document.raw
        if not _SMALL <= len(raw) <= _LARGE:
            return document
        try:
            return GrownDocument(raw, *self._closest(raw))
        except NotSpliceable:
            return document

    def read(self, document: Document, provider: Provider, seed: str) -> Reading | None:
        """Return the texts of a request; None where nothing could be told about its items."""
        if not isinstance(document, GrownDocument) or not isinstance(provider, Itemwise):
            return None
        body = document.tree
        items, base = provider.items(body)
        if base != (document.key,) or provider.beginning().made:
            return None
        found = provider.preamble(body)
        known = self._known(document, provider.name, seed, found)
        reading = Reading(document, found, [(len(found), 0)], [])
        if known is not None:
            marks = list(known.marks[: document.same + 1])
            same, calls = marks[-1]
            first = bisect_left(known.splices, (document.ends[document.same - 1],))
            reading = Reading(
                document,
                list(known.segments[:same]),
                marks,
                list(known.calls[:calls]),
                known,
                same,
                known.splices[:first],
            )
        noted = Calls(reading.calls)
        for turn in range(len(reading.marks) - 1, len(items)):
            reading.segments += provider.located(items[turn], (*base, turn), turn, noted)
            reading.marks.append((len(reading.segments), len(noted.made)))
        reading.calls = noted.made
        return reading

    def glance(self) -> History:
        """Return one that knows what this one knows now, and remembers nothing more."""
        made = History(0, 0)
        with self._lock:
            made._entries = self._entries
        return made

    def note(self, known: Known) -> None:
        """Remember a request; one that it goes on from gives way to it."""
        if not self._max_bodies:
            return
        earlier, same = known.document.earlier, known.document.same
        # Without that, every body would hold on to all before it.
        known.document.earlier = None
        if len(known.document.raw) > _LARGE:
            return
        with self._lock:
            kept = [each for each in self._entries if not _surpassed(each, earlier, same)]
            kept.append(known)
            size = sum(len(each.document.raw) for each in kept)
            while len(kept) > self._max_bodies or (size > self._max_bytes and kept):
                size -= len(kept.pop(0).document.raw)
            self._entries = kept

    def __len__(self) -> int:
        return len(self._entries)

    def _closest(self, raw: bytes) -> tuple[GrownDocument | None, int]:
        """Return the body that shares most items with this one, and how many it shares."""
        earlier, same = None, 0
        with self._lock:
            entries = list(self._entries)
        for known in reversed(entries):
            count = shared_items(raw, known.document, same)
            if count:
                earlier, same = known.document, count
        return earlier, same

    def _known(
        self, document: GrownDocument, wire: str, seed: str, preamble: list[Segment]
    ) -> Known | None:
        """Return what the first items of a document were taken from, if all of it applies."""
        with self._lock:
            entries = self._entries
        known = next((e for e in entries if e.document is document.earlier), None)
        if known is None or not document.same or (known.wire, known.seed) != (wire, seed):
            return None
        if known.segments[: known.marks[0][0]] != preamble:
            return None
        # New values are escaped where all of a body is ASCII.
        return known if document.is_ascii == known.document.is_ascii else None


def _surpassed(each: Known, earlier: GrownDocument | None, same: int) -> bool:
    return each.document is earlier and len(each.document.ends) - same <= _REPLACED
