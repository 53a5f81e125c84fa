"""What Python prints, told in JSON."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.query import answer
from headroom.ccr.rows.literal import as_json

PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=12)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.lists(st.dictionaries(st.text(max_size=4), VALUES, min_size=1, max_size=4), min_size=1))
def test_plain_values_come_back_as_they_are(value):
    text = repr(value)
    made = as_json(text)
    # Letters beyond \\uffff that cannot be printed have an escape of their own.
    assert made is None or json.loads(made) == value
    begins = text.startswith("[{'") and "\\U" not in text
    assert made is not None or not begins


@given(st.text(alphabet="[]{}()',:\"\\\\ 1aTrueNone\n", max_size=80))
def test_any_text_is_read(text):
    made = as_json(text)
    assert (
        made is None
        or all(json.loads(line) is not None for line in made.split("\n"))
        or json.loads(made)
    )


def test_tuples_become_lists_and_what_is_no_plain_value_its_text():
    value = [{"at": dt.date(2026, 1, 2), "size": (3, 4), "one": (1,), "who": "it's \x1b 'me'"}]
    assert json.loads(as_json(repr(value))) == [
        {"at": "datetime.date(2026, 1, 2)", "size": [3, 4], "one": [1], "who": "it's \x1b 'me'"}
    ]


def test_one_a_line_they_become_lines_of_json():
    text = "\n".join(repr({"id": n, "name": f"part {n}"}) for n in range(9))
    assert [json.loads(line)["id"] for line in as_json(text).split("\n")] == list(range(9))


@pytest.mark.parametrize(
    "text", ["", "{'a': 1", "[x for x in 'abc']", "('a' if b else 'c')", '{"a": 1}']
)
def test_other_texts_are_none(text):
    assert as_json(text) is None


def test_rows_and_paths_of_what_python_printed_can_be_asked_for():
    text = repr([{"id": n, "name": f"part {n}", "spare": None} for n in range(50)])
    assert answer(text, rows="7") == '7: {"id":7,"name":"part 7","spare":null}'
    assert answer(text, path="[7].name") == '"part 7"'
    assert "part 31" in answer(text, query="part 31")


@pytest.mark.parametrize(
    "text",
    [
        "[{'a': 'b",
        "[{'a': 'b\n}]",
        "[{'a': 'b\\'}]",
        "[{'a': \"b\n}]",
        "{'a': 1, 'b': 'x" + "\\'y" * 200_000,
    ],
    ids=["cut", "at a line end", "escaped", "in double quotes", "long"],
)
def test_a_string_that_does_not_end_is_none_and_takes_no_time(text):
    assert as_json(text) is None
