"""Tests of `Seen`: what a reader has of an original already."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.seen import Seen

SHOWN = (
    "first line\n… 3-9\n"
    "The bridge was opened in 1931 by the mayor of the town. …4 It carried trams until 1964.\n…7"
)


@pytest.mark.parametrize(
    "piece",
    [
        "first line",
        "  first line ",
        "The bridge was opened in 1931 by the mayor of the town.",
        "“The bridge was opened in 1931 by the mayor of the town."[1:],
        "It carried trams until 1964.",
    ],
)
def test_lines_and_sentences_that_were_shown_are_known(piece):
    assert Seen(SHOWN).holds(piece)


@pytest.mark.parametrize(
    "piece",
    ["first", "", " ", "The bridge was opened in 1931 by the mayor of the city.", "second line"],
)
def test_what_was_not_shown_as_it_is_is_not_known(piece):
    assert not Seen(SHOWN).holds(piece)


def test_nothing_is_known_where_nothing_was_stored():
    assert not Seen()
    assert not Seen().holds("")
    scores = [1.0, 2.0]
    Seen().lower(["", "a"], scores, 0.1)
    assert scores == [1.0, 2.0]


def test_scores_of_what_was_shown_are_lowered():
    scores = [1.0, 2.0, 0.0]
    Seen(SHOWN).lower(["first line", "second line", "first line"], scores, 0.5)
    assert scores == [0.5, 2.0, 0.0]


@given(st.text(max_size=200), st.text(max_size=80))
def test_whatever_is_known_stands_in_what_was_shown(shown, piece):
    if Seen(shown).holds(piece):
        assert piece.strip() in shown


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1))
def test_every_shown_line_is_known(lines):
    seen = Seen("\n".join(lines))
    assert all(seen.holds(line) for line in lines if line.strip() and "\n" not in line)
