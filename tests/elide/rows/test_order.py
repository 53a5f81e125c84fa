"""The order of values that are no plain numbers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.rows.column import Column
from headroom.elide.rows.order import order


def ordered(values):
    return [values[at] for at in order(Column("x", range(len(values)), values))]


@pytest.mark.parametrize(
    "values",
    [
        ["2:00", "0:59:59", "1:02:03", "12:00:00"],
        ["1 Apr 2018", "12 Jan 2019", "5 Mar 2019"],
        ["June 1, 2018", "March 5, 2019", "Jan 2, 2020"],
        ["12/30/2018", "05/13/2019", "01/02/2020"],
        ["01.02.2018", "13.01.2019", "02.01.2020"],
        ["0.1.1", "1.9.30", "v1.10.2"],
        ["\u221212 m (\u221239 ft)", "7 m", "8,848 m (29,029 ft)"],
        ["3", "20", "100"],
        ["2019-01-02", "2020-01-01"],
    ],
)
def test_values_come_from_the_least_to_the_greatest(values):
    assert ordered(values[::-1]) == values


def test_names_have_no_order():
    assert ordered(["Ann", "Ben", "Cid"]) == []


@given(st.lists(st.dates(date(1000, 1, 1), date(9999, 12, 31)), min_size=1, unique=True))
def test_dates_in_words_come_as_they_are_in_time(days):
    spelled = {f"{day.day} {day:%b} {day.year}": day for day in days}
    assert [spelled[text] for text in ordered(list(spelled))] == sorted(spelled.values())


@given(st.lists(st.text(max_size=12), min_size=1))
def test_any_values_give_places_of_their_own(values):
    found = order(Column("x", range(len(values)), values))
    assert len(set(found)) == len(found)
    assert set(found) <= set(range(len(values)))
