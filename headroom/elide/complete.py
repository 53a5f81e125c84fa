"""`of_named`: whether all that has what the question names is shown, so that nobody need ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.records.cell import quote

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_MOST_NAMES = 2
_LEAST, _NUMBER, _LONGEST = 3, 5, 60
"""Characters of a name that tells one unit from another, of a number that does, as they are parts
of others, and of a name that is worth saying again."""
_COMMON = 0.5
"""Share of the units from which on a name tells none of them apart."""


def of_named(units: Sequence[str], kept: Collection[int], query: str) -> str:
    """Return what of the units that have an id, a path or a quoted text of the question is kept.

    It reads like ` (all 3 with "10.0.0.7")` or ` (2 of 9 with "/cart")`, or is empty: where the
    question names nothing that stands in the units, or what stands in most of them.
    """
    told = []
    shown = set(kept)
    for name in _names(query) if query else ():
        have = [at for at, unit in enumerate(units) if name in unit]
        if not have or len(have) > _COMMON * len(units):
            continue
        left = sum(at in shown for at in have)
        count = f"{left:,} of {len(have):,}"
        if left == len(have):
            count = f"all {left:,}" if left > 1 else "the one"
        told.append(f"{count} with {quote(name)}")
    return f" ({', '.join(told)})" if told else ""


def _names(query: str) -> list[str]:
    """Return the weightiest names of a question, without those that are parts of others."""
    found: list[str] = []
    for name in Relevance(query).names:
        least = _NUMBER if name.isdigit() else _LEAST
        if least <= len(name) <= _LONGEST and not any(name in each for each in found):
            found.append(name)
    return found[:_MOST_NAMES]
