"""Cells of a table: bare where nobody can mistake them, and read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.records.cell import MISSING, read, read_key, show, show_key
from headroom.records.shape import ANY
from headroom.records.spelling import parse, spell

TRICKY = st.sampled_from(["", '"', "= x", "[", "{", "null", "1", "-0", "1e5", "01", "a\tb", "\n", "²", "٣", "\ud800"])  # fmt: skip


@settings(max_examples=500)
@given(TRICKY | st.text(st.characters(exclude_categories=()), max_size=8))
def test_a_string_is_read_back_as_that_string(text):
    cell = show(text, ANY, spell)
    assert "\t" not in cell
    assert "\n" not in cell
    assert read(cell, ANY) == text


@pytest.mark.parametrize("text", ["Oslo", "a b", "12 apples", "1.2.3", "x=1", "n/a", "2025-01-01"])
def test_a_plain_string_stands_bare(text):
    assert show(text, ANY, spell) == text


@pytest.mark.parametrize("text", ["true", "null", "12.5", "007", "-1e9", "", '"', "[x", "= y"])
def test_a_string_that_looks_like_something_else_is_quoted(text):
    assert show(text, ANY, spell) == spell(text)


@pytest.mark.parametrize("text", ["1", "1.5", "true", "null", "[1,2]", '{"a":1}', "1.10"])
def test_other_values_stand_as_json(text):
    assert read(text, ANY) == parse(text)


def test_an_empty_cell_is_a_missing_key():
    assert show(MISSING, ANY, spell) == ""
    assert read("", ANY) is MISSING


@pytest.mark.parametrize("cell", ['"open', "[1", '{"a":1,"a":2}', "[1] x", MISSING])
def test_a_malformed_cell_is_refused(cell):
    with pytest.raises(ValueError):
        read(cell, ANY)


@settings(max_examples=500)
@given(st.text(st.characters(exclude_categories=()), max_size=8))
def test_a_key_is_read_back(key):
    shown = show_key(key)
    assert read_key(shown + ".rest", 0) == (key, len(shown))
