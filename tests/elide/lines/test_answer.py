"""Whether a few units answer a question."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.question.bm25 import Relevance
from headroom.elide.lines.answer import answered, asks_one, told_of
from headroom.elide.lines.sheet import Sheet


def asks(query):
    return asks_one(query, Relevance(query))


def test_a_lookup_asks_for_one_place():
    assert asks("Which version of `libz` was installed?")
    assert asks("Where is `basket_total` defined? Give me file and line.")


def test_a_survey_a_failure_and_two_questions_do_not():
    assert not asks("Summarise this log.")
    assert not asks("Why does the build fail?")
    assert not asks("Which commit added `total`? And what does `basket` do?")


def test_a_word_that_asks_on_makes_no_second_question():
    assert asks("Anything from the rule `wide-plank`? Where?")
    assert not asks("Which plank is wide? Who has sawn the narrow one?")


def test_a_text_without_the_words_of_a_question_may_answer_only_a_part_of_it():
    question = Relevance("How much was downloaded, and how many packages are new?")
    lines = ["12 packages are new", "1 package was removed"]
    query = "How much was downloaded, and how many packages are new?"
    assert told_of(question, Sheet(lines))
    assert not told_of(question, Sheet(lines), query)
    assert told_of(question, Sheet([*lines, "Downloading 7 MB"]), query)
    assert not told_of(question, Sheet(["1 file was removed"]))


def test_one_high_score_among_low_ones_is_an_answer():
    scores = [0.5] * 40
    scores[7] = 2.0
    assert answered(scores)
    assert scores[7] == 2.0
    assert max(scores[8:]) < 0.5


def test_many_equal_scores_are_none():
    scores = [0.5] * 40
    assert not answered(scores)
    assert scores == [0.5] * 40


@given(st.lists(st.floats(0, 50), max_size=60))
def test_scores_are_only_ever_lowered_and_keep_their_order(scores):
    before = list(scores)
    answered(scores)
    assert all(0 <= new <= old for new, old in zip(scores, before, strict=True))
    order = sorted(range(len(scores)), key=lambda at: before[at])
    assert [scores[at] for at in order] == sorted(scores)
