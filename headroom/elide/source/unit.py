"""What of a source text may be left out as a whole: units of whole rows, one inside another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SURE = 0.94
"""Weight from which a unit may exceed the budget: the question names what is in it."""
LIGHT = 0.34
"""Weight below which a unit is no part of the outline and nothing that the question needs."""
LIGHTLY = 0.35
"""Share of the budget up to which such units are kept: bodies of functions, mostly."""
_BEYOND = 1.3
"""How far it may be exceeded for that."""


@dataclass(slots=True)
class Unit:
    """A run of rows that may go, and how a mark in its place has to be spelled."""

    first: int
    last: int
    parent: int
    """Index of the unit around it, or -1."""
    before: str
    """What the mark begins with, so that the text still parses: "# ", "// " or nothing."""
    is_remark: bool = False


@dataclass(slots=True)
class Units:
    """The units of a text, outer ones first; rows in no unit always stay."""

    size: int
    """Rows of the text."""
    all: list[Unit] = field(default_factory=list)
    _owners: list[int] | None = None

    def add(self, unit: Unit) -> int:
        """Take in a unit that lies within its parent and behind its siblings; return its index."""
        self.all.append(unit)
        return len(self.all) - 1

    def owners(self) -> Sequence[int]:
        """Return for each row the innermost unit it is in, or -1; none is added after that."""
        if self._owners is None:
            owners = self._owners = [-1] * self.size
            for at, unit in enumerate(self.all):
                first, end = unit.first, unit.last + 1
                if end - first == 1:
                    owners[first] = at
                else:
                    owners[first:end] = [at] * (end - first)
        return self._owners

    def choose(
        self, weights: Sequence[float], costs: Sequence[int], budget: int, lightly: float = LIGHTLY
    ) -> list[bool]:
        """Return which units stay: by weight, those of equal weight from the front.

        Those of little weight stay up to a share of the budget, `lightly`.

        A unit stays only inside one that stays, and weighs at least what is inside it. A unit
        without rows of its own stays only with more than remarks in it.
        """
        size = len(self.all)
        heavy, cost = [0.0] * size, [0] * size
        spent = 0
        for row, at in enumerate(self.owners()):
            if at < 0:
                spent += costs[row]
                continue
            cost[at] += costs[row]
            if weights[row] > heavy[at]:  # noqa: PLR1730 - a call for each row takes longer
                heavy[at] = weights[row]
        parents = [unit.parent for unit in self.all]
        for at in range(size - 1, -1, -1):
            parent = parents[at]
            if parent >= 0 and heavy[parent] < heavy[at]:
                heavy[parent] = heavy[at]
        kept = [False] * size
        for at in sorted(range(size), key=heavy.__getitem__, reverse=True):
            parent = parents[at]
            if parent >= 0 and not kept[parent]:
                continue
            limit = budget * _BEYOND if heavy[at] >= SURE else budget
            if heavy[at] < LIGHT:
                limit = budget * lightly
            if spent + cost[at] <= limit and (spent < budget or heavy[at] >= SURE):
                kept[at] = True
                spent += cost[at]
        self._prune(kept, cost)
        return kept

    def _prune(self, kept: list[bool], cost: Sequence[int]) -> None:
        filled = [count > 0 for count in cost]
        for at in range(len(kept) - 1, -1, -1):
            kept[at] = kept[at] and filled[at]
            unit = self.all[at]
            if kept[at] and unit.parent >= 0 and not unit.is_remark:
                filled[unit.parent] = True
        for at, unit in enumerate(self.all):
            kept[at] = kept[at] and (unit.parent < 0 or kept[unit.parent])
