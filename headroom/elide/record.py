"""Weights of records: what stands out in a column, what changes, and what the question names."""

from __future__ import annotations

from enum import Enum
from itertools import accumulate
from typing import TYPE_CHECKING

from headroom.elide.trouble import FINE, is_fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.column import Column

NOISE = 0.2
"""What weighs less than this says nothing."""
_EXTREMES = 2
"""Records kept at either end of a column of numbers."""
_RARE = 3
"""A value of a column of categories is rare if so few records have it."""
_FEW = 6
"""A column with so few different values is one of states: a rare one tells."""
_CODES, _SELDOM = 12, 20
"""Numbers are no categories where there are more different ones; rare values tell nothing where
more than one record in the second has one."""
_OUTLIER = 3.5
"""Distance from the median in units of the median distance (times 1.48) that tells an outlier."""
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


class _Signal(Enum):
    """Why a record stands out, with what that weighs."""

    EXTREME = 0.8
    OUTLIER = 3.0
    CHANGE = 0.9
    RARE = 1.0
    STATE = 3.01
    LONE = 2.6
    BAD = 0.7
    FAULT = 3.02
    ALARM = 4.0


def weigh(columns: Sequence[Column], size: int) -> list[float]:
    """Return a weight for each of `size` records: 1.0 for outliers, rare values and failures.

    A signal that most records show tells little of any. First, last and evenly spaced records
    weigh something too.
    """
    signals: dict[_Signal, set[int]] = {}
    marked: list[tuple[_Signal, int]] = []
    for column in columns:
        found = _column(column, size)
        marked += found
        for signal, at in found:
            signals.setdefault(signal, set()).add(at)
    worth = {
        signal: signal.value * min(1.0, size / (_COMMON * len(found)))
        for signal, found in signals.items()
    }
    weights = [0.0] * size
    for signal, at in marked:
        weight = worth[signal]
        weights[at] = max(weights[at], weight) + 0.05 * min(weights[at], weight)
    for at in range(size):
        edge = min(at, size - 1 - at)
        weights[at] += 0.3 if edge == 0 else NOISE if edge < 3 else 0.0
    step = max(size // _SPREAD, _SPREAD)
    for at in range(step // 2, size, step):
        weights[at] += NOISE
    return weights


def _column(column: Column, size: int) -> list[tuple[_Signal, int]]:
    """Return the records that stand out in a column, by their numbers, and why."""
    at, numbers = column.at, column.numbers
    counts, total = column.counts, len(column.values)
    if numbers and numbers[0][0] == numbers[-1][0]:
        numbers = []
    ends = [place for _, place in numbers[:_EXTREMES] + numbers[-_EXTREMES:]]
    found = [(_Signal.EXTREME, at[place]) for place in ends]
    found += [(_Signal.OUTLIER, at[place]) for place in _outliers(numbers)]
    found += [(_Signal.CHANGE, at[place]) for place in _changes(column)]
    if len(counts) * 3 <= total:
        state = len(counts) <= _FEW and max(counts.values()) * 2 >= total
        signal = _Signal.STATE if state else _Signal.RARE
        found += [(signal, n) for n in _rare(column, state=state)]
        if state:
            found += [(_Signal.ALARM, n) for n in column.rows(_seldom(column))]
    if total <= _RARE < size:
        found += [(_Signal.LONE, n) for n in set(at)]
    if not numbers:
        found += [(_Signal.BAD, n) for n in column.rows(column.troubled)]
    if is_fault(column.name):
        faulty = column.rows({text for text in counts if text.casefold() not in FINE})
        if len(faulty) * 3 <= size:
            found += [(_Signal.FAULT, n) for n in faulty]
    return found


def _rare(column: Column, *, state: bool) -> list[int]:
    """Return the records with a value that few others have, where that is seldom in the column."""
    counts, total = column.counts, len(column.values)
    if not state and column.numbers and len(counts) > _CODES:
        return []
    rare = {text for text, count in counts.items() if count <= _RARE and count * 3 <= total}
    found = column.rows(rare)
    return found if state or len(found) * _SELDOM <= max(total, _SELDOM * _RARE) else []


def _seldom(column: Column) -> set[str]:
    """Return the values of a column of states that tell of trouble, where few records have them."""
    total = len(column.values)
    return {text for text in column.troubled if column.counts[text] * _COMMON <= total}


def _outliers(numbers: list[tuple[float, int]]) -> list[int]:
    """Return the places far from the median, by the median distance (Iglewicz and Hoaglin)."""
    if len(numbers) < 2 * _EXTREMES:
        return []
    middle = numbers[len(numbers) // 2][0]
    distances = sorted([abs(number - middle) for number, _ in numbers])
    spread = 1.4826 * distances[len(distances) // 2]
    if not spread:
        return []
    ends = numbers[:_RARE] + numbers[max(len(numbers) - _RARE, _RARE) :]
    far = [(abs(number - middle) / spread, place) for number, place in ends]
    return [place for distance, place in sorted(far, reverse=True)[:_RARE] if distance > _OUTLIER]


def _changes(column: Column) -> list[int]:
    """Return the places at which the level of a column changes: a state, or numbers that jump."""
    size = len(column.values)
    if size < 2 * _WINDOW:
        return []
    if 1 < len(column.counts) <= _FEW:
        texts = column.texts
        flips = [n for n in range(1, size) if texts[n] != texts[n - 1]]
        if len(flips) <= min(_MOST_FLIPS, max(2, size // _RUNS)):
            return sorted({place for n in flips for place in (n - 1, n)})
        return []
    if len(column.numbers) < size:
        return []
    series = [0.0] * size
    for number, place in column.numbers:
        series[place] = number
    return _jump(series)


def _jump(series: list[float]) -> list[int]:
    """Return the places on either side of where the mean of a series changes most, if it jumps.

    The place is where the sums of distances from the mean are greatest (CUSUM); it is a jump if
    the medians of the values on both sides differ by far more than these values vary.
    """
    mean = sum(series) / len(series)
    sums = [abs(total) for total in accumulate(value - mean for value in series[:-1])]
    at = max(range(len(sums)), key=sums.__getitem__) + 1
    before, after = sorted(series[max(0, at - _WINDOW) : at]), sorted(series[at : at + _WINDOW])
    if len(before) < _WINDOW // 2 or len(after) < _WINDOW // 2:
        return []
    varied = max(before[-1] - before[0], after[-1] - after[0])
    step = abs(after[len(after) // 2] - before[len(before) // 2])
    low, high = min(series), max(series)
    return [at - 1, at] if step > _STEP * varied and step * 4 > high - low else []
