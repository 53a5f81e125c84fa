"""Tests of `changes`: the files of a diff and what changed in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.bound import Bound
from headroom.ccr.overview.changes import changes, is_diff
from headroom.ccr.query import matches
from headroom.ccr.seen import UNKNOWN, Seen

TEXT = """commit 1234567890abcdef1234567890abcdef12345678
Author: A <a@example.com>

    Read lines lazily

diff --git a/src/reader.py b/src/reader.py
index 1111111..2222222 100644
--- a/src/reader.py
+++ b/src/reader.py
@@ -1,4 +1,5 @@ class Reader:
 import os
-    lines = whole.split()
+    for line in stream:
+        yield line.rstrip()
     return None
diff --git a/src/gone.py b/src/gone.py
deleted file mode 100644
--- a/src/gone.py
+++ /dev/null
@@ -1,2 +0,0 @@
-def forgotten():
-    pass"""
DIFF = TEXT.split("\n")


def told(room, *shown):
    return changes(DIFF, Seen(*shown) if shown else UNKNOWN, [0.0] * len(DIFF))(room)


def test_files_and_changed_lines_are_listed_and_what_stayed_is_not():
    out = told(1_000)
    assert "6: src/reader.py" in out
    assert "16: src/gone.py" in out
    assert "+for line in stream:" in out
    assert any(line.endswith("-def forgotten():") for line in out)
    assert any("Read lines lazily" in line for line in out)
    assert any("@@ class Reader:" in line for line in out)
    assert not any("import os" in line or "index 1111" in line for line in out)


def test_what_was_shown_is_not_listed_again():
    out = told(1_000, "\n".join(DIFF[:12]))
    assert not any("lines = whole.split()" in line or "lazily" in line for line in out)
    assert any("yield line.rstrip()" in line for line in out)


def test_definitions_come_first_where_there_is_little_room():
    assert any("def forgotten()" in line for line in told(80, "\n".join(DIFF[:9])))


def test_a_text_is_a_diff_where_most_of_it_is_one():
    assert is_diff(DIFF)
    assert not is_diff([*DIFF, *["other"] * 60])
    assert not is_diff(["a", "b"])


@pytest.mark.parametrize("room", [0, 50, 200, 500])
def test_room_is_kept(room):
    assert sum(len(line) + 1 for line in told(room)) <= room + 12


@given(
    st.lists(
        st.sampled_from(
            [
                "diff --git a/x b/x",
                "@@ -1,2 +1,2 @@ def f():",
                "+a b",
                "-c d",
                " e",
                "+++ b/y",
                "",
                "w",
            ]
        ),
        max_size=40,
    )
)
def test_any_lines_are_read(lines):
    out = changes(lines, UNKNOWN, [0.0] * len(lines))(2_000)
    assert out == changes(lines, UNKNOWN, [0.0] * len(lines))(2_000)


def added(part, count):
    return [
        f"diff --git a/{part}.py b/{part}.py",
        f"--- a/{part}.py",
        f"+++ b/{part}.py",
        "@@ -1 +1,99 @@",
        *(
            f"+def {part}_{n}(value):" if n % 9 == 0 else f"+    step_{part}_{n}(value, {n})"
            for n in range(count)
        ),
    ]


def test_definitions_of_the_file_that_is_named_come_first_where_they_are_asked_for():
    lines = [*added("pump", 90), *added("valve", 90)]
    fits = [float("valve.py" in line) for line in lines]
    out = changes(lines, UNKNOWN, fits, named=True, defining=True)(260)
    assert [line for line in out if "def valve_" in line]
    assert not [line for line in out if "step_" in line]


def test_a_question_for_what_is_new_in_a_diff_is_answered_by_its_definitions():
    lines = [*added("pump", 90), *added("valve", 90)]
    out = matches(
        "\n".join(lines), "Which new functions does this add in valve.py?", (), Bound(900, len)
    )
    assert all(f"def valve_{n}(value):" in out for n in range(0, 90, 9))


def test_lines_that_are_built_like_others_and_lines_of_a_word_come_last():
    lines = ["diff --git a/a.py b/a.py", "--- a/a.py", "+++ b/a.py", "@@ -1 +1,42 @@"]
    lines += [f"+    'word{n}x'," for n in range(40)] + [
        "+    limit = max(queue.size, floor) + margin"
    ]
    out = changes(lines, UNKNOWN, [0.0] * len(lines))(120)
    assert any("limit = max(queue.size" in line for line in out)
