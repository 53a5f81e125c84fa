"""Questions that ask for an overview get what stands for the whole, each line behind its number."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.ccr.bound import Bound
from headroom.ccr.overview.whole import merits
from headroom.ccr.query import answer
from headroom.ccr.question.survey import read
from headroom.ccr.rows.outlier import unusual
from headroom.ccr.rows.record import flat

ASK = "Give me an overview of this."


def test_code_is_shown_by_what_it_defines():
    body = "\n".join(f"    value_{n} = value_{n} * {n}" for n in range(40))
    text = "\n".join(f"def part_{n}(value):\n{body}" for n in range(30))
    shown = answer(text, query="Summarise this file.")
    assert all(f"def part_{n}(value)" in shown for n in range(30))
    assert "1: def part_0(value):" in shown.split("\n")


def test_a_numbered_listing_is_shown_by_what_it_defines_too():
    lines = [f"   value_{n};" for n in range(900)]
    lines[500] = "static float grad(int at, float x)"
    text = "\n".join(f"{n + 1:6}\t{line}" for n, line in enumerate(lines))
    lines[:0] = [f"int part_{n}(void)" for n in range(9)]
    text = "\n".join(f"{n + 1:6}\t{line}" for n, line in enumerate(lines))
    assert "510: static float grad(int at, float x)" in answer(text, query=ASK)


def test_search_results_are_shown_by_file_and_a_path_is_said_once():
    text = "\n".join(
        f"src/part{n // 40}/view.py:{n % 40 + 1}:    return render({n})" for n in range(800)
    )
    shown = answer(text, query="Summarise these search results.")
    assert all(f"src/part{n}/view.py:1:" in shown for n in range(20))
    assert "\n2: :2:    return render(1)" in answer(text, query=ASK, bound=Bound(8_000))


def test_what_a_search_found_in_every_file_does_not_take_the_room_of_other_hits():
    lines = [f"src/part{n}.h:2:// Distributed under an open source licence" for n in range(90)]
    uses = [f"{what}(source_{of})" for what in ("open", "close", "log") for of in "abcdefgh"]
    lines += [f"src/part1.h:{n + 9}:    {use};" for n, use in enumerate(uses)]
    shown = answer("\n".join(lines), query="Summarise these search results.")
    assert all(use in shown for use in uses)
    assert "licence" in shown


def test_a_diff_is_shown_by_its_files():
    text = "\n".join(
        f"diff --git a/f{n}.py b/f{n}.py\n@@ -1 +1 @@ def was_{n}():\n" + "+    pass\n" * 60
        for n in range(12)
    )
    shown = answer(text, query="Write a commit message for this diff.")
    assert all(f": f{n}.py" in shown and f"def was_{n}():" in shown for n in range(12))


def test_prose_is_shown_by_sentences_of_all_its_paragraphs():
    filler = "It goes on like that for a while and nothing of note is said here at all. "
    text = "\n\n".join(
        f"Chapter {n} is about the harbour of Oslo{n} and about Bergen. " + filler * 30
        for n in range(12)
    )
    shown = answer(text, query="Summarise this article.")
    assert all(f"Oslo{n}" in shown for n in range(12))
    assert "21: Chapter 10 is about" in shown


def test_rows_are_shown_by_what_stands_out_and_where_they_differ():
    rows = [
        {"kind": "sensor", "id": n, "place": {"hall": f"h{n % 3}"}, "heat": 20 + n % 5}
        for n in range(300)
    ]
    rows[137]["heat"] = 900
    shown = answer(json.dumps(rows), query="Summarise what stands out in this result.")
    assert shown.startswith("place.hall: h0 100, h1 100, h2 100\n")
    assert "\nrow: id | place.hall | heat\n" in shown
    assert "137: 137 | h2 | 900" in shown
    assert "sensor" not in shown
    assert "300 rows" in shown


def test_a_table_is_shown_with_the_names_of_its_columns():
    lines = ["day,depth", *(f"d{n},{n % 7}" for n in range(900))]
    lines[500] = "d499,4000"
    shown = answer("\n".join(lines), query="What stands out in this data?").split("\n")
    assert shown[0] == "1: day,depth"
    assert "501: d499,4000" in shown


def test_a_date_is_no_path_and_is_said_with_every_line():
    lines = ["day,depth", *(f"2012-07-{n % 28 + 1:02},{n * n}" for n in range(900))]
    shown = answer("\n".join(lines), query=ASK).split("\n")
    assert all(line.split(": ")[1].startswith("2012-07-") for line in shown[1:-1])


def test_failures_come_before_what_passed():
    lines = [f"ok {n} passes" for n in range(2_000)]
    lines[1_234] = "FAILED tests/a.py::test_b - AssertionError: 3 != 4"
    assert lines[1_234] in answer("\n".join(lines), query="Summarise the test run.")


def test_words_that_only_ask_for_an_overview_are_not_looked_for():
    assert read("Give me a short overview of this data").relevance.terms == ()


def test_extreme_and_rare_values_stand_out():
    rows = [flat({"size": 10 + n % 4, "state": "ok"}) for n in range(100)]
    rows[7]["size"], rows[9]["state"] = "4000", "broken"
    scores = unusual(rows)
    assert sorted(range(100), key=lambda at: -scores[at])[:2] == [7, 9]
    assert unusual([]) == []


def test_a_record_is_flattened_as_far_as_anybody_looks():
    assert flat({"a": {"b": [1, {"c": None}]}, "d": "x"}) == {
        "a.b.0": "1",
        "a.b.1.c": "null",
        "d": "x",
    }
    assert len(flat(list(range(1_000)))) < 100


@settings(max_examples=150)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=40), st.integers(20, 400))
def test_any_text_has_an_overview_within_its_bound(lines, limit):
    text = "\n".join(lines)
    assert len(merits(lines)) == len(lines)
    shown = answer(text, query=ASK, bound=Bound(limit, len))
    assert len(shown) <= limit
    assert shown == answer(text, query=ASK, bound=Bound(limit, len))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 5_000_000,
        "A b. " * 400_000,
        "\n" * 400_000,
        "A" * 100 + ": " * 500_000,
        "x_" * 400_000 + "(",
        "public " * 300_000,
        '{"a":1}\n' * 40_000,
    ],
    ids=["one line", "sentences", "empty lines", "blanks", "name", "modifiers", "json lines"],
)
def test_hostile_texts_take_linear_time(text):
    began = time.process_time()
    answer(text, query=ASK)
    assert time.process_time() - began < 30  # a bound on complexity, not on speed
