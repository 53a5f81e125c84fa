"""Which pages a parser reads in linear time."""

from __future__ import annotations

import pytest

from headroom.elide.page.strip import is_tame


@pytest.mark.parametrize(
    ("page", "tame"),
    [
        ("<b>" * 101, True),
        ("<b>" * 102, False),
        ("<B>" * 51 + "<b>" * 51, False),
        ("<b>one</b>" * 500, True),
        ("<b>one</b>" * 5_000, True),
        ("<b>" * 60 + "</b>" * 60 + "<b>" * 60, True),
        ("<abbr>" * 500, True),
        ("<div>" * 2_000, True),
        ("<div>" * 2_001, False),
        ("<div></div>" * 3_000, True),
        ("<br>" * 9_000, True),
        ("<option>" * 4_001, False),
        ("", True),
    ],
)
def test_a_page_is_tame_unless_too_much_of_it_is_open_at_once(page, tame):
    assert is_tame(page) is tame
