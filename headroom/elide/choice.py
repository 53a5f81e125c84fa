"""What to keep: the heaviest units until a budget is spent, and the gaps between them as ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ALWAYS = 10.0
"""Weight of what is kept whatever it costs: errors, what the question names."""
STRONG = 2.5
"""Weight of what may exceed the budget by itself: one large record that is the answer."""
_BRIDGE = 2
"""Gaps of up to so many units are kept: a mark would cost as much."""


def choose(weights: Sequence[float], costs: Sequence[int], budget: int) -> list[int]:
    """Return the indices of the units to keep, in order.

    Units are taken by weight, those of equal weight from the front; what weighs `ALWAYS` or more
    is taken even beyond the budget. Cheap gaps between kept units are closed.
    """
    # Sorting backwards leaves those of equal weight in their order.
    order = sorted(range(len(weights)), key=weights.__getitem__, reverse=True)
    kept: set[int] = set()
    spent = 0
    for at in order:
        weight = weights[at]
        if weight <= 0:
            break
        over = spent + costs[at] > budget
        if over and (weight < STRONG or (weight < ALWAYS and spent > budget)):
            if spent >= budget and weight < ALWAYS:
                break
            continue
        kept.add(at)
        spent += costs[at]
    return _bridged(sorted(kept), costs)


def _bridged(kept: list[int], costs: Sequence[int]) -> list[int]:
    out: list[int] = []
    last = -1
    for at in kept:
        # Most units stand next to the one before, or far from it.
        if 1 < at - last <= _BRIDGE + 1 and out:
            gap = range(last + 1, at)
            if sum([costs[n] for n in gap]) <= 2 * _BRIDGE * 8:
                out += gap
        out.append(at)
        last = at
    return out


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return runs of consecutive numbers as (first, last)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] + 1 == number:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def spelled(runs: Iterable[tuple[int, int]]) -> str:
    """Return runs as a reader writes them: "0-9, 45, 99-103"."""
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)
