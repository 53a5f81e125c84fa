"""Where one question of a message ends and another begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.parting import in_parts, parts


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("How long is the lease?", ["How long is the lease"]),
        (
            "Which port is it, and after how many seconds does it close?",
            ["Which port is it", "after how many seconds does it close"],
        ),
        ("Is it open? By whom?", ["Is it open", "By whom?"]),
        (
            "Wie viele Gäste dürfen kommen, wie lange bleiben sie und ab wann ist Ruhe?",
            ["Wie viele Gäste dürfen kommen", "wie lange bleiben sie", "ab wann ist Ruhe"],
        ),
        ("¿Qué llave uso? ¿Y cómo abro?", ["¿Qué llave uso", "¿Y cómo abro"]),
        ("Bread, butter and jam, please.", ["Bread, butter and jam, please."]),
    ],
)
def test_each_question_is_a_part(query, found):
    assert [part.rstrip("?") for part in parts(query)] == [part.rstrip("?") for part in found]


def test_a_message_has_parts_if_it_asks_more_than_once():
    assert in_parts("Which port is it and how long does it stay open?")
    assert not in_parts("Which port is it?")
    assert not in_parts("")


@given(st.text(alphabet="aW hio,?.!y¿ö", max_size=60))
def test_parts_stand_in_the_message_in_order(query):
    at = 0
    for part in parts(query):
        assert part.strip()
        at = query.index(part, at) + len(part)


def test_a_long_message_is_read_in_no_time():
    assert len(parts(", how " * 50_000)) <= 5
