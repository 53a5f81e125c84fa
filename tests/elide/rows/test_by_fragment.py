"""JSON that was cut off: its complete records are chosen among, the rest stays beside them."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import headroom
from headroom.ccr.query import answer
from headroom.ccr.rows.fragment import may_be_fragment
from headroom.elide.rows.by_fragment import by_fragment

CRATES = [
    {"id": n, "name": f"crate {n}", "hall": {"no": n % 3}, "weight": n * 37 % 91, "tags": ["a"]}
    for n in range(200)
]
COMPACT = json.dumps({"total": 200, "items": CRATES}, separators=(",", ":"))
PRETTY = json.dumps({"total": 200, "items": CRATES}, indent=2)
KEYED = json.dumps({f"crate/{n}": crate for n, crate in enumerate(CRATES)}, indent=1)


def record(n):
    return json.dumps(CRATES[n], separators=(",", ":"))


@pytest.mark.parametrize("text", [COMPACT, PRETTY, KEYED])
@pytest.mark.parametrize("cut", [lambda t: t[:9000], lambda t: t[700:9700], lambda t: t[-9000:]])
def test_the_record_that_a_question_names_is_found_in_what_is_left(text, cut):
    part = cut(text)
    n = next(n for n in range(20, 200) if f'"crate {n}"' in part and f'"crate {n + 5}"' in part)
    made = by_fragment(part, f"What does crate {n} weigh?", 0.3)
    assert made is not None
    assert record(n) in made.body
    assert len(made.body) < 0.5 * len(part)
    assert "cut off" in made.kept


def test_what_stands_around_the_records_stays():
    part = f"{COMPACT[:6000]}\n\n[... 900 characters were left out ...]\n\n{COMPACT[-6000:]}"
    made = by_fragment(part, "What is this?", 0.3)
    assert made is not None
    assert made.body.startswith('{"total":200,"items":[')
    assert "[... 900 characters were left out ...]" in made.body
    assert "with a hole behind " in made.kept


def test_records_on_either_side_of_a_hole_are_one_list():
    part = f"{COMPACT[:4000]}…900 tokens truncated…{COMPACT[-4000:]}"
    made = by_fragment(part, "How heavy is each crate of hall 2?", 0.3)
    rows = json.loads(made.body.split("\n")[1])
    assert {0, 199} <= {row["id"] for row in rows}
    assert made.summary.count("rows:") == 1


def test_records_in_lines_with_a_hole_are_one_list():
    lines = [json.dumps(crate) for crate in CRATES]
    part = "\n".join([*lines[:60], "... [90 lines truncated] ...", *lines[150:]])
    made = by_fragment(part, "What does crate 177 weigh?", 0.3)
    assert record(177) in made.body
    assert "[90 lines truncated]" in made.body


def test_rows_of_json_that_was_cut_off_can_be_asked_for():
    part = f"{COMPACT[:4000]}…900 tokens truncated…{COMPACT[-4000:]}"
    assert answer(part, rows="3") == f"3: {record(3)}"
    assert "there is no row 150" in answer(part, rows="150")
    assert answer(part, path="[3].weight") == "20"
    assert record(199) in answer(part, query="crate 199")


def test_keys_in_front_of_records_stay_with_them():
    made = by_fragment(KEYED[:9000], "What does crate/41 weigh?", 0.3)
    assert made is not None
    assert f'"crate/41":{record(41)}' in made.body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It was a dark and stormy night.",
        '{"a": 1',
        '[{"a": 1}, {"a": 2}, {"a"',
        "\n".join(f'10:00:{n % 60:02} INFO {{"n": {n}}} served' for n in range(300)),
        '[{"a": 1, "a": 2}, ' * 40,
        "{" * 5000 + '"a":' * 500,
    ],
)
def test_other_texts_are_declined(text):
    assert by_fragment(text, "What is it?", 0.3) is None


@given(st.text(alphabet='{}[]",:1a \n\\', max_size=400))
def test_any_text_is_read(text):
    made = by_fragment(text, "What is it?", 0.3)
    assert made is None or len(made.body) < len(text)


def test_hostile_nesting_takes_no_time():
    started = time.process_time()
    for text in ('{"a":' * 60_000, '{"a":1,' * 40_000, '[{"a":[' * 40_000):
        by_fragment(text, "", 0.3)
    assert time.process_time() - started < 3


def test_prose_and_logs_are_told_at_a_glance():
    assert may_be_fragment(COMPACT[:900])
    assert not may_be_fragment('He said "well": and left. ' + "The rain fell in torrents. " * 9)


def test_json_that_a_tool_cut_off_is_shortened_as_records():
    part = COMPACT[:12_000]
    question = {"role": "user", "content": "What does crate 77 weigh?"}
    made = headroom.compress([question, {"role": "tool", "tool_call_id": "c", "content": part}])
    shown = made.messages[1]["content"]
    assert "complete records" in shown
    assert "crate 77" in shown
    assert str(headroom.retrieve(made.refs[0])) == part
