"""Weights of records: what stands out in a column, what changes, and what the question names."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate, compress, islice
from operator import ge, le, ne
from typing import TYPE_CHECKING

from headroom.elide.rows.affected import affected
from headroom.elide.rows.trouble import FINE, grave, is_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.elide.rows.column import Column

NOISE = 0.2
"""What weighs less than this says nothing."""
_EXTREMES = 2
"""Records kept at either end of a column of numbers."""
_TOP, _OF_NAMES = 8, 2
"""The same of the greatest in a list of so few columns, one of them numbers: sizes or counts of
what the other names, as `du` and `uniq -c` print them."""
_STEEP = 3.0
"""The first number of a ranking is so many times the one in the middle, other than in a count."""
_RARE = 3
"""A value of a column of categories is rare if so few records have it."""
_FEW = 6
"""A column with so few different values is one of states: a rare one tells."""
_BLANKS = 6
"""Records that stand out for a number that is missing, at most; one in so many as are seldom."""
_CODES, _SELDOM = 12, 20
"""Numbers are no categories where there are more different ones; rare values tell nothing where
more than one record in the second has one."""
_OUTLIER = 3.5
"""Distance from the median in units of the median distance (times 1.48) that tells an outlier."""
_ALIKE = 6
"""Values that tell of the same trouble, and stay; the last one does, too."""
_FIGURES = re.compile(r"[0-9]+")
_COMMON = 3
"""A signal that more than one record in so many shows loses weight."""
_WINDOW = 6
"""Records on either side of a change that are compared."""
_STEP = 1.5
"""A change of level is more than so many times the range of the values on either side."""
_RUNS, _MOST_FLIPS = 20, 10
"""A state that changes more often than once in so many records, or so often, just varies."""
_SPREAD = 8
"""Evenly spaced records that show the whole range, at most; one in as many at least."""


_WORTH = {
    "extreme": 0.8,
    "great": 1.01,
    "ranked": 1.02,
    "outlier": 3.0,
    "change": 0.9,
    "rare": 1.0,
    "state": 3.01,
    "lone": 2.6,
    "bad": 0.7,
    "fault": 3.02,
    "alarm": 4.0,
    "grave": 3.5,
    "affected": 3.03,
}
"""Why a record stands out, with what that weighs."""


def weigh(columns: Sequence[Column], size: int) -> list[float]:
    """Return a weight for each of `size` records: 1.0 for outliers, rare values and failures.

    A signal that most records show tells little of any. First, last and evenly spaced records
    weigh something too.
    """
    signals: dict[str, set[int]] = {}
    if (greatest := _greatest(columns)) and size > _COMMON * _TOP:
        signals["great"] = set(greatest)
    marked: list[tuple[str, list[int]]] = [(signal, [*at]) for signal, at in signals.items()]
    for column in columns:
        for signal, rows in _column(column, size):
            if rows:
                marked.append((signal, rows))
                signals.setdefault(signal, set()).update(rows)
    if told := affected(columns, signals.get("alarm", ()), size):
        marked.append(("affected", [*told]))
        signals["affected"] = told
    worth = {
        signal: _WORTH[signal] * min(1.0, size / (_COMMON * len(found)))
        for signal, found in signals.items()
    }
    weights = [0.0] * size
    for signal, rows in marked:
        weight = worth[signal]
        for at in rows:
            old = weights[at]
            weights[at] = old + 0.05 * weight if old > weight else weight + 0.05 * old
    for at in {0, 1, 2, size - 3, size - 2, size - 1}:
        if 0 <= at < size:
            weights[at] += 0.3 if at in (0, size - 1) else NOISE
    step = max(size // _SPREAD, _SPREAD)
    for at in range(step // 2, size, step):
        weights[at] += NOISE
    return weights


def _greatest(columns: Sequence[Column]) -> list[int]:
    """Return the records with the greatest numbers of a list of names with a number each."""
    numbered = [column for column in columns if column.ranks]
    if len(columns) != _OF_NAMES or len(numbered) != 1:
        return []
    numbers, ranks = numbered[0].numbers, numbered[0].ranks
    # Numbers that count the records themselves measure nothing.
    if numbers[ranks[-1]] - numbers[ranks[0]] < len(ranks):
        return []
    return [numbered[0].at[place] for place in ranks[-_TOP:]]


def _column(column: Column, size: int) -> Iterator[tuple[str, list[int]]]:
    """Yield why records stand out in a column, and their numbers."""
    at, ranks = column.at, column.ranks
    counts, total = column.counts, len(column.values)
    varied = bool(ranks) and column.numbers[ranks[0]] != column.numbers[ranks[-1]]
    if varied:
        yield "extreme", [at[place] for place in ranks[:_EXTREMES] + ranks[-_EXTREMES:]]
        yield "outlier", [at[place] for place in _outliers(column)]
        if _is_ranking(column, size):
            yield "ranked", [*at[:_TOP]]
        if 0 < total - len(ranks) <= max(_RARE, min(_BLANKS, total // _SELDOM)):
            yield "rare", [at[place] for place in {*range(total)}.difference(ranks)]
    yield "change", [at[place] for place in _changes(column)]
    if len(counts) * 3 <= total:
        state = len(counts) <= _FEW and max(counts.values()) * 2 >= total
        yield "state" if state else "rare", _rare(column, state=state)
        if state:
            yield "alarm", column.rows(_seldom(column))
    elif column.shapes:
        yield "rare", column.rows(_odd(column))
    if total <= _RARE < size:
        yield "lone", list(set(at))
    if not varied:
        yield "bad", column.rows(_unlike(column))
    if graded := grave(column.name, counts):
        found = column.rows(graded)
        if len(found) * 3 <= size:
            yield "grave", found
    if is_fault(column.name):
        faulty = column.rows({text for text in counts if text.casefold() not in FINE})
        if len(faulty) * 3 <= size:
            yield "fault", faulty


def _is_ranking(column: Column, size: int) -> bool:
    """Whether records stand by a number that falls from high: the first are what was asked for."""
    numbers, ranks = column.numbers, column.ranks
    if not len(ranks) == size > _TOP or numbers[0] < _STEEP * numbers[ranks[size // 2]]:
        return False
    return all(map(ge, numbers, islice(numbers, 1, None)))


def _rare(column: Column, *, state: bool) -> list[int]:
    """Return the records with a value that few others have, where that is seldom in the column."""
    counts, total = column.counts, len(column.values)
    if not state and column.numbers and len(counts) > _CODES:
        return []
    rare = {text for text, count in counts.items() if count <= _RARE and count * 3 <= total}
    found = column.rows(rare)
    return found if state or len(found) * _SELDOM <= max(total, _SELDOM * _RARE) else []


def _odd(column: Column) -> set[str]:
    """Return the values of a shape that few others have."""
    counts, total = column.counts, len(column.values)
    odd: set[str] = set()
    for texts in column.shapes.values():
        found = sum(map(counts.__getitem__, texts))
        if found <= _RARE and found * _SELDOM <= total:
            odd |= texts
    return odd


def _seldom(column: Column) -> set[str]:
    """Return the values of a column of states that tell of trouble, where few records have them."""
    total = len(column.values)
    return {text for text in column.troubled if column.counts[text] * _COMMON <= total}


def _unlike(column: Column) -> set[str]:
    """Return the values that tell of trouble, of those that differ in figures alone a few."""
    found = column.troubled
    if len(found) <= _ALIKE:
        return found
    groups: dict[str, list[str]] = {}
    for text in column.counts:
        if text in found:
            groups.setdefault(_FIGURES.sub("", text), []).append(text)
    return {text for alike in groups.values() for text in (*alike[:_ALIKE], alike[-1])}


def _outliers(column: Column) -> list[int]:
    """Return the places far from the median, by the median distance (Iglewicz and Hoaglin)."""
    numbers, ranks = column.numbers, column.ranks
    if len(ranks) < 2 * _EXTREMES:
        return []
    middle = numbers[ranks[len(ranks) // 2]]
    spread = 1.4826 * _median_distance(numbers, ranks)
    if not spread:
        return []
    ends = [*ranks[:_RARE], *ranks[max(len(ranks) - _RARE, _RARE) :]]
    far = [(abs(numbers[place] - middle) / spread, place) for place in ends]
    return [place for distance, place in sorted(far, reverse=True)[:_RARE] if distance > _OUTLIER]


def _median_distance(numbers: Sequence[float], ranks: Sequence[int]) -> float:
    """Return the median of the distances from the median.

    The half of the numbers that is nearest to the median stands side by side in their order: it
    is looked for by halving, not by sorting all distances.
    """
    half = len(ranks) // 2
    middle = numbers[ranks[half]]

    def reach(first: int) -> tuple[float, float]:
        return middle - numbers[ranks[first]], numbers[ranks[first + half]] - middle

    firsts = range(len(ranks) - half)
    best = bisect_left(firsts, True, key=lambda first: le(*reach(first)))
    return min(max(reach(first)) for first in (best - 1, best) if first in firsts)


def _changes(column: Column) -> list[int]:
    """Return the places at which the level of a column changes: a state, or numbers that jump."""
    size = len(column.values)
    if size < 2 * _WINDOW:
        return []
    if 1 < len(column.counts) <= _FEW:
        texts = column.texts
        flips = list(compress(range(1, size), map(ne, texts[1:], texts)))
        if len(flips) <= min(_MOST_FLIPS, max(2, size // _RUNS)):
            return sorted({place for n in flips for place in (n - 1, n)})
        return []
    return _jump(column.numbers) if len(column.ranks) == size else []


def _jump(series: Sequence[float]) -> list[int]:
    """Return the places on either side of where the mean of a series changes most, if it jumps.

    The place is where the sums of distances from the mean are greatest (CUSUM); it is a jump if
    the medians of the values on both sides differ by far more than these values vary.
    """
    mean = sum(series) / len(series)
    sums = list(map(abs, accumulate([value - mean for value in series[:-1]])))
    at = sums.index(max(sums)) + 1
    before, after = sorted(series[max(0, at - _WINDOW) : at]), sorted(series[at : at + _WINDOW])
    if len(before) < _WINDOW // 2 or len(after) < _WINDOW // 2:
        return []
    varied = max(before[-1] - before[0], after[-1] - after[0])
    step = abs(after[len(after) // 2] - before[len(before) // 2])
    low, high = min(series), max(series)
    return [at - 1, at] if step > _STEP * varied and step * 4 > high - low else []
