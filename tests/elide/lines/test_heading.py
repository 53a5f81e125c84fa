"""Headings without any sign."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.heading import headings


def news(releases):
    lines = []
    for n in range(releases, 0, -1):
        lines += [f"What's new in version 3.{n}", ""]
        lines += [f"* Let the till count coins of kind {n * k}" for k in range(1, 9)]
        lines += [""]
    return lines


def test_what_is_kept_stands_under_its_own_release():
    lines = news(40)
    lines[300] = "* Fix an error that lost vouchers"
    made = by_line("\n".join(lines), ContentType.TEXT, "What lost vouchers?", 0.1)
    body = made.body.split("\n")
    at = body.index(lines[300])
    above = next(line for line in reversed(body[:at]) if line.startswith("What's new"))
    head = next(line for line in reversed(lines[:300]) if line.startswith("What's new"))
    assert above == head


def test_lines_that_are_no_headings_are_none():
    assert headings(["a text", "of lines", "that do not recur 3"], [0, 1, 2]) == set()
    assert headings(["in 3 days", "in 4 days", "in 5 days"], [2]) == set()  # no blank line above


@given(
    st.lists(st.sampled_from(("Release 1", "Release 2", "", "x", "Release 3")), max_size=30),
    st.data(),
)
def test_headings_stand_above_what_is_kept(lines, data):
    kept = data.draw(st.sets(st.integers(0, max(len(lines) - 1, 0)))) if lines else set()
    found = headings(lines, kept)
    assert all(any(head <= at for at in kept) for head in found)
