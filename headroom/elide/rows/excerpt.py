"""An excerpt of a list: the records that matter, and a summary of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.elide.choice import ALWAYS, choose, ranges, spelled
from headroom.elide.complete import of_named
from headroom.elide.rows import record
from headroom.elide.rows.column import Column
from headroom.elide.rows.facet import hinted
from headroom.elide.rows.found import weights_of_hits
from headroom.elide.rows.summary import index, summary
from headroom.elide.rows.vague import is_vague
from headroom.elide.rows.wanted import wanted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

MIN_RECORDS = 6
"""Fewer records are not cut: they are all first or last."""
_OF_ONE = 5
"""No record counts for more than one in so many parts of the room."""
_STRONG, _WEAK_SHARE, _FEW = 1.0, 0.5, 24
"""What weighs less than the first may fill only half of the room, but for lists of so few."""

_VAGUE, _MOST_VAGUE = 0.8, 6_000
"""What of the room is filled, and up to how many characters, where it is not clear what is asked:
what says little by itself may be the answer."""
_WIDE = 1.0
"""Weight of the record that a question fits best in other words than its own."""
_TELLING = 2.0
"""Relevance that other words than the question's hardly have: what has less weighs less."""
_BEST = 3
"""Records that a question fits best, in which its words are looked for."""
_SPREAD = 24
"""Runs of records that fill what room is left, spread evenly, at most."""
_MOST_RUNS = 200
"""Of a very long list no more runs of records are kept: to name more would be too long."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of an excerpt."""

    query: str
    share: float
    """Of its text; less stays where less says all."""
    fill: bool = False
    """Whether the room is filled in any case, with an even spread of what says little."""
    guess: bool = False
    """Whether no more stays where it is not clear what is asked for."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Which records of a list are kept, and what is said of all of them."""

    kept: list[int]
    size: int
    summary: str
    """A line, or two: what all have in common, and the names of those left out."""
    vague: bool = False
    """Whether it is not clear which records the question asks for."""
    named: str = ""
    """How much is kept of what the question names: see `of_named`."""

    @property
    def whole(self) -> bool:
        """Whether all records are kept."""
        return len(self.kept) == self.size

    @property
    def rows(self) -> str:
        """The kept records as ranges: "0-3, 17 of 0-99"."""
        return f"{spelled(ranges(self.kept))} of 0-{self.size - 1}{self.named}"


def excerpt(
    units: Sequence[str],
    columns: Sequence[Column],
    demand: Demand,
    names: Sequence[str] | None = None,
    sure: Collection[int] = (),
    odd: Mapping[int, float] | None = None,
) -> Excerpt | None:
    """Return which records to keep so that about the share of their text stays; None for all.

    `names` are the keys of records that are the entries of an object; those `sure` stay, and those
    that are `odd` weigh so much more. Where all stay because it is not clear what is asked for,
    that is said.
    """
    share = demand.share
    size = len(units)
    if size < MIN_RECORDS:
        return None
    known, texts = columns, units
    if names:
        known = [*columns, Column.of_text("", range(size), names)]
        texts = [f"{name}: {unit}" for name, unit in zip(names, units, strict=True)]
    own, asked = record.weigh(columns, size), wanted(known, texts, demand.query)
    own = weights_of_hits(columns, own) or own
    for at, weight in (odd or {}).items():
        own[at] += weight
    vague = not demand.guess and _is_vague(known, texts, asked, demand.query)
    if vague:
        for at, weight in hinted(columns, size, demand.query).items():
            asked[at] += weight
        scores = Relevance(demand.query, wide=True).scores(texts)
        most = max(*scores, _TELLING)
        asked = [a + _WIDE * b / most for a, b in zip(asked, scores, strict=True)]
    weights = [a + b if a + b >= record.NOISE else 0.0 for a, b in zip(own, asked, strict=True)]
    for at in sure:
        weights[at] = ALWAYS
    costs = [len(text) // 3 + 1 for text in texts]
    budget = int(sum(costs) * share)
    # One that is far longer than the others is shortened itself: it shall not crowd them out.
    dues = [min(cost, max(budget // _OF_ONE, 1)) for cost in costs]
    strong = choose([w if w >= _STRONG else 0.0 for w in weights], dues, budget)
    room = share * max(_WEAK_SHARE, min(1.0, _FEW / size))
    kept = sorted({*strong, *choose(weights, costs, int(sum(costs) * room))})
    if demand.fill:
        kept = _filled(kept, texts, share)
    elif vague:
        kept = _filled(kept, texts, min(_VAGUE * share, _MOST_VAGUE / sum(map(len, texts))))
    if len(ranges(kept)) > _MOST_RUNS:
        kept = sorted(nlargest(_MOST_RUNS, kept, key=weights.__getitem__))
    if len(kept) == size:
        return Excerpt(kept, size, "", vague) if vague else None
    left_out = sum(map(len, texts)) - sum(len(texts[at]) for at in kept)
    said = summary(columns, size, "entries" if names else "rows", left_out, demand.query)
    if not names and said:
        listed = index(columns, sorted(set(range(size)).difference(kept)), left_out)
        said += f"\n{listed}" if listed else ""
    return Excerpt(kept, size, said, vague, of_named(texts, kept, demand.query))


def _is_vague(
    columns: Sequence[Column], texts: Sequence[str], asked: Sequence[float], query: str
) -> bool:
    """Whether it is not clear which records the question asks for."""
    best = [at for at in nlargest(_BEST, range(len(asked)), key=asked.__getitem__) if asked[at]]
    told = bool(best) and asked[best[0]] >= ALWAYS
    return is_vague(query, [texts[at] for at in best], [each.name for each in columns], told=told)


def _filled(kept: list[int], texts: Sequence[str], share: float) -> list[int]:
    """Return the kept records and as many others, evenly spread, as there is room for."""
    inside = set(kept)
    others = [at for at in range(len(texts)) if at not in inside]
    size = sum(map(len, texts))
    room = int(share * size) - sum(len(texts[at]) for at in kept)
    count = min(len(others), room * len(others) // max(sum(len(texts[at]) for at in others), 1))
    if count < 1:
        return kept
    runs = min(count, _SPREAD)
    for run in range(runs):
        start = run * len(others) // runs
        inside.update(others[start : start + (run + 1) * count // runs - run * count // runs])
    return sorted(inside)
