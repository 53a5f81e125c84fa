"""Hints: which lines of a text a question means without having a word in common with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.elide.extreme import extremes
from headroom.elide.sheet import Sheet
from headroom.elide.signal import ERROR, TROUBLE, graded

if TYPE_CHECKING:
    from collections.abc import Sequence

_MEANT = 2.0
"""Weight of an extreme number from which on it is the one that the question means."""
_SURE, _VAGUE = 1.2, 0.4
_ALARM, _DOUBT = 0.3, 0.1
"""Shares of the score of the best line: of what is a failure by its level, and by its words."""


def hints(lines: Sequence[str], query: str, *, alarmed: bool) -> list[float]:
    """Return what speaks for each line, as a share of the score of the best.

    It is being an extreme where the question asks for one, and telling of trouble where the
    question is about such (`alarmed`).
    """
    out = [0.0] * len(lines)
    for at, weight in extremes(lines, query).items():
        sure = weight >= _MEANT
        out[at] = (_SURE if sure else _VAGUE) * (1 - 0.1 * (3.0 - weight if sure else 0.0))
    for at, grade in enumerate(graded(Sheet(lines))) if alarmed else ():
        if grade >= TROUBLE:
            out[at] += _ALARM if grade >= ERROR else _DOUBT
    return out
