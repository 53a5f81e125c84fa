"""Tests of `Sections`: headings, what they head and what stands under them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.section import Sections

BOOK = "# Book\n\n## First\n\ntext\n\n### Inner\n\nmore\n\n## Second\n\nend"
NEWS = "News\n====\n\n2.0 (May)\n*********\n\n- new\n\n1.0 (April)\n***********\n\n- old"
MARKED, RULED = BOOK.split("\n"), NEWS.split("\n")


def test_a_line_stands_under_all_headings_of_a_higher_level():
    assert Sections(MARKED).above(8) == [6, 2, 0]
    assert Sections(MARKED).above(12) == [10, 0]
    assert Sections(MARKED).above(2) == [0]


def test_rules_below_headings_have_levels_in_the_order_in_which_they_come():
    assert Sections(RULED).above(11) == [8, 0]


def test_a_section_ends_where_the_next_of_its_level_begins():
    assert Sections(MARKED).end(2) == 10
    assert Sections(MARKED).end(10) == len(MARKED)
    assert Sections(MARKED).end(4) == 4


def test_comments_in_code_head_nothing():
    assert Sections(["x = 1", "# add", "y = x + 1"]).above(2) == []
    assert Sections(["```", "# add", "", "```", "end"]).above(4) == []


@given(st.lists(st.sampled_from(["# a", "## b", "", "text", "====", "----", "```"]), max_size=40))
def test_headings_stand_above_what_they_head(lines):
    sections = Sections(lines)
    for at in range(len(lines)):
        above = sections.above(at)
        assert above == sorted(set(above), reverse=True)
        assert all(row < at < sections.end(row) or sections.end(row) > row for row in above)
