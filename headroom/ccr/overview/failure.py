"""Failures: what failed in a run of tests, how and where, each with as much room as the others."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.ccr.judge import Appraisal

_AGAIN = 0.5
"""How much less a line of a failure is worth for each before it of the same weight."""
_BELOW, _DETAIL, _BARE = 3, 0.3, 0.2
"""Lines below a name in which details begin, the least weight of such, and the share that a name
without any keeps."""
_FAILED, _TURN = "--- FAIL", re.compile(r"\s*(?:=== RUN|--- [A-Z]{4}: )")
"""How `go test` says that a test failed, and where another one began or was over."""
_AHEAD = 0.3
"""The share that is left to what stands in front of the first failure."""


def fair(made: Appraisal) -> list[float]:
    """Return the weights of the lines with which no failure, and no part of one, takes all room."""
    if not made.failed:
        return made.weights
    return _in_turn(_told_once(made.weights, made.failed), made.failed)


def _told_once(weights: Sequence[float], failed: Sequence[int]) -> list[float]:
    """Return weights where names with nothing below them are worth less, if others have details.

    A run names what failed where it happens, and again where it says how.
    """
    out = [weight * _AHEAD if at < failed[0] else weight for at, weight in enumerate(weights)]
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


def of_named(lines: Sequence[str], failed: Sequence[int], names: Sequence[str]) -> set[int]:
    """Return the lines of the failures of which one of the names stands in their first line.

    `go test` names a failure in its last one.
    """
    found: set[int] = set()
    for at, following in pairwise([*failed, len(lines)]):
        if not any(name in lines[at] for name in names):
            continue
        if _FAILED in lines[at]:
            turns = (back for back in range(at - 1, -1, -1) if _TURN.match(lines[back]))
            found.update(range(next(turns, 0), at + 1))
        else:
            found.update(range(at, following))
    return found
