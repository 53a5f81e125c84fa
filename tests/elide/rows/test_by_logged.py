"""Records in JSON behind prefixes, and the lines between them."""

from __future__ import annotations

import json

from headroom.elide.rows.by_logged import by_logged
from headroom.elide.rows.by_record import WHOLE
from headroom.elide.rows.excerpt import Demand
from headroom.lines.prefix import prefixed


def record(at, **more):
    return json.dumps({"level": "info", "msg": "served", "path": "/cart", "ms": at % 9, **more})


def cut(lines, query="", share=0.3):
    return by_logged(prefixed(lines), Demand(query, share), share)


def stamp(at):
    return f"2026-01-02T03:{at // 60:02d}:{at % 60:02d}.123456789Z"


LINES = [f"{stamp(at)} stdout F {record(at)}" for at in range(200)]
FAULT = record(77, level="error", msg="gateway timeout", ms=30_011)


def test_a_failed_record_stays_and_columns_are_summed_up():
    lines = [*LINES[:77], f"{stamp(77)} stdout F {FAULT}", *LINES[78:]]
    made = cut(lines, "what failed?")
    assert '"gateway timeout"' in made.body
    assert "level info (199), error (1)" in made.summary
    assert "77-79" in made.kept
    assert len(made.body) < 0.5 * sum(map(len, lines))


def test_the_time_in_front_is_a_field_of_records_that_have_none():
    made = cut(LINES)
    assert f'{{"time": "{stamp(0)}", "level"' in made.body
    assert '"time" stood in front of each' in made.kept


def test_a_record_with_a_time_of_its_own_needs_no_other():
    made = cut([line.replace('{"level"', '{"ts": 17, "level"') for line in LINES])
    assert made.body.startswith('{"ts": 17, "level"')
    assert 'each behind "stdout"' in made.kept


def test_who_wrote_is_a_field_where_several_did():
    lines = [f"[pod/web-{at % 3}/app] {record(at)}" for at in range(200)]
    lines[50] = f"[pod/web-2/app] {FAULT}"
    made = cut(lines, "which pod failed?")
    shown = next(line for line in made.body.split("\n") if "gateway" in line)
    assert shown.startswith('{"source": "pod/web-2/app",')


def test_lines_between_the_records_come_behind_them():
    trace = ["Traceback (most recent call last):", '  File "a.py", line 3', "KeyError: 'x'"]
    lines = [*LINES[:90], *(f"{stamp(90)} stderr F {line}" for line in trace), *LINES[90:]]
    made = cut(lines, "why did it fail?")
    assert made.body.split("\n")[-1] == "KeyError: 'x'"
    assert ", then 91-93 of 203" in made.kept


def test_of_many_lines_between_the_records_what_matters_stays():
    lines = [
        line for at in range(100) for line in (LINES[at], f"{stamp(at)} stdout F probe {at} passed")
    ]
    lines[61] = f"{stamp(61)} stderr F FATAL: out of memory"
    made = cut(lines, "why did it stop?")
    assert "FATAL: out of memory" in made.body
    assert made.body.count("probe") < 40


def test_text_with_hardly_a_record_is_read_as_lines():
    lines = [f"{stamp(at)} stdout F checked {at}" for at in range(100)]
    assert "of 101 lines" in cut([*lines, LINES[0]]).kept


def test_where_all_records_stay_nothing_is_cut():
    demand = Demand("", 1.0, fill=True)
    assert by_logged(prefixed(LINES[:12]), demand, 1.0) is WHOLE
