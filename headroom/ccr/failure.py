"""Failures: what failed in a run of tests, how and where, each with as much room as the others."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from headroom.ccr.overview import appraised, listed, pieces_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.ccr.bm25 import Relevance
    from headroom.ccr.judge import Judge
    from headroom.ccr.seen import Seen

_AGAIN = 0.5
"""How much less a line of a failure is worth for each before it of the same weight."""
_BELOW, _DETAIL, _BARE = 3, 0.3, 0.2
"""Lines below a name in which details begin, the least weight of such, and the share that a name
without any keeps."""
_KNOWN = 0.5
"""Share of its worth that a line keeps for somebody who has it: a failure is read as a whole."""


def failures(
    lines: Sequence[str], relevance: Relevance, seen: Seen, judge: Judge
) -> Callable[[int], str] | None:
    """Return what writes which tests failed, and how, for a question that asks just that.

    None where the question names something, or no test failed.
    """
    if not relevance.alarmed or relevance.named:
        return None
    made = judge.standing(lines)
    if not made.failed:
        return None
    weights = _in_turn(_told_once(made.weights, made.failed), made.failed)
    matches = relevance.scores(lines)
    top = max(matches, default=0.0) or 1.0
    weights = [weight * (1 + match / top) for weight, match in zip(weights, matches, strict=True)]
    pieces = list(pieces_of(lines))
    texts = [lines[at][start:end] for at, start, end in pieces]
    scores = appraised(pieces, weights)
    seen.lower(texts, scores, _KNOWN)
    return listed(pieces, texts, scores, "what failed, each line behind its number")


def _told_once(weights: Sequence[float], failed: Sequence[int]) -> list[float]:
    """Return weights where names with nothing below them are worth less, if others have details.

    A run names what failed where it happens, and again where it says how.
    """
    out = list(weights)
    bare = [
        at
        for at, following in pairwise([*failed, len(weights)])
        if max(weights[at + 1 : min(following, at + 1 + _BELOW)], default=0.0) < _DETAIL
    ]
    if len(bare) * 3 <= len(failed) * 2:
        for at in bare:
            out[at] *= _BARE
    return out


def _in_turn(weights: Sequence[float], failed: Sequence[int]) -> list[float]:
    """Return weights with which no failure, and nothing in one, takes the room of the others."""
    met = Counter[tuple[int, float]]()
    out = []
    for at, weight in enumerate(weights):
        block = bisect_right(failed, at)
        out.append(weight / (1 + _AGAIN * met[block, weight]) if block else weight)
        met[block, weight] += 1
    return out
