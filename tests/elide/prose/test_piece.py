"""The words of sentences, and where they are."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.prose.piece import Pieces, words
from headroom.elide.prose.sentence import split

SIGNS = "ab\u2010\x00 \n\t_.,<>&;#09ÀéßſİǅKд年ไ　\xa0“”…\ud800²½٣\u2028"
WIDE = st.text(st.characters(min_codepoint=0x80, max_codepoint=0x2FFF), min_size=150, max_size=400)
TEXTS = (st.text(SIGNS, max_size=300) | st.text(max_size=200) | WIDE).map("A".__add__)


@given(TEXTS)
def test_sentences_read_together_have_the_words_that_each_has_alone(text):
    pieces = Pieces(text, split(text))
    whole = [re.sub("\u2010\n[ \t]*", "", piece.replace("\x00", " ")) for piece in pieces.bare]
    assert pieces.rows == list(map(words, whole))
    assert all(count <= len(pieces.rows) for count in pieces.seen.values())


@given(TEXTS, st.text(SIGNS.replace("\x00", ""), min_size=1, max_size=3))
def test_who_has_a_string_is_found_in_its_case_folded_text(text, probe):
    pieces = Pieces(text, split(text))
    probe = " ".join(probe.casefold().split())
    if probe:
        assert pieces.holders(probe) == [
            at for at, piece in enumerate(pieces.folded) if probe in piece
        ]


def test_signs_beyond_ascii_part_words_and_letters_do_not():
    text = "Naïve “quotes”—dashes… and übergroß."
    (row,) = Pieces(text, [(0, len(text))]).rows
    assert row == ["Naïve", "quotes", "dashes", "and", "übergroß"]


def test_a_word_broken_at_the_end_of_a_line_is_one_word():
    text = "The waiting time is meas\u2010\n       ured in sec\u2010\nonds."
    (row,) = Pieces(text, [(0, len(text))]).rows
    assert row == ["The", "waiting", "time", "is", "measured", "in", "seconds"]


def test_what_is_to_be_filled_in_is_no_tag():
    text = "Call till <drawer> [<coins>] to open it. See <a href='x'>the <b>manual</b></a>.<br>"
    (bare,) = Pieces(text, [(0, len(text))]).bare
    assert "<drawer>" in bare
    assert "<coins>" in bare
    assert "<b>" not in bare
    assert "href" not in bare
    assert "<br>" not in bare
