"""Tests of `tabular`: rows of a table that answer a question."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.ccr.bound import Bound
from headroom.ccr.query import matches
from headroom.elide import hint

LIMIT = Bound(1_200, len)


def asked(lines, query, *shown):
    return matches("\n".join(lines), query, shown, LIMIT, judge=hint)


def reef(n):
    return f"{n};{-20 - n * 7 % 90 / 10};{160 + n * 13 % 70 / 10};{40 + n * 37 % 600};{n * 11 % 90}"


REEF = ["id;lat;long;depth;stations", *map(reef, range(1, 400))]


def test_the_names_of_the_columns_stand_above_the_rows():
    out = asked(REEF, "What was measured at place 217?")
    assert out.startswith("id;lat;long;depth;stations\n")
    assert f"218: {reef(217)}" in out


def test_both_ends_of_each_column_are_there_where_no_column_is_named():
    out = asked(REEF, "Who reported from the very farthest down?")
    deepest = max(REEF[1:], key=lambda row: int(row.split(";")[3]))
    fewest = min(REEF[1:], key=lambda row: int(row.split(";")[4]))
    assert deepest in out
    assert fewest in out


def test_drawn_tables_and_aligned_columns_are_tables_too():
    drawn = ["| city | people |", "|------|--------|"]
    drawn += [f"| Town {n} | {1000 + n * 389 % 9000} |" for n in range(200)]
    most = max(drawn[2:], key=lambda row: int(row.split("|")[2]))
    assert most in asked(drawn, "Where do most of them live?")
    ps = ["  PID  %CPU COMMAND"]
    ps += [f"{n:5d} {n * 17 % 99:5d} worker-{n}" for n in range(100, 300)]
    assert "  PID  %CPU COMMAND" in asked(ps, "What does worker-177 take?")


def test_source_with_commas_is_no_table():
    code = [f"    call_{n}(first, second, third)" for n in range(200)]
    assert hint.table("\n".join(code), "What is called?") is None
    numbered = [f"{n:6d}\tx = f({n}, y)" for n in range(1, 200)]
    assert hint.table("\n".join(numbered), "What is called?") is None


def test_a_row_that_was_shown_makes_room_for_others():
    names = [f"{n},lamp {n},{n % 7}" for n in range(300)]
    lines = ["id,name,shelf", *names]
    out = asked(lines, "Which lamps are there?", "\n".join(lines[:200]))
    new = sum(row in out for row in names[200:])
    assert new > sum(row in out for row in names[:200])


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.sampled_from(["", "a", "7", "-1.5", "b c", "x" * 60]), min_size=3, max_size=3)
    ),
    st.sampled_from([",", "\t", ";", "|"]),
    st.integers(60, 3000),
)
def test_no_more_is_written_than_there_is_room_for(rows, mark, room):
    text = "\n".join([mark.join(["id", "name", "size"]), *map(mark.join, rows)])
    out = matches(text, "Which is the biggest a?", (), Bound(room, len), judge=hint)
    assert len(out) <= max(room, len(text))


@pytest.mark.parametrize("query", ["a", "`id` = 7", "最大", "Which?"])
def test_any_question_is_answered(query):
    assert asked(REEF, query)
