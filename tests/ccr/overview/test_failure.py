"""Tests of what is brought back where somebody asks which tests failed."""

from __future__ import annotations

from headroom.ccr.bound import Bound
from headroom.ccr.overview.failure import of_named
from headroom.ccr.query import matches
from headroom.elide import hint

LIMIT = Bound(2_400, len)
QUERY = "Which tests fail, and how?"


def run(failed, details):
    """Return the report of a run: names while it goes on, then details, then totals."""
    lines = [
        f"tests/test_sum.py::test_{n} {'FAILED' if n in failed else 'PASSED'} [{n % 100}%]"
        for n in range(200)
    ]
    lines += [f"{'=' * 30} FAILURES {'=' * 30}"] if details else []
    for n in failed if details else ():
        lines += [f"{'_' * 30} test_{n} {'_' * 30}", "", f"    def test_{n}():"]
        lines += [f"        helper_{k} = build({k})" for k in range(12)]
        lines += [f">       assert total({n}) == {n + 7}"]
        lines += [f"E       AssertionError: assert {n + 1} == {n + 7}"]
        lines += [f"E         part {k} of the long difference" for k in range(15)]
        lines += ["", f"tests/test_sum.py:{n + 30}: AssertionError"]
    return "\n".join([*lines, f"{'=' * 20} {len(failed)} failed, 190 passed in 3.2s {'=' * 20}"])


def asked(text, query=QUERY, *shown):
    return matches(text, query, shown, LIMIT, judge=hint)


def test_every_failure_is_told_with_its_assertion_and_its_place():
    failed = range(3, 180, 18)
    out = asked(run(failed, details=True))
    for n in failed:
        assert f" test_{n} " in out
        assert f"AssertionError: assert {n + 1} == {n + 7}" in out
        assert f"tests/test_sum.py:{n + 30}" in out or f":{n + 30}: AssertionError" in out
    assert "10 failed, 190 passed" in out


def test_names_stay_where_there_is_nothing_but_names():
    failed = range(3, 180, 30)
    out = asked(run(failed, details=False))
    assert all(f"test_{n} FAILED" in out for n in failed)


def test_a_test_that_is_named_is_brought_back_with_what_stands_around_it():
    out = asked(run(range(3, 180, 18), details=True), "Why does `test_21` fail?")
    assert "what failed" not in out
    assert "helper_11 = build(11)" in out


def test_an_overview_of_a_run_tells_totals_and_failures_and_nothing_that_passed():
    out = asked(run([40, 90], details=True), "How did the test run go?")
    assert "2 failed, 190 passed" in out
    assert all(f"AssertionError: assert {n + 1} == {n + 7}" in out for n in (40, 90))
    assert "PASSED" not in out


PYTEST = [
    line
    for n in range(9)
    for line in (
        f"{'_' * 20} test_drawer_{n} {'_' * 20}",
        f"    def test_drawer_{n}():",
        f">       assert till.open({n}) == {n * 7}",
        f"E       StuckError: the key of drawer {n} does not turn",
        "",
        f"till/test_drawer.py:{n + 40}: StuckError",
    )
]
GO = [
    line
    for n in range(9)
    for line in (
        f"=== RUN   TestDrawer{n}",
        f"    drawer_test.go:{n + 40}: the key does not turn",
        f"--- FAIL: TestDrawer{n} (0.00s)",
    )
]


def test_a_failure_that_is_named_reaches_to_the_next():
    heads = [at for at, line in enumerate(PYTEST) if line.startswith("___")]
    assert of_named(PYTEST, heads, ("test_drawer_4",)) == set(range(24, 30))
    assert of_named(PYTEST, heads, ("test_purse",)) == set()


def test_a_failure_of_go_is_named_where_it_ends():
    heads = [at for at, line in enumerate(GO) if line.startswith("--- FAIL")]
    assert of_named(GO, heads, ("TestDrawer4",)) == {12, 13, 14}


def test_what_is_fetched_of_a_named_failure_is_all_of_it_and_none_of_others():
    text = "\n".join([*PYTEST, "=== short test summary info ===", "9 failed in 0.2s"] * 3)
    query = "Look at the failure of `test_drawer_4`. Which line raises it?"
    told = matches(text, query, (), Bound(900, len), judge=hint)
    assert "test_drawer.py:44: StuckError" in told
    assert "the key of drawer 4 does not turn" in told
    assert "drawer 5" not in told
