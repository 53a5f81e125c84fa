"""What a terminal shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.terminal import render


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m and \x1b[1;38;5;9mbold\x1b[m", "red and bold"),
        ("10%\r50%\r100% done\nnext", "100% done\nnext"),
        ("longer text\rshort", "shortr text"),
        ("old\x1b[2K\rnew", "new"),
        ("keep this\r\x1b[Kthis only", "this only"),
        ("ab\x08c", "ac"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("windows\r\nlines\r\n", "windows\r\nlines\r\n"),
    ],
)
def test_colours_go_and_progress_is_resolved(text, shown):
    assert render(text) == shown


def test_cursor_movement_is_left_alone():
    assert render("a\x1b[3Ab\rc") == "a\x1b[3Ab\rc"


@given(st.text(alphabet=st.sampled_from("ab \r\x08\x1b[0123mK;\n]8()B\x07"), max_size=60))
def test_rendering_twice_changes_nothing(text):
    once = render(text)
    assert render(once) == once
