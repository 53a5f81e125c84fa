"""JSON that holds a table without objects."""

from __future__ import annotations

import json

from headroom.core.types import ContentType
from headroom.elide.rows.by_record import by_record
from headroom.elide.rows.cells import cells, is_parallel

HOURS = [f"2024-05-{1 + n // 24:02}T{n % 24:02}:00" for n in range(240)]
RAIN = [0.0 if n != 101 else 17.5 for n in range(240)]
WIND = [float(n * 31 % 17) for n in range(240)]


def test_lists_of_one_length_are_cut_at_the_same_places():
    text = json.dumps({"place": "X", "hourly": {"time": HOURS, "rain": RAIN, "wind": WIND}})
    made = by_record(text, ContentType.JSON, "When did it pour?", 0.3)
    assert made is not None
    hourly = json.loads(made.body)["hourly"]
    at = hourly["rain"].index(17.5)
    assert hourly["time"][at] == HOURS[101]
    assert len(set(map(len, hourly.values()))) == 1
    assert len(hourly["time"]) < len(HOURS)
    assert "items " in made.kept
    assert 'path="hourly.KEY[N]"' in made.call


def test_lists_of_different_lengths_or_of_objects_are_no_columns():
    assert is_parallel({"a": list(range(20)), "b": list(range(20))})
    assert not is_parallel({"a": list(range(20)), "b": list(range(21))})
    assert not is_parallel({"a": list(range(20)), "b": [{}] * 20})
    assert not is_parallel({"a": list(range(20))})
    assert not is_parallel(list(range(20)))


def test_rows_of_cells_are_named_by_a_list_beside_them_or_by_the_first():
    rows = [[f"c{n}", n] for n in range(20)]
    names = ["city", "rain"]
    assert [column.name for column in cells(rows, {"columns": names, "data": rows})] == names
    headed = cells([names, *rows], None)
    assert [column.name for column in headed] == names
    assert [column.at[0] for column in headed] == [1, 1]
    assert [column.name for column in cells(rows, None)] == ["[0]", "[1]"]
    assert cells([*rows, ["odd"]], None) == []


def test_the_row_with_the_names_stays():
    rows = [["name", "a", "b", "c", "d", "e", "pay"]]
    rows += [[f"n{n}", n, n, n, n, n, (n * 37) % 101] for n in range(100)]
    made = by_record(json.dumps(rows), ContentType.JSON, "the highest `pay`", 0.2)
    assert made is not None
    kept = json.loads(made.body)
    assert kept[0] == rows[0]
    assert max(rows[1:], key=lambda row: row[6]) in kept
