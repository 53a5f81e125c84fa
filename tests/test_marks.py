"""Every mark of something left out names lines or rows that `retrieve` returns as they were."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import headroom
from benchmarks.corpus import KINDS, generate

MARK = re.compile(r"\s*… (\d+)(?:-(\d+))?")
NOTE = re.compile(r"\[headroom:cut \d+ lines?; (?P<ref>\w{10}): (?P<said>.*); the rest is stored: ")
CALL = re.compile(r'headroom_retrieve\("(\w+)", (lines|rows)="A-B" or query="\.\.\."\)')
LISTED = re.compile(r"(rows|lines) ([\d, -]+) of (?:0-)?(\d+)")
BY_ROW = {"JSON records", "JSON lines", "JSON nested"}
BY_LINE = {"syslog", "application log", "access log", "go test -v", "grep -rn", "git log --stat"}


def cut(text, profile, query="Which request failed?"):
    """The ref, what the note says was kept, and the shown text with every form in it undone."""
    messages = [{"role": "user", "content": query}, {"role": "tool", "content": text}]
    shown = headroom.compress(messages, profile=profile).messages[1]["content"]
    note = NOTE.match(shown)
    if note is None:
        return None
    assert CALL.search(shown.split("\n")[0])[1] == note["ref"]
    return note["ref"], note["said"], headroom.expand(shown.partition("\n")[2])


def numbers(said):
    for part in said.split(", "):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def rebuilt(ref, body):
    """The original: shown lines as they stand, and what `retrieve` returns for every mark."""
    out = []
    for line in body.split("\n"):
        mark = MARK.fullmatch(line)
        if mark is None:
            out.append(line)
            continue
        asked = line.strip().removeprefix("… ")
        found = headroom.retrieve(ref, lines=asked)
        assert found == headroom.retrieve(ref, lines=asked)
        assert found.text.count("\n") == int(mark[2] or mark[1]) - int(mark[1])
        out.append(found.text)
    return "\n".join(out)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", ["balanced", "aggressive"])
def test_what_a_mark_names_comes_back_as_it_was(kind, profile):
    text = generate(kind, 14_000)
    made = cut(text, profile)
    if made is None:
        assert kind not in BY_ROW | BY_LINE
        return
    ref, said, body = made
    assert headroom.retrieve(ref).text == text
    listed = LISTED.fullmatch(said)
    if "stands for lines A to B" in said:
        assert rebuilt(ref, body) == text
    elif listed and listed[1] == "lines":
        lines = text.split("\n")
        assert body.split("\n") == [lines[at - 1] for at in numbers(listed[2])]
        assert headroom.retrieve(ref, lines=listed[3]).text == lines[int(listed[3]) - 1]
    elif listed:
        rows = headroom.retrieve(ref, rows=f"0-{listed[3]}").text.split("\n")
        assert [int(row.partition(": ")[0]) for row in rows] == list(range(int(listed[3]) + 1))
        values = [json.loads(row.partition(": ")[2]) for row in rows]
        assert values == shown_rows(text)
        assert shown_rows(body) == [values[at] for at in numbers(listed[2])]
    else:
        assert kind not in BY_ROW | BY_LINE


def shown_rows(body):
    try:
        value = json.loads(body)
    except ValueError:
        return [json.loads(line) for line in body.split("\n")]
    while isinstance(value, dict):
        value = max(value.values(), key=lambda inner: len(json.dumps(inner)))
    return value


LINE = st.sampled_from(
    ["", "ok", "… 3-4", "  … 7", "ERROR: disk is full", "request took 9 ms " * 4]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(LINE, st.integers(0, 9)), min_size=60, max_size=160), st.booleans())
def test_marks_and_shown_lines_together_are_the_original(rows, aggressive):
    text = "\n".join(f"{line} {n * 7919}" if n else f"{line}." for line, n in rows)
    made = cut(text, "aggressive" if aggressive else "balanced")
    if made is not None and "stands for lines A to B" in made[1]:
        assert rebuilt(made[0], made[2]) == text


def test_asking_again_and_again_changes_nothing():
    text = generate("application log", 14_000)
    ref, _, _ = cut(text, "balanced")
    parts = ({}, {"lines": "3-9"}, {"query": "what failed"}, {"limit": 50})
    first = [headroom.retrieve(ref, **part) for part in parts]
    assert [headroom.retrieve(ref, **part) for part in parts * 3] == first * 3
    assert cut(text, "balanced")[0] == ref
