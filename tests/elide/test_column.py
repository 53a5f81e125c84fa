"""What stands under one key in all records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.column import Column, as_number, columns
from headroom.records.spelling import Number


def shown(records):
    return {column.name: (list(column.at), list(column.values)) for column in columns(records)}


def test_columns_are_named_by_dotted_keys():
    assert shown([{"a": {"b": 1}, "c": [{"d": 2}, 3]}, {"a": {"b": 4}}]) == {
        "a.b": ([0, 1], [1, 4]),
        "c[0].d": ([0], [2]),
        "c[1]": ([0], [3]),
    }


def test_scalars_are_one_column_without_a_name():
    assert shown([3, "x", None]) == {"": ([0, 1, 2], [3, "x", None])}


def test_keys_that_name_things_are_one_column():
    records = [{"owners": {f"user-{n}": {"role": "admin"}}} for n in range(20)]
    assert shown(records) == {"owners.*.role": (list(range(20)), ["admin"] * 20)}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        (Number("1.10"), 1.1),
        ("1,234", 1234.0),
        ("12 %", 12.0),
        ("3.5ms", 3.5),
        ("$1,200.50", 1200.5),
        ("-7", -7.0),
        ("nan", None),
        ("1_000", None),
        ("x", None),
        ("", None),
        (True, None),
        (None, None),
        ([], None),
        (10**400, None),
    ],
)
def test_numbers_are_read_as_people_write_them(value, number):
    assert as_number(value) == number


def test_units_of_one_kind_are_heeded():
    column = Column("size", range(4), ["512Ki", "3Mi", "1Gi", "900Ki"])
    assert [column.values[place] for place in column.ranks] == ["512Ki", "900Ki", "3Mi", "1Gi"]


def test_units_of_several_kinds_are_no_numbers():
    assert Column("size", range(4), ["5kg", "3ms", "1Gi", "9m"]).numbers == []


def test_times_are_sorted_where_all_are_alike():
    times = ["2025-03-02T10:00:00Z", "2025-03-01T10:00:00Z", None]
    assert Column("t", range(3), times).times == [1, 0]
    assert Column("t", range(2), [*times[:1], "2025-03-02T10:00:00+02:00"]).times == []


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just([])


@given(st.lists(st.dictionaries(st.sampled_from("abc"), values), max_size=20))
def test_every_scalar_of_flat_records_is_in_its_column(records):
    found = shown(records)
    for name in "abc":
        rows = [at for at, record in enumerate(records) if name in record]
        if rows:
            at, cells = found[name]
            assert at == rows
            assert all(a is b[name] for a, b in zip(cells, (records[n] for n in rows), strict=True))


@given(st.lists(values, min_size=1, max_size=60))
def test_any_values_can_be_asked_for_everything(cells):
    column = Column("x", range(len(cells)), cells)
    assert sum(column.counts.values()) == len(cells)
    assert all(0 <= place < len(cells) for place in [*column.ranks, *column.times])


def test_a_rare_key_may_be_called_like_what_stands_for_any():
    keys = ["*", *map(str, range(20))]
    made = columns([{}] * 40 + [{key: n} for n, key in enumerate(keys)])
    assert [(column.name, sorted(column.values)) for column in made if column.name] == [
        ("*", [*range(21)])
    ]
