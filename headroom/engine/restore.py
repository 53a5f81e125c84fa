"""`restore`: what a store has lost, stored once more from a request that still holds it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from headroom.core.frame import framed
from headroom.core.letter import strings
from headroom.core.refs import ref_of
from headroom.engine.engine import Call, Engine
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.config import Options
    from headroom.core.protocols import Document, OriginalStore, Provider


class Request(NamedTuple):
    """What an engine is run on."""

    document: Document
    provider: Provider
    options: Options
    call: Call


def restore(request: Request, store: OriginalStore, refs: Sequence[str]) -> None:
    """Store the originals of a request once more.

    Args:
        request: as it was handed in.
        store: where they go; where that takes nothing, nothing comes of it.
        refs: which are missing.
    """
    segments = request.provider.segments(request.document.tree)
    texts = {ref_of(text): text for segment in segments for text in _within(segment.text)}
    known = {ref: texts[ref] for ref in refs if ref in texts}
    with suppress(HeadroomError):
        for ref, text in known.items():
            store.put(ref, text)
    if len(known) < len(set(refs)):
        # A part of a text. What went out before is new to an engine that knows nothing.
        Engine(store=store).run(*request)


def _within(text: str) -> Iterator[str]:
    """Yield a text, and what stands in it that is shortened by itself."""
    yield text
    start, end = framed(text)
    if end - start < len(text):
        yield text[start:end]
    for letter in strings(text):
        yield letter.text
