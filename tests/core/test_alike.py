"""How far two texts are alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.alike import shared_ends


@given(
    st.text(alphabet="abä", max_size=40), st.text(alphabet="abä", max_size=40), st.text(max_size=9)
)
def test_what_two_texts_begin_and_end_with_alike_is_found(one, other, around):
    one, other = around + one + around, around + other + around
    size, end = shared_ends(one, other)
    assert one[:size] == other[:size]
    assert one[size : size + 1] != other[size : size + 1] or size == len(one) == len(other)
    one, other = one[size:], other[size:]
    assert one[len(one) - end :] == other[len(other) - end :]
    assert end == min(len(one), len(other)) or one[-end - 1] != other[-end - 1]
