"""Numbered listings: every tenth number is enough."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors.source import SourceCompressor
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.detect.source import claim
from tests.choices import several

CTX = Context(count=len)


@given(
    several(("x = 1", "", "  12\t", "\ty", "10: z", "\r"), 1, 40),
    st.integers(0, 120),
    st.sampled_from([0, 3, 6]),
    st.sampled_from(["\t", "→", ": ", ":", "| ", "|"]),
)
def test_listings_are_given_back(lines, first, width, mark):
    text = "\n".join(f"{n:>{width}}{mark}{line}" for n, line in enumerate(lines, first))
    made = SourceCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


def test_the_first_and_every_tenth_number_stay():
    lines = [f"{n:>6}\tline {n}" for n in range(8, 22)]
    assert list(claim(lines)) == [(0, 14)]
    shown = SourceCompressor().compress("\n".join(lines), CTX).text.split("\n")
    assert shown[1:5] == ["     8\tline 8", "line 9", "    10\tline 10", "line 11"]


def test_numbers_that_skip_are_left_alone():
    assert list(claim([f"{n}: hit" for n in (1, 5, 9, 12, 20, 31, 40, 44, 52)])) == []
