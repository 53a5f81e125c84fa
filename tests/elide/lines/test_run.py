"""Runs of tests, whoever ran them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.run import ASSERTION, POINTED, report
from headroom.elide.lines.sheet import Sheet

PYTEST = (
    [f"tests/test_a.py::test_{n} PASSED [ {n % 100}%]" for n in range(150)],
    """
=================================== FAILURES ===================================
____________________________ test_total_with_rebate ____________________________

    def test_total_with_rebate():
        basket = Basket([Item(3), Item(4)])
>       assert basket.total(rebate=2) == 5
E       assert 7 == 5
E        +  where 7 = <bound method Basket.total>(rebate=2)

tests/test_basket.py:41: AssertionError
=========================== short test summary info ============================
FAILED tests/test_basket.py::test_total_with_rebate - assert 7 == 5
======================== 1 failed, 150 passed in 2.31s =========================
""",
    ["test_total_with_rebate", "E       assert 7 == 5", "tests/test_basket.py:41", "1 failed, 150"],
)
UNITTEST = (
    [f"test_{n} (shop.tests.Basket) ... ok" for n in range(150)],
    """
======================================================================
FAIL: test_rebate (shop.tests.Basket)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/srv/shop/tests.py", line 31, in test_rebate
    self.assertEqual(basket.total(), 5)
AssertionError: 7 != 5

----------------------------------------------------------------------
Ran 151 tests in 0.120s

FAILED (failures=1)
""",
    ["FAIL: test_rebate", 'tests.py", line 31', "AssertionError: 7 != 5", "Ran 151", "failures=1"],
)
GO = (
    [f"=== RUN   TestPart{n}\n--- PASS: TestPart{n} (0.00s)" for n in range(120)],
    """=== RUN   TestRebate
    basket_test.go:58: total: got 7, want 5
--- FAIL: TestRebate (0.01s)
FAIL
exit status 1
FAIL\tshop.example/basket\t0.214s
""",
    [
        "--- FAIL: TestRebate",
        "basket_test.go:58: total: got 7, want 5",
        "FAIL\tshop.example/basket",
    ],
)
CARGO = (
    [f"test basket::part_{n} ... ok" for n in range(150)],
    """test basket::rebate ... FAILED

failures:

---- basket::rebate stdout ----
thread 'basket::rebate' panicked at src/basket.rs:77:9:
assertion `left == right` failed: total after rebate
  left: 7
 right: 5
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

failures:
    basket::rebate

test result: FAILED. 150 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out
""",
    [
        "basket::rebate ... FAILED",
        "src/basket.rs:77:9",
        "left: 7",
        "right: 5",
        "150 passed; 1 failed",
    ],
)
JEST = (
    [f"    ✓ adds part {n} ({n % 9} ms)" for n in range(150)],
    """    ✕ gives a rebate (5 ms)

  ● basket › gives a rebate

    expect(received).toBe(expected) // Object.is equality

    Expected: 5
    Received: 7

      11 |   const basket = make()
    > 12 |   expect(basket.total(2)).toBe(5)
         |                           ^
      at Object.<anonymous> (src/basket.test.js:12:27)

Test Suites: 1 failed, 4 passed, 5 total
Tests:       1 failed, 150 passed, 151 total
""",
    [
        "● basket › gives a rebate",
        "Expected: 5",
        "Received: 7",
        "src/basket.test.js:12:27",
        "1 failed, 150",
    ],
)
MOCHA = (
    [f"    ✔ adds part {n}" for n in range(150)],
    """    1) gives a rebate

  150 passing (2s)
  1 failing

  1) basket
       gives a rebate:

      AssertionError: expected 7 to equal 5
      + expected - actual
      -7
      +5
      at Context.<anonymous> (test/basket.js:22:14)
""",
    ["1) basket", "gives a rebate:", "expected 7 to equal 5", "test/basket.js:22:14", "1 failing"],
)
MAVEN = (
    [
        f"[INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.0{n} s -- in a.P{n}Test"
        for n in range(120)
    ],
    """[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE! -- in a.BasketTest
[ERROR] a.BasketTest.rebate -- Time elapsed: 0.01 s <<< FAILURE!
org.opentest4j.AssertionFailedError: expected: <5> but was: <7>
\tat org.junit.jupiter.api.AssertionUtils.fail(AssertionUtils.java:55)
\tat a.BasketTest.rebate(BasketTest.java:23)
[ERROR]   BasketTest.rebate:23 expected: <5> but was: <7>
[ERROR] Tests run: 483, Failures: 1, Errors: 0, Skipped: 0
[INFO] BUILD FAILURE
""",
    [
        "a.BasketTest.rebate -- ",
        "expected: <5> but was: <7>",
        "BasketTest.java:23",
        "run: 483, Failures: 1",
    ],
)
GRADLE = (
    [f"a.Part{n}Test > works() PASSED" for n in range(150)],
    """a.BasketTest > rebate() FAILED
    org.opentest4j.AssertionFailedError: expected: <5> but was: <7>
        at app//a.BasketTest.rebate(BasketTest.java:23)

151 tests completed, 1 failed

BUILD FAILED in 4s
""",
    [
        "a.BasketTest > rebate() FAILED",
        "expected: <5>",
        "BasketTest.java:23",
        "151 tests completed, 1 failed",
    ],
)
CTEST = (
    [f"{n}/151 Test #{n}: part_{n} ............   Passed    0.01 sec" for n in range(1, 151)],
    """151/151 Test #151: rebate ..............***Failed    0.02 sec
basket.cpp:91: Failure
Expected equality of these values:
  basket.total()
    Which is: 7

99% tests passed, 1 tests failed out of 151

The following tests FAILED:
\t151 - rebate (Failed)
Errors while running CTest
""",
    ["Test #151: rebate", "basket.cpp:91", "Which is: 7", "1 tests failed out of 151"],
)
TAP = (
    [f"ok {n} - adds part {n}" for n in range(1, 151)],
    """not ok 151 - gives a rebate
  ---
  operator: equal
  expected: 5
  actual:   7
  at: Test.<anonymous> (/srv/shop/test.js:14:5)
  ...
1..151
# tests 151
# pass  150
# fail  1
""",
    [
        "not ok 151 - gives a rebate",
        "expected: 5",
        "actual:   7",
        "/srv/shop/test.js:14:5",
        "# fail  1",
    ],
)
RSPEC = (
    [f"  adds part {n} with a note that is long enough" for n in range(80)],
    """  gives a rebate (FAILED - 1)

Failures:

  1) Basket gives a rebate
     Failure/Error: expect(basket.total).to eq(5)

       expected: 5
            got: 7
     # ./spec/basket_spec.rb:12:in `block (2 levels) in <top (required)>'

Finished in 0.2 seconds
81 examples, 1 failure

rspec ./spec/basket_spec.rb:11 # Basket gives a rebate
""",
    [
        "1) Basket gives a rebate",
        "expected: 5",
        "got: 7",
        "basket_spec.rb:12",
        "81 examples, 1 failure",
    ],
)
PHPUNIT = (
    [f"{'.' * 60} {n * 60} / 7320" for n in range(1, 122)],
    """
There was 1 failure:

1) BasketTest::testRebate
Failed asserting that 7 matches expected 5.

/srv/shop/tests/BasketTest.php:19

FAILURES!
Tests: 7320, Assertions: 9001, Failures: 1.
""",
    [
        "1) BasketTest::testRebate",
        "7 matches expected 5",
        "BasketTest.php:19",
        "Tests: 7320, Assertions",
    ],
)
DOTNET = (
    [f"  Passed Shop.Tests.Part{n} [< 1 ms]" for n in range(150)],
    """  Failed Shop.Tests.Rebate [12 ms]
  Error Message:
   Assert.Equal() Failure: Values differ
Expected: 5
Actual:   7
  Stack Trace:
     at Shop.Tests.Rebate() in /srv/shop/Tests.cs:line 40

Failed!  - Failed:     1, Passed:   150, Skipped:     0, Total:   151, Duration: 1 s
""",
    [
        "Failed Shop.Tests.Rebate",
        "Expected: 5",
        "Actual:   7",
        "Tests.cs:line 40",
        "Failed:     1, Passed:   150",
    ],
)
RUNS = {
    "pytest": PYTEST,
    "unittest": UNITTEST,
    "go": GO,
    "cargo": CARGO,
    "jest": JEST,
    "mocha": MOCHA,
    "maven": MAVEN,
    "gradle": GRADLE,
    "ctest": CTEST,
    "tap": TAP,
    "rspec": RSPEC,
    "phpunit": PHPUNIT,
    "dotnet": DOTNET,
}


def shortened(text, query="", share=0.28):
    made = by_line(text, ContentType.TEST, query, share)
    assert made is not None
    return f"{made.body}\n{made.summary}"


@pytest.mark.parametrize("runner", RUNS)
@pytest.mark.parametrize("query", ["", "Which tests fail and why?"])
def test_a_failure_keeps_its_name_assertion_and_place(runner, query):
    passed, failure, wanted = RUNS[runner]
    out = shortened("\n".join([*passed, failure]), query)
    assert [part for part in wanted if part not in out] == []


@pytest.mark.parametrize("runner", RUNS)
def test_a_failure_in_the_middle_survives_a_small_share(runner):
    passed, failure, wanted = RUNS[runner]
    body, _, totals = failure.strip("\n").rpartition("\n")
    out = shortened("\n".join([*passed[:60], body, *passed[60:], totals]), share=0.15)
    assert wanted[0] in out


@pytest.mark.parametrize("runner", ["pytest", "unittest", "go", "cargo", "jest", "mocha", "tap"])
def test_what_passed_is_counted_and_not_shown(runner):
    passed, failure, _ = RUNS[runner]
    lines = "\n".join([*passed, failure]).split("\n")
    out = shortened("\n".join(lines), "Which tests fail and why?")
    ok = [lines[at] for at in report(Sheet(lines)).passed]
    shown = len(set(ok) & set(out.split("\n")))
    assert shown <= 6
    counted = len(ok) - shown
    assert f"{counted} x passed or started" in out


def test_a_clean_run_becomes_its_summary():
    lines = [f"tests/test_a.py::test_{n} PASSED [ {n % 100}%]" for n in range(200)]
    out = shortened("\n".join([*lines, "====== 200 passed in 3.1s ======"]), "did all pass?")
    assert "200 passed in 3.1s" in out
    assert len(out) < 500


def test_what_a_passing_test_prints_weighs_less_than_what_a_failing_one_does():
    lines = []
    for n in range(30):
        lines += [
            f"=== RUN   T{n}",
            f"    a_test.go:{n}: got {n}, want {n}",
            f"--- PASS: T{n} (0s)",
        ]
    lines[47] = "--- FAIL: T15 (0s)"
    run = report(Sheet(lines))
    assert run is not None
    assert run.weights[46] > run.weights[1]


def test_a_text_without_verdicts_is_no_run():
    assert report(Sheet(["alpha", "beta error", "gamma"])) is None


@given(st.lists(st.text(max_size=40), max_size=30))
def test_any_lines_can_be_reported_on(lines):
    run = report(Sheet(lines))
    assert run is None or all(0 <= at < len(lines) for at in (*run.weights, *run.passed))


def test_the_place_of_each_of_the_first_failures_comes_before_more_details():
    lines = []
    for n in range(5):
        lines += [
            f"=== RUN   TestPart{n}",
            f"    part_test.go:{n + 40}: got {n}",
            "        Expected: true",
            f"--- FAIL: TestPart{n} (0.00s)",
            f"=== RUN   TestFine{n}",
            f"--- PASS: TestFine{n} (0.00s)",
        ]
    run = report(Sheet(lines))
    places = [run.weights[at] for at, line in enumerate(lines) if "part_test.go" in line]
    details = [run.weights[at] for at, line in enumerate(lines) if "Expected" in line]
    assert min(places) > max(details)


def test_the_message_below_the_title_of_a_failure_is_heavier_than_the_code_below():
    lines = [
        *(f"  ✓ part {n} fits (1 ms)" for n in range(40)),
        "  ● basket › adds up",
        "",
        "    two currencies in one basket",
        "",
        "      3 | function add(a, b) {",
        "    > 4 |   throw new Error(text(a, b));",
        "Tests:       1 failed, 40 passed, 41 total",
    ]
    run = report(Sheet(lines))
    assert run.weights[42] > max(ASSERTION, *(run.weights.get(at, 0.0) for at in (44, 45)))


def test_nested_points_that_are_not_ok_stay_with_what_is_said_below():
    lines = ["TAP version 13"]
    for n in range(30):
        lines += [f"# Subtest: group {n}"]
        for m in range(4):
            lines += [f"    # Subtest: part {m}", f"    ok {m} - part {m}", "      ---"]
            lines += [f"      duration_ms: 0.{n}{m}", "      ..."]
        if n == 17:
            lines += [
                "    not ok 4 - rounds up",
                "      ---",
                "      error: 'Expected 935, got 934'",
            ]
            lines += ["      ..."]
        if n == 5:
            lines += ["    ok 4 - prints in colour # SKIP"]
        lines += [f"{'not ok' if n == 17 else 'ok'} {n + 1} - group {n}"]
    lines += ["# pass 149", "# fail 1"]
    text = "\n".join(lines)
    body = by_line(text, ContentType.LOG, "Which tests are not ok?", 0.1).body
    assert "    not ok 4 - rounds up\n" in body
    assert "Expected 935, got 934" in body
    assert "not ok 18 - group 17" in body
    assert body.count("ok 2 - part 2") <= 1
    body = by_line(text, ContentType.LOG, "Was any test skipped?", 0.1).body
    assert "prints in colour # SKIP" in body


def test_totals_behind_a_sign_of_information_are_known():
    lines = [f"  ✔ opens gate {n} (0.3ms)" for n in range(40)]
    lines += ["  ✖ shuts the gate (95.2ms)", "    AssertionError: 934 is not 935"]
    lines += ["ℹ tests 41", "ℹ pass 40", "ℹ fail 1"]
    run = report(Sheet(lines))
    assert run.totals
    assert run.failed == [40]


@pytest.mark.parametrize(
    "place", ["  at: /srv/shop/test.js:{}:3", "  location: '/srv/test.js:{}:3'"]
)
def test_each_of_some_failures_of_tap_keeps_its_place(place):
    lines, places = ["TAP version 13"], []
    for n in range(200):
        if n % 40 == 17:
            places.append(place.format(n))
            lines += [f"not ok {n} - part {n}", "  ---", "  message: 'no'", places[-1], "  ..."]
        else:
            lines.append(f"ok {n} - part {n}")
    lines += ["1..200", "# pass 195", "# fail 5"]
    body = by_line("\n".join(lines), ContentType.TEST, "", 0.2).body.split("\n")
    assert [line for line in body if line in places] == places


def test_a_failure_that_repeats_one_place_leaves_room_for_the_others():
    lines = ["=== RUN   TestMany", "    many_test.go:9: Running 90 cases"]
    lines += [f"    many_test.go:12: case {n} differs" for n in range(90)]
    lines += ["--- FAIL: TestMany (0.00s)", "=== RUN   TestOne"]
    lines += ["    one_test.go:4: Running 1 case", "    one_test.go:7: the drawer is open"]
    lines += ["--- FAIL: TestOne (0.00s)"]
    weights = report(Sheet(lines)).weights
    first = {at: weights[at] for at, line in enumerate(lines) if "_test.go:" in line}
    told = [at for at, weight in first.items() if weight == POINTED]
    assert [lines[at].split(": ")[0].strip() for at in told] == [
        *("many_test.go:9", "many_test.go:12", "one_test.go:4", "one_test.go:7")
    ]
    assert weights[80] < 0.5 * weights[5]
