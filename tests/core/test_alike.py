"""How far two texts are alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.alike import shared_start


@given(
    st.text(alphabet="abä", max_size=40), st.text(alphabet="abä", max_size=40), st.text(max_size=9)
)
def test_what_two_texts_begin_with_alike_is_found(one, other, before):
    one, other = before + one, before + other
    size = shared_start(one, other)
    assert one[:size] == other[:size]
    assert one[size : size + 1] != other[size : size + 1] or size == len(one) == len(other)
