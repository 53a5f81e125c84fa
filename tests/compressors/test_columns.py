"""Aligned columns: without their padding, and given back with it."""

from __future__ import annotations

import pytest
from hypothesis import given

from headroom.compressors.columns import ColumnsCompressor
from headroom.core.fold import Block
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.detect.columns import claim
from tests.choices import choices

CTX = Context(count=len)
CELLS = ("root", "12", "", '"', "= x", "a b", "2024-01-02", "0.0", "naïve", "\u4e2d", "\r")


def aligned(made):
    width = 2 + made.below(4)
    rows = made.several(lambda: [made.one(CELLS) for _ in range(width)], 2, 12)
    sides = [made.below(2) for _ in range(width)]
    gap = made.one((" ", "  ", "   ", " | "))
    sizes = [max(len(row[at]) for row in rows) for at in range(width)]
    lines = [
        gap.join(
            cell.ljust(n) if left else cell.rjust(n)
            for cell, n, left in zip(row, sizes, sides, strict=True)
        )
        for row in rows
    ]
    return lines if made.below(2) else [line.rstrip(" ") for line in lines]


def test_bars_between_columns_are_said_once():
    rows = [f" {at:<4} | {at * 37:>6} | {'on' if at % 3 else 'off':<3}" for at in range(40)]
    text = "\n".join(rows)
    assert list(claim([*rows, "(40 rows)"])) == [(0, 40)]
    made = ColumnsCompressor().compress(text, CTX)
    assert expand_text(made.text) == text
    assert "|" not in made.text.partition("\n")[2]
    assert "aligned 1l4 |r6 |l3" in made.text


def test_the_last_column_may_be_indented():
    rows = [f"took: {at * 37:>8}  {at * 41:>8}  {'  ' * (at % 3)}module{at}" for at in range(40)]
    made = ColumnsCompressor().compress("\n".join(rows), CTX)
    assert expand_text(made.text) == "\n".join(rows)
    assert "\t74\t82\t    module2" in made.text


@given(choices(80).map(aligned))
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


def test_padding_goes_and_usual_values_are_said_once():
    assert list(claim(KUBECTL.split("\n"))) == [(0, 6)]
    made = ColumnsCompressor().compress(KUBECTL, CTX)
    assert "\nNAME\tREADY=1/1\tSTATUS=Running\tRESTARTS\tAGE\n" in made.text
    assert '\nweb-7d9c6c5b8-fghij\t0\t"\n' in made.text
    assert "\nworker-5f6d7c8b9-klmno\t3\t2h\tREADY=0/1\tSTATUS=Pending\n" in made.text
    assert expand_text(made.text) == KUBECTL


def test_lines_before_the_first_row_that_can_be_rebuilt_stay_as_they_are():
    text = "= x  aaa  bbb\n" + "\n".join(f"row{n}  aaa  bbb" for n in range(8))
    made = ColumnsCompressor().compress(text, CTX)
    assert made.text.startswith("= x  aaa  bbb\n[headroom:columns ")
    assert expand_text(made.text) == text


def test_rows_without_a_head_hold_no_values():
    text = "\n".join(f"root  {n:>3}  0.0" for n in range(9))
    assert "=" not in ColumnsCompressor().compress(text, CTX).text


@pytest.mark.parametrize("lines", [(), ("a\tb",), ("a\tb\tc", "1\t2")])
def test_malformed_columns_are_an_error(lines):
    with pytest.raises(ValueError):
        ColumnsCompressor().expand(Block("columns", "columns; aligned 0l3 2r3 2l3", lines))


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
