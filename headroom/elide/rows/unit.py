"""The values of nested JSON that are kept or left out as one, and what each weighs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from headroom.ccr.rows.record import CONTAINERS
from headroom.core.memo import remembered
from headroom.elide.choice import ALWAYS, STRONG
from headroom.elide.lines.line import RELEVANCE
from headroom.elide.rows.column import spelled as scalar
from headroom.elide.rows.path import said
from headroom.elide.rows.trouble import FINE, is_fault, troubled
from headroom.elide.rows.within import standing_out, without_indices

if TYPE_CHECKING:
    from collections.abc import Collection

Chosen = dict[int, list[int]]
"""The identity of a list that was chosen from another one, and the places of its items there."""
_SMALL = 160
"""Characters of an object or list that is kept or left out as one."""
_DULL, _BRIEF, _BESIDE, _TELLING = 0.1, 200, 0.6, 2.0
"""Where its words hardly stand there: the share of its weight that a value has which says no, the
characters of one that has half of it, the share of a score that goes to what stands beside, and the
score that other words than the question's hardly reach."""
_POINTER = re.compile(r"https?://\S+|(?:sha\d+:)?[0-9a-fA-F]{24,}|[\w+/=-]{40,}", re.ASCII)
"""Values that say little by themselves: links, hashes, encoded bytes."""
_NAMING = frozenset(
    (
        "name",
        "id",
        "key",
        "title",
        "path",
        "slug",
        "sha",
        "number",
        "uid",
        "uri",
        "ref",
        "operationId",
    )
)
"""Keys of what tells one object from others."""
_NAME_END = re.compile(r"(?:[\s_.-](?i:name|id|title)|[a-z](?:Name|I[dD]|Title))$")
_NAME_SIZE = 80
_LINK = re.compile(r"(?:https?|file|s3|gs)://\S+|/?(?:[\w.@+-]+/)+[\w.@+-]+")
_MOST_FOUND, _PASSAGE, _OF_TEXT = 30, 200, 0.4
"""Things that were found by a search, at most; characters of the text of one on average, and the
share of all of it that these texts are."""
_MIN_BRANCH, _MOST_BRANCHES = 2, 100
"""Items of a list that is a branch, and branches of which each keeps its name."""
_ODD = 1.6
"""Weight of what hardly any other value of its name is."""
_OF_ALL = 1.0
"""Weight of what says something of the whole: a short value at the root."""


class Unit(NamedTuple):
    """A value that is kept or left out as one."""

    path: str
    key: str | int
    value: Any
    depth: int
    within: int
    """Number of the object or list that it stands in."""
    spread: float
    """Share of its weight that is left after its places in lists: later items say the same."""
    first: bool = False
    """Whether it is what its object begins with."""


class Tree:
    """The units of a value, and which object or list stands in which."""

    def __init__(self, value: Any, chosen: Chosen, *, searched: bool = True) -> None:
        self._chosen = chosen
        self._searched = searched
        """Whether what a search found is told from other records."""
        self.units: list[Unit] = []
        self.parents = [0]
        self._found: set[int] = set()
        """Numbers of the objects that a search found."""
        self._branches: list[int] = []
        """Numbers of lists each of which is a thing and what hangs on it."""
        self._walk(Unit("", "", value, 0, 0, 1.0))

    def _walk(self, unit: Unit) -> None:
        value = unit.value
        if not isinstance(value, CONTAINERS) or not value or is_small(value):
            self.units.append(unit)
            return
        number, path = len(self.parents), unit.path
        depth = unit.depth + (len(value) > 1 or unit.depth > 0)
        self.parents.append(unit.within)
        if isinstance(value, dict):
            first = True
            for key, item in value.items():
                below = (path + said(key)) if path else said(key).removeprefix(".")
                self._walk(Unit(below, key, item, depth, number, unit.spread, first))
                first = False
            return
        chosen = self._chosen.get(id(value))
        if self._searched and are_found(value):
            self._found.add(number)
        if is_branch(value):
            self._branches.append(number)
        for at, item in enumerate(value):
            row, spread = (chosen[at], 1.0) if chosen else (at, 1 + min(at, len(value) - 1 - at))
            self._walk(Unit(f"{path}[{row}]", row, item, depth, number, unit.spread / spread))

    def beside(self, scores: list[float]) -> list[float]:
        """Return scores where what stands beside a value in an object shares in its score."""
        best = [0.0] * len(self.parents)
        for unit, score in zip(self.units, scores, strict=True):
            best[unit.within] = max(best[unit.within], score)
        return [
            max(score, _BESIDE * best[unit.within], _BESIDE * best[self.parents[unit.within]])
            for unit, score in zip(self.units, scores, strict=True)
        ]

    def is_within(self, number: int, objects: Collection[int]) -> bool:
        """Whether an object or list is one of some, or lies in one."""
        while number and number not in objects:
            number = self.parents[number]
        return number in objects

    def passages(self) -> list[int]:
        """Return the places of the long texts among the things that a search found."""
        return [
            at
            for at, unit in enumerate(self.units)
            if type(unit.value) is str
            and len(unit.value) > _PASSAGE
            and self.parents[unit.within] in self._found
        ]

    def name(self, weights: list[float]) -> None:
        """Give what names an object nearly the weight of the weightiest thing in it."""
        best = [0.0] * len(self.parents)
        for unit, weight in zip(self.units, weights, strict=True):
            best[unit.within] = max(best[unit.within], weight)
        for number in range(len(best) - 1, 0, -1):
            parent = self.parents[number]
            best[parent] = max(best[parent], best[number])
        few = len(self._branches) <= _MOST_BRANCHES
        branches = frozenset(self._branches if few and self._searched else ())
        for at, unit in enumerate(self.units):
            if _is_name(unit) and is_tiny(unit.value, _NAME_SIZE):
                around = best[self.parents[unit.within]]
                weights[at] = max(weights[at], 0.9 * best[unit.within], 0.7 * around)
            if self.parents[unit.within] in self._found and _tells_where(unit):
                weights[at] = ALWAYS
            if self.parents[unit.within] in branches and _ends_as_name(str(unit.key)):
                weights[at] = ALWAYS  # An agent names a mail to read it.


def weigh(
    units: list[Unit], scores: list[float], odd: Collection[str], *, named: bool, vague: bool
) -> list[float]:
    """Return what units weigh: what the question is about, faults, what stands near the root.

    The values at the paths in `odd` stand out, and so do those that few units of their name have.
    """
    bad = troubled({unit.value for unit in units if type(unit.value) is str})
    seen: dict[tuple[str | int, str], int] = {}
    weights, shares = [], []
    placed = ((without_indices(unit.path), unit.value, at) for at, unit in enumerate(units))
    standing = {at for _, _, at in standing_out(each for each in placed if "[]" in each[0])}
    for at, unit in enumerate(units):
        value = unit.value
        weight = 0.6 / (1 + unit.depth)
        if unit.depth <= 1 and is_tiny(value, _NAME_SIZE):
            weight = _OF_ALL
        if vague:
            text = scalar(value)
            weight *= _DULL if text.casefold() in FINE else 1 / (1 + len(text) / _BRIEF)
        if isinstance(value, str):
            if _POINTER.fullmatch(value):
                weight *= 0.2
            elif value in bad:
                weight = max(weight, 0.7)
        if is_fault(unit.path) and scalar(value).casefold() not in FINE:
            weight = STRONG
        pair = unit.key, str(value)[:_SMALL]
        seen[pair] = again = seen.get(pair, -1) + 1
        if at in standing or unit.path in odd:
            weight = max(weight, _ODD / unit.spread)
        weights.append(weight * unit.spread / (1 + again) + 0.001)
        shares.append(1.0 if value and value is not True else 1 / (1 + again))
    if scores:
        # What the question has in common with most of them does not tell one from another.
        common = sorted(scores)[len(scores) // 2]
        scores = [max(0.0, score - common) for score in scores] if common else scores
        most = max(*scores, _TELLING if vague else 0.0) or 1.0
        weights = [
            a + RELEVANCE * b * c / most for a, b, c in zip(weights, scores, shares, strict=True)
        ]
        if named:
            for at, score in enumerate(scores):
                weights[at] += STRONG if score >= most else 0.0
    return weights


@remembered(1_000, 100)
def _ends_as_name(key: str) -> bool:
    """Whether a key, or its last word, is one of what names an object: `groupName`, `run_id`."""
    return key in _NAMING or bool(_NAME_END.search(key))


def _is_name(unit: Unit) -> bool:
    """Whether a unit tells its object from others: by its key, or as the first text in it."""
    if type(unit.key) is not str or unit.value is None or unit.value == "":
        return False
    return _ends_as_name(unit.key) or (unit.first and type(unit.value) is str)


def _tells_where(unit: Unit) -> bool:
    """Whether a unit says which thing was found, or where it is."""
    value = unit.value
    if type(value) is not str or len(value) > _PASSAGE:
        return False
    return _is_name(unit) or _LINK.fullmatch(value) is not None


def is_branch(value: Any) -> bool:
    """Whether a list is of a thing and of what hangs on it, as a mail and the answers to it."""
    if not isinstance(value, list) or len(value) < _MIN_BRANCH:
        return False
    first, *others = value
    return isinstance(first, dict) and all(isinstance(other, list) for other in others)


def are_found(value: list[Any]) -> bool:
    """Whether records are what a search found: passages of some length, each with where it is.

    A reader goes on to one of them, which need not be the one that says most here.
    """
    if not 1 < len(value) <= _MOST_FOUND or not all(type(item) is dict for item in value):
        return False
    size = texts = 0
    for item in value:
        said = [part for part in item.values() if type(part) is str]
        if not any(_LINK.fullmatch(part) for part in said):
            return False
        texts += max(map(len, said))
        size += len(item) * 8 + sum(map(len, said))
    return texts >= _PASSAGE * len(value) and texts >= _OF_TEXT * size


def is_small(value: Any) -> bool:
    """Whether a value takes few characters; looks at no more of it than those."""
    room, stack = _SMALL, [value]
    while stack and room > 0:
        item = stack.pop()
        if isinstance(item, dict):
            room -= 2 * len(item) + sum(map(len, item)) + 2 * len(item)
            stack += item.values()
        elif isinstance(item, list):
            room -= 2 + len(item)
            stack += item
        else:
            room -= len(item) + 2 if isinstance(item, str) else 5
    return room > 0


def is_tiny(value: Any, size: int) -> bool:
    """Whether a value is a scalar of at most so many characters."""
    return not isinstance(value, CONTAINERS) and len(scalar(value)) <= size
