"""Diffs are read as what they are, and hunks with less context still apply."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from headroom.detect.diff import HUNK
from headroom.elide.diff.patch import narrowed, parse

LINES = st.lists(st.sampled_from(["a", "b", "c", "  d", "", "x y", "- e", "++ f"]), max_size=30)


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


def trimmed(diff):
    (one,) = parse(diff)
    return [
        line
        for hunk in one.hunks
        for head, rows in narrowed(diff, hunk)
        for line in [head, *(diff[row] for row in rows)]
    ]


@given(LINES, LINES, st.integers(0, 4))
def test_a_trimmed_diff_makes_the_same_file(before, after, wide):
    diff = list(difflib.unified_diff(before, after, lineterm="", n=wide))[2:]
    if not diff:
        return
    short = trimmed(diff)
    assert apply(before, short) == after
    assert [line for line in short if line[:1] in "+-"] == [
        line for line in diff if line[:1] in "+-"
    ]


def test_context_goes_and_headers_are_counted_anew():
    diff = ["@@ -10,5 +10,5 @@ def f():", " a", " b", "-c", "+C", " d", " e"]
    assert trimmed(diff) == ["@@ -12 +12 @@", "-c", "+C"]


def test_one_short_line_between_two_changes_stays():
    diff = ["@@ -10,3 +10,3 @@", "-a", "+A", " b", "-c", "+C"]
    assert trimmed(diff) == diff


def test_a_hunk_that_was_cut_off_is_known():
    (one,) = parse(["@@ -10,5 +10,5 @@", " a", "-c"])
    assert [hunk.whole for hunk in one.hunks] == [False]


def test_blank_context_lines_without_their_space_are_context():
    (one,) = parse(["@@ -1,3 +1,3 @@", "", "-a", "+b", "", "text"])
    assert [(hunk.first, hunk.end, hunk.whole) for hunk in one.hunks] == [(1, 5, True)]


def test_files_are_told_apart_with_their_paths_and_what_became_of_them():
    files = parse(
        [
            "commit 1234567",
            "diff --git a/x y b/x y",
            "--- a/x y",
            "+++ b/x y",
            "@@ -1 +1 @@",
            "-a",
            "+b",
            "diff --git a/old b/old",
            "deleted file mode 100644",
            "--- a/old",
            "+++ /dev/null",
            "@@ -1 +0,0 @@",
            "--- a",
            "diff --git a/p.png b/p.png",
            "GIT binary patch",
            "literal 12",
            "zcmV+b0{",
            "",
            "literal 0",
            "HcmV?d00001",
            "",
            "diff --git a/m b/n",
            "rename from m",
            "rename to n",
        ]
    )
    assert [(one.path, one.first, len(one.hunks)) for one in files] == [
        ("x y", 1, 1),
        ("old", 7, 1),
        ("p.png", 13, 0),
        ("n", 21, 0),
    ]
    assert [one.deleted for one in files] == [False, True, False, False]
    assert files[2].binary == (15, 19)


def test_a_diff_without_git_headers_is_split_at_its_file_headers():
    diff = ["--- a.c\t2020", "+++ a.c\t2021", "@@ -1 +1 @@", "-x", "+y"]
    files = parse([*diff, "--- b.c", "+++ b.c", *diff[2:]])
    assert [(one.path, len(one.hunks)) for one in files] == [("a.c", 1), ("b.c", 1)]


@given(
    st.lists(
        st.sampled_from(
            [
                "@@ -1,2 +1,3 @@",
                "--- a",
                "+++ b",
                "-x",
                "+y",
                " z",
                "",
                "\\ n",
                "GIT binary patch",
                "diff --git a/q b/q",
                "\0\ud800",
            ]
        ),
        max_size=40,
    )
)
def test_hunks_lie_in_order_and_within_the_text(lines):
    at = 0
    for one in parse(lines):
        assert one.first >= at or not one.hunks
        for hunk in one.hunks:
            assert at <= hunk.row < hunk.end <= len(lines)
            at = hunk.end
