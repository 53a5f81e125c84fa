"""Weights that say which spans of prose to keep when only some of it may stay."""

from collections.abc import Sequence

from headroom.elide.prose.layout import place
from headroom.elide.prose.merit import merit, soundness
from headroom.elide.prose.piece import Pieces
from headroom.elide.prose.question import terms
from headroom.elide.prose.relevance import relevance

_HEADING = 300
"""Characters of a heading that comes with what stands below it."""

_SENTENCE = 40
"""Characters from which something that stands twice is a copy rather than a label."""
_AGAIN = 0.4
"""Worth of a copy: only where it stands is news."""


def weigh(text: str, spans: Sequence[tuple[int, int]], query: str) -> list[float]:
    """Return for each of the ordered `spans` how much it deserves to stay, above 0 and below 10.

    What answers `query` comes first, then what its position and its facts recommend; repeated
    lines and boilerplate come last. With a query that names no subject only the latter count.
    Any text and spans are accepted; time is linear in their length.
    """
    if not spans:
        return []
    pieces = Pieces(text, spans)
    layout = place(text, spans, pieces.raw)
    sound = soundness(pieces, layout.chrome)
    worth = merit(pieces, layout, sound)
    answers = relevance(pieces, layout, sound, terms(query))
    peak = max(answers)
    share = 8.0 / peak if peak > 0 else 0.0
    scale = 0.6 if share else 1.0
    weights = [
        max(0.001, min(share * own + scale * value, 9.9))
        for own, value in zip(answers, worth, strict=True)
    ]
    met: set[str] = set()
    for index, said in enumerate(pieces.folded):
        if len(said) > _SENTENCE:
            weights[index] *= _AGAIN if said in met else 1.0
            met.add(said)
    for index in range(len(weights) - 1, -1, -1):  # what stays keeps the headings above it
        above = layout.parent[index]
        if above >= 0 and len(pieces.raw[above]) <= _HEADING:
            weights[above] = max(weights[above], weights[index])
    return weights
