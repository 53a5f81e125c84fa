"""Logs of databases: a statement stays with what came of it."""

from __future__ import annotations

from itertools import pairwise

from headroom.elide.lines.by_event import by_event
from headroom.lines.event import events

HEAD = "2026-01-02 03:{:02d}:05.123 UTC [{}] ada@shop {}:  {}"


def cut(lines, query=""):
    return by_event(lines, events(lines), query, 0.27)


def log():
    out = []
    for at in range(60):
        took = 93_110.204 if at == 44 else 1.0 + at % 5
        out.append(HEAD.format(at, at, "LOG", f"duration: {took} ms  statement: select count(*)"))
        out += ["\tfrom orders", f"\twhere customer_id = {at}"]
        if at == 30:
            out.append(HEAD.format(at, 7, "ERROR", 'column "balnce" does not exist at character 9'))
            out.append(HEAD.format(at, 7, "HINT", "Perhaps you meant customers.balance."))
            out += [
                HEAD.format(at, 7, "STATEMENT", "SELECT id,"),
                "\t\tbalnce",
                "\tFROM customers;",
            ]
    return out


def test_all_lines_of_the_statement_that_failed_stay():
    made = cut(log(), "which statement failed?")
    at = made.body.index("ERROR:  column")
    assert "\n\t\tbalnce\n\tFROM customers;" in made.body[at:]
    assert "HINT:  Perhaps" in made.body[at:]


def test_the_statement_that_took_longest_stays_whole():
    made = cut(log(), "which query is slowest?")
    assert (
        "duration: 93110.204 ms  statement: select count(*)\n\tfrom orders\n\twhere customer_id = 44"
        in (made.body)
    )


def test_no_line_stays_without_the_beginning_of_its_entry():
    shown = cut(log(), "which statement failed?").body.split("\n")
    for above, line in pairwise(shown):
        if line.startswith("\t"):
            assert not above.startswith("…"), line


def test_entries_are_counted_as_such():
    made = cut(log(), "which statement failed?")
    assert "statement: select count(*) from orders where customer_id" in made.summary
    assert "x from orders" not in made.summary


def test_few_entries_stay_whole():
    lines = log()[:27]
    assert cut(lines) is None
