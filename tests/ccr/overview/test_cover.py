"""Tests of `cover`: an order in which the first texts hold most words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.overview.cover import cover, words


def test_what_says_something_new_comes_before_what_says_it_again():
    texts = ["open the gate", "open the gate now", "paint a wall", "open the gate again"]
    assert set(list(cover(texts, [1.0] * 4))[:2]) == {1, 2} or set(
        list(cover(texts, [1.0] * 4))[:2]
    ) == {0, 2}


def test_what_is_known_counts_for_less_and_what_has_no_merit_never_comes():
    texts = ["alpha beta", "gamma delta", "never asked"]
    assert list(cover(texts, [1.0, 1.0, 0.0], {"alpha", "beta"})) == [1, 0]


def test_words_are_divided_at_underscores():
    assert words("read_line(42)") == {"read", "line", "42"}


@given(st.lists(st.text(max_size=40), max_size=60), st.data())
def test_each_text_with_merit_comes_once_and_always_in_the_same_order(texts, data):
    merits = [data.draw(st.sampled_from([0.0, 0.5, 1.0])) for _ in texts]
    order = list(cover(texts, merits))
    assert sorted(order) == [at for at, merit in enumerate(merits) if merit]
    assert order == list(cover(texts, merits))
