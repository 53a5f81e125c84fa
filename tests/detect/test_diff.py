"""Which lines are a diff?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.detect.diff import claim

FILE = [
    "diff --git a/x.py b/x.py",
    "index 1a2b3c4..5d6e7f8 100644",
    "--- a/x.py",
    "+++ b/x.py",
    "@@ -10,2 +10,3 @@ def main():",
    " a",
    "+b",
    " c",
]
COMMIT = ["commit 0123456789abcdef0123456789abcdef01234567", "Author: A <a@b>", "", "    Say", ""]
PROSE = ["commit to this plan", "From here on it is text", "--- a rule", "more", "    indented"]
NOISE = st.sampled_from(
    ["", " x", "+y", "-z", "--- a", "+++ b", "@@ -1,3 +1 @@", "@@ -", "text", *FILE]
)


def test_text_around_a_diff_is_left_to_others():
    assert list(claim([*PROSE, *FILE, "    indented", *PROSE])) == [(5, 13)]


def test_a_commit_header_belongs_to_its_diff():
    assert list(claim(["$ git show", *COMMIT, *FILE])) == [(1, 14)]


def test_the_commits_of_a_log_are_one_stretch():
    assert list(claim([*COMMIT, *FILE, "", *COMMIT, *FILE])) == [(0, 27)]


def test_much_other_text_parts_two_diffs():
    assert list(claim([*FILE, *PROSE, *FILE])) == [(0, 8), (13, 21)]


def test_a_blank_context_line_that_lost_its_space_is_counted():
    lines = ["@@ -1,3 +1,3 @@", " a", "", "-b", "+c"]
    assert list(claim([*lines, "text"])) == [(0, 5)]


def test_text_without_a_hunk_is_not_claimed():
    assert list(claim([*COMMIT, *PROSE])) == []


@given(st.lists(NOISE, max_size=40))
def test_stretches_stand_in_order_and_apart(lines):
    end = 0
    for start, stop in claim(lines):
        assert end <= start < stop <= len(lines)
        end = stop
