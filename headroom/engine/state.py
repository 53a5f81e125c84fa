"""What the steps of one request work with and what they have found out so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.core.types import Role
from headroom.engine.policy import lasting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.cache.aligner import CacheAligner
    from headroom.cache.ledger import Sent
    from headroom.config import Options
    from headroom.core.protocols import Document, OriginalStore, Provider, Tokenizer
    from headroom.core.result import Reason, SegmentOutcome
    from headroom.core.types import Segment
    from headroom.elide.gapped import Refiner
    from headroom.engine.guard import Margin
    from headroom.engine.health import Health
    from headroom.engine.history import History, Reading
    from headroom.engine.router import ContentRouter
    from headroom.engine.source import Source


@dataclass(frozen=True, slots=True)
class Parts:
    """What the steps work with; the engine owns it."""

    router: ContentRouter
    aligner: CacheAligner
    health: Health
    margin: Margin
    store: OriginalStore
    refine: Refiner
    """The second engine for prose, asked where the options say so."""
    history: History
    """What is known of the requests before."""


@dataclass(slots=True)
class State:
    """One request on its way through the steps."""

    document: Document
    provider: Provider
    tokenizer: Tokenizer
    options: Options
    store: OriginalStore
    """Where the originals of this request go."""
    query: str | None = None
    seed: str = ""
    ongoing: bool = False
    shell: str | None = None
    closed: Callable[[bytes], bool] | None = None
    watched: bool = False
    """Whether extensions see the request, and may change it at any stage."""
    stood_down: bool = False
    """Whether `closed` said so: then nothing is left out, and no text points at another one."""
    reading: Reading | None = None
    """How the texts were found, where the next request can go on from there."""
    sources: Sequence[Source] = ()
    segments: Sequence[Segment] = ()
    question: str = ""
    keys: list[bytes] = field(default_factory=list)
    replays: list[Sent | None] = field(default_factory=list)
    kept: list[Reason | None] = field(default_factory=list)
    outcomes: list[SegmentOutcome] = field(default_factory=list)

    originals: dict[str, str] = field(default_factory=dict)
    """What was left out of texts, by ref; stored before the request goes out."""
    storing: bool = True
    """Whether originals can be stored; else no text gets gaps."""

    def original(self, ref: str) -> str | None:
        """Return an original, be it stored already or not; None where there is none."""
        return self.originals.get(ref) or self.store.get(ref)

    @property
    def same(self) -> int:
        """How many of the texts are known, with their forms, from an earlier request."""
        return 0 if self.reading is None else self.reading.same

    @property
    def pointing(self) -> bool:
        """Whether texts may point at earlier ones: the reader has those under our numbers."""
        return not self.stood_down and lasting(self.document.tree)

    @property
    def conversation(self) -> bytes:
        """The key of the first text that is not the system's, b"" where there is none."""
        pairs = zip(self.segments, self.keys, strict=True)
        return next((key for segment, key in pairs if segment.role is not Role.SYSTEM), b"")
