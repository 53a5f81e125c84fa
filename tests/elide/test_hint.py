"""Tests of `hints`: lines that a question means without having a word in common with them."""

from __future__ import annotations

from headroom.elide.hint import hints, rows, standing, table

LINES = [f"10:00:{n:02} statement {n} ended after {10 + n % 7} ms" for n in range(60)]
LINES[33] = "10:00:33 statement 33 ended after 802.5 ms"


def test_the_extreme_that_is_asked_for_speaks_for_a_line():
    found = hints(LINES, "Which statement took longest?", alarmed=False)
    assert max(range(60), key=lambda at: found[at]) == 33
    assert not any(hints(LINES, "Which statement is it?", alarmed=False))


def test_trouble_speaks_for_a_line_where_the_question_is_about_such():
    lines = [*LINES, "10:01:00 ERROR connection refused"]
    assert hints(lines, "Why did it stop?", alarmed=True)[60] > 0
    assert not any(hints(lines, "Why did it stop?", alarmed=False))


def test_the_code_of_an_answer_speaks_for_a_line_where_the_question_describes_it():
    lines = [f'10.0.0.{n} - - "GET /part/{n} HTTP/1.1" 200 {n * 11}' for n in range(30)]
    lines[17] = '10.0.0.17 - - "POST /part HTTP/1.1" 413 183'
    found = hints(lines, "Which upload was too big?", alarmed=False)
    assert [at for at, share in enumerate(found) if share] == [17]


def test_the_last_errors_speak_for_themselves_where_it_is_asked_why_something_ended():
    lines = [*LINES, "ERROR one", "fine", "ERROR two", "fine", "ERROR three", "fine"]
    found = hints(lines, "Why did the build stop?", alarmed=True)
    assert found[64] == found[62] > found[60] > 0


def test_what_matters_in_a_run_of_tests_is_known_whatever_is_asked():
    lines = [f"ok {n} - opens gate {n}" for n in range(60)]
    lines[30:32] = ["not ok 31 - shuts the gate", "  error: 'expected 3 to be 4'"]
    made = standing([*lines, "# tests 60", "# fail 1"])
    assert made.failed == [30]
    assert min(made.weights[30], made.weights[31], made.weights[-1]) > 1 > made.weights[7]


def test_another_spelling_of_what_is_asked_speaks_for_a_line():
    lines = [*LINES, "part 7 is spare (100% sure)", '"FLUSHALL" "ASYNC"', "if total < -10_000 {"]
    for at, query in (
        (60, "Which part is it completely certain about?"),
        (61, "Who wiped the cache?"),
        (62, "What is the limit in the code?"),
    ):
        found = hints(lines, query, alarmed=False)
        assert [place for place, share in enumerate(found) if share] == [at]


def test_a_line_of_each_of_the_commonest_kinds_is_meant_where_that_is_asked():
    codes = ["unused-argument"] * 9 + ["abstract-method"] * 7 + ["line-too-long"] * 3
    lines = [f"src/a{n}.py:{n}:0: Something is odd here ({code})" for n, code in enumerate(codes)]
    found = hints(lines, "What are the most frequent problems?", alarmed=False)
    assert [at for at, share in enumerate(found) if share] == [0, 9, 16]
    assert found[0] > found[9] > found[16]
    assert not any(hints(lines, "What is said of a7.py?", alarmed=False))


def test_kinds_without_a_tag_are_told_by_their_wording():
    lines = [f"worker {n} took job {n * 7}" for n in range(9)] + ["queue 4 is empty now", "bye"]
    found = hints(lines, "Which message is the most common?", alarmed=False)
    assert max(range(11), key=found.__getitem__) == 0
    assert not found[9]


def test_the_extreme_of_a_field_of_entries_speaks_for_its_line():
    lines = [
        line
        for n in range(30)
        for line in (f"Cell {n:02}", f"  seen: {n * 40} ms ago", f"  signal: -{60 + n % 11}.00 dBm")
    ]
    lines[53] = "  signal: -31.00 dBm"
    found = hints(lines, "Which cell has the strongest signal?", alarmed=False)
    assert max(range(90), key=found.__getitem__) == 53


def test_what_raises_in_a_change_is_meant_by_a_new_exception():
    lines = [" if (err) {", "+  throw err;", "-  throw old;", "+  go();"]
    found = hints(lines, "Does the change add a new exception?", alarmed=False)
    assert [at for at, share in enumerate(found) if share] == [1]


def test_the_row_of_a_drawn_table_that_is_asked_for_speaks_for_its_line():
    rows = [f"│ {n:4} │ lot {n:3} │ {n * 37 % 900:6} │" for n in range(30)]
    lines = ["┌──────┬─────────┬────────┐", "│   id │ name    │ profit │", *rows]
    best = max(range(30), key=lambda n: n * 37 % 900)
    found = hints(lines, "Which lot made the most profit?", alarmed=False)
    assert found[2 + best] == max(found)


def test_a_time_is_meant_where_it_is_asked_how_long():
    lines = [f"fetched page {n}" for n in range(60)]
    lines[40] = "{'elapsed_time_seconds': 0.19,"
    found = hints(lines, "How long did the crawl take?", alarmed=False)
    assert [at for at, share in enumerate(found) if share] == [40]
    assert not any(hints([f"took {n} ms" for n in range(60)], "How long?", alarmed=False))


def test_records_are_named_by_values_and_extremes_only():
    records = [f'{{"id":"job-{n}","ms":{n % 7}}}' for n in range(30)]
    records[4] = '{"id":"job-4","ms":80}'
    assert 4 in rows(records, "Which job has the highest `ms`?")
    assert rows(records, "Which tests failed in job-9?") == set()
    assert rows(["no json"], "the highest") == set()


def test_records_of_a_field_a_line_are_the_rows_of_a_table():
    lines = []
    for at in range(1, 30):
        lines += [f"{'*' * 27} {at}. row {'*' * 27}", f"  id: {at + 40}", f"town: {at % 7} Oslo"]
    found = table("\n".join(lines), "what is the town of 61?")
    assert found.rows[20] == (60, 63)
    assert len(found.rows) == 29
    assert found.weights[20] == max(found.weights)
