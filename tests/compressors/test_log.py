"""Logs: lines of one wording together, but those that the question names as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors.log import LogCompressor
from headroom.core import fold
from headroom.core.types import Context

LINES = [
    f"2026-03-01 10:{n // 60:02}:{n % 60:02} INFO till: drawer D-{n % 40:03} counted {n * 7} coins"
    for n in range(400)
]


def made(lines, query):
    return LogCompressor().compress("\n".join(lines), Context(count=len, query=query))


@pytest.mark.parametrize("query", ["Trace `D-017` through this log.", "what did D-017 count?"])
def test_the_lines_that_a_question_names_are_left_as_they_are(query):
    shown = made(LINES, query).text.split("\n")
    asked = [line for line in LINES if "D-017" in line]
    assert [line for line in shown if "D-017" in line] == asked
    other = made(LINES, "").text.split("\n")
    assert not set(asked).intersection(other)


def test_a_name_that_most_lines_have_changes_nothing():
    assert made(LINES, "what does `till` say?").text == made(LINES, "").text


@given(st.sampled_from(["D-001", "coins", "D-0", "10:01:0", ""]), st.integers(1, 80))
def test_whatever_is_named_the_lines_come_back(name, size):
    found = made(LINES[:size], f"Where is `{name}`?")
    if found is not None:
        (block,) = (part for part in fold.scan(found.text) if isinstance(part, fold.Block))
        assert LogCompressor().expand(block) == "\n".join(LINES[:size])


def test_a_few_errors_keep_level_and_message_in_one_line():
    lines = [
        f"2026-03-04 10:00:{n:02}.{n:03} UTC [{n}] app LOG:  step {n} is done" for n in range(60)
    ]
    for n, said in enumerate(
        ("no such table", "duplicate key", "deadlock detected", "out of disk")
    ):
        lines.insert(9 + 11 * n, f"2026-03-04 10:00:{n:02}.{n:03} UTC [{n}] app ERROR:  {said}")
    made = LogCompressor().compress("\n".join(lines), Context(count=len))
    assert sum("ERROR:  " in line for line in made.text.split("\n")) == 4
    (block,) = fold.scan(made.text)
    assert LogCompressor().expand(block) == "\n".join(lines)
    assert len(made.text) < 0.7 * len("\n".join(lines))
