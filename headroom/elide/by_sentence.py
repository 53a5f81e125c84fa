"""Prose and web pages: the sentences that matter, and a mark for the others."""

from __future__ import annotations

from headroom.elide import prose, sentence
from headroom.elide.choice import ranges
from headroom.elide.gapped import GAP, MIN_UNITS, Gapped, within
from headroom.elide.page import text_of


def by_sentence(text: str, query: str, share: float) -> Gapped | None:
    """Return the sentences that matter, with "…" for the others."""
    spans = sentence.split(text)
    if len(spans) < MIN_UNITS:
        return None
    weights = prose.weigh(text, spans, query)
    kept = within(weights, [text[a:b] for a, b in spans], share)
    if len(kept) == len(spans):
        return None
    out: list[str] = []
    for first, last in ranges(kept):
        out.append(text[spans[first][0] : spans[last][1]].strip("\n"))
    body = f" {GAP.strip()}\n".join(out)
    said = f'{len(kept):,} of {len(spans):,} sentences, "{GAP.strip()}" stands for others'
    return Gapped(body, said, 'lines="A-B"')


def of_page(text: str, query: str, share: float) -> Gapped | None:
    """Return the text of a page without its tags; where that is long, the passages that matter."""
    shown = text_of(text)
    room = share * len(text) / max(len(shown), 1)
    made = by_sentence(shown, query, room) if room < 1.0 else None
    body, said = (shown, "all of its text") if made is None else (made.body, made.kept)
    return Gapped(body, f"a page without its tags, {said}", 'lines="A-B"')
