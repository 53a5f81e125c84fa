"""Search results are found by their hits, which are looked for in all lines at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.detect.search import HIT, claim, is_path

PIECES = ("a", "src/", ".py", "Makefile", ":", "12", ":12:", " 12:34:56", " ", "-", "C:", "\\", "é")
LINES = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def is_hit(line: str) -> bool:
    match = HIT.match(line)
    return match is not None and is_path(match[1])


@given(LINES, st.lists(st.sampled_from(("", "12:00:01 up", "x:1: y", "no sign")), max_size=4))
def test_four_lines_are_hits_where_each_alone_is_one(line: str, before: list[str]) -> None:
    found = [run for run in claim([*before, *[line] * 4]) if run[1] == len(before) + 4]
    assert bool(found) == is_hit(line)


@pytest.mark.parametrize(
    "line",
    ["src/a.py:12:x", "Makefile:3:all", "C:\\src\\a.c:9:int", "my dir/a b.txt:4:x", "a.py:1:2:3"],
)
def test_paths_of_all_kinds_are_taken(line: str) -> None:
    assert list(claim(["head", *[line] * 4, "tail"])) == [(1, 5)]


@pytest.mark.parametrize("line", ["12:34:56 up", "Mar 1 12:34:56 up", "http://a.b:80:x", "a:1:b"])
def test_times_and_addresses_are_no_hits(line: str) -> None:
    assert list(claim([line] * 9)) == []


def test_hits_in_a_file_that_is_not_named_are_a_search() -> None:
    hits = [f"{n * 7 + 3}:        with self.assertRaises(Error{n}):" for n in range(12)]
    assert list(claim(hits)) == [(0, 12)]
    assert list(claim(["Found 12 matches", *hits])) == [(0, 13)]


@pytest.mark.parametrize(
    "lines",
    [
        [f"{n}:    total += {n};" for n in range(1, 30)],
        ["src/a.py", *[f"{n * 7 + 3}:    total += {n};" for n in range(20)]],
        [f"{n * 7 % 11}:    total += {n};" for n in range(20)],
        [f"{n * 7}:{n:02}:10 worker started;" for n in range(1, 20)],
        ["4: a", "9: b", "12: c"],
    ],
)
def test_lines_of_a_file_times_and_what_has_a_heading_are_none(lines: list[str]) -> None:
    assert list(claim(lines)) == []


def test_why_tests_were_skipped_is_no_search() -> None:
    lines = [f"SKIPPED [1] tests/vector_test.py:{n}: no module named 'x'" for n in range(1, 90)]
    assert not list(claim(lines))
