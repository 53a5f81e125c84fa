"""What stands in front of every line comes off, and goes on again as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.lines.margin import Margin, margin, margin_in, margined, said, unmargined
from tests.choices import choices

ROWS = [f"part {n} is {'red' if n % 2 else 'blue'}" for n in range(12)]
LINES = ("", "a", " b", "> c", ">", "  ", "\td", "é", "e > f")
SAID = st.text(st.characters(exclude_characters="\n"), max_size=6)


@pytest.mark.parametrize("front", ["    ", "\t", "> ", ">", "> > ", "  > "])
@pytest.mark.parametrize("empty", ["", ">"])
def test_a_margin_is_found_and_goes_on_again(front, empty):
    lines = margined([*ROWS, "", *ROWS], Margin(front, empty))
    found = margin(lines)
    assert found is not None
    assert found.front == front
    assert unmargined(lines, found) == [*ROWS, "", *ROWS]
    assert margined(unmargined(lines, found), found) == lines


@pytest.mark.parametrize(
    "lines",
    [
        ROWS,
        [" " + row for row in ROWS],
        ["  " + row for row in ROWS[:7]],
        ["  " + row for row in ROWS] + ["end"],
        ["0a1,12", *(f"> {row}" for row in ROWS)],
        [""] * 40,
    ],
    ids=["none", "one space", "few", "not all", "a diff", "empty"],
)
def test_other_lines_have_none(lines):
    assert margin(lines) is None


def test_only_what_all_lines_have_is_the_margin():
    lines = ["    def f():", *(f"        {row}" for row in ROWS)]
    assert margin(lines) == Margin("    ", "")


def fronted(made):
    return made.several(lambda: made.one(("  ", "> ", ">", "")) + made.one(LINES), 8, 30)


@given(choices(80).map(fronted))
def test_lines_come_back_or_differ_by_blanks_alone(lines):
    found = margin(lines)
    if found is not None:
        bare = unmargined(lines, found)
        assert len(bare) == len(lines)
        for line, rest in zip(lines, bare, strict=True):
            assert line.endswith(rest)
            assert rest or not line.strip(" \t>")


@given(SAID, SAID)
def test_a_note_tells_its_margin(front, empty):
    assert margin_in(said(Margin(front, empty))) == Margin(front, empty)


@pytest.mark.parametrize("note", ["", '"  " before each line', '"a" before each line, 3', "x"])
def test_a_note_that_tells_none_is_an_error(note):
    with pytest.raises(ValueError, match="margin"):
        margin_in(note)
