"""Bodies of similar lines: what is written is read back, whatever the lines are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.lines.body import decode, encode
from tests.choices import choices

WORDS = (
    *("open", "closed", "12", "3.4", '"a b"', '"', "v1", "{x}", "«", "INFO", "user=7", "", "\t"),
    *("a\tb", "10:00:01", "2024-01-02", "[12.5]", "kernel:", "|", "7|", "3>", "\r", "\x00"),
    "\ud800",
)
ODD = ("Jan 1 10:00:00 host app: started worker", "  at a.b.c(D.java:12)", "v1 = x")


def lines(made):
    def line():
        match made.below(4):
            case 0:
                return " ".join(made.several(lambda: made.one(WORDS), 0, 8))
            case 1:
                return made.one(ODD)
            case 2:
                n = made.below(100)
                return f"2024-01-02 10:00:{n:02} INFO job {n} took {n * 7} ms"
        return made.text(30).replace("\n", "")

    return made.several(line, 1, 60)


LINES = choices(512).map(lines)


def restored(lines, *, deep=True):
    body = encode(lines, deep=deep)
    return None if body is None else decode(body.lines, body.note)


@given(LINES, st.booleans())
def test_what_is_written_is_read_back(lines, deep):
    assert restored(lines, deep=deep) in (None, lines)


@given(LINES, st.integers(1, 4))
def test_repeated_blocks_are_read_back(lines, times):
    repeated = lines * times
    assert restored(repeated) in (None, repeated)


def test_lines_of_one_wording_share_a_pattern():
    lines = [f"2024-01-02 10:00:{n:02} INFO job {n} took {n * 7} ms" for n in range(20)]
    body = encode(lines)
    assert body.lines[0] == "1> 2024-01-02 {10:00:00} INFO job {0} took {0} ms"
    assert sum(map(len, body.lines)) * 2 < sum(map(len, lines))
    assert decode(body.lines, body.note) == lines


def test_a_message_without_a_time_is_not_cut():
    lines = [f"flask 3.0.{n} depends on werkzeug>={n}" for n in range(9)]
    assert encode(lines) is None


def test_messages_below_one_header_stay_whole():
    lines = [
        f"2024-01-02 10:00:0{n} INFO app.web: {text}"
        for n, text in enumerate(
            [
                "listening on all hosts",
                "no config was found",
                "a worker has died",
                "giving up for good",
            ]
        )
    ]
    body = encode(lines)
    assert any(line.endswith("a worker has died") for line in body.lines)


@pytest.mark.parametrize(("opening", "closing"), [("'", "'"), ("‘", "’"), ("(", ")")])
def test_messages_that_begin_with_the_same_quote_stay_whole(opening, closing):
    said = [
        "is not declared here",
        "has no member of this name",
        "was declared again",
        "is no type",
    ]
    messages = [f"{opening}{name}{closing} {what}" for name in ("count", "total") for what in said]
    lines = [f"2024-01-02 10:00:0{n} ERROR app.web: {text}" for n, text in enumerate(messages)]
    body = encode(lines)
    assert decode(body.lines, body.note) == lines
    assert all(message in "\n".join(body.lines) for message in messages)


def test_a_repeated_block_becomes_a_pointer():
    block = [
        "Traceback (most recent call last):",
        '  File "a.py", line 3, in f',
        "    g()",
        "ValueError: no",
    ]
    body = encode([*block, "between", *block])
    assert body.lines[-1] == "1+4|"


def test_a_run_of_one_line_becomes_a_count():
    body = encode(["waiting for the other side"] * 9)
    assert body.lines == ["1> waiting for the other side", "1*8|"]


def test_a_cell_that_repeats_the_one_above_is_a_ditto():
    lines = [f"2024-01-02 10:00:01 INFO request {n}00 served" for n in range(6)]
    lines = [
        line.replace("10:00:01", "10:00:02") if n > 3 else line for n, line in enumerate(lines)
    ]
    body = encode(lines)
    assert [line.startswith('1|"\t') for line in body.lines[1:]] == [True, True, True, False, True]
    assert decode(body.lines, body.note) == lines


def test_text_that_uses_every_mark_is_declined_rather_than_misread():
    lines = [f"10:00:0{n} {{}}«»⟨⟩⟦⟧ took {n}00 ms" for n in range(9)]
    assert restored(lines) in (None, lines)


@pytest.mark.parametrize("body", [["7|"], ["1> a {b", "1|x"], ["1> a", "1|x"], ["1>a"], ["3+2|"]])
def test_a_malformed_body_is_refused(body):
    with pytest.raises((ValueError, KeyError)):
        decode(body, "N> names a line, {} mark its variable parts")
    with pytest.raises((ValueError, KeyError)):
        decode(["1> a", "9|"], "")


def test_pointers_that_double_without_end_are_refused():
    body = ["1> " + "x" * 9_000, *["1+" + str(2**n) + "|" for n in range(16)]]
    with pytest.raises(ValueError, match="pointers"):
        decode(body, "")


@given(LINES, st.integers(1, 3))
def test_a_ditto_stands_right_below_what_it_repeats(lines, times):
    body = encode(lines * times)
    above = ""
    for line in body.lines if body is not None else ():
        if re.fullmatch(r'[0-9]+\|(?:.*\t)?"(?:\t.*)?', line, re.DOTALL):
            assert re.match(r"[0-9]+[|>]", above)
        above = line


def test_no_ditto_reaches_past_a_line_that_stands_for_itself():
    lines = [f"2024-01-02 10:00:{n // 9:02} INFO job {n} took {n * 7} ms" for n in range(27)]
    lines.insert(4, "2024-01-02 10:00:07 INFO the queue is empty now")
    body = encode(lines)
    assert body.lines[3].startswith('1|"\t')
    assert body.lines[4:7] == [lines[4], "1|10:00:00\t4\t28", '1|"\t5\t35']
    assert decode(body.lines, body.note) == lines


def test_lines_that_are_scanned_for_stand_for_themselves_but_in_long_runs():
    few = ["+import logging", "+log = logging.getLogger(__name__)", " ", " def start():"]
    many = [f"+    step({n}, again=True)" for n in range(6)]
    lines = [*few, *many, " x = 1", *few, " y = 2", many[3], *many]
    plain, apart = encode(lines, deep=False), encode(lines, deep=False, apart=("+",))
    assert not any(line in plain.lines[8:] for line in few[:2])
    assert all(apart.lines.count(line) == 2 for line in few[:2])
    assert apart.lines.count(many[3]) == 2
    assert "1+6|" in apart.lines
    for body in (plain, apart):
        assert decode(body.lines, body.note) == lines


@given(LINES, st.integers(1, 3), st.sampled_from([("1",), ("open", "2024"), ("",)]))
def test_lines_apart_are_read_back(lines, times, apart):
    body = encode(lines * times, deep=False, apart=apart)
    assert body is None or decode(body.lines, body.note) == lines * times
