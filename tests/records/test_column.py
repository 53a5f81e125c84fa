"""Columns of a table: shown in the shortest way, and read back cell by cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.records.column import explain, misread, plan, render, restore
from tests.choices import choices

VALUES = ("", "a", "b=c", "long value", "x" * 30, "#", "=")


def rows(made):
    width = 1 + made.below(4)
    return made.several(lambda: [made.one(VALUES) for _ in range(width)], 1, 30)


@given(
    choices(128).map(rows),
    st.sampled_from(["\t", ",", ";"]),
    st.booleans(),
)
def test_rows_are_read_back(rows, mark, named):
    head, *rest = rows
    columns = plan(head, rest, len, mark, named=named)
    body = render(["(as it was)"] * len(rest), rest, columns, mark)
    hoists = any("=" in note for note in explain(columns))
    assert list(restore(body, mark, hoists=hoists)) == rows


def test_a_value_that_returns_is_an_exception_and_one_that_stays_is_a_change():
    values = ["Virginia"] * 9 + ["DC"] + ["Virginia"] * 4 + ["Maryland"] * 8
    (number, state) = plan(["n", "state"], [[str(n), value] for n, value in enumerate(values)], len)
    assert number.cells == [str(n) for n in range(22)]
    assert (state.title, state.changes, state.exceptions) == (
        "state=Virginia",
        {14: "state=Maryland"},
        {9: "state=DC"},
    )


def test_columns_of_one_name_and_names_with_an_equals_sign_are_shown_in_full():
    rows = [["long value", "long value"]] * 6
    assert not any(column.held for column in plan(["a", "a"], rows, len))
    assert not any(column.held for column in plan(["a=b", "c"], rows, len))


def test_lines_stand_as_they_were_where_a_row_is_missing():
    columns = plan(["a", "b"], [["1", "2"]], len)
    body = render(["odd line", "1,2"], [None, ["1", "2"]], columns)
    assert list(restore(body, "\t", hoists=False)) == [["a", "b"], "odd line", ["1", "2"]]


@pytest.mark.parametrize("cell", ['"', "= x", "# x"])
def test_cells_that_read_like_marks_are_told(cell):
    assert misread(["a", cell])


@pytest.mark.parametrize(
    "lines", [[], ["a\tb=1", "2\tc=3"], ["a\tb=1", "# c=3"], ["a\tb=1", "1\tb"], ["a\tb", "1"]]
)
def test_a_malformed_body_is_an_error(lines):
    with pytest.raises(ValueError):
        list(restore(lines, "\t", hoists=True))
