"""Cover: an order of texts in which the first ones hold most words that nothing before them has."""

from __future__ import annotations

import re
from heapq import heapify, heappop, heapreplace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

_WORD = re.compile(r"[^\W\d_]{2,}|\d+")
_OWN = 0.5
"""What a text is worth beside its new words."""
_AGAIN = 0.1
"""What a word is worth that stands elsewhere already."""
_FEE = 14
"""Characters that any text costs beside its own."""
_WIDEST = 400
"""Characters of a text whose words count."""
_LOOKS = 8
"""How often a text is looked at anew at most, on average: the time stays linear."""


def words(text: str, widest: int | None = None) -> set[str]:
    """Return the words of a text; those that an underscore joins are several."""
    return set(_WORD.findall(text[:widest]))


def cover(
    texts: Sequence[str], merits: Sequence[float], known: AbstractSet[str] = frozenset()
) -> Iterator[int]:
    """Yield the places of texts, those with most new words for their length first.

    Greedy, and so within a constant of the best choice for any room. What a text is worth only
    falls while others are taken, so that it is looked at anew only when its turn would come.

    Args:
        texts: lines or sentences.
        merits: by what the worth of each is multiplied; those without any never come.
        known: words that the reader has.
    """
    covered = set(known)
    own = {at: words(text, _WIDEST) for at, text in enumerate(texts) if merits[at] > 0}

    def density(at: int) -> float:
        new = len(own[at] - covered)
        worth = _OWN + new + _AGAIN * (len(own[at]) - new)
        return worth * merits[at] / (len(texts[at]) + _FEE)

    heap = [(-density(at), at) for at in own]
    heapify(heap)
    looks = _LOOKS * len(heap)
    while heap:
        value, at = heap[0]
        now = -density(at) if looks else value
        looks -= looks > 0
        if now > value:
            heapreplace(heap, (now, at))
            continue
        heappop(heap)
        covered |= own[at]
        yield at
