"""Whether a question tells which records it asks for."""

from __future__ import annotations

import pytest

from headroom.elide.rows.vague import is_vague

BEST = ['{"rank": "lecturer", "sex": "female", "salary": 61000}']
NAMES = ["rank", "sex", "salary", "yearsOfService"]


@pytest.mark.parametrize(
    ("query", "vague"),
    [
        ("What does the best paid woman earn?", True),
        ("Which are precious?", True),
        ("What is the salary of the female lecturer?", False),
        ("Who has the most years of service?", False),
        ("Summarise this table.", False),
        ("Which records failed?", False),
        ("", False),
    ],
)
def test_a_question_is_vague_if_its_words_stand_neither_in_a_record_nor_in_a_name(query, vague):
    assert is_vague(query, BEST, NAMES, told=False) is vague


def test_a_question_that_names_something_may_say_more_in_words_of_its_own():
    query = "What does lecturer 61000 get, roughly speaking?"
    assert is_vague(query, BEST, NAMES, told=False)
    assert not is_vague("What does lecturer 61000 earn monthly?", BEST, NAMES, told=True)
