"""The greatest and the least records, for questions that ask for them."""

from __future__ import annotations

import json

import pytest

from headroom.elide.rows.column import columns
from headroom.elide.rows.wanted import named

ISLES = [{"isle": f"isle {n}", "people": 40 + n * 37 % 900, "area": 9_000 - n} for n in range(60)]


def asked(records, query):
    return named(columns(records), [json.dumps(record) for record in records], query)


@pytest.mark.parametrize("aside", ["Leaving aside", "Not counting", "Except for"])
def test_what_is_set_aside_gives_way_to_the_next(aside):
    empty = [{"isle": f"rock {n}", "people": 0, "area": 3} for n in range(12)]
    records = [*ISLES, *empty]
    found = asked(records, f"{aside} those where nobody lives, which isle has the fewest people?")
    least = min(range(60), key=lambda at: ISLES[at]["people"])
    assert least in found
    assert least not in asked(records, "Which isle has the fewest people?")


@pytest.mark.parametrize(
    "query", ["Which is the richest isle?", "the tidiest one?", "Where is it the warmest?"]
)
def test_any_superlative_asks_for_the_ends_of_all_columns_of_few(query):
    found = asked(ISLES, query)
    by_people = sorted(range(60), key=lambda at: ISLES[at]["people"])
    assert {by_people[0], by_people[-1], 0, 59} <= found
    assert len(found) < 12


def test_a_priest_is_no_superlative():
    assert not asked(ISLES, "Which isle has a priest?")
