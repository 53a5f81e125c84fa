"""Tests of `search` through `matches`: what a question brings back of a text."""

from __future__ import annotations

import json
import time

import pytest

from headroom.ccr.bound import Bound
from headroom.ccr.query import matches
from headroom.ccr.search import search
from headroom.elide import hint

LIMIT = Bound(1_200, len)


def asked(text, query, *shown):
    return matches(text, query, shown, LIMIT, judge=hint)


def test_the_fields_asked_for_are_shown_of_all_rows_that_match_where_rows_are_long():
    rows = [
        {"id": n, "type": "Warning" if n % 20 == 0 else "Normal", "name": f"pod-{n}"}
        | {f"detail{k}": f"{n * k:032x}" for k in range(6)}
        for n in range(160)
    ]
    out = asked(json.dumps(rows), 'Which rows have `type` = "Warning"? Give each `name`.')
    assert all(f"name: pod-{n}" in out or f'"pod-{n}"' in out for n in range(0, 160, 20))
    assert "(type: Warning, name: pod-" in out
    assert "round brackets" in out


def test_the_last_row_is_brought_back_where_it_is_asked_for():
    lines = ["day,team,goals", *(f"{n % 28 + 1} May,Red {n},{n % 4}" for n in range(300))]
    out = asked("\n".join(lines), "When was the last game that they played?")
    assert lines[-1] in out
    assert lines[1] in out


def test_how_something_was_done_is_no_question_for_an_overview():
    text = "\n".join(f"Paragraph {n} tells of the fair. It was loud and long." for n in range(200))
    text += "\nThe mayor opened the bridge with a golden key."
    assert "golden key" in asked(text, "How did the mayor open the bridge?")
    assert "an overview" in asked("\n".join(f"step {n}" for n in range(900)), "How did it go?")


def test_what_was_not_shown_comes_where_no_word_matches():
    lines = [f"entry {n} of the list" for n in range(300)]
    out = asked("\n".join(lines), "Wo ist es?", "\n".join(lines[:250]))
    assert "entry 250 of the list" in out
    assert "entry 7 of the list" not in out
    assert "the first that were not shown" in out


def test_the_whole_of_what_is_defined_is_shown():
    filler = [f"    total = total + {n}" for n in range(200)]
    body = [f"    part_{n} = {n}" for n in range(12)]
    code = ["def other():", *filler, "def wanted(a):", *body, "", "def next_one():", *filler]
    out = asked("\n".join(code), "What does `wanted` do?")
    assert all(line in out for line in body)


def test_the_headings_above_a_hit_are_shown():
    filler = "\n\n".join(f"Line {n} of nothing at all." for n in range(80))
    text = f"# Changes\n\n## 2.0\n\n{filler}\n\n### Fixed\n\n- the needle\n\n## 1.0\n\n{filler}"
    out = asked(text, "In which release was the `needle` fixed?")
    assert "## 2.0" in out
    assert "### Fixed" in out


def test_what_passed_gets_no_room_where_a_failure_is_asked_for():
    lines = [
        line
        for n in range(200)
        for line in (f"=== RUN   TestPart{n}", f"--- PASS: TestPart{n} (0.00s)")
    ]
    lines[200:200] = ["=== RUN   TestOdd", "    odd_test.go:7: got 3", "--- FAIL: TestOdd (0.00s)"]
    out = asked("\n".join(lines), "Which test fails and why?")
    assert "odd_test.go:7: got 3" in out
    assert out.count("--- PASS") < 12


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"def f{n}(a):\n" for n in range(50_000)),
        "diff --git a/x b/x\n" + "".join(f"@@ -{n} +{n} @@ f\n+a{n}\n" for n in range(50_000)),
        "".join(f"The old mill of Brook{n} was sold for {n} crowns.\n" for n in range(30_000)),
        "# a\n\n" * 100_000,
    ],
    ids=["definitions", "diff", "prose", "headings"],
)
@pytest.mark.parametrize("query", ["Summarise this.", "Why did `f7` fail last?"])
def test_long_texts_of_one_kind_take_linear_time(text, query):
    began = time.process_time()
    write = search(text, query, [text[: len(text) // 2]], hint)
    assert write(2_000) == write(2_000)
    assert time.process_time() - began < 30  # a bound on complexity, not on speed


def test_a_key_with_points_in_its_name_is_found_where_its_extreme_is_asked_for():
    rows = [{"id": f"s{n}", "attributes": {"db.rows": n * 37 % 101}} for n in range(200)]
    out = asked(json.dumps(rows), "Which has the highest `attributes.db.rows`?")
    assert '"db.rows":100' in out


def test_colours_do_not_keep_words_apart():
    lines = [f"step {n} went well" for n in range(300)]
    lines[200] = "\x1b[96mpump.c\x1b[0m:7 - \x1b[91merror\x1b[0m\x1b[90m E12: \x1b[0mno valve"
    out = asked("\n".join(lines), "What is the first error?")
    assert "pump.c:7 - error E12: no valve" in out


def test_an_overview_of_a_log_tells_what_is_rare_and_what_went_wrong():
    lines = [f"2026-01-02 10:{n // 60:02}:{n % 60:02} INFO served item {n}" for n in range(600)]
    lines[100] = "2026-01-02 10:01:40 INFO became the leader of the group"
    lines[300] = "2026-01-02 10:05:00 ERROR lost the disk"
    lines[-1] = "2026-01-02 10:10:00 INFO received a signal, going down"
    out = asked("\n".join(lines), "Give me an overview of what happened here.")
    assert all(lines[at] in out for at in (100, 300, 599))


def test_the_last_error_is_brought_back_where_it_is_asked_why_something_stopped():
    lines = [f"probe {n}: error: no header pump_{n}.h" for n in range(400)]
    lines[390:] = [
        "",
        "error: the pump library is missing",
        "",
        "log of the probes is in probes.txt",
    ]
    assert "the pump library is missing" in asked("\n".join(lines), "Why does the build stop?")


def test_the_extreme_of_a_value_within_records_is_found_by_the_words_of_its_name():
    crates = [{"id": f"c{n}", "load": {"gross_weight": n * 37 % 91, "hall": 3}} for n in range(90)]
    crates[47]["load"]["gross_weight"] = 4_000
    for query in ("Which crate tops the list by gross weight?", "Which has the highest weight?"):
        shown = search(json.dumps(crates), query)(600)
        assert '"c47"' in shown.split("\n")[0]


def test_the_value_at_a_path_that_is_asked_for_comes_first():
    rows = [{"kind": f"k{n}", "value": [f"size-{n}-{k}" for k in range(80)]} for n in range(9)]
    out = asked(json.dumps(rows), "What is the value of `[6].value[57]` in this response?")
    assert out.startswith("[6].value[57]: size-6-57\n")
    tree = {"inputs": {f"b/m{n}.js": {"original": f"./n{n + 1}.js"} for n in range(90)}}
    out = asked(json.dumps(tree), "What is `inputs.b/m56.js.original`?")
    assert out.startswith("inputs.b/m56.js.original: ./n57.js\n")


def test_a_hit_in_a_log_of_commits_comes_with_the_commit():
    log = [
        line
        for n in range(300)
        for line in (
            f"commit {n:07x}",
            "Author: Ann <ann@example.org>",
            "",
            f"    change {n}",
            "",
            f" src/part{n}.py | {n % 7 + 1} ++",
            f" 1 file changed, {900 if n == 140 else n % 7 + 1} insertions(+)",
            "",
        )
    ]
    out = asked("\n".join(log), "Which commit has the most insertions?")
    assert "900 insertions" in out
    assert f"commit {140:07x}" in out


def test_what_is_unlike_all_others_comes_where_no_word_matches():
    lines = [f'{n}.5 [0 host:1] "SET" "session:{n}" "v{n * 7}"' for n in range(400)]
    lines[215] = '215.5 [0 host:1] "ELECTROSHOCK" "ASYNC"'
    out = asked("\n".join(lines), "Wer hat das getan?", "\n".join(lines[:9]))
    assert lines[215] in out
    assert "those unlike all others and the first that were not shown" in out
    assert lines[215] in asked("\n".join(lines), "Wer hat das getan?")


def test_who_has_what_fits_best_and_asks_again_gets_what_was_left_out():
    shown = [f"The ferry of pier {n} runs to the island every day." for n in range(20)]
    left_out = [f"Cattle need a slip with number {n} and a driver." for n in range(14)]
    text = "\n".join(
        line for pair in zip(shown, [*left_out, *[""] * 6], strict=True) for line in pair
    )
    out = asked(text, "How does the ferry run to the island?", "\n".join(shown))
    assert all(line in out for line in left_out)


def test_a_heading_that_was_shown_leads_to_what_stands_below_it():
    filler = [line for n in range(60) for line in (f"## Part {n}", "", f"Words on {n}.", "")]
    text = "\n".join([*filler, "## Tolls", "", "A cart pays two shillings.", "", *filler])
    out = asked(
        text, 'What is said under "Tolls"?', text.replace("A cart pays two shillings.", "…")
    )
    assert "A cart pays two shillings." in out


def test_no_mark_stands_for_a_gap_that_is_shorter():
    text = "\n".join("needle" if n in (100, 106) else f"{n}." for n in range(400))
    out = matches(text, "needle", bound=Bound(140, len))
    assert "needle\n101.\n102.\n103.\n104.\n105.\nneedle" in out


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("Which lot has the highest `grainWeight`? Give the `lot`.", 17),
        ("What is the smallest grainWeight in there, and for which lot (lot)?", 5),
    ],
)
def test_the_record_with_an_extreme_comes_back_from_the_depth_that_it_has(query, row):
    rows = [
        {"lot": f"L{n:03}", "note": "dry and clean " * 6, "of": {"grainWeight": 50 + n % 7}}
        for n in range(60)
    ]
    rows[17]["of"]["grainWeight"], rows[5]["of"]["grainWeight"] = 99, 3
    assert f'"lot":"L{row:03}"' in asked(json.dumps({"lots": rows}), query)


def test_an_extreme_of_long_records_comes_with_what_it_is_the_extreme_of():
    rows = [
        {"sha": f"{n * 7919:08x}", "stats": {"deletions": n % 9}}
        | {f"file{k}": f"src/part{k}.c" for k in range(90)}
        for n in range(20)
    ]
    rows[13]["stats"]["deletions"] = 173
    out = asked(json.dumps(rows), "Which commit tops the list by stats deletions?")
    assert f'[13].sha: "{13 * 7919:08x}"' in out
    assert "[13].stats.deletions: 173" in out


def test_the_place_that_defines_a_name_comes_before_lines_that_use_it():
    uses = [f"lib/part.py:{n}:def file_{n}(turnstile): # must be defined" for n in range(200)]
    text = "\n".join([*uses, "lib/gate.py:40:    def turnstile(self):", *uses])
    assert "lib/gate.py:40:" in asked(text, "Where is `turnstile` defined? Give me file and line.")


@pytest.mark.parametrize("word", ["sub", "procedure"])
def test_a_head_that_was_shown_leads_to_the_body_of_what_it_defines(word):
    body = [f"    my $left = $right - {n};" for n in range(8)]
    filler = [f"    $total += {n} * turnstile;" for n in range(300)]
    code = [*filler, f"{word} turnstile {{", *body, "}", *filler]
    shown = "\n".join([*filler, f"{word} turnstile {{", "…", "}", *filler])
    out = asked("\n".join(code), "What does `turnstile` do?", shown)
    assert all(line in out for line in body)


def test_code_with_tags_is_no_page():
    text = "\n".join(
        [*(f"use part_{n};" for n in range(40)), "impl<Body> Rope<Body> {", "    splice", "}"] * 4
    )
    assert "impl<Body> Rope<Body> {" in asked(text, "What is `splice` in?")
