"""How much of a text may stay, by what is asked of it."""

from collections.abc import Sequence

from headroom.elide.choice import STRONG
from headroom.elide.scale import Scale

_OF_MISSED, _OF_MET = 1.15, 0.75
"""The usual share times the first, less the second for a question that is met in one place."""
_SCALE = Scale(16_000, 0.25, 0.6)
"""Of a text that has most of a question."""
_SPREAD = 0.42
"""Exponent of the share for an overview, which is of the whole text."""
_SHORT = 6_000
"""Characters below which an overview has all the more: each sentence says something."""
_MOST = 0.88
"""Share of a text that an overview has at most."""


def room(
    share: float, weights: Sequence[float], sizes: Sequence[int], focus: float | None
) -> float:
    """Return the share of a text that may stay, given the usual one and what its units weigh.

    A question that the text answers in one place needs less than the usual share, or as much as
    all that weighs heavily; one that is met only in part a little more. An overview needs the most:
    what matters is everywhere. `focus` says which it is, as `prose.Rating` does. Of a long text
    that answers a question a smaller share stays than of a short one.
    """
    size = max(sum(sizes), 1)
    if focus is None:
        return max(share, min(float(share**_SPREAD) * max(_SHORT / size, 1.0), _MOST))
    share *= _SCALE.of(size) ** focus
    strong = sum(size for weight, size in zip(weights, sizes, strict=True) if weight >= STRONG)
    usual = share * (_OF_MISSED - _OF_MET * focus)
    return min(max(usual, strong / size), share * _OF_MISSED)
