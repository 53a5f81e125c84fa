"""Tests of records that are shown side by side with their long values cut."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.bound import Bound
from headroom.ccr.query import matches
from headroom.ccr.rows.excerpt import side_by_side


def shown(rows, room, strong=None, terms=()):
    spelled = [json.dumps(row) for row in rows]
    at = range(len(rows))
    return side_by_side(at, rows, spelled, set(at if strong is None else strong), terms, room)


def test_rows_stay_as_they_are_where_the_best_fit():
    rows = [{"id": n, "text": "x" * 50} for n in range(5)]
    assert shown(rows, 1_000) == dict(enumerate(map(json.dumps, rows)))


def test_long_values_are_cut_no_further_than_needed():
    rows = [{"id": n, "text": "x" * 900} for n in range(5)]
    some, few = shown(rows, 1_900), shown(rows, 500)
    assert all(len(row) < 350 and '"id":' in row and "…" in row for row in some.values())
    assert sum(map(len, some.values())) > sum(map(len, few.values()))


def test_what_matches_in_a_long_value_stays():
    rows = [{"id": n, "text": "x" * 700 + " needle " + "y" * 700} for n in range(5)]
    assert all("needle" in row for row in shown(rows, 900, terms=("needle",)).values())


def test_all_records_that_match_are_told_though_each_is_long():
    rows = [
        {
            "id": n,
            "state": "high" if n % 20 == 3 else "low",
            "trace": [f"{n * k:040x}" for k in range(90)],
        }
        for n in range(120)
    ]
    out = matches(json.dumps(rows), "Which are in state high?", (), Bound(4_000, len))
    assert all(f'{n}: {{"id":{n},' in out for n in range(3, 120, 20))
    assert "long values are cut" in out


@given(
    st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=400)), min_size=1, max_size=8)
)
def test_any_records_come_out_as_json(rows):
    assert all(isinstance(json.loads(row), dict) for row in shown(rows, 300).values())
