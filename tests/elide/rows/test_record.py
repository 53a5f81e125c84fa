"""What stands out among records."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.elide.rows.column import columns
from headroom.elide.rows.record import weigh as weigh_columns


def weigh(records):
    return weigh_columns(columns(records), len(records))


def records(**columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def heaviest(weights):
    return max(range(len(weights)), key=lambda at: weights[at])


def test_an_outlier_stands_out():
    made = records(id=range(20), ms=[10, 11, 12, 9, 10] * 3 + [9, 11, 400, 10, 12])
    assert heaviest(weigh(made)) == 17


def test_the_first_of_what_stands_by_a_number_that_falls_stand_out():
    made = records(name=[f"f{n}" for n in range(30)], ms=[4000 // (n + 1) for n in range(30)])
    made = [{**row, "calls": n * 7 % 5} for n, row in enumerate(made)]
    weights = weigh(made)
    assert min(weights[:8]) > max(weights[8:-3])
    counted = records(name=[f"f{n}" for n in range(30)], id=range(30, 0, -1))
    assert max(weigh([{**row, "calls": n * 7 % 5} for n, row in enumerate(counted)])[3:8]) < 0.9


def test_a_rare_state_stands_out():
    made = records(id=range(20), state=["ok"] * 11 + ["degraded"] + ["ok"] * 8)
    assert heaviest(weigh(made)) == 11


def test_a_record_with_an_error_stands_out():
    made = [{"id": n, "op": "get"} for n in range(20)]
    made[6]["error"] = "connection reset"
    assert heaviest(weigh(made)) == 6


@pytest.mark.parametrize("key", ["error", "lastError", "failure_reason", "err", "stackTrace"])
def test_a_fault_is_known_by_its_key(key):
    made = [{"id": n, key: None} for n in range(20)]
    made[13][key] = "x"
    assert heaviest(weigh(made)) == 13


@pytest.mark.parametrize(
    "state", ["FailedScheduling", "CrashLoopBackOff", "TIMED_OUT", "degraded", "Vulnerable:"]
)
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


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=30,
)


@settings(max_examples=settings.default.max_examples // 5)
@given(st.lists(json_values, max_size=20))
def test_any_records_have_one_finite_weight_each(made):
    weights = weigh(made)
    assert len(weights) == len(made)
    assert all(0 <= weight < 1e6 for weight in weights)


def test_rare_values_that_most_records_have_tell_nothing():
    names = [f"city {n // 3}" for n in range(60)]
    lengths = [f"{n // 3}.5" for n in range(60)]
    for values in (names, lengths):
        weights = weigh_columns(columns([{"a": value} for value in values]), 60)
        assert sum(weight >= 0.9 for weight in weights) <= 4


def test_a_value_of_another_shape_stands_out_where_all_values_differ():
    status = [f"Up {n + 2} days" for n in range(60)]
    status[33] = "Exited (137) 3 hours ago"
    ports = [f"0.0.0.0:{5000 + n}->6379/tcp" for n in range(60)]
    ports[33] = ""
    names = [f"svc_{n}" for n in range(60)]
    assert heaviest(weigh(records(name=names, status=status, ports=ports))) == 33


def test_names_of_many_shapes_do_not_stand_out():
    words = ["oak", "elm", "ash", "fir", "yew", "may", "box", "bay", "fig", "gum"]
    made = records(name=[f"{words[n % 10]}-{n}{words[n % 7]}" for n in range(60)])
    assert max(weigh(made)) < 0.5


def test_of_names_with_a_number_each_the_greatest_stand_out():
    sizes = [(n * 7919) % 1000 + 20 for n in range(100)]
    made = weigh(
        records(size=sizes, name=[f"part {chr(97 + n % 26) * (n % 9 + 1)}" for n in range(100)])
    )
    greatest = sorted(range(100), key=sizes.__getitem__)[-8:]
    assert min(made[at] for at in greatest) > 1.0


def test_numbers_that_count_the_records_name_no_greatest():
    made = weigh(records(id=range(100), name=[f"part {chr(97 + n % 26)}" for n in range(100)]))
    assert max(made[92:97]) < 0.5


def test_of_values_that_tell_of_the_same_trouble_a_few_stand_out():
    said = [f"/run/{n} (cannot read: permission denied)" for n in range(90)]
    said += [f"/run/{chr(97 + n % 26) * (n % 5 + 2)}/{n}" for n in range(200)]
    said[250] = "/run/lost (broken pipe)"
    made = weigh(records(id=["x"] * 290, size=["-"] * 290, name=said))
    assert 7 <= sum(weight > 0.5 for weight in made[:90]) <= 12
    assert made[250] > 0.5


@pytest.mark.parametrize("gap", ["NA", None, "-"])
def test_the_few_of_which_a_number_is_missing_stand_out(gap):
    sizes = [n * 37 % 101 for n in range(105)]
    made = records(name=[f"n{n}" for n in range(105)], size=sizes)
    for at in (30, 55, 61, 77):
        made[at]["size"] = gap
    weights = weigh(made)
    assert min(weights[at] for at in (30, 55, 61, 77)) >= 0.9
    for at in range(0, 105, 2):
        made[at]["size"] = gap
    assert max(weigh(made)[31], weigh(made)[62]) < 0.9


def test_the_gravest_of_what_is_graded_stays():
    made = [
        {"file": f"src/part_{n % 9}.c", "issueSeverity": "LOW" if n % 3 else "MEDIUM", "line": n}
        for n in range(44)
    ]
    for at in (3, 17, 18, 40):
        made[at]["issueSeverity"] = "HIGH"
    found = weigh(made)
    assert sorted(sorted(range(44), key=lambda at: -found[at])[:4]) == [3, 17, 18, 40]


def test_where_most_are_grave_none_stands_out_for_that():
    made = [{"file": f"src/part_{n % 9}.c", "priority": "high", "line": n} for n in range(44)]
    found = weigh(made)
    assert max(found[10:30]) < 1.5
