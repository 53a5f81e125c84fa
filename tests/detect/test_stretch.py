"""Stretches: the longest runs of lines that look alike, as a look at every line would find them."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.detect.stretch import stretches


def _plainly(lines: list[str], least: int) -> list[tuple[int, int]]:
    found, at = [], 0
    for right, run in groupby(lines, key=lambda line: line == "x"):
        size = len(list(run))
        if right and size >= least:
            found.append((at, at + size))
        at += size
    return found


@given(st.lists(st.sampled_from(["x", "x", "x", "x", ""]), max_size=60), st.integers(1, 9))
def test_the_runs_are_those_that_a_look_at_every_line_finds(lines: list[str], least: int) -> None:
    assert list(stretches(lines, lambda line: line == "x", least)) == _plainly(lines, least)


@pytest.mark.parametrize("least", [4, 8])
def test_where_nothing_looks_right_one_line_in_so_many_is_looked_at(least: int) -> None:
    looked: list[str] = []
    assert not list(stretches([""] * 800, looked.append, least))
    assert len(looked) == 800 // least
