"""Numbered lines that are searched in one go."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.lines.sheet import Sheet, opened, opening

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


@given(st.lists(st.sampled_from(["", "at x", "  at x", "\tat", "b at x", "  ", "at", "c at d"])))
def test_lines_that_begin_with_a_pattern_are_those_that_match_one_by_one(lines):
    wording = r"\s*at \S|c "
    found = opened("\n".join(["", *lines]), opening(wording))
    assert found == [at for at, line in enumerate(lines) if re.match(wording, line)]


@given(
    st.lists(st.sampled_from(["an error", "error-12", "no such file", "12:30", "x.error.y", "é"]))
)
def test_no_text_that_stands_in_the_sheet_is_missed(lines):
    stems = ("error", "no such", "file", "12:3", "é", "absent")
    sheet = Sheet(lines)
    assert sheet.among(stems) == [stem for stem in stems if sheet.has(stem)]
    assert {stem for stem in stems if stem in sheet.lower} <= set(sheet.among(stems))


def test_a_sheet_cut_to_a_width_misses_nothing_that_still_stands_in_it() -> None:
    sheet = Sheet(["error: " + "x" * 20 + " failed", "short"])
    cut = sheet.narrowed(10)
    assert cut.lines == ["error: xxx", "short"]
    assert list(cut.places("error")) == [(0, 0)]
    assert list(cut.places("failed")) == []
    assert sheet.narrowed(100) is sheet
