"""Logs behind a prefix are read as what stands there."""

from __future__ import annotations

from headroom.elide.lines.by_prefix import by_prefix
from headroom.lines.prefix import prefixed

TRACE = [
    "Traceback (most recent call last):",
    '  File "/app/ledger.py", line 41, in post',
    "    raise LedgerError(entry)",
    "LedgerError: unbalanced entry 88213",
]


def cut(lines, query="", share=0.27):
    return by_prefix(prefixed(lines), query, share)


def stamped(lines, head):
    return [
        head.format(f"2026-01-02T03:{at // 60:02d}:{at % 60:02d}.123456789Z") + line
        for at, line in enumerate(lines)
    ]


def test_the_lines_of_one_source_are_read_together():
    lines = []
    for at in range(120):
        lines.append(f"nginx-1  | GET /item/{at} 200")
        if 50 <= at < 54:
            lines.append(f"worker-1 | {TRACE[at - 50]}")
    made = cut(lines, "what went wrong?")
    for line in TRACE:
        assert line in made.body
    assert "all lines by source: nginx-1 (120), worker-1 (4)" in made.summary
    assert len(made.body) < 0.4 * sum(map(len, lines))


def test_a_run_of_tests_behind_times_is_one():
    run = ["============ test session starts ============", "collected 100 items", ""]
    run += [f"tests/test_a.py::test_{at} PASSED" for at in range(99)]
    run += ["tests/test_a.py::test_99 FAILED", "", "========= FAILURES =========="]
    run += ["________ test_99 ________", ">       assert 1 == 2", "E       assert 1 == 2"]
    run += ["FAILED tests/test_a.py::test_99 - assert 1 == 2", "==== 1 failed, 99 passed ===="]
    made = cut(stamped(run, "test\tRun pytest\t{} "), "which tests failed?")
    assert "E       assert 1 == 2" in made.body
    assert "99 x passed or started" in made.summary
    assert "test_42" not in made.body


def test_who_wrote_and_when_stands_where_it_changes():
    quiet = [f"checked {at} of 300" for at in range(300)]
    lines = stamped(quiet, "{} stdout F ")
    lines[200:200] = [f"2026-01-02T03:03:20.987654321Z stderr F {line}" for line in TRACE]
    made = cut(lines)
    at = made.body.index("[stderr]\n03:03:20.987 Traceback (most")
    assert '\n  File "/app/ledger.py", line 41, in post\n' in made.body[at:]


def test_marks_count_the_lines_of_the_whole():
    lines = stamped([f"checked {at} of 300" for at in range(300)], "{} stdout F ")
    made = cut(lines)
    shown = [line for line in made.body.split("\n") if "checked" in line]
    gaps = [line[2:].split("-") for line in made.body.split("\n") if line.startswith("… ")]
    left = sum(int(gap[-1]) - int(gap[0]) + 1 for gap in gaps)
    assert len(shown) + left == 300
    assert all(line.endswith("of 300") for line in shown)


def test_a_source_that_the_question_names_comes_first():
    lines = [
        f"{'db' if at % 2 else 'api'}-1  | error: connection {at} lost after {at * 7} ms"
        for at in range(200)
    ]
    made = cut(lines, "what did the db container report?", 0.1)
    kept = made.body.split("\n")
    assert sum("db-1 |" in line for line in kept) > sum("api-1 |" in line for line in kept)


def test_few_lines_stay_whole():
    assert cut([f"web-1  | {at}" for at in range(9)]) is None
