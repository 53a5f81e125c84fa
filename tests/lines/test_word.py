"""Words: joined they give the line back, and values are told from names."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.lines.word import (
    _digits,
    header,
    is_value,
    key,
    reads_as_value,
    stamped,
    words,
)


@given(st.text(alphabet=st.sampled_from(' "[]a1:.\t'), max_size=60))
def test_joined_words_are_the_line(line):
    assert " ".join(words(line)) == line


@pytest.mark.parametrize(
    "word",
    [
        "12",
        "3.4ms",
        "10:00:01",
        "v9588",
        "deadbeef01",
        "10.0.0.1:8080",
        "pid=12",
        '"/a b"',
        "a.py:12",
        "/tmp/x1",
    ],
)
def test_numbers_times_and_ids_are_values(word):
    assert is_value(word)


@pytest.mark.parametrize(
    "word", ["started", "uint64_t", "libc6:amd64", "ERROR", "a\t1", "", "-", "python3"]
)
def test_names_are_not_values(word):
    assert not is_value(word)


def test_a_quoted_stretch_is_one_word():
    assert words('a "GET /x HTTP/1.1" 200') == ["a", '"GET /x HTTP/1.1"', "200"]


def test_a_time_in_brackets_is_one_word():
    assert words("x [20/May/2015:10:05:19 +0000] y")[1] == "[20/May/2015:10:05:19 +0000]"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Feb 10 04:43:34 host su: session closed for user", "session closed for user"),
        ("2024-01-02 10:00:00 status unpacked procps:amd64", "status unpacked procps:amd64"),
        ("2024-01-02 10:00:00,123 INFO app.web listening", "app.web listening"),
    ],
)
def test_a_header_ends_where_the_message_begins(line, message):
    parts = words(line)
    assert stamped(parts)
    assert " ".join(parts[header(parts, key(parts)) :]) == message


def test_a_word_of_any_length_is_judged_but_a_long_one_is_not_held():
    word = "".join(["7", *"x" * 5_000])
    held = sys.getrefcount(word)
    assert not is_value(word)
    assert sys.getrefcount(word) == held


@settings(max_examples=50)
@given(st.lists(st.integers(0, 9_999), min_size=1, max_size=4), st.sampled_from(".:\t,/"))
def test_figures_are_values_unless_tabs_part_them(figures, sign):
    word = sign.join(map(str, figures))
    assert reads_as_value(word) == ("\t" not in word)


@settings(max_examples=50)
@given(st.text(st.sampled_from("0129²٣ab.é\udc80"), min_size=1))
def test_only_plain_digits_count_as_such(word):
    assert _digits(word) == sum("0" <= letter <= "9" for letter in word)
