"""Line numbers in front of a file's lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.lines import numbered

BODY = [f"value_{n} = {n}" for n in range(20)]


@pytest.mark.parametrize(
    "first", ["1\t", "     1\t", "    95→", "7: ", "12:", "3 | ", " 3| ", "00001| "]
)
def test_numbers_come_off_and_go_on_again(first):
    lines = numbered.counted(BODY, first)
    assert first in numbered.prefixes(lines[0])
    assert numbered.bare(lines) == BODY
    assert numbered.without(lines) == BODY


def test_right_aligned_numbers_keep_their_column():
    lines = numbered.counted(["a", "b", "c"], "  9: ")
    assert lines == ["  9: a", " 10: b", " 11: c"]


def test_a_colon_without_a_space_takes_none_from_the_lines():
    lines = numbered.counted(["def f():", "    return 1"] * 9, "8:")
    assert numbered.bare(lines) == ["def f():", "    return 1"] * 9


def test_a_header_and_a_footer_may_stand_around_the_file():
    lines = ["<file>", *numbered.counted(BODY, "5\t"), "</file>", "(end of file)"]
    assert numbered.bare(lines) == ["<file>", *BODY, "</file>", "(end of file)"]


@pytest.mark.parametrize(
    "lines",
    [
        BODY,
        [],
        ["1: a", "2: b"],
        [f"{n * 7}: hit" for n in range(30)],
        [*numbered.counted(BODY, "1: "), *["prose"] * 40],
    ],
)
def test_other_lines_are_not_numbered(lines):
    assert numbered.bare(lines) is None


def test_what_is_no_number_numbers_nothing():
    with pytest.raises(ValueError, match="no line number"):
        numbered.counted(["a"], "x: ")


@given(
    st.lists(st.text(st.characters(exclude_characters="\n"), max_size=20), max_size=30),
    st.integers(0, 99_999),
    st.sampled_from(["\t", "→", ": ", " | "]),
)
def test_any_lines_come_back(lines, start, separator):
    assert numbered.without(numbered.counted(lines, f"{start}{separator}")) == lines
    assert numbered.prefixes("".join(numbered.counted([""], f"{start}\t"))) == [f"{start}\t"]


def test_the_hits_of_a_search_are_told_from_what_stands_near_them():
    near = numbered.counted(BODY, "30-")
    lines = [line.replace("35-", "35:", 1).replace("41-", "41:", 1) for line in near]
    assert numbered.bare(lines) == BODY
    assert numbered.hits(lines) == ("30-", [35, 41])
    assert numbered.counted(BODY, "30-", [35, 41]) == lines


@pytest.mark.parametrize("lines", [BODY, numbered.counted(BODY, "3:"), ["1-a", "b"]])
def test_lines_without_a_search_have_no_hits(lines):
    assert numbered.hits(lines) is None
