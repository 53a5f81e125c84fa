"""Nested JSON: the values that matter with the keys that lead there, names for the other keys.

An object of which keys are missing has one more, "…", that names them; a list of which items are
missing ends with a text that counts them; a long text has a count where its middle was:

    {"info": {"title": "Pets", "…": "4 keys: contact, license, termsOfService, version"},
     "tags": ["cats", "… items 1-40 of 0-41", "dogs"]}
"""

from __future__ import annotations

import re
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from headroom.ccr.question.bm25 import Relevance
from headroom.ccr.rows.record import CONTAINERS
from headroom.core.memo import remembered
from headroom.elide.choice import ALWAYS, STRONG, choose, ranges, spelled
from headroom.elide.gapped import GAP
from headroom.elide.lines.line import RELEVANCE
from headroom.elide.rows.column import spelled as scalar
from headroom.elide.rows.trouble import FINE, is_fault, troubled
from headroom.elide.rows.vague import is_vague
from headroom.records.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.elide.rows.excerpt import Demand

MARK = GAP.strip()
Chosen = dict[int, list[int]]
"""The identity of a list that was chosen from another one, and the places of its items there."""
_SMALL = 160
"""Characters of an object or list that is kept or left out as one."""
_LONG, _HEAD, _BEFORE, _TAIL = 700, 240, 80, 120
"""Characters of a text from which it loses its middle, and those that stay at either end."""
_NAMES, _DEEP_NAMES = 320, 80
"""Characters of the names of the keys left out of one object, near the root and deeper."""
_NEAR_ROOT = 2
_SHORT, _MOST_TERMS = 3, 4
"""Longer words of a question are looked for in long texts, so many of them."""
_BEST = 3
"""Values that a question fits best, in which its words are looked for."""
_DULL, _BRIEF, _BESIDE, _TELLING = 0.1, 200, 0.6, 2.0
"""Where its words hardly stand there: the share of its weight that a value has which says no, the
characters of one that has half of it, the share of a score that goes to what stands beside, and the
score that other words than the question's hardly reach."""
_WORTH = 60
"""Characters in place of which a count may stand."""
_STEPS = re.compile(r"`([^`\n]{2,200})`|((?:\[\d+\]|[\w$@/-]+)(?:\.[\w$@/-]+|\[\d+\])+)")
_ITEM = re.compile(r"\[([0-9]{1,9})\]")
_PLAIN_KEY = re.compile(r"[^.\[\]\s]{1,100}")
_POINTER = re.compile(r"https?://\S+|(?:sha\d+:)?[0-9a-fA-F]{24,}|[\w+/=-]{40,}", re.ASCII)
"""Values that say little by themselves: links, hashes, encoded bytes."""
_FEW_HITS = 8
_BRIDGE, _TINY = 2, 12
"""So many values of so few characters are not left out: the mark would cost as much."""
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
_NAME_SIZE = 80
_NOTHING: Any = object()


class _Unit(NamedTuple):
    """A value that is kept or left out as one."""

    path: str
    key: str | int
    value: Any
    depth: int
    within: int
    """Number of the object or list that it stands in."""
    spread: float
    """Share of its weight that is left after its places in lists: later items say the same."""


class _Tree:
    """The units of a value, and which object or list stands in which."""

    def __init__(self, value: Any, chosen: Chosen) -> None:
        self._chosen = chosen
        self.units: list[_Unit] = []
        self.parents = [0]
        self._walk(_Unit("", "", value, 0, 0, 1.0))

    def _walk(self, unit: _Unit) -> None:
        value = unit.value
        if not isinstance(value, CONTAINERS) or not value or _is_small(value):
            self.units.append(unit)
            return
        number, depth, path = len(self.parents), unit.depth + 1, unit.path
        self.parents.append(unit.within)
        if isinstance(value, dict):
            for key, item in value.items():
                below = (path + _said(key)) if path else _said(key).removeprefix(".")
                self._walk(_Unit(below, key, item, depth, number, unit.spread))
            return
        chosen = self._chosen.get(id(value))
        for at, item in enumerate(value):
            row, spread = (chosen[at], 1.0) if chosen else (at, 1 + min(at, len(value) - 1 - at))
            self._walk(_Unit(f"{path}[{row}]", row, item, depth, number, unit.spread / spread))

    def beside(self, scores: list[float]) -> list[float]:
        """Return scores where what stands beside a value in an object shares in its score."""
        best = [0.0] * len(self.parents)
        for unit, score in zip(self.units, scores, strict=True):
            best[unit.within] = max(best[unit.within], score)
        return [
            max(score, _BESIDE * best[unit.within], _BESIDE * best[self.parents[unit.within]])
            for unit, score in zip(self.units, scores, strict=True)
        ]

    def name(self, weights: list[float]) -> None:
        """Give what names an object nearly the weight of the weightiest thing in it."""
        best = [0.0] * len(self.parents)
        for unit, weight in zip(self.units, weights, strict=True):
            best[unit.within] = max(best[unit.within], weight)
        for number in range(len(best) - 1, 0, -1):
            parent = self.parents[number]
            best[parent] = max(best[parent], best[number])
        for at, unit in enumerate(self.units):
            if unit.key in _NAMING and _is_tiny(unit.value, _NAME_SIZE):
                around = best[self.parents[unit.within]]
                weights[at] = max(weights[at], 0.9 * best[unit.within], 0.7 * around)


def path_of(steps: tuple[str | int, ...]) -> str:
    """Return steps as a path that a retrieval understands: `items[3].name`."""
    return "".join(map(_step, steps)).removeprefix(".")


def _step(step: str | int) -> str:
    return f"[{step}]" if isinstance(step, int) else _said(step)


@remembered(1_000, 100)
def _said(key: str) -> str:
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{spell(key)}]"


def prune(value: Any, demand: Demand, budget: int, chosen: Chosen, *, has_odd: bool) -> Any:
    """Return the value with the least telling parts left out, about `budget` characters of it.

    Of a list that was chosen before, every item stays, if only as the names of its keys.
    """
    query = demand.query
    tree = _Tree(value, chosen)
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
    weights = _weights(units, scores, named=named, vague=vague)
    tree.name(weights)
    for at in _asked(units, query):
        weights[at] = ALWAYS
    costs = [
        _cost(unit, len(text), whole=weight >= ALWAYS)
        for unit, text, weight in zip(units, texts, weights, strict=True)
    ]
    kept = set(choose(weights, costs, budget // 3))
    flags = iter([(at in kept, weights[at] >= ALWAYS) for at in range(len(units))])
    terms = relevance.terms[:_MOST_TERMS] if relevance else ()
    made = _Rebuilt(flags, chosen, terms).value(value, 0)
    return value if made is _NOTHING else made


def _is_small(value: Any) -> bool:
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


def _is_tiny(value: Any, size: int) -> bool:
    """Whether a value is a scalar of at most so many characters."""
    return not isinstance(value, CONTAINERS) and len(scalar(value)) <= size


def _spelled(value: Any, *, has_odd: bool) -> str:
    return scalar(value) if not isinstance(value, CONTAINERS) else spell(value, has_odd=has_odd)


def _cost(unit: _Unit, size: int, *, whole: bool) -> int:
    """Return about how many tokens a unit takes, its key but not its whole path counted."""
    size -= max(0, len(unit.path) - 24)
    return (size if whole else min(size, _LONG)) // 3 + 1


def _paths(query: str) -> list[str]:
    """Return what may be paths in a question, without a root."""
    found = islice(_STEPS.finditer(query[:4_000]), _FEW_HITS)
    return [(m[1] or m[2]).strip().removeprefix("$").removeprefix(".") for m in found]


def on_path(query: str, name: str, entries: Sequence[str] | int) -> list[int]:
    """Return which entries of the object or list under a path lead to paths in a question.

    The entries are the keys of the object, or how many items the list has.
    """
    out: list[int] = []
    for path in _paths(query):
        if name and not path.startswith((f"{name}.", f"{name}[")):
            continue
        rest = path[len(name) :].removeprefix(".")
        if isinstance(entries, int):
            item = _ITEM.match(rest)
            out += [int(item[1])] if item and int(item[1]) < entries else []
        else:
            out += [
                at
                for at, key in enumerate(entries)
                if rest == key or rest.startswith((f"{key}.", f"{key}["))
            ]
    return out


def _asked(units: list[_Unit], query: str) -> list[int]:
    """Return the units that the question names by path, unless it names too many."""
    out: list[int] = []
    for name in _paths(query):
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


def _weights(units: list[_Unit], scores: list[float], *, named: bool, vague: bool) -> list[float]:
    """Return what units weigh: what the question is about, faults, what stands near the root."""
    bad = troubled({unit.value for unit in units if type(unit.value) is str})
    seen: dict[tuple[str | int, str], int] = {}
    weights = []
    for unit in units:
        weight = 0.6 / (1 + unit.depth)
        value = unit.value
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
        weights.append(weight * unit.spread / (1 + again) + 0.001)
    if scores:
        most = max(*scores, _TELLING if vague else 0.0) or 1.0
        weights = [a + RELEVANCE * b / most for a, b in zip(weights, scores, strict=True)]
        if named:
            for at, score in enumerate(scores):
                weights[at] += STRONG if score >= most else 0.0
    return weights


class _Rebuilt:
    """A value put together again from the units of it that are kept."""

    def __init__(
        self, flags: Iterator[tuple[bool, bool]], chosen: Chosen, terms: Sequence[str]
    ) -> None:
        self._flags = flags
        self._terms = terms
        self._chosen = chosen

    def value(self, value: Any, depth: int) -> Any:
        """Return what is kept of a value, or `_NOTHING`; takes one flag for each unit in it."""
        if not isinstance(value, CONTAINERS) or not value or _is_small(value):
            keep, whole = next(self._flags)
            if not keep:
                return _NOTHING
            return value if whole or type(value) is not str else shortened(value, self._terms)
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
        kept[mark] = named(gone, _NAMES if depth <= _NEAR_ROOT else _DEEP_NAMES)
        return kept

    def _list(self, value: list[Any], depth: int) -> list[Any]:
        made = [self.value(item, depth + 1) for item in value]
        gone = [at for at, item in enumerate(made) if item is _NOTHING]
        if id(value) in self._chosen:
            return [_hint(value[at]) if item is _NOTHING else item for at, item in enumerate(made)]
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
    return len(gone) <= _BRIDGE and all(_is_tiny(value, _TINY) for value in gone)


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


def shortened(text: str, terms: Sequence[str] = ()) -> str:
    """Return a long text with counts of characters where parts of it are left out.

    Its ends stay, and what stands around the first of each of some words, in lower case.
    """
    if len(text) <= _LONG:
        return text
    low = text.lower()
    spots = sorted(at for term in terms if len(term) > _SHORT and (at := low.find(term)) >= 0)
    windows = [(0, _HEAD), *((max(0, at - _BEFORE), at + _HEAD) for at in spots)]
    out, end = "", 0
    for start, stop in [*windows, (len(text) - _TAIL, len(text))]:
        if start > end + _WORTH:
            out += f" {GAP}{start - end:,} characters {MARK} "
            end = start
        out += text[end:stop]
        end = max(end, stop)
    return out
