"""How much of a text may stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.prose.room import room

EVEN = [1.0] * 100
LONG = [200] * 100


def test_a_question_met_in_one_place_needs_less_than_one_that_is_not():
    assert room(0.5, EVEN, LONG, 1.0) < room(0.5, EVEN, LONG, 0.5) < room(0.5, EVEN, LONG, 0.1)


def test_all_that_weighs_heavily_may_stay_within_the_usual_share():
    heavy = [5.0] * 40 + [1.0] * 60
    assert room(0.5, heavy, LONG, 1.0) == 0.4
    assert room(0.3, heavy, LONG, 1.0) < 0.35


def test_an_overview_gets_more_than_any_question_and_most_of_a_short_text():
    assert room(0.5, EVEN, LONG, None) > room(0.5, EVEN, LONG, 0.0)
    assert room(0.3, EVEN, [30] * 100, None) > room(0.3, EVEN, LONG, None)


@given(
    st.floats(0.01, 3.0),
    st.lists(st.tuples(st.floats(0.0, 10.0), st.integers(0, 5_000)), max_size=20),
    st.none() | st.floats(0.0, 1.0),
)
def test_the_room_grows_with_the_share(share, units, focus):
    weights = [weight for weight, _ in units]
    sizes = [size for _, size in units]
    assert 0 < room(share, weights, sizes, focus) <= room(1.5 * share, weights, sizes, focus)


def test_of_a_long_text_that_answers_a_question_a_smaller_share_stays():
    longer = [4 * size for size in LONG]
    assert room(0.5, EVEN, longer, 1.0) < 0.9 * room(0.5, EVEN, LONG, 1.0)
    assert room(0.5, EVEN, longer, 0.0) == room(0.5, EVEN, LONG, 0.0)
    assert room(0.5, EVEN, longer, None) == room(0.5, EVEN, LONG, None)
