"""Tests of the overview of rows: columns by their values, rows by what stands out in them."""

from __future__ import annotations

import json

from headroom.ccr.rows.row import overview_of_rows
from headroom.ccr.seen import UNKNOWN, Seen

EVENTS = [
    {
        "id": f"ev-{n:04}",
        "state": ("done", "done", "open")[n % 3],
        "host": f"h{n % 4}",
        "zone": {"name": f"z{n % 4}", "kind": "rack"},
        "message": f"Task {n} went from queue {n % 7} to worker {n % 11}",
        "size": 10 + n % 5,
        "retries": n % 2,
        "took": 3.5 + n % 6,
    }
    for n in range(120)
]
EVENTS[77] |= {"state": "lost", "size": 9000}


def told(room=3_000, seen=UNKNOWN):
    spelled = [json.dumps(each) for each in EVENTS]
    return overview_of_rows(EVENTS, spelled, [0.0] * len(EVENTS), seen)(room).split("\n")


def test_columns_of_kinds_are_told_by_how_often_each_value_stands():
    assert "state: done 80, open 39, lost 1" in told()
    assert "host: h0 30, h1 30, h2 30, h3 30" in told()


def test_a_column_that_divides_rows_as_another_does_is_not_told_again():
    assert not any(line.startswith("zone.name:") for line in told())


def test_a_row_is_told_by_its_id_its_text_and_what_stands_out_in_it():
    row = next(line for line in told() if line.startswith("77: "))
    assert row.startswith("77: ev-0077 | Task 77 went from queue 0 to worker 0 | ")
    assert "size=9000" in row
    assert "state=lost" in row
    assert "took" not in row


def test_rows_of_few_columns_are_shown_by_all_of_them():
    rows = [{"id": n, "heat": 20 + n % 5, "hall": f"h{n % 3}"} for n in range(90)]
    rows[41]["heat"] = 900
    out = overview_of_rows(rows, [json.dumps(each) for each in rows], [0.0] * 90, UNKNOWN)(900)
    assert "row: id | heat | hall\n" in out
    assert "\n41: 41 | 900 | h2\n" in out


def test_what_was_shown_comes_last():
    seen = Seen("\n".join(json.dumps(each) for each in EVENTS[:100]))
    late = [
        {int(line.split(":")[0]) >= 100 for line in told(700, known) if line[0].isdigit()}
        for known in (UNKNOWN, seen)
    ]
    assert late[0] == {False}
    assert True in late[1]


def test_of_a_long_column_the_most_frequent_values_are_told():
    kinds = next(line for line in told(400) if line.startswith("state: "))
    assert kinds.startswith("state: done 80")


def test_no_rows_are_an_overview_too():
    assert "there are 0 rows" in overview_of_rows([], [], [], UNKNOWN)(100)


def test_a_record_is_told_by_the_column_that_says_what_it_is_about():
    rows = [
        {
            "line": n,
            "code": f"value_{n} = load( part_{n} ) + {n}",
            "issue_text": "A pump runs dry." if n % 9 == 0 else "A valve is open.",
            "link": f"https://example.org/{n % 2}",
            **{f"part{k}": n % k for k in range(2, 8)},
        }
        for n in range(90)
    ]
    out = overview_of_rows(rows, [json.dumps(row) for row in rows], [0.0] * 90, UNKNOWN)(900)
    assert "A valve is open. 80, A pump runs dry. 10" in out
    assert "0 | A pump runs dry." in out
    assert "link=" not in out
