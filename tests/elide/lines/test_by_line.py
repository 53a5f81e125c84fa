"""Kept lines, the marks between them and what is said of the rest."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.template import kinds, wordings

LINES = st.lists(
    st.one_of(
        st.text(st.characters(exclude_characters="\n…"), max_size=30),
        st.sampled_from(
            ["", "ERROR disk full", "10:00:01 INFO served 12", "a.py:3: x", "ok 1 - a"]
        ),
    ),
    min_size=1,
    max_size=60,
)
KINDS = st.sampled_from([ContentType.LOG, ContentType.TEST, ContentType.TEXT, ContentType.COLUMNS])
MARK = re.compile(r"… ([0-9]+)(?:-([0-9]+))?")


def restored(body, lines):
    """Return the original that the marks and the kept lines of a body describe."""
    out = []
    for line in body.split("\n"):
        mark = MARK.fullmatch(line)
        if mark is None:
            out.append(line)
        else:
            assert int(mark[1]) == len(out) + 1
            out += lines[len(out) : int(mark[2] or mark[1])]
    return out


@given(LINES, KINDS, st.text(max_size=20), st.floats(0.05, 0.9))
def test_kept_lines_and_gaps_are_the_original(lines, kind, query, share):
    made = by_line("\n".join(lines), kind, query, share)
    if made is not None and "hits" not in made.kept:
        assert restored(made.body, lines) == lines


def log(errors=()):
    lines = [
        f"10:{n // 60:02}:{n % 60:02} INFO web: served /item/{n} in {n % 7} ms" for n in range(300)
    ]
    for at in errors:
        lines[at] = f"10:{at // 60:02}:{at % 60:02} ERROR web: cannot reach shard {at}"
    return lines


def test_an_error_at_any_line_survives():
    for at in range(0, 300, 7):
        lines = log([at])
        made = by_line("\n".join(lines), ContentType.LOG, "", 0.1)
        assert lines[at] in made.body.split("\n")


@pytest.mark.parametrize(
    ("lines", "query"),
    [
        (
            [
                line
                for n in range(200)
                for line in (f"=== RUN   Test{n}Store", f"--- PASS: Test{n}Store (0.0{n % 7}s)")
            ]
            + ["PASS", "ok  \texample.com/store\t2.311s"],
            "Run the tests",
        ),
        (
            [f"[{n // 2:3}%] Building CXX object src/app.dir/part{n * 7}.cpp.o" for n in range(200)]
            + ["[100%] Linking CXX executable app", "[100%] Built target app"],
            "Fix the failing build",
        ),
    ],
)
def test_a_word_that_most_lines_have_does_not_crowd_out_what_a_run_came_to(lines, query):
    for kind in (ContentType.LOG, ContentType.TEST):
        made = by_line("\n".join(lines), kind, query, 0.2)
        assert lines[-1] in made.body.split("\n")


def test_a_container_out_of_memory_is_trouble():
    lines = [f"gcc -O2 -c src/part{n}.c -o build/part{n}.o" for n in range(300)]
    lines[200] = "OOMKilled: container web exceeded its limit"
    for kind in (ContentType.LOG, ContentType.TEXT):
        assert lines[200] in by_line("\n".join(lines), kind, "", 0.1).body.split("\n")


def test_no_errors_is_not_taken_for_an_error():
    lines = log()
    lines[150] = "10:02:30 INFO web: check done, 0 errors"
    lines[200] = "10:03:20 ERROR web: cannot reach shard 7"
    made = by_line("\n".join(lines), ContentType.LOG, "any errors?", 0.02)
    assert lines[200] in made.body
    assert "trouble" not in made.summary


def test_what_is_left_out_is_counted_by_template():
    lines = log()
    made = by_line("\n".join(lines), ContentType.LOG, "", 0.1)
    kept = [line for line in made.body.split("\n") if not MARK.fullmatch(line)]
    assert made.summary == f"left out: {300 - len(kept)} x served * in * ms"


def test_trouble_that_is_left_out_is_told_with_its_lines():
    lines = log(range(20, 280))
    made = by_line("\n".join(lines), ContentType.LOG, "", 0.05)
    kept = set(made.body.split("\n"))
    left = [at for at in range(20, 280) if lines[at] not in kept]
    said = re.search(r"([0-9]+) with trouble: ([0-9]+)", made.summary)
    assert left
    assert int(said[1]) == len(left)
    assert int(said[2]) == left[0] + 1


@given(
    st.lists(
        st.sampled_from(["a b 1", "a b 2", "c d 3", "x y z", "lone"]), min_size=12, max_size=80
    )
)
def test_counts_are_exact(lines):
    made = by_line("\n".join(lines), ContentType.LOG, "", 0.1)
    if made is None:
        return
    kept = Counter(line for line in made.body.split("\n") if not MARK.fullmatch(line))
    left = Counter(lines) - kept
    counts = Counter()
    for line, wording in zip(lines, wordings(lines), strict=True):
        if left[line]:
            left[line] -= 1
            counts[wording.replace("\0", "*")] += 1
    for count, template in re.findall(r"([0-9]+) x ([^;]+)", made.summary):
        assert counts[template] == int(count)


def test_many_lines_of_one_kind_are_shown_by_example():
    made = by_line("\n".join(log()), ContentType.LOG, "", 0.4)
    assert len(made.body.split("\n")) < 20


def test_what_the_question_names_is_kept():
    lines = log()
    made = by_line("\n".join(lines), ContentType.LOG, "how long did /item/217 take?", 0.1)
    assert lines[217] in made.body


def test_the_most_extreme_row_is_kept_when_asked_for():
    lines = [
        f"import time: {n * 37 % 211:9} | {n * 101 % 997:9} | pkg.module_{n}" for n in range(150)
    ]
    slowest = max(lines, key=lambda line: int(line.split("|")[1]))
    made = by_line("\n".join(lines), ContentType.LOG, "which module is the slowest?", 0.1)
    assert slowest in made.body


def test_code_shown_below_an_error_stays_with_it():
    lines = log()
    lines[150:150] = [
        "src/price.c:41:9: error: 'rate' undeclared",
        "   41 |   return rate * n;",
        "      |          ^~~~",
    ]
    made = by_line("\n".join(lines), ContentType.LOG, "", 0.1)
    assert [line for line in lines[150:153] if line not in made.body] == []


def test_an_empty_or_short_text_stays():
    assert by_line("", ContentType.LOG, "", 0.3) is None
    assert by_line("a\nb\nc", ContentType.LOG, "", 0.3) is None


def test_colours_hide_no_error():
    lines = [f"src/part{n}.ts is fine" for n in range(60)]
    lines[30] = "\x1b[96msrc/part30.ts\x1b[0m:\x1b[93m2\x1b[0m - \x1b[91merror\x1b[0m TS2792: no"
    made = by_line("\n".join(lines), ContentType.LOG, "", 0.1)
    assert lines[30] in made.body.split("\n")


def test_the_first_error_of_many_is_kept_with_its_place():
    lines = ["   Compiling shop v1.0.0"]
    for n in range(40):
        lines += [
            f"error[E0{n % 7}53]: method `remaining{n}` has an incompatible type for trait {n}",
            f"   --> src/part{n}.rs:{n + 10}:32",
            "    |",
            f"{n + 10} |     fn remaining{n}(&self) -> usize {{",
            "",
        ]
    made = by_line("\n".join(lines), ContentType.LOG, "Why does it not build?", 0.15)
    assert lines[1] in made.body.split("\n")
    assert lines[2] in made.body.split("\n")


def test_what_an_announced_conflict_consists_of_is_kept():
    lines = [f"Downloading part-{n}.whl ({n} kB) from mirror{n}" for n in range(80)]
    lines += [
        "",
        "The conflict is caused by:",
        "    The user wants a<2",
        "    b 3.0 needs a>=3",
        "",
    ]
    lines += [f"  note {n} for those who read on, see page {n * 7}" for n in range(60)]
    made = by_line("\n".join(lines), ContentType.LOG, "Why can it not be installed?", 0.1)
    assert "The user wants a<2" in made.body
    assert "b 3.0 needs a>=3" in made.body


def test_the_rare_refusal_among_requests_is_kept():
    lines = [f'10.0.0.{n % 9} "GET /page/{n} HTTP/1.1" 200 {n * 7} "-" "agent"' for n in range(300)]
    lines[140] = '10.0.0.7 "POST /upload HTTP/1.1" 413 183 "-" "agent"'
    made = by_line("\n".join(lines), ContentType.LOG, "Which body was too large?", 0.1)
    assert lines[140] in made.body.split("\n")


def test_little_is_kept_beside_a_clear_answer():
    lines = [
        f"Found link https://mirror.example/{n}/pkg-{n}.0.tar.gz, version: {n}.0.{n}"
        for n in range(200)
    ]
    text = "\n".join(lines)
    asked = by_line(text, ContentType.LOG, "Which link was found for version 117.0.117?", 0.5)
    assert lines[117] in asked.body.split("\n")
    assert len(asked.body) < 0.25 * len(text)


def test_little_is_kept_beside_a_clear_answer_whatever_the_text_was_taken_for():
    lines = [f"fetch GET 200 https://registry.example/part-{n} {n}ms (miss)" for n in range(200)]
    text = "\n".join(lines)
    query = "How long did fetching https://registry.example/part-88 take?"
    made = by_line(text, ContentType.CODE, query, 0.5)
    assert lines[88] in made.body.split("\n")
    assert len(made.body) < 0.3 * len(text)


def test_kinds_of_lines_that_read_alike_are_counted_once():
    lines = [f"step {n}{' ' * (1 + n % 3)}is done now" for n in range(90)]
    assert kinds(wordings(lines), lines, range(90), 200) == [(90, "step * is done now")]


def test_what_stands_behind_the_last_line_break_is_no_line():
    lines = [f"10:00:{n % 60:02} INFO shop.web: request {n} served" for n in range(200)]
    made = by_line("\n".join([*lines, ""]), ContentType.LOG, "", 0.2)
    assert " of 200 lines, " in made.kept
    assert made.body.endswith("\n")
    shown = [row for row in made.body.split("\n")[:-1] if not row.startswith("…")]
    assert made.kept.startswith(f"{len(shown)} of ")
    assert not re.search(r"… (?:\d+-)?201", made.body)


def test_the_slow_request_of_a_log_stays():
    lines = [
        f"time=2025-03-01T10:{n // 60:02}:{n % 60:02}Z level=info path=/{n % 5} dur={n % 50 + 2}ms"
        for n in range(300)
    ]
    lines[222] = "time=2025-03-01T10:03:42Z level=info path=/2 dur=4800ms"
    made = by_line("\n".join(lines), ContentType.LOG, "What is going on here?", 0.2)
    assert lines[222] in made.body


def test_lines_of_fields_are_named_by_those_that_are_the_same():
    lines = [
        f'time=2025-03-01T10:00:{n % 60:02}Z level=info msg="request done" path=/api/{n} status=200'
        for n in range(90)
    ]
    found = kinds(wordings(lines), lines, range(90), 200)
    assert found == [(90, '* level=info msg="request done" *')]


def test_what_several_services_say_alike_is_counted_once():
    names = ["api", "cache", "mail", "proxy", "search", "worker"]
    lines = [
        f"shop-{names[n % 6]}-1".ljust(14)
        + f" | 10:00:{n % 60:02} INFO handled GET /part/{n} in {n} ms"
        for n in range(300)
    ]
    made = by_line("\n".join(lines), ContentType.LOG, "", 0.1)
    left = 300 - made.body.count("INFO")
    assert made.summary == f"left out: {left} x handled GET * in * ms"


def failing(count, *, heads=True):
    """What pytest prints of so many tests that failed, and of more that passed."""
    lines = [f"tests/test_{n}.py " + "." * 40 for n in range(40)]
    for n in range(count if heads else 0):
        lines += [f"____ test_case_{n} ____", f">       assert total({n}) == {n}", ""]
        lines += [f"E       assert {n + 1} == {n}", f"tests/test_{n % 40}.py:{n}: AssertionError"]
    lines += [f"FAILED tests/test_{n % 40}.py::test_case_{n} - assert" for n in range(count)]
    return [*lines, f"{count} failed, 1600 passed in 5.26s"]


def named(made):
    return len(re.findall("^FAILED ", made.body, re.MULTILINE))


@pytest.mark.parametrize("kind", [ContentType.TEST, ContentType.LOG, ContentType.TEXT])
@pytest.mark.parametrize("heads", [False, True])
def test_which_tests_failed_is_said_of_each_in_a_list(kind, heads):
    made = by_line("\n".join(failing(60, heads=heads)), kind, "", 0.1)
    assert named(made) == 60
    assert made.body.count("____ test") < 60


def test_of_very_many_failures_the_first_hundred_are_named():
    made = by_line("\n".join(failing(900)), ContentType.TEST, "", 0.01)
    assert 100 <= named(made) < 200


def test_names_of_failures_keep_to_a_budget_and_give_way_to_an_answer():
    text = "\n".join(failing(60))
    assert named(by_line(text, ContentType.TEST, "", 0.1, fill=True)) < 60
    asked = by_line(text, ContentType.TEST, "What did test_case_17 come to?", 0.1)
    assert "E       assert 18 == 17" in asked.body
    assert named(asked) < 60


def test_what_is_left_out_is_counted_as_a_whole():
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    lines = [f"10:00:{n % 60:02} INFO {words[n % 6]} did the thing {n}" for n in range(1200)]
    made = by_line("\n".join(lines), ContentType.LOG, "How often did it happen?", 0.1)
    counts = re.findall(r"([\d,]+) (?:x|other)", made.summary)
    shown = sum(line in made.body.split("\n") for line in lines)
    assert len(counts) > 1
    assert sum(int(count.replace(",", "")) for count in counts) + shown == 1200
