"""Diffs with less context still apply."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from headroom.detect.diff import HUNK
from headroom.elide.patch import trimmed

LINES = st.lists(st.sampled_from(["a", "b", "c", "  d", "", "x y"]), max_size=30)


def apply(before, hunks):
    """Apply hunks by their line numbers, as `patch` does with context or without."""
    out, at = [], 0
    for line in hunks:
        if match := HUNK.fullmatch(line):
            start = int(match[1]) - (match[2] != "0")
            out += before[at:start]
            at = start
        elif line[:1] == "+":
            out.append(line[1:])
        else:
            assert before[at] == line[1:]
            out += [before[at]] if line[:1] == " " else []
            at += 1
    return out + before[at:]


@given(LINES, LINES, st.integers(0, 3), st.integers(0, 4))
def test_a_trimmed_diff_makes_the_same_file(before, after, context, wide):
    diff = list(difflib.unified_diff(before, after, lineterm="", n=wide))[2:]
    short = trimmed(diff, context)
    assert apply(before, short) == after
    assert [line for line in short if line[:1] in "+-"] == [
        line for line in diff if line[:1] in "+-"
    ]
    assert len(short) <= len(diff) + 2 * len(diff)


def test_context_goes_and_headers_are_counted_anew():
    diff = ["@@ -10,5 +10,5 @@ def f():", " a", " b", "-c", "+C", " d", " e"]
    assert trimmed(diff, 0) == ["@@ -12 +12 @@ def f():", "-c", "+C"]
    assert trimmed(diff, 1) == ["@@ -11,3 +11,3 @@ def f():", " b", "-c", "+C", " d"]


def test_a_hunk_that_was_cut_off_stays_as_it_is():
    diff = ["@@ -10,5 +10,5 @@", " a", "-c"]
    assert trimmed(diff, 0) == diff
