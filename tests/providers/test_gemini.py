"""Answers of functions on Gemini's wire: structures as they stand, texts in them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import headroom
from headroom import registry
from headroom.core.document import TreeDocument
from headroom.core.jsonpatch import BytesDocument
from headroom.engine.engine import Engine

ROWS = [{"sku": f"A-{n}", "price": n + 0.5, "state": "fine"} for n in range(200)]


def asked(response):
    return [
        {"role": "user", "parts": [{"text": "Which parts are there?"}]},
        {"role": "model", "parts": [{"functionCall": {"name": "parts", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "parts", "response": response}}]},
    ]


def told(messages):
    return messages[2]["parts"][0]["functionResponse"]["response"]


def test_a_list_that_a_function_returned_is_shortened_as_a_whole():
    made = headroom.compress(asked({"result": ROWS, "total": 200}), profile="lossless")
    response = told(made.messages)
    assert response["total"] == 200
    assert isinstance(response["result"], str)
    assert len(response["result"]) < 0.5 * len(json.dumps(ROWS))
    assert json.loads(told(headroom.expand(made.messages))["result"]) == ROWS


def test_what_is_left_out_of_a_structure_is_one_call_away():
    made = headroom.compress(asked({"result": ROWS}), query="What is A-7?")
    assert "A-7" in told(made.messages)["result"]
    assert json.loads(str(headroom.retrieve(made.refs[0]))) == ROWS


def test_strings_of_some_length_are_told_each_by_itself():
    log = "\n".join(f"2026-03-01 10:00:{n % 60:02} INFO part {n} is fine" for n in range(200))
    response = {"result": {"log": log, "rows": ROWS}}
    made = told(headroom.compress(asked(response), profile="lossless").messages)
    assert made["result"]["rows"] == ROWS
    assert len(made["result"]["log"]) < len(log)


@pytest.mark.parametrize("response", [{"result": ROWS[:3]}, {"n": 3}, {}, [], "text", None])
def test_what_is_small_or_odd_stays(response):
    messages = asked(response)
    assert headroom.compress(messages).messages == messages


def test_all_bytes_around_a_structure_stay():
    raw = json.dumps({"contents": asked({"result": ROWS, "é": [1, 2]})}, indent=3).encode()
    provider = registry.provider("gemini")
    sent = Engine.default().run(BytesDocument(raw), provider).document.raw
    start = raw.index(b'"result": ') + len(b'"result": ')
    assert sent[:start] == raw[:start]
    assert sent.endswith(raw[raw.index(b'"\\u00e9"') :])
    assert json.loads(sent)["contents"][:2] == json.loads(raw)["contents"][:2]


PLAIN = (None, True, 0, -7, 1.5, "", "a", "\u00e9\n", '{"a": [', "word " * 30, "\ud83d\ude00" * 9)


@given(
    st.recursive(
        st.sampled_from(PLAIN),
        lambda inner: (
            st.lists(inner, max_size=12)
            | st.dictionaries(st.sampled_from(("a", "", "b c", "\u00e9")), inner)
        ),
        max_leaves=30,
    )
)
def test_any_response_can_be_located(response):
    body = {"contents": asked({"result": response})}
    provider = registry.provider("gemini")
    for segment in provider.segments(TreeDocument(body).tree):
        assert isinstance(segment.text, str)
    made = headroom.compress(body["contents"], profile="lossless")
    back = told(headroom.expand(made.messages))["result"]
    assert back == response or json.loads(back) == response
