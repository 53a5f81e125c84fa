"""What all records of a list have in common, in figures that are exact."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median_low

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.elide.rows.column import columns
from headroom.elide.rows.summary import index, summary


def told(records, left_out=100_000, query=""):
    return summary(columns(records), len(records), "rows", left_out, query)


def test_states_ranges_and_kinds_are_told():
    records = [
        {
            "id": f"x{n}",
            "state": "ok" if n else "late",
            "ms": n * n,
            "day": f"2025-01-{n + 10}",
            "zone": "eu",
            "owner": f"ann {n % 9}",
        }
        for n in range(20)
    ]
    records[3]["error"] = "no route"
    assert told(records) == (
        "all 20 rows: state ok (19), late (1); "
        "owner ann 0 (3), ann 1 (3), ann 2 (2), ann 3 (2), ann 4 (2), 4 others (8); "
        "error no route (1), missing in 19; day 2025-01-10 to 2025-01-29; ms 0 to 361; id all different; zone eu in all"
    )


def test_records_that_are_left_out_are_named_where_their_names_fit():
    tools = [
        {"name": f"tool_{n}", "about": f"does {n} things, and then a few others"} for n in range(9)
    ]
    assert index(columns(tools), [2, 5, 8], 900) == "left out: 2 tool_2, 5 tool_5, 8 tool_8"
    assert index(columns(tools), [2, 5, 8], 200) == ""
    assert index(columns([{"id": n} for n in range(9)]), [2, 5], 900) == ""


def test_records_are_listed_by_their_names_rather_than_by_ids_that_stand_first():
    records = [{"id": f"r-{n}x", "tags": [{"Key": "Name", "Value": f"db-{n}a"}]} for n in range(9)]
    assert index(columns(records), [2, 5], 4_000) == "left out: 2 db-2a, 5 db-5a"


def test_little_that_is_left_out_gets_no_summary():
    assert told([{"a": 1}] * 9, left_out=300) == ""


def test_a_summary_stays_short():
    records = [{f"column {k}": f"value {n % 3}" for k in range(80)} for n in range(50)]
    assert len(told(records)) <= 420


def test_values_that_read_like_several_are_quoted():
    made = told([{"a": text} for text in ("x, y", "(2)", "", "b (3)") * 4])
    assert '"x, y" (4), "(2)" (4), "" (4), "b (3)" (4)' in made


@settings(max_examples=settings.default.max_examples // 5)
@given(st.lists(st.sampled_from(["ok", "late", "lost", "new"]), min_size=12, max_size=60))
def test_counts_are_those_of_the_records(states):
    said = told([{"state": state} for state in states])
    counts = Counter(states)
    if len(counts) > 1 and max(counts.values()) > 1:
        found = {name: int(count) for name, count in re.findall(r"(\w+) \((\d+)\)", said)}
        assert found == counts


@settings(max_examples=settings.default.max_examples // 5)
@given(st.lists(st.integers(-999, 9999), min_size=30, max_size=60, unique=False))
def test_ranges_are_those_of_the_records(numbers):
    said = told([{"id": f"n{at}", "ms": number} for at, number in enumerate(numbers)])
    match = re.search(r"ms (-?\d+) to (-?\d+)(?:, median (-?\d+))?", said)
    if match is None:
        assert len(set(numbers)) <= 12
        return
    assert (int(match[1]), int(match[2])) == (min(numbers), max(numbers))
    if match[3]:
        assert int(match[3]) == median_low(numbers)


@settings(max_examples=settings.default.max_examples // 5)
@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5), st.none() | st.integers() | st.text(max_size=50) | st.just({})
        ),
        max_size=30,
    )
)
def test_any_records_give_one_line(records):
    assert "\n" not in told(records)


def test_the_commonest_of_many_kinds_are_named_also_by_long_names():
    names = [f"{word}-before-every-closing-bracket" for word in "abcdefghijklmno"]
    rules = [name for nth, name in enumerate(names) for _ in range(30 if nth < 3 else 4)]
    said = told([{"rule": rule, "line": at} for at, rule in enumerate(rules)])
    assert all(f"{name} (30)" in said for name in names[:3])
    assert re.search(r", \d+ others \(\d+\)", said)


def test_a_column_that_is_mostly_empty_is_not_told_by_its_single_values():
    said = told([{"note": f"n{at}" if at < 5 else "", "at": at} for at in range(40)])
    assert "n1 (1)" not in said


def test_shapes_of_values_are_counted_where_all_values_differ():
    records = [{"state": f"Up {n + 2} days", "name": f"svc_{n}"} for n in range(60)]
    records[33]["state"] = "Exited (137) 3 hours ago"
    assert told(records) == (
        "all 60 rows: state like Up * days (59), Exited (*) * hours ago (1); name all different"
    )


def test_shapes_of_figures_alone_tell_nothing():
    records = [{"load": f"{n} {n * 7}{' ' * (n % 2)} 0", "name": f"svc_{n}"} for n in range(60)]
    assert "like" not in told(records)


def test_records_may_have_their_name_among_what_describes_them():
    pods = [{"metadata": {"name": f"web-{n}", "uid": f"u{n}"}, "spec": "x" * 90} for n in range(9)]
    assert index(columns(pods), [2, 5], 900) == "left out: 2 web-2, 5 web-5"
    owned = [{"id": n, "owner": {"login": f"ann{n}"}} for n in range(9)]
    assert index(columns(owned), [2, 5], 900) == ""


def test_the_column_that_the_question_names_is_told_first():
    made = [{"state": "ab"[n % 2], "size": n, "weight": n * 7 % 31} for n in range(40)]
    assert told(made, query="What is the least weight?").startswith("all 40 rows: weight 0 to 30")
    assert told(made).startswith("all 40 rows: state ")
