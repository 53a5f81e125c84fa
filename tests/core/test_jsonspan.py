"""Locating values in JSON text along paths."""

from __future__ import annotations

import pytest

from headroom.core.jsonspan import NotSpliceable, decode, locate, separators, skip_blank


def test_the_values_on_a_trail_are_located_and_the_others_are_only_listed():
    text = '{"a" : [10, {"b": "x"} ], "c": {"d": 1}}'
    span = locate(text, 0, {"a": {1: {"b": {}}}})
    found = span.children["a"].children[1].children["b"]
    assert text[found.start : found.end] == '"x"'
    assert [item.key for item in span.items] == ["a", "c"]
    assert text[span.items[1].head : span.items[1].end] == '"c": {"d": 1}'
    assert (span.start, span.end) == (0, len(text))


def test_a_trail_that_leads_nowhere_finds_nothing():
    assert locate('{"a": 1}', 0, {"a": {"b": {}}, "z": {}}).children["a"].children == {}


def test_keys_are_compared_as_they_decode():
    with pytest.raises(NotSpliceable, match="twice"):
        locate('{"a": 1, "\\u0061": 2}', 0, {"a": {}})
    assert len(locate('{"a": 1, "a": 2, "b": 3}', 0, {"b": {}}).items) == 3


@pytest.mark.parametrize("text", ["{", "[1", "[1,]", "{1}", '{"a"}', '{"a":}', '{"a":1,}', "[1 2]"])
def test_malformed_containers_are_refused(text):
    with pytest.raises(NotSpliceable):
        locate(text, 0, {"a": {}, 0: {}})
    with pytest.raises(NotSpliceable):
        decode(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1", (",", ":")),
        ('{"a": [1,2]}', (",", ": ")),
        ('[", : ",  "x", {"y":1}]', (", ", ":")),
        ('{"a":\n1,\n"b":2}', (",", ":")),
    ],
)
def test_separators_are_judged_outside_of_strings(text, found):
    assert separators(text) == found


def test_any_number_of_blanks_is_skipped():
    piece = 1 << 20
    for count in (0, 1, piece - 1, piece, piece + 1, 3 * piece):
        assert skip_blank("x" + " " * count + "y", 1) == count + 1
        assert skip_blank("x" + " " * count, 1) == count + 1
