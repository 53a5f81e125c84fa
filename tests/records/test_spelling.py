"""JSON taken apart and spelled again exactly as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.records.spelling import Number, Style, odd, parse, spell, style_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=300)
@given(VALUES, st.sampled_from([None, 1, 2, 4, "\t"]), st.booleans())
def test_the_style_that_is_found_spells_the_same_text(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    parsed = parse(text)
    style = style_of(text, parsed, has_odd=odd(parsed))
    assert style is None or spell(parsed, style, has_odd=odd(parsed)) == text


@pytest.mark.parametrize("text", ["1.10", "1E5", "-0", "1e400", "0.0000001", "9" * 4301])
def test_a_number_with_a_spelling_of_its_own_keeps_it(text):
    value = parse(text)
    assert type(value) is Number
    assert odd([{"a": value}])
    assert spell({"n": [value]}, has_odd=True) == f'{{"n":[{text}]}}'


@pytest.mark.parametrize(
    "text", ["", "{", "[1,]", "NaN", "-Infinity", "01", "1 2", '{"a":1,"a":2}', "[" * 100_000]
)
def test_what_cannot_be_restored_is_refused(text):
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize(
    "name", ["compact", "spaced", "indent 2", "indent tab", "compact, ascii, slash", "spaced, html"]
)
def test_a_style_is_read_back_from_its_name(name):
    assert str(Style.parse(name)) == name


@pytest.mark.parametrize(
    "name", ["", "wide", "indent", "indent x", "compact,ascii", "compact, odd"]
)
def test_no_style_has_another_name(name):
    with pytest.raises(ValueError, match="no JSON style"):
        Style.parse(name)
