"""What of a log, a run or a report stays, whatever was asked."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.line import weigh
from headroom.elide.lines.log import appraise
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.signal import TROUBLE, graded
from headroom.elide.lines.template import wordings
from headroom.elide.lines.total import verdict
from headroom.engine.router import ContentRouter

CODE = [f"{n}    total = combine(error_{n % 5}, {n})" for n in range(200)]


def weights(lines):
    return appraise(Sheet(lines), wordings(lines)).weights


def test_the_heading_of_a_section_stays_with_what_went_wrong_in_it():
    lines = []
    for n in range(30):
        lines += [f"STEP [make part {n}] ***************"]
        lines += [f"done: [host{m}] part {n}" for m in range(8)]
    lines[17 * 9 + 5] = "fatal: [host4]: no space left on device"
    made = by_line("\n".join(lines), ContentType.LOG, "What went wrong, in which step?", 0.05)
    assert "STEP [make part 17] ***" in made.body
    assert "fatal: [host4]" in made.body
    found = weights(lines)
    assert found[17 * 9] > 2 * found[16 * 9]


def test_the_totals_that_a_report_ends_with_are_heavy():
    lines = [*CODE, "", "By weight:", "\tSlight: 53", "\tGrave: 7", "\tOther: 0", ""]
    lines += ["Files that were left out:", *(f"\tpart-{n}.lock (unread)" for n in range(8))]
    found = weights(lines)
    assert min(found[201:205]) > max(found[20:200])
    assert min(found[201:205]) > 1.2


def test_counts_all_over_a_text_are_no_totals():
    lines = [f"Counter {n}: {n * 7}" for n in range(90)]
    lines += ["Pages free: 3", "Pages used: 4", "Pages: 7"]
    assert max(weights(lines)[:-5]) < 1.0


def test_what_overflows_is_trouble():
    lines = [f"[{n}] slot {n}" for n in range(40)]
    lines[20] = "[20] write at 56 overflows this variable"
    assert max(range(40), key=weights(lines).__getitem__) == 20


def test_versions_stand_where_a_log_begins():
    parts = "web tsdb rules notify remote discovery scrape query alert head wal index".split()  # noqa: SIM905
    lines = [f'level=info part={part} msg="{part} is ready to go"' for part in parts]
    lines[8] = 'level=info context="(rt=rt4.18.2, target=arm)"'
    lines += [f'level=warn part={part} msg="{part} failed to build"' for part in parts * 12]
    for query in ("With which runtime was it built?", "Which version of rt is that?"):
        assert "rt4.18.2" in by_line("\n".join(lines), ContentType.LOG, query, 0.05).body


@given(
    st.lists(st.sampled_from(["a ***", "***", "", "x: 1", "x:", "fatal: y", "  z"]), max_size=80)
)
def test_any_lines_can_be_appraised(lines):
    made = appraise(Sheet(lines), wordings(lines))
    assert len(made.weights) == len(lines)
    assert all(0 <= at < len(lines) and at != head for at, head in made.details.items())


PLAN = [
    "Terraform will perform the following actions:",
    *(
        line
        for n in range(40)
        for line in (
            "",
            f'  # shop_crate.part["{n}"] will be updated in-place',
            '  ~ resource "shop_crate" "part" {',
            f'        id    = "{n * 7919:x}"',
            f"      ~ days  = {n} -> {n + 30}",
            "        # (3 unchanged attributes hidden)",
            "    }",
        )
    ),
    "",
    "Plan: 0 to add, 40 to change, 0 to destroy.",
]


def test_what_a_plan_changes_is_heavier_than_what_stays():
    found = weights(PLAN)
    for n in range(40):
        assert found[1 + 7 * n + 4] > 1.2 > found[1 + 7 * n + 3]
        assert found[1 + 7 * n + 1] > 1.2


def test_what_a_report_comes_to_is_heavy_and_where_a_log_stops_is_not():
    report = [*CODE, "", "Your shop was rated at 8.52/10", "", ""]
    assert weights(report)[-3] > 1.2
    assert weights(CODE)[-1] < 1.2


def test_the_last_line_that_says_something_is_a_verdict_where_none_is_like_it():
    usual = [f"part {n} is made" for n in range(80)]
    end = "All parts are there."
    for lines, found in (
        (usual, []),
        ([*usual, end], [80]),
        ([*usual, end, "", "-----"], [80]),
        (["<output>", *usual, "</output>"], []),
        (["<output>", *usual, end, "</output>"], [81]),
    ):
        assert verdict(lines, wordings(lines)) == found
        assert verdict(lines, ()) == found
    assert verdict(["", "---"], ()) == []


def test_a_setting_that_is_named_after_a_trouble_tells_of_none():
    settings = [
        "timeout = 30",
        "read_timeout: 60s",
        '"timeout": 5,',
        "connect-timeout=10 retries=3",
    ]
    grades = graded(Sheet(settings))
    assert max(grades) < TROUBLE
    failures = [
        "read timeout",
        "timeout: upstream gave up",
        "Timeout waiting for lock",
        "timed out",
    ]
    assert min(graded(Sheet(failures))) >= TROUBLE


STEPS = {
    "make the folder": "ok",
    "copy settings": "changed",
    "look for a free port": "ok",
    "migrate the database": "changed",
    "drain old machines": "skipping",
    "tell the balancer": "changed",
}


def play(detail=""):
    """Return what a play on twelve machines prints, in which one of them fails at a step."""
    lines = ["PLAY [shops] ******", ""]
    for step, said in STEPS.items():
        lines += [f"TASK [{step}] ******"]
        lines += [f"{said}: [shop{n:02}]{detail}" for n in range(12)]
        lines += [""]
    lines[47] = 'fatal: [shop05]: FAILED! => {"msg": "no route to the database"}'
    recap = "shop{:02}   : ok={}    changed={}    unreachable=0    failed={}    skipped=1"
    lines += ["PLAY RECAP ******"]
    return lines + [recap.format(n, 3 + (n != 5), 2 + (n != 5), int(n == 5)) for n in range(12)]


def test_of_a_play_the_steps_and_what_failed_stay_and_the_routine_is_counted_by_verdict():
    for detail in ("", ' => {"changed": false, "path": "/srv/shop", "state": "directory"}'):
        text = "\n".join(play(detail))
        assert [part.type for part in ContentRouter().parts(text)][:1] == [ContentType.LOG]
        made = by_line(text, ContentType.LOG, "", 0.27)
        assert "fatal: [shop05]: FAILED!" in made.body
        assert "shop05   : ok=3    changed=2    unreachable=0    failed=1" in made.body
        assert all(f"TASK [{step}]" in made.body for step in STEPS)
        assert len(made.body) < 0.5 * len(text)
        assert re.search(r"[0-9]{2} x (changed|ok): \[\*\]", made.summary)


def test_warnings_that_are_left_out_are_counted_where_no_kind_of_them_is_named():
    lines = []
    for n in range(60):
        lines += [f"[ {n:>2}%] Building object part{n}.o"]
        lines += [f"src/part{n}.c:{n}:3: warning: {chr(97 + n % 26) * 5} of {chr(97 + n % 23) * 6}"]
    made = by_line("\n".join(lines), ContentType.LOG, "", 0.1)
    left = 60 - made.body.count("warning:")
    assert f"{left} with a warning" in made.summary


def test_what_stands_below_the_head_of_a_summary_is_heavy_but_not_what_was_nothing():
    calls = [f"==71==    step {n} of {n % 7} was fine" for n in range(60)]
    summary = [
        "==71== LEAK SUMMARY:",
        "==71==    definitely lost: 640 bytes in 4 blocks",
        "==71==    possibly lost: 0 bytes in 0 blocks",
        "==71== ",
    ]
    heavy = weights([*calls, *summary, *calls])
    assert min(heavy[60:62]) >= 1.5 > max(heavy[62:64])


def test_a_routine_that_a_word_of_the_question_stands_in_counts_in_full_but_a_few_times():
    lines = []
    for n in range(60):
        stamp = f"[2026-01-01T10:01:{n:02}]"
        lines += [f"{stamp} [{name}] GC({n}) took {n * 7 % 40} ms" for name in "abcdef"]
        lines.append(f"{stamp} [heap] GC({n}) Eden: {n}->0")
    found = weigh(lines, ContentType.LOG, "Which collector cleans the heap?")
    assert found[7 * 30 + 6] < found[6] / 2


def test_of_a_routine_the_line_with_a_word_of_the_question_of_its_own_counts_in_full():
    lines = [f'openat(AT_FDCWD, "/lib/part{n}/libbase{n}.so", O_RDONLY) = {n}' for n in range(60)]
    lines[31] = 'openat(AT_FDCWD, "/lib/part31/libcrypt.so", O_RDONLY) = 31'
    found = weigh(lines, ContentType.LOG, "Which libcrypt does it open, from which lib?")
    assert found[31] > 2 * max(found[10:31] + found[32:50])


def test_a_few_errors_of_one_kind_all_stay_with_their_places():
    lines = [
        line
        for n in range(6)
        for line in (
            "error[E0308]: mismatched types",
            f"   --> src/fit.rs:4{n}7:40",
            "    |",
            f"4{n}7 |             wrap_fit(&words, &[1e{n}00], &Penalties::default()),",
            "    |                                ^^^^^ expected `usize`, found a float",
            f"    = note: a long note of the compiler on part {n} and what else it may be used for",
            "",
        )
    ]
    made = by_line("\n".join(lines), ContentType.LOG, "", 0.2)
    for n in range(6):
        assert f"error[E0308]: mismatched types\n   --> src/fit.rs:4{n}7:40" in made.body


def test_the_names_of_a_few_tests_that_failed_stay_where_their_report_was_filtered():
    lines = [
        line
        for n in range(8)
        for line in (
            f"_______________________ TestPart{n}.test_it _______________________",
            f"src/tests/test_part{n}.py:{n}1: in test_it",
            *(f"src/part/prop_{k}.py:{k}77: in from_part" for k in range(6)),
            f"E   ValueError: no duration: PT{n}H",
        )
    ]
    made = by_line("\n".join(lines), ContentType.LOG, "", 0.2)
    for n in range(8):
        assert f" TestPart{n}.test_it " in made.body
        assert f"PT{n}H" in made.body


def test_what_a_program_prints_stays_among_its_calls_of_the_system():
    lines = [f'{n % 3 + 900} read({n % 7}, "\\177ELF{n}", 832) = 832 <0.00001>' for n in range(300)]
    lines[150] = '901 write(1, "kept 79,851 stones\\n", 19) = 19 <0.00001>'
    lines[200] = '901 write(1, "\\n", 1) = 1 <0.00001>'
    found = weights(lines)
    assert found[150] > 2 * max(found[20:150])
    assert found[200] < found[150] / 2


def test_of_much_that_it_prints_the_ends_stay():
    lines = [f'900 write(2, "step {n:03} of the survey\\n", 23) = 23' for n in range(300)]
    found = weights(lines)
    assert min(found[:4] + found[-8:]) > max(found[20:-20])


def test_what_was_done_last_before_a_trace_stays():
    lines = [f"move {n:03}: {n * 37 % 101} -> {n * 7 % 97}" for n in range(90)]
    lines += ["", "thread 'main' (26956) panicked at src/ledger.rs:3:190:", "no such account"]
    found = weights(lines)
    assert found[89] > 2 * max(found[20:80])


def test_a_finding_of_a_compiler_stays_with_the_function_that_it_is_in():
    lines = []
    for n in range(30):
        lines += [f"src/list.c: In function 'step_{n}':", f"src/list.c:{n}:5: note: declared here"]
        lines += [f"   {n} |     int x{n};", "      |         ^"]
    lines[81] = "src/list.c:20:5: error: 'count' undeclared (first use in this function)"
    weights = appraise(Sheet(lines), wordings(lines)).weights
    assert weights[80] > 0.9 * weights[81] > 1.0
    assert max(weights[n] for n in range(4, 116, 4) if n != 80) < 0.5 * weights[80]


def test_advice_and_what_is_not_secured_tell_of_trouble_but_their_names_do_not():
    said = [
        'HINT:  Consider increasing the configuration parameter "pages".',
        "help: a local variable with a similar name exists",
        "8 bytes in 1 blocks are definitely lost in loss record 1 of 1",
        "GET /admin: 403 Forbidden",
        "spectre_v2: Vulnerable, no microcode",
        "readiness probe failed: pod is unhealthy",
    ]
    routine = [
        "hints/: 4 files",
        "0 vulnerable dependencies",
        "no vulnerable packages",
        "vulnerable.py:3: import os",
    ]
    grades = graded(Sheet([*said, *routine]))
    assert all(grades[: len(said)])
    assert not any(grades[len(said) :])


def test_a_finding_of_a_rule_that_is_hardly_ever_met_stays_among_many_of_one_rule():
    lines = [
        f"src/part{n % 7}.ts({n},5): error TS7006: Parameter 'item{n}' implicitly has an 'any' type."
        for n in range(180)
    ]
    lines[90] = "src/till.ts(90,7): error TS2304: Cannot find name 'Drawer'."
    made = by_line("\n".join(lines), ContentType.LOG, "Summarise the errors.", 0.15)
    assert "Cannot find name 'Drawer'" in made.body


def test_a_few_lines_with_a_word_of_the_question_are_all_shown_though_they_are_alike():
    lines = [f"10:00:{n % 60:02} INFO depot {n} was counted" for n in range(300)]
    for n in range(100, 116):
        lines[n] = f"10:01:{n % 60:02} INFO voucher {n} was cashed"
    weights = weigh(lines, ContentType.LOG, "What was cashed?")
    assert min(weights[100:116]) > 1.5


def test_what_a_compiler_suggests_to_write_stays_with_its_advice():
    lines = ["error[E0308]: mismatched types", " --> src/replica.rs:6:73", "  |"]
    lines += ["6 |     self.items.insert(k, v)", "  |                       ^ expected `String`"]
    lines += ["help: try using a conversion method", "  |"]
    lines += [
        "6 |     self.items.insert(k.to_string(), v)",
        "  |                        ++++++++++++",
        "",
    ]
    for n in range(40):
        lines += [f"warning: unused variable: `tmp{n}`", f" --> src/part{n}.rs:5:36", "  |"]
        lines += [
            f"5 |     let tmp{n} = 3;",
            "  |         ^^^^ help: prefix it with an underscore",
            "",
        ]
    query = "What should I write instead in replica.rs?"
    made = by_line("\n".join(lines), ContentType.LOG, query, 0.15)
    assert "k.to_string()" in made.body


def test_why_tests_did_not_run_is_no_part_of_the_failure_above():
    lines = ["=== FAILURES ===", "______ test_mutant ______", ""]
    lines += [f"    step_{n}()" for n in range(12)]
    lines += [">   fn([1, 2])", "E   TypeError: 'NoneType' object is not callable", ""]
    lines += ["tests/freeze_test.py:170: TypeError", "=== short test summary info ==="]
    reason = "could not import 'pvectorc': No module named 'pvectorc'"
    lines += [f"SKIPPED [1] tests/vector_test.py:{n}: {reason}" for n in range(26, 126)]
    lines += [
        "FAILED tests/freeze_test.py::test_mutant - TypeError",
        "1 failed, 100 skipped in 5 s",
    ]
    query = "What makes `test_mutant` fail, and at which line?"
    made = by_line("\n".join(lines), ContentType.TEST, query, 0.28)
    assert "tests/freeze_test.py:170: TypeError" in made.body
    assert "    step_11()" in made.body
    assert made.body.count("SKIPPED") <= 4
