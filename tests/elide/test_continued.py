"""What a tool says of the rest stays, wherever the text it stands in is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress
from headroom.elide.continued import continued

NOTES = [
    "<error>Content truncated. Call the fetch tool with a start_index of 17000.</error>",
    "[58 more lines in file. Use offset=181 to continue]",
    "... 1,204 more matching results not shown",
    "Showing 1-50 of 1,204 issues",
    "Page 2 of 7",
    "next_page_token: EAAaBlBUOkNESQ",
    "(output truncated)",
]
PROSE = "\n\n".join(
    f"Chapter {n} of the guide explains how the {word} of the harbour is kept in order. The {word} "
    f"was bought in {1900 + n} and is looked after by the crew of the day. Nobody else may use it."
    for n, word in enumerate(["crane", "dock", "lamp", "buoy", "gate", "pump", "winch", "tug"] * 4)
)
LOG = "\n".join(
    f"2026-01-01T10:00:{n % 60:02} INFO worker {n}: took {n * 37 % 91} ms" for n in range(200)
)


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("text", [PROSE, LOG])
@pytest.mark.parametrize("first", [False, True])
def test_a_note_on_the_rest_stays_at_either_end(note, text, first):
    whole = f"{note}\n\n{text}" if first else f"{text}\n\n{note}"
    messages = [
        {"role": "user", "content": "What of the crane of worker 7?"},
        {"role": "tool", "tool_call_id": "a", "content": whole},
    ]
    result = compress(messages, model="gpt-4o")
    assert result.tokens_after < 0.8 * result.tokens_before
    assert note in result.messages[1]["content"]


@pytest.mark.parametrize(
    "line", ["", "The next page is about cranes.", "It took 50 more.", "x" * 900 + " truncated"]
)
def test_other_lines_are_no_notes(line):
    assert continued([line]) == []


def test_only_the_ends_are_looked_at():
    lines = ["a", "b", "c", *NOTES, "d", "e", "f", "", " "]
    assert continued(lines) == []
    assert continued(["", *NOTES[:1], *lines, NOTES[1], ""]) == [1, len(lines) + 2]


@given(st.lists(st.text(max_size=40), max_size=12))
def test_any_lines_get_an_answer_in_order(lines):
    found = continued(lines)
    assert found == sorted(set(found))
    assert all(0 <= at < len(lines) for at in found)
