"""The choice of what to keep."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.choice import ALWAYS, choose, ranges, spelled

UNITS = st.lists(st.tuples(st.floats(0, 12), st.integers(1, 50)), max_size=60)


@given(UNITS, st.integers(0, 500))
def test_the_choice_is_in_order_and_holds_all_that_always_stays(units, budget):
    weights, costs = [u[0] for u in units], [u[1] for u in units]
    kept = choose(weights, costs, budget)
    assert kept == sorted(set(kept))
    assert all(at in kept for at, weight in enumerate(weights) if weight >= ALWAYS)


def test_the_heaviest_are_kept_within_the_budget():
    assert choose([0.1, 0.9, 0.2, 0.8, 0.1, 0.1, 0.1], [50] * 7, 100) == [1, 3]


def test_a_small_gap_is_closed():
    assert choose([1.0, 0.0, 1.0], [4, 4, 4], 8) == [0, 1, 2]


@given(st.sets(st.integers(0, 100)))
def test_ranges_cover_the_numbers(numbers):
    runs = ranges(sorted(numbers))
    assert [n for a, b in runs for n in range(a, b + 1)] == sorted(numbers)


def test_ranges_are_spelled_as_people_do():
    assert spelled(ranges([0, 1, 2, 9, 11, 12])) == "0-2, 9, 11-12"
