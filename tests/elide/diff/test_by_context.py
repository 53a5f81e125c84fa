"""Context diffs: what is left is verbatim, and old and new lines stay together."""

import difflib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.diff.by_context import by_context, is_context

BALANCED, AGGRESSIVE = 0.56, 0.31
MARK = re.compile(r"… ([0-9]+)(?:-([0-9]+))?")


def context_diff(path, before, after):
    body = difflib.context_diff(before, after, f"a/{path}", f"b/{path}", lineterm="")
    # difflib adds a blank to the stars of no hunk; `diff -c` writes a header of its own.
    return [f"diff -c -r a/{path} b/{path}", *body]


def source(name, count=30):
    rows = ["def {}_{}(value):", "    total = value + {1}", "    return total", ""]
    return [row.format(name, at) for at in range(count) for row in rows]


def edited(lines):
    return [line.replace("total =", "amount =") for line in lines]


DIFF = [
    *context_diff("one.py", source("one"), edited(source("one"))),
    *context_diff("two.py", source("two"), [*edited(source("two"))[4:], "def last():", "    pass"]),
]


def test_a_context_diff_is_told_by_its_hunks():
    assert is_context("\n".join(DIFF))
    assert not is_context("\n".join(["****************", "* welcome *", "****************"] * 9))
    unified = difflib.unified_diff(source("one"), edited(source("one")), lineterm="")
    assert not is_context("\n".join(unified))
    assert not is_context("\n".join([*DIFF[:40], *["a line of a log"] * 200]))


def test_changed_lines_stay_and_context_goes():
    lines = context_diff("one.py", source("one"), edited(source("one")))
    made = by_context("\n".join(lines), "", BALANCED)
    assert made is not None
    left = made.body.split("\n")
    assert left == [line for line in lines if line[:2] != "  "]


def test_a_small_share_keeps_both_versions_of_what_is_asked_for():
    made = by_context(
        "\n".join(DIFF), "In two.py, what becomes of `total = value + 9`?", AGGRESSIVE
    )
    assert made is not None
    assert "!     total = value + 9\n" in made.body
    assert "!     amount = value + 9\n" in made.body
    assert "one_" not in made.body
    assert "diff -c -r a/one.py b/one.py" in made.body


@pytest.mark.parametrize("share", [BALANCED, AGGRESSIVE])
def test_what_is_defined_stays_when_it_is_asked_for(share):
    query = "Which functions are new in two.py, and which went?"
    made = by_context("\n".join(DIFF), query, share)
    assert made is not None
    assert "+ def last():" in made.body
    assert "- def two_0(value):" in made.body


ROWS = st.sampled_from(
    [
        *("***************", "*** 1,3 ****", "--- 1,4 ----", "*** 0 ****", "*** a.py", "--- a.py"),
        *("  same", "! old", "+ new", "- gone", "", "!", "\\ No newline at end of file", "words"),
    ]
)
LINES = st.lists(st.sampled_from(["a", "b = 1", "def c():", "  d", "", "x" * 50]), max_size=60)


@given(st.lists(ROWS, max_size=60) | st.builds(context_diff, st.just("f.py"), LINES, LINES))
def test_every_line_stays_or_lies_under_a_mark_or_is_context(lines):
    made = by_context("\n".join(lines), "what is new in a.py?", AGGRESSIVE)
    if made is None:
        return
    at = 0
    for line in made.body.split("\n"):
        if match := MARK.fullmatch(line):
            first, last = int(match[1]) - 1, int(match[2] or match[1]) - 1
            assert at <= first <= last < len(lines)
            at = last + 1
            continue
        while lines[at] != line:
            assert lines[at][:2] in {"  ", "", "\\ "}, f"{lines[at]!r} went without a mark"
            at += 1
        at += 1
    assert all(line[:2] in {"  ", "", "\\ "} for line in lines[at:])
