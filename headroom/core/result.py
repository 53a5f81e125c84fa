"""What became of every segment, and the arithmetic of savings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headroom.core.protocols import Document
    from headroom.core.types import Grade, Path


class Action(StrEnum):
    """What was done with a segment."""

    KEPT = "kept"
    COMPRESSED = "compressed"
    REPLAYED = "replayed"
    """Sent in the form in which it was sent before in this conversation."""
    FAILED = "failed"
    """A compressor went wrong; the original was sent."""


class Reason(StrEnum):
    """Why a segment ended as it did; every outcome has exactly one."""

    FOLDED = "folded"
    """A lossless form stands for it."""
    ELIDED = "elided"
    """What matters least was left out; the original is stored under `ref`."""
    REPEATED = "repeated"
    """The same text, or a long part of it, stands earlier in the request."""
    SEEN = "seen"
    """Forwarded before in this conversation: same form again."""
    PINNED = "pinned"
    """The wire format forbids touching it (signed, encrypted, a call's arguments)."""
    SYSTEM = "system"
    """A system text, and `compress_system_messages` is off."""
    USER = "user"
    """Typed by the user, and `compress_user_messages` is off."""
    ASSISTANT = "assistant"
    """Written by the model itself."""
    RECENT = "recent"
    """In one of the newest `protect_recent` messages."""
    READ = "read"
    """A file read in a conversation that can edit files: kept byte-exact so that edits apply."""
    PROTECTED = "protected"
    """Its tool, command or file fits a pattern of `protect`."""
    RETRIEVED = "retrieved"
    """An answer of `headroom_retrieve`: what was asked for is not shortened again."""
    ASKED = "asked"
    """The agent asked for it as it is, by `HEADROOM_PASSTHROUGH=1` before its command."""
    SMALL = "small"
    """Fewer than `min_tokens` tokens."""
    LARGE = "large"
    """More than `max_chars` characters."""
    MARKED = "marked"
    """It already holds folded text."""
    NO_GAIN = "no-gain"
    """Nothing shortens it by the margin."""
    SKIPPED = "skipped"
    """An extension chose to leave it alone."""
    DEARER = "dearer"
    """It would have to be cut, and that has cost its conversation more than it saved so far; see
    the proxy's guard."""
    UNSTORED = "unstored"
    """It would have to be cut, and its original cannot be stored."""
    BROKEN = "broken"
    """A compressor raised, or its decoder did not give the original back."""


@dataclass(frozen=True, slots=True)
class SegmentOutcome:
    """What became of one segment."""

    path: Path
    action: Action
    reason: Reason
    compressor: str | None = None
    """Names of the compressors whose work is in the text, joined by "+"."""
    tokens_before: int = 0
    tokens_after: int = 0
    grade: Grade | None = None
    """How faithfully `expand` gives the original back; None where the original was sent."""
    refs: tuple[str, ...] = ()
    """Handles of the stored originals, for texts with gaps: one for each part that has some."""
    note: str = ""
    """What was done, in words."""

    @property
    def ref(self) -> str | None:
        """The first of the refs, or None."""
        return self.refs[0] if self.refs else None


def tokens_of(outcomes: Iterable[SegmentOutcome]) -> tuple[int, int]:
    """Return the tokens of texts with these outcomes, as they came in and as they go out."""
    listed = list(outcomes)
    return sum([each.tokens_before for each in listed]), sum([each.tokens_after for each in listed])


@dataclass(frozen=True, slots=True)
class CompressionResult:
    """A compressed document and the outcome of each of its segments, in reading order."""

    document: Document
    outcomes: tuple[SegmentOutcome, ...]
    conversation: bytes = b""
    """Tells conversations apart that begin differently, up to what their user says first."""

    @property
    def tokens_before(self) -> int:
        """Tokens of all located text as it came in."""
        return tokens_of(self.outcomes)[0]

    @property
    def tokens_after(self) -> int:
        """Tokens of all located text as it goes out."""
        return tokens_of(self.outcomes)[1]

    @property
    def tokens_saved(self) -> int:
        """Tokens that no longer have to be sent."""
        return self.tokens_before - self.tokens_after

    @property
    def compression_ratio(self) -> float:
        """Share of the tokens saved, 0 to 1."""
        return self.tokens_saved / self.tokens_before if self.tokens_before else 0.0

    @property
    def transforms_applied(self) -> list[str]:
        """Names of the compressors at work in the result, each once, in order of appearance."""
        names = [n for o in self.outcomes if o.compressor for n in o.compressor.split("+")]
        return list(dict.fromkeys(names))
