"""Rows of a source text that a question in plain words may be about: it names no function.

Its words may stand in comments, in parts of names or beside what is asked for, so that rows near
them count too, and rows that look like an answer: a number, a message, a value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.elide.parting import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from headroom.elide.source.outline import Outline

_LEAST, _MOST = 0.2, 0.66
"""What rows weigh that have next to nothing of the question, and those that have most of it."""
_LEVEL, _ABOVE = 0.3, 0.4
"""What of its weight the outline keeps that is no signature: so much, and a share of the rest."""
_FAINT = 0.2
"""The same share of signatures, where there is room for little."""
_AROUND = 4
"""Rows on either side of a word of the question that may belong to it."""
_LENT, _LONG = 0.3, 60
"""Share of what its signature has of the question that a body has too, and rows of one too long
for that."""
_EXPECTED = 1.5
"""How much more a row is worth that looks like an answer."""
_QUANTITY = re.compile(
    r"\b(?:how (?:many|much|long|large|big|often|far|high|old|deep|wide|small|short|fast)"
    r"|(?:long|larg|bigg|high|small|low|short|great)est|default\w*|max\w*|min\w*|most|least"
    r"|limits?|size|seconds|minutes|bytes|bits|numbers?|values?|percent\w*|version|threshold"
    r"|unless|below|above)\b"
)
_NUMBER = re.compile(r"(?<![\w.])-?(?:0x)?\d")
_WORDING = re.compile(
    r"\b(?:messages?|errors?|says?|said|complain\w*|repl(?:y|ies)|quote|literally|text|print\w*"
    r"|exceptions?|thrown?|throws?|raise[sd]?|panics?|warn\w*|fail\w*|wrong|refuse\w*)\b"
)
_WORDED = re.compile(r"[\"'`][^\"'`]*\w \w|\b(?:raise|throw|panic|die|croak)\b")
_CHOICE = re.compile(
    r"\b(?:(?:which|what) (?:\w+ ){0,3}(?:characters?|letters?|keys?|headers?|options?|values?"
    r"|names?|fields?|codes?|types?|kinds?|formats?|files?|flags?)|allowed|permitted|list)\b"
)
_LITERAL = re.compile(r"[\"'`:]\w|\w[\"'`]")
_ANSWERS = ((_QUANTITY, _NUMBER), (_WORDING, _WORDED), (_CHOICE, _LITERAL))
"""Questions in lower case, and what their answers look like."""
_FEW, _LONGEST = 2, 1_000
"""Terms of a part that asks for nothing by itself; characters of a question, not of a task."""


def unnamed(query: str, names: Iterable[str]) -> str:
    """Return those parts of a question that have none of the names it asks for."""
    if not names or len(query) > _LONGEST:
        return "" if names else query
    others = [part for part in parts(query) if not any(name in part for name in names)]
    return "\n".join(part for part in others if _is_plain(Relevance(part)))


def _is_plain(part: Relevance) -> bool:
    """Whether a part of a question asks for something, and by no name: that of a file, say."""
    return not part.named and len(part.terms) > _FEW


def lifted(outline: Outline, query: str) -> bool:
    """Lift the rows that a question in plain words is most about; return whether it is one.

    The outline gives way to them, but for its signatures.
    """
    question = Relevance(query, wide=True)
    if question.survey or not question.terms:
        return False
    near = _near(outline.lines, question.scores(outline.lines))
    _lend(outline, near)
    asked = query.lower()
    looks = [answer for form, answer in _ANSWERS if form.search(asked)]
    for row, line in enumerate(outline.lines):
        if near[row] > 0:
            for answer in looks:
                near[row] *= _EXPECTED if answer.search(line) else 1.0
    signatures = {row for one in outline.spans for row in range(one.first, one.signed + 1)}
    weights, top = outline.weights, max(near, default=0.0) or 1.0
    for row, score in enumerate(near):
        weight, least = weights[row], 0.0
        if score > 0:
            least = _LEAST + (_MOST - _LEAST) * float((score / top) ** 0.5)
        if row in signatures:
            outline.faint[row] = max(min(weight, _LEVEL + (weight - _LEVEL) * _FAINT), least)
        elif weight > _LEVEL:
            weight = _LEVEL + (weight - _LEVEL) * _ABOVE
        weights[row] = max(weight, least)
    return True


def _near(lines: Sequence[str], scores: Sequence[float]) -> list[float]:
    """Return how much of the question rows have, or have near to them."""
    near = list(scores)
    for row, score in enumerate(scores):
        if score > 0:
            for at in range(max(0, row - _AROUND), min(len(lines), row + _AROUND + 1)):
                near[at] = max(near[at], scores[at] + score / (1 + abs(at - row)))
    return near


def _lend(outline: Outline, near: list[float]) -> None:
    """Add to the rows of functions some of what their signatures have."""
    for one in outline.spans:
        if not one.is_type and one.last - one.signed <= _LONG:
            best = _LENT * max(near[one.first : one.signed + 1], default=0.0)
            for row in range(one.signed + 1, min(one.last + 1, len(near)) if best else 0):
                near[row] += best
