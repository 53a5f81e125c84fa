"""How the share of a text that stays changes with its length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.scale import Scale


def test_the_usual_share_stays_of_a_text_of_the_usual_length():
    assert Scale(10_000, 0.25, 0.5).of(10_000) == 1.0


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_longer_a_text_the_smaller_a_share_but_the_more_of_it_stays(one, other):
    scale = Scale(16_000, 0.3, 0.35, 1.5)
    short, long = sorted((one, other))
    assert 0.35 <= scale.of(long) <= scale.of(short) <= 1.5
    assert scale.of(short) * short <= scale.of(long) * long
