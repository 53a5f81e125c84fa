"""Prose and web pages: the sentences that matter, and a mark for the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.elide import prose
from headroom.elide.choice import STRONG
from headroom.elide.gapped import MIN_UNITS, Gapped, within_sizes
from headroom.elide.prose import sentence
from headroom.elide.prose.clause import without_asides
from headroom.elide.prose.listing import divided
from headroom.elide.prose.mark import OMITTED, marked
from headroom.elide.prose.paged import sections
from headroom.elide.prose.room import room

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADING = re.compile(r"#{1,6} \S")
_OF_HEADINGS, _OF_MARK = 0.2, 10
"""Share of what is kept that headings may add to it, each with a mark of so many characters."""
_LINE = 200
"""Characters of a line of a page above which its sentences are judged one by one."""
_NEARLY = 0.9
"""Share of a text from which all of it stays: marks would cost what they save."""
_SMALL = 1.5
"""Share of the text of a page from which no question would leave out any of it."""
_OF_SOURCE = 'lines="A-B" of its source'
_LITTLE, _SAYS_NOTHING = 200, 100
"""Characters, and times that the source is longer, of a page whose text says nothing."""


def by_sentence(text: str, query: str, share: float, *, exact: bool = False) -> Gapped | None:
    """Return the sentences that matter, with marks that name the lines of the others.

    A query that is met in one place gets less than the share, an overview more, unless `exact`.
    """
    spans = divided(text, sentence.split(text))
    if len(spans) < MIN_UNITS:
        return None
    kept, weights = _chosen(text, spans, query, share, exact=exact)
    kept = kept if exact else _with_headings(text, spans, kept)
    if len(kept) == len(spans):
        return None
    said = (
        f"{len(kept):,} of {len(spans):,} sentences, {OMITTED}A-B: cut from lines A-B, "
        f"{OMITTED}: more of that line"
    )
    loose = {at for at in kept if weights[at] < STRONG}
    spans, kept = without_asides(text, spans, kept, loose, query)
    return Gapped(marked(text, spans, kept), said, 'lines="A-B"')


def _with_headings(text: str, spans: Sequence[sentence.Span], kept: list[int]) -> list[int]:
    """Return what is kept with all headings, where these are few words beside it.

    A gap that swallows one is taken for more of the section above it.
    """
    heads = [at for at, (start, _) in enumerate(spans) if _HEADING.match(text, start)]
    heads = heads or [*sections(text, spans, [text[start:end] for start, end in spans])]
    size = sum(spans[at][1] - spans[at][0] for at in heads) + _OF_MARK * len(heads)
    if size > _OF_HEADINGS * sum(spans[at][1] - spans[at][0] for at in kept):
        return kept
    return sorted({*kept, *heads})


def of_page(text: str, query: str, share: float, *, exact: bool = False) -> Gapped | None:
    """Return the text of a page without its tags; where that is long, the passages that matter.

    `share` is of the source; unless it is `exact`, what may stay depends on the query.
    A page with next to no text is None: then its source says more.
    """
    from headroom.elide.page import text_of  # noqa: PLC0415 - a parser of its own, for pages only

    shown = text_of(text)
    if len(shown) * _SAYS_NOTHING < len(text) and len(shown) < _LITTLE:
        return None
    part = share * len(text) / max(len(shown), 1)
    spans = _blocks(shown) if part < _SMALL else []
    kept = _chosen(shown, spans, query, part, exact=exact, lined=True)[0] if spans else []
    if len(kept) == len(spans):
        return Gapped(shown, "a page as text, without its tags and menus", _OF_SOURCE)
    said = f"a page as text, {len(kept):,} of {len(spans):,} passages, {OMITTED}: others"
    return Gapped(marked(shown, spans, kept, named=False), said, _OF_SOURCE)


def _chosen(
    text: str,
    spans: Sequence[sentence.Span],
    query: str,
    share: float,
    *,
    exact: bool,
    lined: bool = False,
) -> tuple[list[int], list[float]]:
    """Return which spans to keep, all of them where nearly all may stay, and their weights."""
    weights, focus = prose.rate(text, spans, query, lined=lined)
    sizes = [end - start for start, end in spans]
    if query.strip() and not exact:
        share = room(share, weights, sizes, focus)
    if share >= _NEARLY:
        return list(range(len(spans))), weights
    return within_sizes(weights, sizes, share), weights


def _blocks(shown: str) -> list[sentence.Span]:
    """Return the lines of the text of a page, long ones by sentences."""
    spans: list[sentence.Span] = []
    at = 0
    for line in shown.split("\n"):
        if len(line) > _LINE:
            spans += ((at + start, at + end) for start, end in sentence.split(line))
        elif line.strip():
            spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans
