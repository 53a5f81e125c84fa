"""Prose and web pages: the sentences that matter, and a mark for the others."""

from __future__ import annotations

from headroom.elide import prose, sentence
from headroom.elide.gapped import MIN_UNITS, Gapped, within
from headroom.elide.page import text_of
from headroom.elide.prose.mark import OMITTED, marked


def by_sentence(text: str, query: str, share: float) -> Gapped | None:
    """Return the sentences that matter, with marks that name the lines of the others."""
    chosen = _chosen(text, query, share)
    if chosen is None:
        return None
    spans, kept = chosen
    said = (
        f'{len(kept):,} of {len(spans):,} sentences, "{OMITTED}A-B" stands for text of lines A-B,'
        f' "{OMITTED}" for more of that line'
    )
    return Gapped(marked(text, spans, kept), said, 'lines="A-B"')


def _chosen(text: str, query: str, share: float) -> tuple[list[sentence.Span], list[int]] | None:
    """Return the sentences and which of them to keep, or None where all of them stay."""
    spans = sentence.split(text)
    if len(spans) < MIN_UNITS:
        return None
    weights = prose.weigh(text, spans, query)
    kept = within(weights, [text[a:b] for a, b in spans], share)
    return None if len(kept) == len(spans) else (spans, kept)


def of_page(text: str, query: str, share: float) -> Gapped | None:
    """Return the text of a page without its tags; where that is long, the passages that matter."""
    shown = text_of(text)
    room = share * len(text) / max(len(shown), 1)
    made = by_sentence(shown, query, room) if room < 1.0 else None
    body, said = (shown, "all of its text") if made is None else (made.body, made.kept)
    return Gapped(body, f"a page without its tags, {said}", 'lines="A-B"')
