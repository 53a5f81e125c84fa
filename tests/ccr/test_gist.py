"""Tests of `gist`: a sentence by its names and numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.gist import GAP, gist, named

SENTENCE = (
    "After a long and rather tiresome debate the council gave the contract to Hedwig Aalto, "
    "who had by then already drawn three other bridges, for 40,000 crowns in 1931."
)


def test_names_and_numbers_stay_with_the_words_beside_them():
    said, facts = gist(SENTENCE, set())
    assert said == "to Hedwig Aalto, who … for 40,000 crowns in 1931."
    assert facts == 4


def test_what_is_known_is_left_out():
    said, facts = gist(SENTENCE, {"Hedwig", "Aalto"})
    assert "Hedwig" not in said
    assert facts == 2
    assert gist(SENTENCE, named(SENTENCE)) == ("", 0)


def test_the_first_word_of_a_sentence_is_no_name_by_its_capital():
    assert gist("Nothing at all was said.", set()) == ("", 0)
    assert gist("Hedwig Aalto said nothing.", set()) == ("Hedwig Aalto said", 2)


@given(st.text(max_size=300))
def test_what_stays_is_as_it_was_and_in_order(sentence):
    said, _ = gist(sentence, set())
    words = sentence.split()
    at = 0
    for part in said.split(GAP) if said else []:
        for word in part.split():
            at = words.index(word, at) + 1
