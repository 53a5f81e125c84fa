"""Numbers as people and programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.rows.figure import as_number, comma_parts
from headroom.records.spelling import Number


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


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1.234,5", 1234.5),
        ("6,12 €", 6.12),
        ("1\u202f234,50", 1234.5),
        ("1'000", 1000.0),
        ("-7", -7.0),
        ("2,5 ms", 2.5),
        ("1.5", None),
        ("1,234.5", None),
    ],
)
def test_a_comma_may_part_the_fraction_off(value, number):
    assert as_number(value, comma=True) == number


@pytest.mark.parametrize(
    ("texts", "comma"),
    [
        (["1,234", "999"], False),
        (["1.5", "7"], False),
        (["6,12", "7"], True),
        (["1.234,5", "1.000"], True),
        (["12.345.678,90"], True),
        (["6,12", "1.5"], None),
        (["1,234.56", "2,500.10"], False),
        (["Oslo, 12,5"], False),
        ([], False),
    ],
)
def test_numbers_tell_what_parts_their_fractions_off(texts, comma):
    assert comma_parts(texts) is comma


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_either_spelling_gives_the_same_numbers(numbers):
    english = [f"{number:,.2f}" for number in numbers]
    swap = str.maketrans(",.", ".,")
    for text in english:
        assert as_number(text.translate(swap), comma=True) == as_number(text)
    assert comma_parts(text.translate(swap) for text in english) is True
    assert comma_parts(english) is False
