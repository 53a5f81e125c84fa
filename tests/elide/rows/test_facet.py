"""What a question may mean that does not name its records."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.rows.by_record import by_record
from headroom.elide.rows.column import columns
from headroom.elide.rows.facet import hinted, meant

PLACES = [
    {
        "place": f"P{n}",
        "region": ("Africa", "Asia", "Europe")[n % 3],
        "area": (n * 7919) % 1000 + 1,
        "coast": n % 4,
        "founded": f"{1950 + n}-03-01",
        "isle": n % 5 == 0,
        "note": "" if n != 17 else "see map",
    }
    for n in range(60)
]


def hints(query):
    return hinted(columns(PLACES), len(PLACES), query)


def asked(query):
    return meant(columns(PLACES), len(PLACES), query)


def test_a_kind_is_meant_by_a_word_with_another_ending():
    assert asked("Which African one?") == set(range(0, 60, 3))


def test_kinds_of_several_columns_are_meant_together():
    assert asked("Which Asian places are isles?") == {n for n in range(60) if n % 15 == 10}


def test_what_is_missing_is_meant_by_a_question_for_what_is_not_there():
    assert asked("Which places have a note?") == {17}
    assert asked("Is there any isle without a region?") == set()


def test_the_extremes_of_the_kind_that_is_meant_stay():
    made = hints("Which is the biggest African place?")
    best = max(range(0, 60, 3), key=lambda n: PLACES[n]["area"])
    assert made[best] > 1


def test_the_extremes_of_each_kind_stay_where_none_is_said():
    made = hints("Which is the largest dark one?")
    for first in range(3):
        assert max(range(first, 60, 3), key=lambda n: PLACES[n]["area"]) in made


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("Which came after 2001?", set(range(51, 60))),
        ("Which had an area of more than 900?", {n for n in range(60) if PLACES[n]["area"] > 900}),
    ],
)
def test_the_records_beyond_a_limit_stay(query, rows):
    made = hints(query)
    assert all(made.get(at, 0) > 1 for at in rows)


def test_the_records_nearest_to_a_number_stay():
    made = hints("Which one is about 500 in size?")
    nearest = min(range(60), key=lambda n: abs(PLACES[n]["area"] - 500))
    assert made[nearest] > 1


@given(st.text(max_size=80))
def test_any_question_hints_at_records_that_are_there(query):
    assert set(hints(query)) <= set(range(60))


def test_as_many_extremes_of_a_named_column_stay_as_are_asked_for():
    rows = [{"name": f"n{n}", "size": (n * 37) % 101} for n in range(100)]
    made = by_record(json.dumps(rows), ContentType.JSON, "the top five by size", 0.3)
    best = sorted(rows, key=lambda row: -row["size"])[:5]
    assert made is not None
    assert all(json.dumps(row, separators=(",", ":")) in made.body for row in best)


def test_the_cell_with_the_most_items_and_all_that_have_the_most_of_a_few_stay():
    rows = [
        {"zone": f"Z{n}", "of": ",".join(["AB"] * (1 + n % 3)), "doors": 2 + n % 2, "w": n * 7}
        for n in range(60)
    ]
    rows[23]["of"] = "AB,CD,EF,GH,IJ"
    rows[31]["doors"] = rows[44]["doors"] = 5
    made = hinted(columns(rows), 60, "Which one spans the most?")
    assert all(made[at] > 1 for at in (23, 31, 44))


def test_a_short_word_means_no_short_value():
    rows = [{"n": n, "state": ("IN", "OH", "TX")[n % 3]} for n in range(30)]
    assert meant(columns(rows), 30, "What is in there?") == set()
    assert meant(columns(rows), 30, "What of IN?") == set(range(0, 30, 3))


@pytest.mark.parametrize("spelled", ["{0}.{1}.{0}", "{0} Mar 20{1:02}", "{1}:{0:02}:07"])
@pytest.mark.parametrize("query", ["Which came after 5?", "Which is about 5, or over 3?"])
def test_a_limit_on_what_has_an_order_but_no_numbers_is_none(spelled, query):
    rows = "\n".join(
        f"pkg{n},{spelled.format(n % 27 + 1, n % 12)},{n * 37 % 101}" for n in range(60)
    )
    assert by_record(f"name,since,size\n{rows}", ContentType.TABLE, query, 0.4) is not None
