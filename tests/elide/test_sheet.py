"""Numbered lines that are searched in one go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.sheet import Sheet

LETTERS = st.text(alphabet="ab \n\tÄİ", max_size=30)


@given(st.lists(LETTERS.map(lambda text: text.replace("\n", "")), max_size=6), LETTERS)
def test_what_stands_in_a_sheet_may_stand_there(lines, stem):
    sheet = Sheet(lines)
    stem = stem.lower()
    assert sheet.has(stem) or stem not in sheet.lower


@given(st.lists(st.text(alphabet="ab c", max_size=12), max_size=8), st.sampled_from("ab c"))
def test_the_places_of_a_text_are_the_first_in_each_line_that_holds_it(lines, stem):
    found = dict(Sheet(lines).places(stem))
    assert sorted(found) == [at for at, line in enumerate(lines) if stem in line]
    starts = Sheet(lines).starts
    assert all(offset - starts[at] == lines[at].index(stem) for at, offset in found.items())
