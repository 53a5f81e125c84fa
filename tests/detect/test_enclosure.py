"""Texts that are handed over in a fence, indented or quoted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.detect.enclosure import unenclosed
from headroom.lines.numbered import counted

ROWS = ["name,size", *(f"part-{n},{n * 7}" for n in range(40))]
LINE = st.text(st.characters(exclude_characters="\n"), max_size=12)


def test_of_a_fence_empty_lines_are_left():
    lines = ["Here it is:", "", "```csv", *ROWS, "```", "", "Done."]
    text, fenced, front, _ = unenclosed("\n".join(lines))
    assert text.split("\n") == ["Here it is:", "", "", *ROWS, "", "", "Done."]
    assert fenced
    assert not front


@pytest.mark.parametrize(
    "lines",
    [
        ["```", *ROWS],
        ["```", *ROWS, "```", *ROWS],
        ["```", *ROWS, "```", "```", *ROWS, "```"],
        ["````", *ROWS, "```"],
        [*ROWS, "```", "a", "```"],
    ],
    ids=["open", "followed by more", "two", "another mark", "below a text"],
)
def test_other_fences_stay(lines):
    assert unenclosed("\n".join(lines)) == ("\n".join(lines), False, "", False)


def test_what_is_said_around_a_quotation_stays():
    lines = ["Bob wrote:", "", *(f"> {row}" for row in ROWS), "", "Thanks"]
    text, fenced, front, _ = unenclosed("\n".join(lines))
    assert text.split("\n") == ["Bob wrote:", "", *ROWS, "", "Thanks"]
    assert (fenced, front) == (False, "> ")


def test_a_quotation_may_stand_in_a_fence():
    text, fenced, front, _ = unenclosed("\n".join(["```", *(f"> {row}" for row in ROWS), "```"]))
    assert text.split("\n") == ["", *ROWS, ""]
    assert (fenced, front) == (True, "> ")


def test_the_padding_of_numbers_is_no_margin():
    text = "\n".join(counted(ROWS, "     1\t"))
    assert unenclosed(text) == (text, False, "", False)


def test_a_list_below_its_key_is_not_moved():
    text = "\n".join(["items:", *(f"  - {row}" for row in ROWS)])
    assert unenclosed(text) == (text, False, "", False)


def timed(lines):
    return "\n".join(
        f"2026-11-02T10:00:{n % 60:02}.{n * 7919 % 10**7:07}Z {line}"
        for n, line in enumerate(lines)
    )


def test_times_of_a_runner_come_off_what_is_of_a_form_of_its_own():
    text = json.dumps([{"name": f"part-{n}", "size": n} for n in range(20)], indent=1)
    inside = unenclosed(timed(text.split("\n")))
    assert inside.timed
    assert inside.text == text
    inside = unenclosed(timed(ROWS))
    assert inside.text.split("\n") == ROWS


def test_logs_keep_their_times():
    text = timed([f"INFO step {n} is done" for n in range(40)])
    assert unenclosed(text) == (text, False, "", False)
    text = timed([json.dumps({"level": "info", "msg": f"step {n}"}) for n in range(40)])
    assert unenclosed(text) == (text, False, "", False)


@given(st.lists(st.one_of(LINE, st.sampled_from(("```", "> a", "    b", ""))), max_size=30))
def test_every_line_stays_where_it_was(lines):
    after = unenclosed("\n".join(lines)).text.split("\n")
    assert len(after) == max(len(lines), 1)
    for old, new in zip(lines, after, strict=False):
        assert old.endswith(new)
