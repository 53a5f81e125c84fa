"""Nested JSON: the values that matter with the keys that lead there, names for the other keys.

An object of which keys are missing has one more, "…", that names them; a list of which items are
missing ends with a text that counts them; a long text has a count where its middle was. Keys that
are missing in many objects are named in the first few of them:

    {"info": {"title": "Pets", "…": "4 keys: contact, license, termsOfService, version"},
     "tags": ["cats", "… items 1-40 of 0-41", "dogs"]}
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from headroom.ccr.question.bm25 import Relevance
from headroom.ccr.rows.record import CONTAINERS
from headroom.elide.choice import ALWAYS, choose, ranges, spelled
from headroom.elide.gapped import GAP
from headroom.elide.rows.column import spelled as scalar
from headroom.elide.rows.path import paths_in
from headroom.elide.rows.unit import Tree, is_small, is_tiny, weigh
from headroom.elide.rows.vague import is_vague
from headroom.records.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from headroom.elide.rows.excerpt import Demand
    from headroom.elide.rows.unit import Chosen, Unit

MARK = GAP.strip()
_LONG, _HEAD, _BEFORE, _TAIL = 700, 240, 80, 120
"""Characters of a text from which it loses its middle, and those that stay at either end."""
_GLIMPSE = 200
"""Characters of a passage that was found, at least."""
_NAMES, _DEEP_NAMES = 320, 80
"""Characters of the names of the keys left out of one object, near the root and deeper."""
_NEAR_ROOT = 2
_TOLD = 3
"""Times that the same keys are named."""
_SHORT, _MOST_TERMS = 3, 4
"""Longer words of a question are looked for in long texts, so many of them."""
_BEST = 3
"""Values that a question fits best, in which its words are looked for."""
_WORTH = 60
"""Characters in place of which a count may stand."""
_FEW_HITS = 8
_BRIDGE, _TINY = 2, 12
"""So many values of so few characters are not left out: the mark would cost as much."""
_ID = re.compile(r"\w(?:[\w.:@/+-]*\w)?")
_OF_ID, _MOST_MEANT, _OF_MEANT = 4, 3, 3
"""Characters of an id at least, objects that have one of those in a question at most, and the part
of the room that they may take: one in so many."""
_NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class Before:
    """What was found out while records were chosen, before values are."""

    chosen: Chosen
    """Lists that were chosen: every item of them stays, if only as the names of its keys."""
    more: Mapping[int, str]
    """What stands behind such a list, by its identity."""
    odd: Collection[str]
    """Paths of values that stand out among those of the records, chosen or not."""


def prune(value: Any, demand: Demand, budget: int, before: Before, *, has_odd: bool) -> Any:
    """Return the value with the least telling parts left out, about `budget` characters of it."""
    query, chosen = demand.query, before.chosen
    tree = Tree(value, chosen, searched=not demand.fill)
    units = tree.units
    texts = [f"{unit.path}: {_spelled(unit.value, has_odd=has_odd)}" for unit in units]
    relevance = Relevance(query) if query else None
    scores = relevance.scores(texts) if relevance else []
    best = [texts[at] for at in nlargest(_BEST, range(len(scores)), key=scores.__getitem__)]
    named = relevance is not None and relevance.named
    vague = not demand.guess and is_vague(query, best, (), told=named)
    if vague:
        relevance = Relevance(query, wide=True)
        scores = tree.beside(relevance.scores(texts))
    weights = weigh(units, scores, before.odd, named=named, vague=vague)
    tree.name(weights)
    for at in (*_asked(units, query), *_meant(tree, query, budget)):
        weights[at] = ALWAYS
    rooms = [0 if weight >= ALWAYS else _LONG for weight in weights]
    for at, room in _glimpses(tree, weights, budget):
        weights[at], rooms[at] = ALWAYS, room
    costs = [
        _cost(unit, len(text), room) for unit, text, room in zip(units, texts, rooms, strict=True)
    ]
    kept = set(choose(weights, costs, budget // 3))
    flags = iter([(at in kept, room) for at, room in enumerate(rooms)])
    terms = relevance.terms[:_MOST_TERMS] if relevance else ()
    made = _Rebuilt(flags, chosen, before.more, terms).value(value, 0)
    return value if made is _NOTHING else made


def _spelled(value: Any, *, has_odd: bool) -> str:
    return scalar(value) if not isinstance(value, CONTAINERS) else spell(value, has_odd=has_odd)


def _glimpses(tree: Tree, weights: Sequence[float], budget: int) -> Iterator[tuple[int, int]]:
    """Yield the passages that a search found, and the characters that each of them has.

    A reader tells by them to which one to go on: all have the same room.
    """
    passages = [at for at in tree.passages() if weights[at] < ALWAYS]
    if passages:
        taken = sum(
            len(scalar(unit.value)) + len(str(unit.key))
            for unit, weight in zip(tree.units, weights, strict=True)
            if weight >= ALWAYS
        )
        room = max(_GLIMPSE, (budget - taken) // len(passages))
        yield from ((at, room) for at in passages)


def _cost(unit: Unit, size: int, room: int) -> int:
    """Return about how many tokens a unit takes, its key but not its whole path counted."""
    size -= max(0, len(unit.path) - 24)
    return (min(size, room) if room else size) // 3 + 1


def _asked(units: list[Unit], query: str) -> list[int]:
    """Return the units that the question names by path, unless it names too many."""
    out: list[int] = []
    for name in paths_in(query):
        below = (f"{name}.", f"{name}[")
        hits = [
            at
            for at, unit in enumerate(units)
            if unit.path == name
            or unit.path.endswith(f".{name}")
            or unit.path.startswith(below)
            or (unit.path and name.startswith((f"{unit.path}.", f"{unit.path}[")))
        ]
        out += hits if len(hits) <= max(_FEW_HITS, len(units) // 20) else []
    return out


def _meant(tree: Tree, query: str, budget: int) -> list[int]:
    """Return the units of the objects of which the question gives an id, if few and small."""
    ids = {word for word in _ID.findall(query) if any(map(str.isdigit, word))}
    if not ids:
        return []
    objects = {
        unit.within
        for unit in tree.units
        if len(text := scalar(unit.value)) >= _OF_ID and text in ids
    }
    if not 0 < len(objects) <= _MOST_MEANT:
        return []
    meant = [at for at, unit in enumerate(tree.units) if tree.is_within(unit.within, objects)]
    size = sum(len(scalar(tree.units[at].value)) for at in meant)
    return meant if size * _OF_MEANT <= budget else []


class _Rebuilt:
    """A value put together again from the units of it that are kept.

    Of each unit it is told whether it is kept, and how long a text may be; 0 for any length.
    """

    def __init__(
        self,
        flags: Iterator[tuple[bool, int]],
        chosen: Chosen,
        more: Mapping[int, str],
        terms: Sequence[str],
    ) -> None:
        self._flags = flags
        self._terms = terms
        self._chosen, self._more = chosen, more
        self._told = Counter[str]()

    def value(self, value: Any, depth: int) -> Any:
        """Return what is kept of a value, or `_NOTHING`; takes one flag for each unit in it."""
        if not isinstance(value, CONTAINERS) or not value or is_small(value):
            keep, room = next(self._flags)
            if not keep:
                return _NOTHING
            if not room or type(value) is not str:
                return value
            return shortened(value, self._terms, room)
        made = self._object(value, depth) if isinstance(value, dict) else self._list(value, depth)
        return made or _NOTHING

    def _object(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        made = {key: self.value(item, depth + 1) for key, item in value.items()}
        gone = [key for key, item in made.items() if item is _NOTHING]
        kept = {key: item for key, item in made.items() if item is not _NOTHING}
        if not kept or not gone:
            return kept
        if _worthless([value[key] for key in gone]):
            return {key: value[key] if item is _NOTHING else item for key, item in made.items()}
        mark = MARK
        while mark in value:
            mark += MARK
        names = named(gone, _NAMES if depth <= _NEAR_ROOT else _DEEP_NAMES)
        # Of many objects alike the first few tell what each of them has.
        self._told[names] += 1
        kept[mark] = names if self._told[names] <= _TOLD else names.partition(":")[0]
        return kept

    def _list(self, value: list[Any], depth: int) -> list[Any]:
        made = [self.value(item, depth + 1) for item in value]
        gone = [at for at, item in enumerate(made) if item is _NOTHING]
        if id(value) in self._chosen:
            hinted = (
                _hint(value[at]) if item is _NOTHING else item for at, item in enumerate(made)
            )
            return [*hinted, *([self._more[id(value)]] if id(value) in self._more else ())]
        if not gone or len(gone) == len(made):
            return [] if gone else made
        if _worthless([value[at] for at in gone]):
            return [value[at] if item is _NOTHING else item for at, item in enumerate(made)]
        runs = ranges(gone)
        more = ", …" if len(runs) > _FEW_HITS else ""
        kept = [item for item in made if item is not _NOTHING]
        return [*kept, f"{GAP}items {spelled(runs[:_FEW_HITS])}{more} of 0-{len(value) - 1}"]


def _hint(value: Any) -> Any:
    """Return what stands for a value of which nothing is kept."""
    if isinstance(value, dict):
        return {MARK: named(list(value), _DEEP_NAMES)}
    return (
        f"{GAP}{len(value):,} {'items' if isinstance(value, list) else 'characters'}"
        if isinstance(value, list | str)
        else value
    )


def _worthless(gone: list[Any]) -> bool:
    """Whether to leave these out would save less than the mark costs."""
    return len(gone) <= _BRIDGE and all(is_tiny(value, _TINY) for value in gone)


def named(keys: list[str], room: int) -> str:
    """Return how many keys there are, and the names of as many as fit into so many characters."""
    noun = "key" if len(keys) == 1 else "keys"
    names: list[str] = []
    for key in keys:
        room -= len(key) + 2
        if room < 0:
            break
        names.append(key.replace("\n", " "))
    more = ", …" if len(names) < len(keys) else ""
    return f"{len(keys)} {noun}{': ' if names else ''}{', '.join(names)}{more}"


def shortened(text: str, terms: Sequence[str] = (), room: int = _LONG) -> str:
    """Return a text of more than `room` characters with counts where parts of it are left out.

    Its ends stay, and what stands around the first of each of some words, in lower case.
    """
    if len(text) <= room:
        return text
    head, before, tail = (room * part // _LONG for part in (_HEAD, _BEFORE, _TAIL))
    low = text.lower()
    spots = sorted(at for term in terms if len(term) > _SHORT and (at := low.find(term)) >= 0)
    windows = [(0, head), *((max(0, at - before), at + head) for at in spots)]
    out, end = "", 0
    for start, stop in [*windows, (len(text) - tail, len(text))]:
        if start > end + _WORTH:
            out += f" {GAP}{start - end:,} characters {MARK} "
            end = start
        out += text[end:stop]
        end = max(end, stop)
    return out
