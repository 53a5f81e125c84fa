"""How well each span answers a question: BM25 with what headings and neighbours lend."""

import math
import re
from collections import Counter

from headroom.elide.prose.layout import Layout
from headroom.elide.prose.piece import Pieces, words
from headroom.elide.prose.question import Terms, matches

_HOPEFUL = 0.2
"""Share of the best relevance from which it matters whether a span looks like an answer."""
_DIGITS = re.compile(r"[\d\s]+")


def relevance(
    pieces: Pieces, layout: Layout, sound: list[float], terms: Terms
) -> tuple[list[float], float]:
    """Return how well each span, its heading and its neighbours answer the question.

    The second value says how much of the question the best span has, 0 to 1.
    """
    own, focus = _own(pieces, terms)
    if not any(own):
        return own, 0.0
    if min(sound) < 1.0:
        own = [value * (0.4 + 0.6 * share) for value, share in zip(own, sound, strict=True)]
    _name_sections(own, pieces, layout, terms)
    best: dict[int, float] = {}
    for value, paragraph in zip(own, layout.paragraph, strict=True):
        best[paragraph] = max(value, best.get(paragraph, 0.0))
    count = len(own)
    total = [
        value + 0.25 * best[paragraph] + 0.3 * a + 0.1 * b + 0.76 * loan
        for value, paragraph, a, b, loan in zip(
            own,
            layout.paragraph,
            _around(own, 1),
            _around(own, 3),
            _lent(own, layout),
            strict=True,
        )
    ]
    for pattern in terms.answers:
        least = _HOPEFUL * max(total)
        total = [
            value * 1.3 if value > least and pattern.search(piece) else value
            for value, piece in zip(total, pieces.bare, strict=True)
        ]
    for index in range(count - 1, -1, -1):
        above = layout.parent[index]
        if above >= 0 and total[index]:
            total[above] = max(total[above], 0.96 * total[index])
    _share_titles(total, pieces, layout)
    if any(layout.chrome):
        total = [
            0.4 * value if frame else value
            for value, frame in zip(total, layout.chrome, strict=True)
        ]
    return total, focus


def _around(own: list[float], reach: int) -> list[float]:
    """Return the best value within `reach` places of each; most values are 0."""
    best = [0.0] * len(own)
    for index, value in enumerate(own):
        if value:
            for at in range(max(0, index - reach), min(len(own), index + reach + 1)):
                best[at] = max(best[at], value)
    return best


def _name_sections(own: list[float], pieces: Pieces, layout: Layout, terms: Terms) -> None:
    """Raise the headings that the question quotes above everything else."""
    peak = max(own)
    for literal in terms.literals:
        size = len(words(literal))
        for index in pieces.holders(literal):
            longer = len(pieces.rows[index]) - size
            if layout.level[index] >= 0 and longer <= 2:
                own[index] += peak * (2.0 if longer <= 0 else 0.7)


def _lent(own: list[float], layout: Layout) -> list[float]:
    """Return what the headings above each span lend it, most to the first below them."""
    lent = [0.0] * len(own)
    for index, above in enumerate(layout.parent):
        if above >= 0:
            near = 1.0 / (1.0 + (index - above) / 8.0)
            lent[index] = (own[above] + 0.9 * lent[above]) * (0.7 + 0.3 * near)
    return lent


def _share_titles(total: list[float], pieces: Pieces, layout: Layout) -> None:
    """Let parts of one document, known by the same title, share their relevance."""
    titles = {
        index: _DIGITS.sub("", pieces.raw[index][:200])
        for index, level in enumerate(layout.level)
        if level == 0
    }
    copies = Counter(titles.values())
    if len(copies) == len(titles):
        return
    best: dict[str, float] = {}
    for index, title in titles.items():
        best[title] = max(best.get(title, 0.0), total[index])
    for index, above in enumerate(layout.parent):
        title = titles.get(above if above >= 0 else index, "")
        if copies[title] > 1:
            total[index] += 0.25 * best[title]


def _own(pieces: Pieces, terms: Terms) -> tuple[list[float], float]:
    """Return the BM25 score of each span for the terms of the question, and the best coverage."""
    count = len(pieces.bare)
    scores = [0.0] * count
    focus = _add_words(scores, pieces, terms.words) if terms.words else 0.0
    pairs = Counter[int]()
    typical = sum(map(len, pieces.bare)) / count + 1.0
    probes = [*terms.bigrams.items(), *((literal, 2.5) for literal in terms.literals)]
    for probe, boost in probes:
        holders = pieces.holders(probe)
        idf = _idf(len(holders), count) * boost
        for index in holders:
            scores[index] += idf * 2.2 / (1.6 + 0.6 * len(pieces.bare[index]) / typical)
        if probe in terms.bigrams:
            pairs.update(holders)
        elif holders:
            focus = 1.0
    if pairs and not terms.words:
        focus = max(focus, max(pairs.values()) / len(terms.bigrams))
    return scores, focus


def _idf(holders: int, count: int) -> float:
    """Return the inverse document frequency of a term."""
    return math.log(1.0 + (count - holders + 0.5) / (holders + 0.5))


def _add_words(scores: list[float], pieces: Pieces, asked: dict[str, tuple[float, int]]) -> float:
    """Add to `scores` what the words of the question found in each span are worth.

    Returns the largest share of the question's words, by their boosts, that stands in one span.
    """
    rows = pieces.rows
    table = matches(pieces.seen, asked)
    typical = sum(map(len, rows)) / len(rows) + 1.0
    known = set(table)
    hits = {
        index: [(place, *table[word]) for place, word in enumerate(row) if word in known]
        for index, row in enumerate(rows)
        if not known.isdisjoint(row)
    }
    frequency: Counter[str] = Counter()
    for row in hits.values():
        frequency.update({term for _, term, _ in row})
    weight = {term: boost * _idf(frequency[term], len(rows)) for term, (boost, _) in asked.items()}
    everything = sum(weight.values()) or 1.0
    boosts = sum(boost for boost, _ in asked.values())
    focus = 0.0
    for index, row in hits.items():
        counts: dict[str, float] = {}
        pairs = 0.0
        last, before = -9, ""
        for place, term, quality in row:
            counts[term] = counts.get(term, 0.0) + quality
            if place - last <= 2 and 0 < asked[term][1] - asked[before][1] <= 2:
                pairs += 0.4 * min(weight[term], weight[before])
            last, before = place, term
        norm = 1.2 * (0.5 + 0.5 * len(rows[index]) / typical)
        score = sum(weight[term] * 2.2 * tf / (tf + norm) for term, tf in counts.items())
        cover = sum(map(weight.__getitem__, counts)) / everything
        scores[index] += (score + min(pairs, score)) * (0.6 + 0.6 * cover)
        focus = max(focus, sum(asked[term][0] for term in counts) / boosts)
    return focus
