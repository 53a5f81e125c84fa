"""What stands out among records."""

from __future__ import annotations

import pytest

from headroom.elide.choice import ALWAYS
from headroom.elide.record import as_number, flat, weigh


def records(**columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def heaviest(weights):
    return max(range(len(weights)), key=lambda at: weights[at])


def test_a_record_is_flattened_by_dotted_keys():
    assert flat({"a": {"b": 1}, "c": [{"d": 2}, 3]}) == {"a.b": 1, "c[0].d": 2, "c[1]": 3}


def test_an_outlier_stands_out():
    made = records(id=range(20), ms=[10, 11, 12, 9, 10] * 3 + [9, 11, 400, 10, 12])
    assert heaviest(weigh(made)) == 17


def test_a_rare_state_stands_out():
    made = records(id=range(20), state=["ok"] * 11 + ["degraded"] + ["ok"] * 8)
    assert heaviest(weigh(made)) == 11


def test_a_record_with_an_error_stands_out():
    made = [{"id": n, "op": "get"} for n in range(20)]
    made[6]["error"] = "connection reset"
    assert heaviest(weigh(made)) == 6


def test_the_record_that_has_all_values_asked_for_always_stays():
    made = records(id=range(12), zone=["a", "b"] * 6, size=[1, 2, 3] * 4)
    kept = [
        at
        for at, weight in enumerate(weigh(made, 'Which has `zone` = "b" and `size` = 3?'))
        if weight >= ALWAYS
    ]
    assert kept == [5, 11]


@pytest.mark.parametrize(
    ("query", "at"), [("Which has the highest `ms`?", 2), ("the lowest `ms`, please", 4)]
)
def test_the_extreme_that_is_asked_for_always_stays(query, at):
    made = records(id=range(8), ms=[5, 6, 99, 5, 1, 6, 7, 6])
    assert weigh(made, query)[at] >= ALWAYS


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        ("1,234", 1234.0),
        ("12 %", 12.0),
        ("3.5ms", 3.5),
        ("x", None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_numbers_are_read_as_people_write_them(value, number):
    assert as_number(value) == number
