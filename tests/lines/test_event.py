"""Entries of the logs of databases."""

from __future__ import annotations

from hypothesis import given

from headroom.lines.event import events
from tests.choices import several

HEAD = "2026-01-02 03:04:05.123 UTC [{}] ada@shop {}:  {}"


def log(count=12):
    out = []
    for at in range(count):
        out += [HEAD.format(at, "LOG", "duration: 1.2 ms  statement: SELECT"), "\t1", "\tFROM t"]
    return out


def test_lines_that_are_set_in_belong_to_the_statement_above_them():
    assert events(log())[:2] == [[0, 1, 2], [3, 4, 5]]


def test_what_is_told_of_an_error_belongs_to_it():
    lines = [
        *log(),
        HEAD.format(7, "ERROR", "no such column"),
        HEAD.format(7, "HINT", "another one"),
        HEAD.format(7, "STATEMENT", "SELECT a"),
        "\tFROM b",
    ]
    assert events(lines)[-1] == [36, 37, 38, 39]


def test_the_statement_of_a_process_is_not_that_of_another():
    lines = [
        *log(),
        HEAD.format(7, "ERROR", "no such column"),
        HEAD.format(8, "ERROR", "deadlock detected"),
        HEAD.format(7, "STATEMENT", "SELECT a"),
        HEAD.format(8, "STATEMENT", "SELECT b"),
    ]
    assert events(lines)[-2:] == [[36, 38], [37, 39]]


def test_entries_of_the_slow_log_of_mysql_begin_with_their_time():
    entry = [
        "# Time: 2026-01-02",
        "# User@Host: a[a] @ b",
        "# Query_time: 2.0",
        "SELECT 1",
        "FROM t;",
    ]
    lines = ["mysqld, Version: 8", *entry * 9]
    assert events(lines)[:3] == [[0], [1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
    assert len(events([line for line in lines if "Time: " not in line])) == 10


def test_other_logs_have_no_such_entries():
    assert events([f"2026-01-02 03:04:05 INFO started {at}" for at in range(40)]) is None
    assert events([HEAD.format(at, "LOG", "connected") for at in range(40)]) is None
    assert events(["Traceback:", "\tat a.b(C.java:1)"] * 20) is None
    assert events([]) is None


PIECES = [HEAD.format(1, "LOG", "a"), HEAD.format(2, "STATEMENT", "b"), "\tx", "", "# User@Host: a"]


@given(several([*PIECES, "# Time: 1", "x"], 0, 60))
def test_each_line_belongs_to_one_entry(lines):
    found = events(lines)
    if found is not None:
        assert sorted(at for rows in found for at in rows) == list(range(len(lines)))
