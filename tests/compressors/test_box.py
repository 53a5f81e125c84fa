"""Tables drawn as boxes: folded without their frames, and given back with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress
from headroom.compressors.table import TableCompressor
from headroom.core.types import ContentType, Context
from headroom.decode import expand_text
from headroom.detect import split
from headroom.detect.box import BOXES, boxed
from headroom.elide.rows.grid import grid

CTX = Context(count=len)
TOWNS = [("Oslo", "137"), ("Bergen", "4"), ("Bodø", "12.5"), ("", "NULL")]


def drawn(rows, kind="plain", heads=(("town", "n"),), *, closed=True, align="<>", centred=True):
    """Return the lines of a box, drawn as programs do it."""
    signs = BOXES[kind]
    widths = [max(1, *map(len, column)) for column in zip(*heads, *rows, strict=True)]

    def frame(of):
        return of[0] + of[2].join(of[1] * (width + 2) for width in widths) + of[3]

    def line(cells, bar, how):
        padded = [
            f" {' ' * ((width - len(cell)) // 2) + cell:<{width}} "
            if side == "^"
            else f" {cell:{side}{width}} "
            for cell, width, side in zip(cells, widths, how, strict=True)
        ]
        return bar + bar.join(padded) + bar

    above = "^" * len(widths) if centred else align
    return [
        frame(signs.top),
        *(line(cells, signs.of_names, above) for cells in heads),
        frame(signs.middle),
        *(line(cells, signs.bar, align) for cells in rows),
        *([frame(signs.bottom)] if closed else []),
    ]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=8)


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8),
    st.sampled_from(list(BOXES)),
    st.booleans(),
    st.booleans(),
    st.integers(1, 3),
)
def test_boxes_are_given_back(rows, kind, closed, centred, heads):
    names = [("name", "of what", "n")] * heads
    lines = drawn(rows, kind, names, closed=closed, align="<<>", centred=centred)
    text = "\n".join(lines)
    made = TableCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


@pytest.mark.parametrize("kind", BOXES)
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("centred", [True, False])
def test_a_box_loses_its_frames_and_its_padding(kind, closed, centred):
    lines = drawn(TOWNS * 4, kind, closed=closed, centred=centred)
    box, end = boxed(lines)
    assert (box.kind, box.heads, box.closed, end) == (kind, 1, closed, len(lines))
    made = TableCompressor().compress("\n".join(lines), CTX)
    assert made.text.split("\n")[1:4] == ["town\tn", "Oslo\t137", "Bergen\t4"]
    assert expand_text(made.text) == "\n".join(lines)


@pytest.mark.parametrize("kind", BOXES)
def test_each_of_several_boxes_is_a_table_of_its_own(kind):
    lines = drawn(TOWNS * 2, kind)
    text = "\n".join([*lines, "8 rows", "", *lines])
    assert [(part.start, part.end) for part in split(text) if part.type is ContentType.TABLE] == [
        (0, len(lines)),
        (len(lines) + 2, 2 * len(lines) + 2),
    ]


@pytest.mark.parametrize("spoil", [0, 1, 2, 4, -1])
def test_a_box_of_which_a_line_does_not_fit_is_none_or_comes_back(spoil):
    lines = drawn(TOWNS * 4, heads=[("town", "n"), ("text", "int")])
    lines[spoil] = lines[spoil].replace("│", "").replace("─", "-", 1)
    text = "\n".join(lines)
    result = compress([{"role": "tool", "content": text}], model="gpt-4o", profile="lossless")
    assert expand_text(result.messages[0]["content"]) == text


@pytest.mark.parametrize("lines", [["┌"], ["┌┐", "││"], ["┌──┐"], ["+--+", "| a |"], ["┌─┬"]])
def test_what_only_begins_like_a_box_is_none(lines):
    assert boxed(lines) is None


@pytest.mark.parametrize("kind", BOXES)
def test_the_row_that_is_asked_for_stays_where_a_long_box_is_cut(kind):
    rows = [(f"town {n}", str(n * 37 % 501)) for n in range(300)]
    text = "\n".join(drawn(rows, kind))
    assert len(grid(text).rows) == 300
    messages = [
        {"role": "user", "content": "How many in town 137?"},
        {"role": "tool", "content": text},
    ]
    result = compress(messages, model="gpt-4o")
    assert result.tokens_after < 0.3 * result.tokens_before
    assert f"town 137\t{rows[137][1]}" in result.messages[1]["content"]
