"""Unified diffs: shorter, and given back line by line."""

from __future__ import annotations

import difflib

from hypothesis import given

from headroom.compressors.diff import DiffCompressor
from headroom.core.types import Context
from headroom.decode import expand_text
from tests.choices import choices, several

CTX = Context(count=len)
WORDS = (
    *("alpha", "  beta", "@@ +3", "diff x 1..2", "", "7> x", "|", "-- sql", "++"),
    *("\\ No newline", "\t", "\r"),
)


def words(made, most):
    return made.several(lambda: made.one(WORDS), 0, most)


def diff(made):
    out = []
    for n in range(1 + made.below(3)):
        before = words(made, 25)
        after = list(before)
        for _ in range(1 + made.below(4)):
            at = made.below(len(after) + 1)
            after[at : at + made.below(4)] = words(made, 4)
        kind = made.one(("", "new", "deleted"))
        before, after = ([] if kind == "new" else before), ([] if kind == "deleted" else after)
        path = made.one((f"src/a{n}.py", "with blank.txt", "/dev/null"))
        out.append(f"diff --git a/{path} b/{path}")
        if kind:
            out.append(f"{kind} file mode 100644")
        out += ["index 1a2b3c..4d5e6f" + ("" if kind else " 100644")]
        out += [
            f"--- {'/dev/null' if kind == 'new' else 'a/' + path}",
            f"+++ {'/dev/null' if kind == 'deleted' else 'b/' + path}",
        ]
        hunks = list(difflib.unified_diff(before, after, lineterm="", n=made.below(4)))[2:]
        context = made.one(("", " def f(x):", ' "', " 3 added lines", " "))
        out += [line + context if line.startswith("@@") else line for line in hunks]
    return out


def mutilated(made):
    """A diff with up to two of its places changed."""
    lines = diff(made)
    for _ in range(made.below(3)):
        at = made.below(len(lines))
        lines[at : at + made.below(3)] = words(made, 2)
        lines = lines or [""]
    return lines


@given(choices(256).map(mutilated))
def test_diffs_whole_and_mutilated_are_given_back(lines):
    text = "\n".join(lines)
    made = DiffCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


DIFF = """\
diff --git a/src/app.py b/src/app.py
index 1a2b3c4..5d6e7f8 100644
--- a/src/app.py
+++ b/src/app.py
@@ -10,3 +10,4 @@ def main():
     a = 1
+    b = 2
     c = 3
     d = 4
@@ -40,3 +41,2 @@ def main():
     x = 1
-    y = 2
     z = 3
diff --git a/new.txt b/new.txt
new file mode 100644
index 0000000..5d6e7f8
--- /dev/null
+++ b/new.txt
@@ -0,0 +1,2 @@
+one
+two"""


def test_paths_are_said_once_and_lengths_left_out():
    made = DiffCompressor().compress(DIFF, CTX)
    assert made.text.split("\n")[1:] == [
        "diff src/app.py 1a2b3c4..5d6e7f8 100644",
        "@@ +10 def main():",
        "     a = 1",
        "+    b = 2",
        "     c = 3",
        "     d = 4",
        '@@ +41 "',
        "     x = 1",
        "-    y = 2",
        "     z = 3",
        "diff new.txt new 100644 0000000..5d6e7f8",
        "@@ +1",
        "+one",
        "+two",
    ]
    assert expand_text(made.text) == DIFF


def test_only_of_many_lines_the_sign_is_said_once():
    head, rest = DIFF[: DIFF.index("@@ -0,0 +1,2 @@")], "+one\n+two\n+three\n+four\n+five"
    text = f"{head}@@ -0,0 +1,5 @@\n{rest}"
    made = DiffCompressor().compress(text, CTX)
    assert "@@ +1 5 added lines\none\ntwo\nthree\nfour\nfive" in made.text
    assert expand_text(made.text) == text


def test_a_hunk_cut_short_keeps_its_lengths():
    text = DIFF[: DIFF.index("     c = 3")].rstrip("\n")
    made = DiffCompressor().compress(text, CTX)
    assert "@@ -10,3 +10,4 @@ def main():" in made.text
    assert expand_text(made.text) == text


def test_a_diff_without_git_headers_counts_each_file_anew():
    text = "\n".join(
        f"--- old/{name}\n+++ new/{name}\n@@ -10,2 +10,3 @@ def main():\n a\n+b\n c\n"
        "@@ -30,2 +31,2 @@ def main():\n-x\n+y\n z"
        for name in ("one.py", "two.py")
    )
    made = DiffCompressor().compress(text, CTX)
    assert "@@ -" not in made.text
    assert expand_text(made.text) == text


@given(several((*WORDS, "--- a", "+++ b", "@@ -1,2 +1,2 @@", "@@ -1 +1 @@", "-- x"), most=60))
def test_hunks_and_headers_in_any_order_are_given_back(lines):
    text = "\n".join(lines)
    made = DiffCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


def test_a_line_number_of_thousands_of_digits_is_left_alone():
    text = f"@@ -{'9' * 5000} +{'9' * 5000} @@\n-x\n+y"
    made = DiffCompressor().compress(text, CTX)
    assert expand_text(made.text) == text


def test_lines_that_are_gone_keep_their_sign():
    gone = "\n".join(f"-line {n} of the old file" for n in range(9))
    text = f"diff --git a/x.py b/x.py\nindex 1234567..89abcde 100644\n--- a/x.py\n+++ b/x.py\n@@ -7,9 +6,0 @@\n{gone}"
    made = DiffCompressor().compress(text, CTX)
    assert gone in made.text
    assert expand_text(made.text) == text


def test_lines_whose_sign_is_said_once_are_explained_where_there_are_any():
    added = "\n".join(f"+line {n} of the new file" for n in range(9))
    new = f"diff --git a/x.py b/x.py\nnew file mode 100644\nindex 0000000..1234567\n--- /dev/null\n+++ b/x.py\n@@ -0,0 +1,9 @@\n{added}"
    for text, said in (
        (new, True),
        (new.replace("+line 4", " line 4").replace("0,0 +1,9", "1,1 +1,9"), False),
    ):
        made = DiffCompressor().compress(text, CTX)
        assert expand_text(made.text) == text
        assert ("without their sign" in made.text) == said
