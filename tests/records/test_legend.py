"""Repeated values inside one JSON text: said once, named where they stand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors.smart_crusher import SmartCrusher
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.records.legend import restore, share

CTX = Context(count=len)
USER = {"login": "ada", "id": 7, "url": "https://example.org/users/ada", "admin": False}
LEAVES = st.integers(0, 3) | st.sampled_from(["a", "x" * 30, None, True, 1.5])
PARTS = st.recursive(
    st.just(USER) | LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(st.lists(PARTS, max_size=5))
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
