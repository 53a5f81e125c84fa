"""How many records a question asks for."""

import pytest

from headroom.elide.rows.many import how_many


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("the top five", 5),
        ("Which three are the largest?", 3),
        ("the second largest", 2),
        ("the 10 biggest", 10),
        ("Which is the largest?", 1),
        ("the 4.5 biggest", 1),
        ("the 2000 biggest", 1),
        ("", 1),
    ],
)
def test_a_question_says_how_many_it_asks_for(query, count):
    assert how_many(query) == count


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("the slowest call", 1),
        ("the slowest calls", 5),
        ("the slowest 7 calls", 7),
        ("the slowest 99 calls", 20),
        ("the two slowest calls", 5),
    ],
)
def test_behind_a_superlative_a_number_or_a_plural_tells(query, count):
    assert how_many(query, query.index("slowest") + len("slowest")) == count
