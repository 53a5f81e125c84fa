"""Blocks of source by indentation: what hangs on a row, and what closes it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.source.block import blocks, indent, remark


def spans(text, sign="#"):
    """Return the first and last row of each block, with the row of the block around."""
    found = blocks(text.split("\n"), sign)
    return [
        (one.first, one.last, found[one.parent].first if one.parent >= 0 else -1) for one in found
    ]


def test_rows_further_in_hang_on_the_row_above():
    assert spans("a:\n  b\n  c:\n    d\ne") == [
        (0, 3, -1),
        (1, 1, 0),
        (2, 3, 0),
        (3, 3, 2),
        (4, 4, -1),
    ]


def test_a_bracket_on_a_row_of_its_own_opens_and_closes_the_row_above():
    found = blocks(
        ["class A", "{", "    void f()", "    {", "        g();", "    }", "}", "x"], "//"
    )
    assert [(one.first, one.last, one.opener) for one in found] == [
        (0, 6, 1),
        (2, 5, 3),
        (4, 4, -1),
        (7, 7, -1),
    ]


def test_what_continues_at_the_same_indentation_begins_no_block():
    text = "if a then\n  b\nelse\n  c\nend\nif (d) {\n  e\n} else {\n  f\n}"
    assert [one[:2] for one in spans(text)] == [(0, 4), (1, 1), (3, 3), (5, 9), (6, 6), (8, 8)]


def test_a_block_comment_is_one_block_however_it_is_indented():
    found = blocks(["/*", "no indentation", "      much", "*/", "int a;"], "//")
    assert [(one.first, one.last, one.is_comment) for one in found] == [
        (0, 3, True),
        (4, 4, False),
    ]


def test_a_text_within_a_script_ends_no_function():
    text = "build() {\n  cat <<EOF\nleft margin\nEOF\n  make\n}\nother"
    assert spans(text)[0] == (0, 5, -1)
    assert spans(text)[-1] == (6, 6, -1)


def test_rows_for_a_preprocessor_end_no_block():
    text = "class A {\n    int a;\n#if DEBUG\n    int b;\n#endif\n}"
    assert spans(text, "//")[0] == (0, 5, -1)


def test_the_sign_of_a_comment_is_the_one_that_most_lines_have():
    assert remark(["-- a", "local x = 1", "-- b", "# c"]) == "--"
    assert remark(["#include <a>", "int a;"]) == "//"
    assert remark(["x", "y"]) == "#"


LINES = st.text(alphabet=" \tab{}()/*<E#;", max_size=9)


@given(st.lists(LINES | st.sampled_from(["end", "EOF", "x <<EOF", "/*", "*/"]), max_size=40))
def test_blocks_are_nested_and_hold_every_row_that_is_not_blank(lines):
    found = blocks(lines, "#")
    held = set()
    for one in found:
        assert 0 <= one.first <= one.last < len(lines)
        assert indent(lines[one.first]) < len(lines[one.first])
        if one.parent >= 0:
            around = found[one.parent]
            assert around.first < one.first
            assert one.last <= around.last
        held.update(range(one.first, one.last + 1))
    assert {row for row, line in enumerate(lines) if line.strip()} <= held


def test_many_comments_that_never_end_cost_little():
    assert len(blocks(["/* a"] * 200_000, "#")) == 200_000
    assert blocks([f"a <<W{at}" for at in range(100_000)] + ["W1"], "#")


def test_statements_of_sql_without_comments_are_remarked_on_as_sql():
    lines = ["CREATE TABLE a (", "  id INT", ");", "", "CREATE UNIQUE INDEX b ON a(id);", ""]
    assert remark(lines) == "--"
    assert remark(["int main() {", "  return 0;", "}"]) == "//"


def test_what_is_commented_out_at_the_margin_holds_nothing_of_what_stands_around_it():
    text = "fun a() {\n    b()\n//  c()\n\n//  d()\n    e {\n        f()\n    }\n}\n// g\nfun h() {\n    i()\n}"
    found = blocks(text.split("\n"), "//")
    shown = [(one.first, one.last, one.is_comment) for one in found]
    assert shown == [
        (0, 8, False),
        (1, 1, False),
        (2, 2, True),
        (4, 4, True),
        (5, 7, False),
        (6, 6, False),
        (9, 9, True),
        (10, 12, False),
        (11, 11, False),
    ]
    assert found[2].parent == found[4].parent == 0


def test_many_comments_at_the_margin_take_linear_time():
    found = blocks(["fun a() {", "    b()", *["// c"] * 60_000, "    d()", "}"], "//")
    assert sum(one.is_comment for one in found) == 60_000
    assert found[0].last == 60_003
