"""Whether the first row of a table names its columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.rows.naming import is_row

SIZES = ["4.0K", "12K", "1.5M", "900"]


@pytest.mark.parametrize(
    ("head", "columns", "row"),
    [
        (["7", "x"], [["1", "2", "3"], ["a", "b", "c"]], True),
        (["12K", "./a"], [SIZES, ["./b", "./c", "./d", "./e"]], True),
        (["5xx", "4xx"], [["1", "2", "3"], ["4", "5", "6"]], False),
        (["id", "2"], [["1", "2", "3"], ["4", "5", "6"]], False),
        (["land", "2024"], [["a", "b", "c"], ["4", "5", "6"]], False),
        (["a", "b"], [["x", "y", "z"], ["s", "t", "u"]], False),
        (["a", "open"], [list("rstuvw"), ["open", "shut"] * 3], True),
        (["a", "state"], [list("rstuvw"), ["open", "shut"] * 3], False),
        (["a"], [[]], False),
    ],
)
def test_a_row_reads_like_those_below_it(head, columns, row):
    assert is_row(head, columns) is row


@given(st.lists(st.lists(st.text(max_size=4), min_size=3, max_size=3), min_size=1, max_size=9))
def test_any_cells_are_judged(rows):
    assert is_row(rows[0], list(map(list, zip(*rows[1:], strict=True))) or [[], [], []]) in (0, 1)
