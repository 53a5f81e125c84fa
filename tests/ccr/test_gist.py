"""Tests of `gist`: a sentence by its names and numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.gist import GAP, gist, named

SENTENCE = (
    "After a long and rather tiresome debate the council gave the contract to Hedwig Aalto, "
    "who had by then already drawn many other bridges, for 40,000 crowns in 1931."
)


def said(sentence, known=frozenset(), reach=1):
    found = gist(sentence, known)
    return found.said(reach) if found else ""


def test_names_and_numbers_stay_with_the_words_beside_them():
    assert said(SENTENCE) == "contract to Hedwig Aalto, … for 40,000 crowns in 1931."
    assert said(SENTENCE, reach=0) == "to Hedwig Aalto, … for 40,000 crowns in 1931."


def test_more_of_the_sentence_stays_the_farther_the_reach():
    lengths = [len(said(SENTENCE, reach=reach)) for reach in range(12)]
    assert lengths == sorted(lengths)
    assert "tiresome debate the council gave" in said(SENTENCE, reach=6)


def test_what_is_known_is_left_out():
    found = said(SENTENCE, {"Hedwig", "Aalto", "Hedwig Aalto"})
    assert "Hedwig" not in found
    assert "40,000" in found
    assert gist(SENTENCE, named(SENTENCE)) is None


def test_neighbours_are_new_where_both_are_known_from_elsewhere():
    known = named("Hedwig lived there. Later the Aalto house burnt down.")
    assert "Hedwig Aalto" in said(SENTENCE, known)


def test_numbers_that_are_words_count():
    assert said("she was then nine years of age") == "then nine years"


def test_the_first_word_of_a_sentence_is_no_name_by_its_capital():
    assert gist("Nothing at all was said.", set()) is None
    assert said("Hedwig Aalto said nothing.") == "Hedwig Aalto said"


@given(st.text(max_size=300), st.integers(0, 8))
def test_what_stays_is_as_it_was_and_in_order(sentence, reach):
    words = sentence.split()
    at = 0
    told = said(sentence, reach=reach)
    for part in told.split(GAP) if told else []:
        for word in part.split():
            at = words.index(word, at) + 1


def test_a_sentence_of_small_words_without_end_is_read_in_one_pass():
    sentence = "Hedwig Aalto " + "of A " * 60_000
    assert said(sentence).startswith("Hedwig Aalto of A of A")
