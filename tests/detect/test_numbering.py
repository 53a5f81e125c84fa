"""Files that were read with the numbers of their lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.detect.numbering import first_in, said, unnumbered
from headroom.lines.numbered import counted

ROWS = ["name,size", *(f"part-{n},{n * 7}" for n in range(40))]
LINE = st.text(st.characters(exclude_characters="\n"), max_size=20)


@pytest.mark.parametrize(
    "first", ["1\t", "     1\t", "    95→", "7: ", "12:", "3 | ", " 3| ", "00001| "]
)
def test_numbers_come_off_and_the_first_is_told(first):
    text = "\n".join(counted(ROWS, first))
    found = unnumbered(text)
    assert found is not None
    bare, told = found
    assert "\n".join(counted(bare.split("\n"), told)) == text
    assert bare.split("\n")[3].lstrip(" ") == ROWS[3]


def test_what_stands_around_a_file_stays_where_it_was():
    lines = ["<file>", *counted(ROWS, "5\t"), "(end of file)"]
    assert unnumbered("\n".join(lines)) == ("\n".join(["<file>", *ROWS, "(end of file)"]), "5\t")


@pytest.mark.parametrize(
    "lines",
    [
        ROWS,
        counted(ROWS, "1\t")[::2],
        [*counted(ROWS, "1\t"), *["more words than numbers"] * 20],
        counted(ROWS[:5], "1\t"),
    ],
)
def test_other_texts_are_not_numbered(lines):
    assert unnumbered("\n".join(lines)) is None


@given(st.text())
def test_any_text_is_looked_at(text):
    found = unnumbered(text)
    assert found is None or found[0].count("\n") == text.count("\n")


@given(st.lists(LINE, min_size=12, max_size=30), st.integers(0, 99_999), st.sampled_from("\t→"))
def test_any_lines_come_back(lines, start, mark):
    found = unnumbered("\n".join(counted(lines, f"{start:>6}{mark}")))
    assert found == ("\n".join(lines), f"{start:>6}{mark}")


@given(
    st.integers(0, 9_999_999),
    st.sampled_from([">6", ">9", "", "05"]),
    st.sampled_from(["\t", "→", ": ", " | "]),
)
def test_the_numbering_is_told_in_words_and_read_from_them(start, padding, mark):
    first = f"{start:{padding}}{mark}"
    assert first_in(said(first)) == first


@pytest.mark.parametrize("note", ["", "lines numbered from 7 on", "lines numbered from [] on"])
def test_a_note_without_a_number_is_refused(note):
    with pytest.raises(ValueError, match="first number"):
        first_in(note)
