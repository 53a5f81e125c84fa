"""The wording of lines is the same however much of a text is split at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.lines import template

LINES = st.lists(
    st.sampled_from(
        ("user 7 signed in", "user 8 signed in", "", 'said "a b" to x1', "a  b", "[3]")
    ),
    max_size=40,
)


@given(LINES, st.integers(1, 60))
def test_blocks_make_no_difference(lines: list[str], block: int) -> None:
    whole = template.wordings(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template, "_BLOCK", block)
        assert template.wordings(lines) == whole
    assert len(whole) == len(lines)


def test_lines_that_differ_in_a_value_share_a_wording() -> None:
    first, second = template.wordings(["user 7 signed in", "user 8 signed in"])
    assert first == second
