"""Other words for those of a question."""

from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.question.synonym import synonyms


def test_a_word_and_its_short_form_stand_for_each_other():
    assert "ext" in synonyms("Which extension do modules get?")
    assert "extension" in synonyms("What is ext here?")


def test_endings_do_not_hide_a_word():
    assert "remove" in synonyms("Who deleted it?")
    assert "dir" in synonyms("directories") or "dir" in synonyms("directorys")


def test_what_is_quoted_stands_for_itself():
    assert synonyms("`delete`") == ()


def test_words_of_the_question_are_not_added():
    assert "limit" not in synonyms("limit or maximum?")


@given(st.text(max_size=300))
def test_any_question_gets_a_bounded_answer_of_different_words(query):
    found = synonyms(query)
    assert len(found) == len(set(found)) <= 40
