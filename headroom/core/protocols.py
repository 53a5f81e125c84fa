"""What a compressor, a wire adapter, a tokenizer, a ledger, an extension and a clock must offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Compressed, Context, Edit, Json, Segment


class Clock(Protocol):
    """Seconds since some fixed moment; injected wherever time matters."""

    def __call__(self) -> float:
        """Return the seconds."""
        ...


class Document(Protocol):
    """A request body whose located values can be replaced without touching anything else."""

    @property
    def tree(self) -> Json:
        """The decoded body."""

    def edit(self, edits: Sequence[Edit]) -> Self:
        """Return a document in which the edited values are replaced; no edits, same object."""

    def rewrite(self, tree: Json) -> Self:
        """Return a document that equals `tree` and keeps every unchanged part as it is."""


class Compressor(Protocol):
    """One way to shorten one kind of text, and the way back."""

    name: ClassVar[str]
    forms: ClassVar[frozenset[str]]
    """Names of the block forms that `expand` of this compressor understands."""

    def compress(self, text: str, ctx: Context) -> Compressed | None:
        """Return a shorter form of the text, or None to decline. Pure; raises nothing."""

    def expand(self, block: Block) -> str:
        """Return what the block stands for.

        Raises:
            ValueError: the block is not one that `compress` wrote.
        """


class Tokenizer(Protocol):
    """Counts tokens of a text for one family of models."""

    @property
    def name(self) -> str:
        """What counts: a vocabulary or a family of models."""

    @property
    def exact(self) -> bool:
        """True when the count is the provider's own, False for a calibrated estimate."""

    def count(self, text: str) -> int:
        """Return the number of tokens; any str is accepted, lone surrogates included."""

    def measure(self, text: str) -> int:
        """Return a count that is comparable between two forms of one text.

        An estimate's factor depends on the kind of text, which folding may change; this does not.
        """


class Provider(Protocol):
    """One wire format: where text stands in it, what is pinned, what the user asks."""

    name: ClassVar[str]

    def segments(self, body: Json) -> Sequence[Segment]:
        """Return every located text in reading order; unknown shapes are simply not located."""

    def question(self, body: Json) -> str:
        """Return the text of the newest message that the user typed, or ""."""


class Extension(Protocol):
    """Anything with `on_pipeline_event`; see `headroom.events`."""

    def on_pipeline_event(self, event: object) -> object | None:
        """Look at a stage; return a changed event, or None to leave it."""
        ...


class OriginalStore(Protocol):
    """Where originals of shortened texts lie until somebody asks for them."""

    def put(self, ref: str, original: str) -> None:
        """Keep a text under its ref; again with the same ref only makes it last longer."""

    def put_all(self, originals: Mapping[str, str]) -> Collection[str]:
        """Keep several texts, each under its ref, all or none; return the refs that were known."""

    def get(self, ref: str) -> str | None:
        """Return the text and make it last longer, or None: unknown, expired or dropped."""

    def sweep(self) -> int:
        """Drop what is expired or over the bounds; return how many texts went."""

    def close(self) -> None:
        """Let go of files and connections; the store is not used after that."""
