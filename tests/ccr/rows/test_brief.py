"""Tests of `brief`: records in the columns that tell them apart."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.bound import Bound
from headroom.ccr.query import matches
from headroom.ccr.rows.brief import brief


def server(n):
    return {
        "id": f"{n * 7919:032x}",
        "kind": "server",
        "spec": {"size": "large" if n != 23 else "huge", "zone": f"z{n % 4}", "disk": 40 + n},
        "again": {"size": "large" if n != 23 else "huge"},
        "page": f"https://x.org/{n}",
        "note": "nothing of note " * 9,
    }


def test_only_columns_that_differ_are_shown_each_once():
    made = brief([server(n) for n in range(40)], ())
    assert made.head == "spec.size | spec.zone | spec.disk"
    assert made.rows[23] == "huge | z3 | 63"


def test_what_the_question_names_is_shown_even_if_it_is_an_address():
    assert "page" in brief([server(n) for n in range(40)], ("page",)).head


def test_of_a_long_value_the_part_that_matches_is_shown():
    records = [{"id": n, "text": "word " * 60 + f"needle {n}"} for n in range(9)]
    assert "needle 4" in brief(records, ("needle",)).rows[4]
    assert "needle" not in brief(records, ("thread",)).rows[4]


def test_records_of_many_fields_come_side_by_side_where_none_fits_far_best():
    text = json.dumps([server(n) for n in range(40)])
    out = matches(text, "One of them is not like the rest. Which?", (), Bound(1_500, len))
    assert "23: huge | z3 | 63" in out
    assert "there are 40" in out


@given(
    st.lists(
        st.dictionaries(st.text(max_size=4), st.none() | st.integers() | st.text(max_size=200)),
        max_size=12,
    ),
    st.lists(st.text(min_size=1, max_size=3), max_size=3),
)
def test_there_is_a_row_for_each_record(records, terms):
    made = brief(records, tuple(terms))
    assert len(made.rows) in (0, len(records))
    assert not any("\n" in row for row in made.rows)


def test_long_names_of_words_are_no_hashes():
    values = [
        {
            "name": f"till_drawer_of_shop_number_{n}_open_and_count",
            "sum": f"{n:040x}",
            "of": f"shop {n}",
        }
        for n in range(6)
    ]
    made = brief(values, ("shop",))
    assert "name" in made.head
    assert "sum" not in made.head


def test_line_breaks_become_blanks_in_time_that_grows_with_the_length():
    blanks = " " * 300_000
    made = brief(
        [{"id": n, "note": f"{n}\r\n \n b{blanks}{'' if n else 'x'}"} for n in range(8)], ()
    )
    assert made.rows[3].startswith("3 | 3 b ")
