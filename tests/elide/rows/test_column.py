"""What stands under one key in all records."""

from __future__ import annotations

from math import isnan

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.rows.column import Column, as_number, columns


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


def test_lists_of_one_item_need_no_index():
    records = [{"instances": [{"state": each}]} for each in ("up", "down")]
    assert shown(records) == {"instances[].state": ([0, 1], ["up", "down"])}


def test_pairs_of_a_name_and_a_value_are_as_good_as_keys():
    records = [
        {"tags": [{"Key": "Name", "Value": f"host-{n}"}, {"Key": "owner", "Value": "ops"}]}
        for n in range(3)
    ]
    assert shown([*records, {"tags": []}]) == {
        "tags.Name": ([0, 1, 2], ["host-0", "host-1", "host-2"]),
        "tags.owner": ([0, 1, 2], ["ops"] * 3),
        "tags": ([3], [{}]),
    }


def test_pairs_of_which_a_name_stands_twice_are_a_list():
    records = [{"h": [{"name": "via", "value": "a"}, {"name": "via", "value": "b"}]}]
    assert "h[1].value" in shown(records)


def test_keys_that_name_things_are_one_column():
    records = [{"owners": {f"user-{n}": {"role": "admin"}}} for n in range(20)]
    assert shown(records) == {"owners.*.role": (list(range(20)), ["admin"] * 20)}


def test_a_comma_parts_fractions_off_where_any_number_says_so():
    column = Column("sum", range(5), ["1.234,50", "999,90", "88,6", "9,094", "1.000"])
    assert [column.values[place] for place in column.ranks] == [
        "9,094",
        "88,6",
        "999,90",
        "1.000",
        "1.234,50",
    ]
    column = Column("sum", range(4), ["1,234", "999", "12,000", "1,000.5"])
    assert [column.values[place] for place in column.ranks] == ["999", "1,000.5", "1,234", "12,000"]


def test_numbers_of_both_spellings_are_in_no_order():
    assert Column("sum", range(4), ["6,12", "1,234.5", "0.25", "7,5"]).numbers == []


def test_units_of_one_kind_are_heeded():
    column = Column("size", range(4), ["512Ki", "3Mi", "1Gi", "900Ki"])
    assert [column.values[place] for place in column.ranks] == ["512Ki", "900Ki", "3Mi", "1Gi"]


def test_ages_are_told_by_the_units_beside_them():
    column = Column("age", range(4), ["45m", "3d", "12s", "5h"])
    assert [column.values[place] for place in column.ranks] == ["12s", "45m", "5h", "3d"]
    column = Column("size", range(3), ["5m", "900", "2m"])
    assert [column.values[place] for place in column.ranks] == ["900", "2m", "5m"]


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


def test_a_key_that_is_a_star_is_one_of_those_that_name_things():
    keys = ["*", *(f"id-{n}" for n in range(40))]
    (column,) = columns([{key: n} for n, key in enumerate(keys)])
    assert (column.name, list(column.values)) == ("*", list(range(41)))


def test_numbers_are_the_same_however_often_they_repeat():
    values = [str(n % 7 / 2) for n in range(60)]
    assert Column("", range(60), values).numbers == [float(value) for value in values]
    assert Column("", range(3), values[:3]).numbers == [0.0, 0.5, 1.0]


@given(st.lists(st.sampled_from(["2025-01-02", "2025-01-03", "2025-1-2", "", "2025-01-02\n"])))
def test_times_are_all_of_one_spelling(values):
    places = Column("", range(len(values)), values).times
    told = [value for value in values if value]
    if told and all(len(value) == 10 for value in told):
        assert sorted(values[at] for at in places) == sorted(told)
    else:
        assert places == []


@given(
    st.lists(st.sampled_from(["", "1", "-2.5", "+3", "4.", "1-2", "."]), min_size=1, max_size=90)
)
def test_numbers_with_gaps_are_read_as_those_with_units_are(values):
    numbers = Column("", range(len(values)), values).numbers
    found = [as_number(value) for value in values]
    if found.count(None) * 2 >= len(found):
        assert numbers == []
    elif numbers:
        assert [None if isnan(number) else number for number in numbers] == found


@given(
    st.lists(st.one_of(st.sampled_from(("", "1.5", "3ms", "x")), st.text(max_size=4)), min_size=1)
)
def test_a_column_known_to_be_text_is_the_same_column(values):
    known, plain = (
        Column.of_text("a", range(len(values)), values),
        Column("a", range(len(values)), values),
    )
    assert known.texts == plain.texts
    assert known.ranks == plain.ranks
    assert known.times == plain.times
    assert known.troubled == plain.troubled
