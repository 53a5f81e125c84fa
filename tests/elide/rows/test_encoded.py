"""Encoded bytes in JSON."""

from __future__ import annotations

import base64
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.rows.by_record import by_record
from headroom.elide.rows.encoded import may_hold, without, without_vectors

PICTURE = base64.b64encode(random.Random(1).randbytes(6_000)).decode()


@pytest.mark.parametrize(
    "text",
    [
        PICTURE,
        f"data:image/png;base64,{PICTURE}",
        random.Random(2).randbytes(900).hex(),
        base64.encodebytes(random.Random(3).randbytes(3_000)).decode(),
    ],
)
def test_encoded_bytes_are_counted(text):
    value, gone = without({"name": "chart", "data": [text, 1]})
    shown = f"{text[:32]} … {gone:,} characters … {text[-8:]}"
    assert value == {"name": "chart", "data": [shown, 1]}
    assert gone == len(text) - 40
    assert may_hold(json.dumps(text))


@given(st.lists(st.integers(0, 900), max_size=12))
def test_only_where_all_strings_are_short_nothing_may_be_held(sizes):
    text = '"'.join("x" * size for size in sizes)
    assert may_hold(text) is any(size >= 600 for size in sizes)


@pytest.mark.parametrize("text", ["x" * 5_000, "a few words " * 500, PICTURE[:500], "価格" * 900])
def test_other_texts_stay(text):
    value = {"text": text}
    assert without(value) == (value, 0)
    assert without(value)[0] is value


@pytest.mark.parametrize("end", ["... (truncated)", " …", "   ", "."])
def test_encoded_bytes_that_were_cut_off_are_told_at_once(end):
    """Not by trying all ways in which they could be taken apart, which are more than can be tried."""
    assert without(PICTURE + end) == (PICTURE + end, 0)


def test_a_picture_takes_no_room_from_what_can_be_read():
    cells = [{"id": n, "source": f"part {n}: " + "load, then plot. " * 9} for n in range(12)]
    cells[5]["outputs"] = {"image/png": PICTURE, "text": "a figure of part 5"}
    made = by_record(json.dumps({"cells": cells}), ContentType.JSON, "What is drawn?", 0.3)
    assert PICTURE[:200] not in made.body
    assert "… 7,960 characters" in made.body
    assert "a figure of part 5" in made.body
    assert made.body.count("load, then plot") > 40
    assert '"…" names what is left out' in made.kept
    assert "path=" in made.call


def test_a_picture_in_lines_of_json_is_left_out():
    lines = [json.dumps({"n": n, "step": "done"}) for n in range(9)]
    lines[4] = json.dumps({"n": 4, "shot": PICTURE})
    made = by_record("\n".join(lines), ContentType.JSON, "Which step failed?", 0.3)
    assert PICTURE[:200] not in made.body
    assert len(made.body) < 1_000


VECTOR = [round(random.Random(5).uniform(-1, 1), 6) + n / 1e6 for n in range(256)]


def test_long_vectors_of_records_are_counted_and_all_else_of_them_stays():
    data = [
        {"object": "embedding", "index": n, "name": f"part {n}", "embedding": VECTOR}
        for n in range(9)
    ]
    made = by_record(json.dumps({"data": data}), ContentType.JSON, "Which parts are there?", 0.3)
    body = json.loads(made.body)
    assert [row["name"] for row in body["data"]] == [f"part {n}" for n in range(9)]
    assert body["data"][4]["embedding"] == [*VECTOR[:3], "… items 3-255 of 0-255"]
    assert '"…" names what is left out' in made.kept


def test_coordinates_of_shapes_are_counted():
    ring = [[n / 7, n / 3] for n in range(60)]
    value = [{"name": n, "geometry": {"type": "Polygon", "coordinates": [ring]}} for n in range(6)]
    made, gone = without_vectors(value)
    assert made[2]["geometry"]["coordinates"] == [[ring[0], "… items 1-59 of 0-59"]]
    assert gone > 1_000


def test_shapes_of_few_corners_are_shapes_and_two_points_are_none():
    line, ring = [[1.5, 2.5], [3.5, 4.5]], [[n / 7, n / 3] for n in range(8)]
    made, _ = without_vectors([{"way": line, "coordinates": [ring]}] * 6)
    assert made[0] == {"way": line, "coordinates": [[ring[0], "… items 1-7 of 0-7"]]}


def test_coordinates_stay_where_the_question_says_them():
    ring = [[n / 7, n / 3] for n in range(60)]
    value = [{"name": n, "geometry": {"coordinates": [ring]}} for n in range(6)]
    assert without_vectors(value, "What are the coordinates of number 3?") == (value, 0)
    assert without_vectors(value, "What is number 3 called?")[1] > 1_000


@pytest.mark.parametrize(
    "value",
    [VECTOR, {"values": VECTOR}, [{"ports": [80, 443]}] * 9, [{"points": [[1, "0.5"]] * 60}] * 9],
)
def test_series_by_themselves_and_short_lists_stay(value):
    assert without_vectors(value) == (value, 0)
