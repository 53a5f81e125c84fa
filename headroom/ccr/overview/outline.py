"""Outline: what a source file defines, each with as much of its head as there is room for."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.definition import defined, head
from headroom.ccr.overview.cover import cover, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.ccr.seen import Seen

LISTED = re.compile(r" {0,8}(\d{1,7})(?:\t|→|: | \| )")
"""The number in front of a line, as tools that read files write it."""
_FEWEST, _SPARSE = 4, 100
"""Definitions of a source file at least: so many, and one in so many lines."""
_MARK, _JOINT = 6, 2
"""Characters that the number of a line takes, and what stands between two names."""
_FULL = 0.9
"""Share of the room within which a fuller form of all definitions has to stay."""


class Definition(NamedTuple):
    """A line that begins one."""

    at: int
    name: str
    line: str
    """Without the number in front of it, if it has one, and without its indentation."""
    parent: int
    """Place among the definitions of the one that it is indented under, or -1."""


def definitions(lines: Sequence[str]) -> list[Definition]:
    """Return what a source file defines; nothing where a text is none by how little it does."""
    found: list[Definition] = []
    depths: list[tuple[int, int]] = []
    filled = 0
    for at, text in enumerate(lines):
        filled += bool(text and not text.isspace())
        listed = LISTED.match(text)
        line = text[listed.end() if listed else 0 :]
        name = defined(line)
        if name:
            bare = line.lstrip()
            while depths and depths[-1][0] >= len(line) - len(bare):
                depths.pop()
            found.append(Definition(at, name, bare.rstrip(), depths[-1][1] if depths else -1))
            depths.append((len(line) - len(bare), len(found) - 1))
    return found if len(found) >= max(_FEWEST, filled // _SPARSE) else []


class Outline:
    """What is said of the definitions of a source file that were not shown.

    Those that were shown are said only where others stand inside. `pieces` says which piece begins
    at which line.
    """

    def __init__(
        self, lines: Sequence[str], found: Sequence[Definition], seen: Seen, pieces: dict[int, int]
    ) -> None:
        self._found = found
        self._pieces = pieces
        self.held = {pieces[each.at] for each in found}
        self._new = [at for at, each in enumerate(found) if not seen.holds(lines[each.at])]
        self._known = set.intersection(*map(words, seen.texts)) if seen else set[str]()

    def fill(self, taken: dict[int, str], room: int) -> int:
        """Put to what is taken what is said at which piece; return the room that is left."""
        for line, said in self._told(room).items():
            taken[self._pieces[line]] = said
            room -= len(said) + _MARK
        return room

    def _told(self, room: int) -> dict[int, str]:
        """Return what is said at which line."""
        for said in (self._lines, self._heads):
            if sum(len(each) + _MARK for each in said) <= room * _FULL:
                return {self._found[at].at: each for at, each in zip(self._new, said, strict=True)}
        return _names(self._found, self._order, room)

    @property
    def _lines(self) -> list[str]:
        return [self._found[at].line for at in self._new]

    @cached_property
    def _heads(self) -> list[str]:
        return [head(self._found[at].line, self._found[at].name) for at in self._new]

    @cached_property
    def _order(self) -> list[int]:
        names = [self._found[at].name for at in self._new]
        return [self._new[at] for at in cover(names, [1.0] * len(names), self._known)]


def _names(found: Sequence[Definition], order: Sequence[int], room: int) -> dict[int, str]:
    """Return the names of definitions behind what they stand in, as many as fit."""
    groups: dict[int, list[int]] = {}
    for at in order:
        parent = found[at].parent
        cost = len(found[at].name) + _JOINT
        if parent not in groups and parent >= 0:
            cost += len(head(found[parent].line, found[parent].name)) + _MARK
        if cost <= room:
            groups.setdefault(parent, []).append(at)
            room -= cost
    out = {}
    for parent, inner in groups.items():
        told = ", ".join(dict.fromkeys(found[at].name for at in sorted(inner)))
        if parent < 0:
            out[found[min(inner)].at] = told
        else:
            out[found[parent].at] = f"{head(found[parent].line, found[parent].name)}: {told}"
    return out
