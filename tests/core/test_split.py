"""Lines of a text, and what follows from them, are the same whether they are remembered or not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.split import lines_of, view_of
from tests.choices import choices, several

LONG = "\n".join(f"line {n} of İstanbul" for n in range(200))

LETTERS = "ab\n\r İß\u2028"


def pieces(made):
    return made.several(lambda: "".join(made.one(LETTERS) for _ in range(made.below(61))), 0, 8)


def test_a_long_text_that_is_asked_for_again_gives_the_same_lines():
    assert lines_of(LONG) is lines_of(LONG)
    assert lines_of(LONG) == LONG.split("\n")


def test_what_follows_from_lines_is_found_once_for_a_text_that_is_remembered():
    lines = lines_of(LONG)
    assert view_of(lines) is view_of(lines)
    assert view_of(lines).text is LONG
    assert view_of(lines).lower is view_of(lines).lower


def test_only_the_last_few_texts_are_remembered():
    first = lines_of(LONG)
    for n in range(5):
        lines_of(f"{LONG}\n{n}")
    assert lines_of(LONG) is not first
    assert lines_of(LONG) == first


@given(several(LETTERS, most=60).map("".join), st.integers(1, 40))
def test_the_lines_are_those_at_line_feeds_alone(text, times):
    text *= times
    assert list(lines_of(text)) == text.split("\n")


@given(choices(256).map(pieces))
def test_a_view_of_any_pieces_is_of_their_text(pieces):
    view = view_of(pieces)
    assert view.text == "\n".join(pieces)
    assert len(view.lower) == len(view.text)
    assert [
        view.text[at : at + len(piece)] for at, piece in zip(view.starts, pieces, strict=False)
    ] == pieces
    assert view.starts[-1] == sum(len(piece) + 1 for piece in pieces)
