"""Snapshots of pages: handles in short, and given back character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress, expand
from headroom.compressors.snapshot import SnapshotCompressor
from headroom.core.fold import Block
from headroom.core.types import ContentType, Context
from headroom.decode import expand_text
from headroom.detect import split
from tests.elide.snapshot.test_by_node import panel, shop

CTX = Context(count=len)
PIECES = (
    *("- ", "button ", '"Save" ', "[ref=e12]", " [cursor=pointer]", "@e12", "*", ":", " ", "  "),
    *("uid=2_12 ", "uid=3_4 ", "12 ", 'url="http://a.b/c"', ' url="~/c"', "~", "= ", "…", "#", "`"),
)
LINES = st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=1, max_size=6)


@given(LINES, st.sampled_from([panel(2), shop(4), ""]), LINES)
def test_any_lines_among_nodes_are_given_back(above, page, below):
    text = "\n".join([*above, page, *below])
    made = SnapshotCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


@pytest.mark.parametrize(
    ("page", "line"),
    [
        (panel(4), '            button "Edit" [cursor=pointer] @e104'),
        (shop(4), '    3_10 link "Lamp Aalborg 0" url="http://127.0.0.1/lamps/0"'),
    ],
)
def test_handles_are_said_in_short(page, line):
    made = SnapshotCompressor().compress(page, CTX)
    assert line in made.text.split("\n")
    assert len(made.text) < 0.98 * len(page)
    assert expand_text(made.text) == page


def test_a_pointer_behind_its_handle_is_a_star():
    page = "\n".join(f'- button "B{n}" [ref=e{n}] [cursor=pointer]' for n in range(20))
    made = SnapshotCompressor().compress(page, CTX)
    assert 'button "B7" @e7*' in made.text.split("\n")
    assert expand_text(made.text) == page


@pytest.mark.parametrize("page", [panel(6), shop(8)])
def test_a_snapshot_is_a_part_of_its_own_kind_and_comes_back_through_all(page):
    text = f"### Page state\n- Page Title: Berths\n```yaml\n{page}\n```"
    assert [part.type for part in split(text)][1] is ContentType.MARKUP
    messages = [{"role": "user", "content": "Look."}, {"role": "tool", "content": text}]
    result = compress(messages, model="gpt-4o", profile="lossless")
    assert "[headroom:page " in result.messages[1]["content"]
    assert expand(result.messages) == messages


@pytest.mark.parametrize("note", ["", "1_12 is uid=x12", "@e5 is [ref=e6]"])
def test_a_malformed_page_is_an_error(note):
    with pytest.raises(ValueError, match="page"):
        SnapshotCompressor().expand(Block("page", note, ("a",)))
