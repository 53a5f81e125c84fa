"""Long listings in a document."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.prose.listing import divided
from headroom.elide.prose.sentence import split

STEP = "\n".join(f"    step_{n}(with_a_long_name)" for n in range(9))


def pieces(text):
    return [text[a:b] for a, b in divided(text, split(text))]


def test_a_long_listing_is_cut_at_its_empty_lines():
    text = f"Do this:\n\n```py\n{STEP}\n\n{STEP}\n\n{STEP}\n\n{STEP}\n```\n"
    assert pieces(text) == ["Do this:", f"```py\n{STEP}", STEP, STEP, f"{STEP}\n```"]


def test_a_listing_without_empty_lines_is_cut_by_count():
    text = "```\n" + "x = 'a line that is neither short nor long'\n" * 40 + "```"
    assert [piece.count("\n") + 1 for piece in pieces(text)] == [16, 16, 10]


def test_a_short_example_stays_whole():
    text = "```sh\nmake all\n\nmake test\n```"
    assert pieces(text) == [text]


@given(
    st.lists(st.sampled_from(["```\n", "x\n", "\n", "  y = 1  \n", "z" * 300 + "\n"]), max_size=60)
)
def test_pieces_are_the_listing_but_for_white_space(parts):
    text = "".join(parts)
    out = divided(text, split(text))
    assert all(a < b for a, b in out)
    assert "\n".join(text[a:b] for a, b in out).split() == text.split()
