"""What stands out among records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.choice import ALWAYS
from headroom.elide.column import columns
from headroom.elide.record import asked
from headroom.elide.record import weigh as weigh_columns


def weigh(records, query=""):
    return weigh_columns(columns(records), len(records), query)


def records(**columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def heaviest(weights):
    return max(range(len(weights)), key=lambda at: weights[at])


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


@pytest.mark.parametrize("key", ["error", "lastError", "failure_reason", "err", "stackTrace"])
def test_a_fault_is_known_by_its_key(key):
    made = [{"id": n, key: None} for n in range(20)]
    made[13][key] = "x"
    assert heaviest(weigh(made)) == 13


@pytest.mark.parametrize("state", ["FailedScheduling", "CrashLoopBackOff", "TIMED_OUT", "degraded"])
def test_a_word_of_trouble_is_known_in_any_spelling(state):
    made = records(id=[f"n{n}" for n in range(30)], state=[f"fine {n}" for n in range(30)])
    made[14]["state"] = f"{state} 14"
    assert heaviest(weigh(made)) == 14


def test_both_sides_of_a_jump_stay():
    level = [10, 11, 10, 12, 11, 10, 11, 12, 10, 11] * 2 + [50, 51, 52, 50, 51, 53, 50, 51] * 2
    weights = weigh(records(level=level))
    assert sorted(range(len(level)), key=lambda at: -weights[at])[:2] != [0, len(level) - 1]
    assert min(weights[19], weights[20]) >= 0.8


def test_a_steady_rise_is_no_jump():
    weights = weigh(records(level=list(range(40))))
    assert max(weights[8:32]) < 0.5


def test_where_a_state_flips_stays():
    weights = weigh(records(leader=["a"] * 20 + ["b"] * 20))
    assert min(weights[19], weights[20]) >= 0.8


def test_what_most_records_show_marks_none_of_them():
    every = weigh([{"id": n, f"key{n}": 1, f"other{n}": 2} for n in range(8)])
    one = weigh([{"id": n} for n in range(7)] + [{"id": 7, "key": 1}])
    assert max(every) < max(one)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("What became of order-7731x?", {3}),
        ('And of "Nadia Wells"?', {5}),
        ("Which one is the biggest by size?", {2, 6}),
        ("the issue with `number` 4", {4}),
        ("number == 4 or so", {4}),
        ("Is there a 9?", set()),
    ],
)
def test_the_question_names_records(query, rows):
    made = [
        {"number": n, "ref": f"order-77{28 + n}x", "name": "Ann", "size": size}
        for n, size in enumerate([5, 6, 99, 7, 7, 8, 1, 8, 9])
    ]
    made[5]["name"] = "Nadia Wells"
    assert asked(columns(made), len(made), query) == rows


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=30,
)


@given(st.lists(json_values, max_size=20), st.text(max_size=40))
def test_any_records_have_one_finite_weight_each(made, query):
    weights = weigh(made, query)
    assert len(weights) == len(made)
    assert all(0 <= weight < 1e6 for weight in weights)
