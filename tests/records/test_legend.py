"""Repeated values inside one JSON text: said once, named where they stand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from headroom.compressors.smart_crusher import SmartCrusher
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.records.legend import restore, share
from tests.choices import choices

CTX = Context(count=len)
USER = {"login": "ada", "id": 7, "url": "https://example.org/users/ada", "admin": False}
LEAVES = (USER, 0, 1, USER, 2, 3, USER, "a", "x" * 30, USER, None, True, 1.5)


def part(made, depth=4):
    match made.below(4 if depth else 2):
        case 2:
            return made.several(lambda: part(made, depth - 1), 0, 4)
        case 3:
            return {made.one("abc"): part(made, depth - 1) for _ in range(made.below(4))}
    return made.one(LEAVES)


@given(choices(128).map(lambda made: made.several(lambda: part(made), 0, 5)))
def test_what_is_shared_is_restored(value):
    made = share(value, json.dumps)
    assert made is None or json.dumps(restore(*made)) == json.dumps(value)


def test_a_repeated_object_is_said_once():
    text = json.dumps({"author": USER, "owner": USER, "review": {"by": USER, "ok": True}})
    made = SmartCrusher().compress(text, CTX)
    assert made.text.count("https://example.org/users/ada") == 1
    assert made.text.count('"value 1"') == 3
    assert expand_text(made.text) == text


def test_a_string_that_reads_like_a_name_is_never_mistaken():
    text = json.dumps({"a": USER, "b": USER, "c": "value 1"})
    made = SmartCrusher().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


@pytest.mark.parametrize(
    ("value", "values"), [("value 2", [1]), ("value 0", [1]), ("value 1", [["value 1"]])]
)
def test_names_without_a_value_are_refused(value, values):
    with pytest.raises(ValueError, match="value"):
        restore(value, values)
