"""Aligned columns: without their padding, and given back with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors.columns import ColumnsCompressor
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.detect.columns import claim

CTX = Context(count=len)
CELLS = st.sampled_from(
    ["root", "12", "", '"', "= x", "a b", "2024-01-02", "0.0", "naïve", "\u4e2d", "\r"]
)


@st.composite
def aligned(draw):
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=2, max_size=12))
    sides = draw(st.lists(st.booleans(), min_size=width, max_size=width))
    gap = " " * draw(st.integers(1, 3))
    sizes = [max(len(row[at]) for row in rows) for at in range(width)]
    lines = [
        gap.join(
            cell.ljust(n) if left else cell.rjust(n)
            for cell, n, left in zip(row, sizes, sides, strict=True)
        )
        for row in rows
    ]
    return lines if draw(st.booleans()) else [line.rstrip(" ") for line in lines]


@given(aligned())
def test_columns_are_given_back(lines):
    text = "\n".join(lines)
    made = ColumnsCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


KUBECTL = """\
NAME                     READY   STATUS    RESTARTS   AGE
web-7d9c6c5b8-abcde      1/1     Running   0          12d
web-7d9c6c5b8-fghij      1/1     Running   0          12d
worker-5f6d7c8b9-klmno   0/1     Pending   3          2h
db-0                     1/1     Running   0          40d
cache-0                  1/1     Running   0          40d"""


def test_padding_goes_and_repeated_cells_are_dittos():
    assert list(claim(KUBECTL.split("\n"))) == [(0, 6)]
    made = ColumnsCompressor().compress(KUBECTL, CTX)
    assert made.text.split("\n")[3] == 'web-7d9c6c5b8-fghij\t"\t"\t0\t"'
    assert expand_text(made.text) == KUBECTL


@pytest.mark.parametrize(
    "text",
    [
        "It was a dark and stormy night and\nthe rain fell in torrents on all\nof us as we went along the road\n"
        * 3,
        "    if x == 1:\n        return 2\n    else:\n        return 3\n    y = 4\n" * 3,
    ],
)
def test_prose_and_code_are_no_columns(text):
    assert list(claim(text.split("\n"))) == []
