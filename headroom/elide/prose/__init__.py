"""Weights that say which spans of prose to keep when only some of it may stay."""

from collections.abc import Sequence
from typing import NamedTuple

from headroom.ccr.question.survey import of_structure
from headroom.elide.choice import STRONG
from headroom.elide.continued import continued
from headroom.elide.parting import parts
from headroom.elide.prose.found import found
from headroom.elide.prose.layout import Layout, place
from headroom.elide.prose.merit import merit, soundness
from headroom.elide.prose.option import optioned
from headroom.elide.prose.paged import edges
from headroom.elide.prose.piece import Pieces
from headroom.elide.prose.question import terms
from headroom.elide.prose.relevance import relevance

_HEADING = 300
"""Characters of a heading that comes with what stands below it."""

_LEAST, _MOST = 0.001, 9.9
"""Bounds of a weight."""
_SENTENCE = 40
"""Characters from which something that stands twice is a copy rather than a label."""
_AGAIN = 0.4
"""Worth of a copy: only where it stands is news."""


_LABEL, _STOPS = 50, ".:!?。"
"""Characters of what is no sentence, and what ends one."""
_OF_OPENING = 0.5
"""Worth of the first sentence of a paragraph, beside what it says."""
_LONGEST = 600
"""Characters of a message of which each question is looked for by itself."""
_OF_PART = 0.8
"""What answers one of several questions best is worth, of what answers the message as a whole."""


class Rating(NamedTuple):
    """What each span of a text is worth, and how far the text has what is asked for."""

    weights: list[float]
    focus: float | None
    """How much of the question its best span has, 0 to 1; None for one that names no subject."""


def weigh(text: str, spans: Sequence[tuple[int, int]], query: str) -> list[float]:
    """Return for each of the ordered `spans` how much it deserves to stay, above 0 and below 10.

    What answers `query` comes first, then what its position and its facts recommend; repeated
    lines and boilerplate come last. With a query that names no subject only the latter count.
    Any text and spans are accepted; time is linear in their length.
    """
    return rate(text, spans, query).weights


def rate(text: str, spans: Sequence[tuple[int, int]], query: str, *, lined: bool = False) -> Rating:
    """Return the weights of the spans, as `weigh` does, and how well the question is met.

    In a `lined` text, as one of a page, each line is a paragraph.
    """
    if not spans:
        return Rating([], None)
    pieces = Pieces(text, spans)
    layout = place(text, spans, pieces.raw, lined=lined)
    sound = soundness(pieces, layout.chrome)
    worth = merit(pieces, layout, sound)
    asked = terms(query)
    answers, focus = relevance(pieces, layout, sound, asked)
    answers, focus = _by_parts(answers, focus, query, (pieces, layout, sound))
    peak = max(answers)
    share = 8.0 / peak if peak > 0 else 0.0
    scale = 0.6 if share else 1.0
    weights = [share * own + scale * value for own, value in zip(answers, worth, strict=True)]
    subject = bool(asked.words or asked.bigrams or asked.literals)
    if not subject:
        _raise_openings(weights, pieces.raw, layout, sound)
    if min(weights) < _LEAST or max(weights) > _MOST:
        weights = [max(_LEAST, min(weight, _MOST)) for weight in weights]
    if len(set(pieces.folded)) < len(weights):
        _fade(weights, pieces.folded)
    for index in range(len(weights) - 1, -1, -1):  # what stays keeps the headings above it
        above = layout.parent[index]
        if above >= 0 and len(pieces.raw[above]) <= _HEADING:
            weights[above] = max(weights[above], weights[index])
    for index in (*optioned(text, spans, query), *continued(pieces.raw), *found(pieces.raw)):
        weights[index] = _MOST
    if of_structure(query):
        marked = (at for at, said in enumerate(pieces.raw) if said.startswith("#"))
        for above in {*layout.parent, *marked}:
            if above >= 0 and len(pieces.raw[above]) <= _HEADING:
                weights[above] = max(weights[above], STRONG)
    for index in edges(text, spans, pieces.raw):
        weights[index] = _LEAST
    first = next((index for index, frame in enumerate(layout.chrome) if not frame), 0)
    if len(pieces.raw[first]) <= _HEADING:  # what text this is
        weights[first] = max(weights[first], STRONG)
    return Rating(weights, focus if subject else None)


def _fade(weights: list[float], folded: Sequence[str]) -> None:
    """Lower what stood before, word for word."""
    met: set[str] = set()
    for index, said in enumerate(folded):
        if len(said) > _SENTENCE:
            weights[index] *= _AGAIN if said in met else 1.0
            met.add(said)


def _raise_openings(
    weights: list[float], raw: Sequence[str], layout: Layout, sound: list[float]
) -> None:
    """Raise the sentences that paragraphs begin with: an overview is made of these."""
    previous = -1
    for index, paragraph in enumerate(layout.paragraph):
        if paragraph != previous and layout.level[index] < 0:
            piece = raw[index]
            if len(piece) > _LABEL and piece[-1] in _STOPS:
                weights[index] += _OF_OPENING * sound[index]
        previous = paragraph


def _by_parts(
    answers: list[float], focus: float, query: str, of: tuple[Pieces, Layout, list[float]]
) -> tuple[list[float], float]:
    """Return how well spans answer a message or one of its questions, and how well it is met."""
    whole = len(query) > _LONGEST or not any(answers)
    asked = [] if whole else [terms(part) for part in parts(query)]
    asked = [one for one in asked if len(one.words) + len(one.bigrams) + len(one.literals) > 1]
    if len(asked) < 2:
        return answers, focus
    peak = max(answers)
    met: list[float] = []
    for one in asked:
        own, well = relevance(*of, one)
        met.append(well)
        top = max(own)
        share = _OF_PART * peak / top if top > 0 else 0.0
        answers = [max(all_, share * value) for all_, value in zip(answers, own, strict=True)]
    return answers, min(focus, *met)
