"""Budgets: a request that shall have at most so many tokens spends them where the question is.

What fits losslessly stays lossless. Else every text that may be touched gets a share of the room
by its length and by how much of the question stands in it, and is cut to that share; in further
rounds the shares are corrected by what really came out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.core.result import Action, Reason
from headroom.engine.form import forms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headroom.core.result import SegmentOutcome
    from headroom.engine.form import Form
    from headroom.engine.state import Parts, State

_ROUNDS, _MORE = 5, 4
"""Rounds, and how many are added while nothing fits."""
_NEAR = 0.92
"""So much of the room used is near enough: a further round costs more than it brings."""
_AIM = 0.97
_ANYWAY = 0.3
"""What a text weighs of which the question says nothing, beside 1.0 for the one it is about."""
_LEAST = 0.005
_STEP = (0.3, 2.0)
"""How far one round may change a share."""
_STUCK, _PUSH = 0.95, 0.6
"""A round that is too long still and left so much of the one before is stuck: what is cut in large
pieces does not get shorter by a little. Then shares shrink to this at least."""
_OPEN = (Reason.FOLDED, Reason.NO_GAIN)
"""Why a text that may be cut is as it is when everything is lossless."""


def within_budget(state: State, parts: Parts) -> list[Form]:
    """Return the form of every text: as the profile says, or within the budget of the options.

    Errors, what the question names and texts that may not be touched can exceed a budget; then the
    shortest forms that were found are returned.
    """
    options = state.options
    if options.target_tokens is None and options.target_ratio is None:
        return forms(state, parts)
    lossless = forms(state, parts, dict.fromkeys(range(len(state.segments)), 1.0))
    room = options.room(sum(outcome.tokens_before for outcome, _ in lossless))
    assert room is not None
    if options.profile == "lossless" or _tokens(lossless) <= room:
        return lossless
    movable = [at for at, (outcome, _) in enumerate(lossless) if _movable(outcome)]
    sizes = [lossless[at][0].tokens_after for at in movable]
    room = max(room - (_tokens(lossless) - sum(sizes)), 1.0)
    scores = Relevance(state.question).scores([state.segments[at].text for at in movable])
    aims = allot(sizes, scores, room * _AIM)
    cut = {at: aim for at, aim, size in zip(movable, aims, sizes, strict=True) if aim < size}
    room -= sum(size for aim, size in zip(aims, sizes, strict=True) if aim >= size)
    return _fitted(state, parts, cut, max(room, 1.0)) or lossless


def allot(sizes: Sequence[int], scores: Sequence[float], room: float) -> list[float]:
    """Return how many tokens each text may have: none more than its size, together `room`.

    A text weighs by its size and, from 0.3 to 1.0, by its score beside the best one's.
    """
    most = max(scores, default=0.0) or 1.0
    weights = [
        size * (_ANYWAY + (1 - _ANYWAY) * score / most)
        for size, score in zip(sizes, scores, strict=True)
    ]
    out = [0.0] * len(sizes)
    open_ = [at for at, weight in enumerate(weights) if weight > 0]
    while open_:
        each = room / sum(weights[at] for at in open_)
        full = [at for at in open_ if weights[at] * each >= sizes[at]]
        for at in full or open_:
            out[at] = float(sizes[at]) if full else weights[at] * each
            room -= out[at]
        filled = set(full)
        open_ = [at for at in open_ if at not in filled] if full else []
    return out


def _fitted(state: State, parts: Parts, aims: Mapping[int, float], room: float) -> list[Form]:
    """Return the forms that use the room best; `aims` are tokens, by position."""
    best: list[Form] = []
    fewest = 0
    before = {at: max(state.tokenizer.count(state.segments[at].text), 1) for at in aims}
    lossless = dict.fromkeys(range(len(state.segments)), 1.0)
    shares = {at: aims[at] / before[at] for at in aims}
    last = float("inf")
    for turn in range(_ROUNDS + _MORE):
        made = forms(state, parts, {**lossless, **shares})
        used = {at: max(made[at][0].tokens_after, 1) for at in aims}
        total = sum(used.values())
        better = fewest < total <= room if fewest <= room else total < fewest
        if not best or better:
            best, fewest = made, total
        if _NEAR * room <= total <= room or (turn >= _ROUNDS - 1 and fewest <= room):
            break
        most = _PUSH if room < total > _STUCK * last else _STEP[1]
        last = total
        tried = dict(shares)
        for at, share in tried.items():
            missed = aims[at] / used[at] if turn == 0 else room * _AIM / total
            step = min(max(missed, _STEP[0]), most)
            shares[at] = min(max(share * step, _LEAST), 0.999)
        if shares == tried:
            break
    return best


def _movable(outcome: SegmentOutcome) -> bool:
    return outcome.action is not Action.REPLAYED and outcome.reason in _OPEN


def _tokens(made: Sequence[Form]) -> int:
    return sum(outcome.tokens_after for outcome, _ in made)
