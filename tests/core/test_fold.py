"""The grammar of folded text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core import fold
from tests.choices import choices, several


def line(made):
    return made.text(9).replace("\n", "")


def lines(made):
    return made.several(lambda: line(made), 0, 6)


@given(choices(256).map(lambda made: (lines(made), line(made), lines(made), lines(made))))
def test_a_block_is_found_between_the_lines_around_it(parts):
    lines, note, before, after = parts
    around = [*before, *after]
    if any(line.startswith(fold.PREFIX) for line in around) or note.endswith("]"):
        return
    text = "\n".join([*before, fold.block("log", lines, note), *after])
    pieces = list(fold.scan(text))
    blocks = [piece for piece in pieces if not isinstance(piece, str)]
    assert [(b.form, b.note, list(b.lines)) for b in blocks] == [("log", note, lines)]
    rebuilt = "".join(
        p if isinstance(p, str) else fold.block(p.form, p.lines, p.note) for p in pieces
    )
    assert rebuilt == text


def test_a_header_that_lacks_lines_is_found_and_one_that_has_them_is_not():
    whole = fold.block("log", ["a", "b"], "note")
    assert fold.broken_off(f"before\n{whole}\nafter") is None
    assert fold.broken_off("no header") is None
    assert fold.broken_off(f"{whole}\n{whole[:-2]}") == "[headroom:log 2 lines; note]"


@given(st.text() | several(("[headroom:log 2 lines]", "x", "", "[headroom:")).map("\n".join))
def test_scanning_loses_nothing(text):
    pieces = list(fold.scan(text))
    again = "".join(
        p if isinstance(p, str) else fold.block(p.form, p.lines, p.note) for p in pieces
    )
    if not fold.marked(text):
        assert pieces == [text]
    assert len(again.split("\n")) == len(text.split("\n"))


def test_a_header_without_its_body_is_plain_text():
    text = "[headroom:log 3 lines; x]\nonly one"
    assert list(fold.scan(text)) == [text]


def test_blocks_may_follow_each_other():
    text = fold.block("log", ["a"]) + "\n" + fold.block("json", []) + "\nend"
    assert [p if isinstance(p, str) else p.form for p in fold.scan(text)] == [
        "log",
        "\n",
        "json",
        "\nend",
    ]


def test_line_breaks_inside_a_line_or_note_are_refused():
    with pytest.raises(ValueError, match="line break"):
        fold.block("log", ["a\nb"])
    with pytest.raises(ValueError, match="line break"):
        fold.block("log", ["a"], "x\ny")


def test_a_header_counts_in_grammatical_english():
    assert fold.block("log", ["a"]).startswith("[headroom:log 1 line]")
    assert fold.block("log", ["a", "b"], "n").startswith("[headroom:log 2 lines; n]")
