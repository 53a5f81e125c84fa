"""Whether a few units answer a question, so that hardly anything else has to stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.elide.parting import in_parts

if TYPE_CHECKING:
    from headroom.ccr.question.bm25 import Relevance
    from headroom.elide.lines.sheet import Sheet

CLEAR, _FEW, _SELDOM = 0.7, 4, 25
"""Share of the best score from which a unit answers the question; and how few such units have to
be, at the most one in so many, for the others to be no answers."""
_QUESTION = re.compile(r"\?(?:\s|$)")
_LEAST = 3
"""Words of a question of its own; "Where?" goes on with the one before."""
_TOLD, _OF_PARTS, _SHORTEST = 0.34, 0.7, 3
"""Share of the words of a question, of so many letters at least, that have to stand in a text, and
of one with several parts: what is missing may be all that one of them has."""
_AND = re.compile(r"\.\s+And\s")
BESIDE = 0.4
"""Part of its usual share that a text gets for anything beside a clear answer."""


def asks_one(query: str, relevance: Relevance) -> bool:
    """Return whether one place may be the answer: no survey, no failure, not two questions."""
    surveyed = relevance.survey or relevance.alarmed
    asked = sum(len(part.split()) >= _LEAST for part in _QUESTION.split(query)[:-1])
    return not surveyed and asked + len(_AND.findall(query)) <= 1


def told_of(relevance: Relevance, sheet: Sheet, query: str = "") -> bool:
    """Return whether a text has enough words of a question, as wholes or as parts of words.

    Of a text that has few of them, units with these may answer a part of the question, or another
    one. Given the question itself, more are wanted where it has several parts.
    """
    words = [term for term in relevance.terms if len(term) >= _SHORTEST]
    least = _OF_PARTS if in_parts(query) else _TOLD
    return sum(word in sheet.lower for word in words) >= least * len(words)


def answered(scores: list[float]) -> bool:
    """Return whether a few scores stand out; if so, lower the others in place."""
    best = CLEAR * max(scores, default=0.0)
    count = sum(score >= best for score in scores) if best else 0
    if not 0 < count <= max(_FEW, len(scores) // _SELDOM):
        return False
    for at, score in enumerate(scores):
        if score < best:
            scores[at] = score * score / best
    return True
