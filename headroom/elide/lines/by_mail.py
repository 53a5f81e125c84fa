"""Mails: who wrote each, when and about what stays, and what the question is about of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.core.types import ContentType
from headroom.elide.gapped import within
from headroom.elide.lines.by_line import marked
from headroom.elide.lines.by_piece import WIDE
from headroom.elide.lines.line import weigh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.elide.gapped import Gapped
    from headroom.lines.mail import Mail

_OF_FIELDS, _OF_ASKED = 4.0, 1.0
"""Weights of the lines that tell of a mail, and of the body of the one that is asked for."""
_ASKED, _NEAR = 0.85, 0.5
"""Share of the best score from which a mail is asked for, and from which lines of it may stay."""
_OF_QUOTED, _OF_CHANGE = 0.4, 0.6
"""Share of that of lines that are quoted, and of those of a patch."""
_FLOOR = 0.2
"""Weight from which a line of a body stays at all."""
_OPENING, _OF_OPENING = 6, 0.5
"""Lines that say what a mail is about, and what they weigh where nothing is asked of any."""


def by_mail(lines: Sequence[str], mails: Sequence[Mail], query: str, share: float) -> Gapped | None:
    """Return the mails with marks for what is left out of their bodies, or None.

    Args:
        lines: of the text.
        mails: where they stand.
        query: the question.
        share: how much of the text may stay.
    """
    if max(map(len, lines)) > WIDE:
        return None
    said = weigh(lines, ContentType.TEXT, query)
    weights = [0.0] * len(lines)
    best = [0.0] * len(mails) if not query else _scores(lines, mails, query)
    most = max(best)
    for mail, score in zip(mails, best, strict=True):
        part = score / most if most else 0.0
        rank = 0
        for at, worth in _of_body(lines, mail):
            rank += worth == 1.0
            own = _OF_ASKED * (part >= _ASKED) if most else _OF_OPENING * (rank <= _OPENING)
            weight = worth * (own + (said[at] * part if part >= _NEAR else 0.0))
            weights[at] = weight if weight >= _FLOOR else 0.0
        for at in mail.fields:
            weights[at] = _OF_FIELDS
    kept = within(weights, lines, share)
    return marked(lines, kept, "", f" of {len(mails):,} mails")


def _scores(lines: Sequence[str], mails: Sequence[Mail], query: str) -> list[float]:
    """Return how well mails fit a question: their headers, or all that they say."""
    relevance = Relevance(query)
    if relevance.survey:
        return [0.0] * len(mails)
    heads = relevance.scores([" ".join(lines[at] for at in mail.fields) for mail in mails])
    whole = relevance.scores(["\n".join(lines[mail.start : mail.end]) for mail in mails])
    return [head + said for head, said in zip(heads, whole, strict=True)]


def _of_body(lines: Sequence[str], mail: Mail) -> Iterator[tuple[int, float]]:
    """Yield the lines of the body of a mail, and what share of their weight they have."""
    patch = False
    for at in range(mail.body, mail.end):
        line = lines[at]
        patch |= line.startswith(("diff --git ", "--- a/", "Index: "))
        if line.strip():
            yield at, _OF_QUOTED if line.startswith(">") else _OF_CHANGE if patch else 1.0
