"""A model's calls of `headroom_retrieve`, answered in the shape of each wire."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

import headroom
from headroom.core.document import value_at
from headroom.stores import open_store
from headroom.tokens import tokenizer_for

REF = "abcde12345"
TEXT = "\n".join(f"line number {n}" for n in range(1, 901))


@pytest.fixture
def store():
    made = open_store("memory:")
    made.put(REF, TEXT)
    yield made
    made.close()


def chat(*calls):
    made = [
        {
            "id": f"call_{n}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for n, (name, arguments) in enumerate(calls)
    ]
    message = {"role": "assistant", "content": None, "tool_calls": made}
    return {"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}


def responses(*calls):
    made = [
        {
            "type": "function_call",
            "id": f"fc_{n}",
            "call_id": f"call_{n}",
            "name": name,
            "arguments": json.dumps(arguments),
        }
        for n, (name, arguments) in enumerate(calls)
    ]
    thought = {"type": "reasoning", "id": "rs_1", "summary": []}
    return {"object": "response", "output": [thought, *made]}


def anthropic(*calls):
    made = [
        {"type": "tool_use", "id": f"call_{n}", "name": name, "input": arguments}
        for n, (name, arguments) in enumerate(calls)
    ]
    said = {"type": "text", "text": "I look."}
    return {"type": "message", "role": "assistant", "content": [said, *made]}


def gemini(*calls):
    made = [
        {"functionCall": {"id": f"call_{n}", "name": name, "args": arguments}}
        for n, (name, arguments) in enumerate(calls)
    ]
    return {"candidates": [{"content": {"role": "model", "parts": [{"text": "I look."}, *made]}}]}


def converse(*calls):
    made = [
        {"toolUse": {"toolUseId": f"call_{n}", "name": name, "input": arguments}}
        for n, (name, arguments) in enumerate(calls)
    ]
    message = {"role": "assistant", "content": [{"text": "I look."}, *made]}
    return {"output": {"message": message}, "stopReason": "tool_use"}


WIRES = {
    "bedrock-converse": converse,
    "openai-chat": chat,
    "openai-responses": responses,
    "anthropic": anthropic,
    "gemini": gemini,
}
LISTS = {
    "bedrock-converse": ("output", "message", "content"),
    "openai-chat": ("choices", 0, "message", "tool_calls"),
    "openai-responses": ("output",),
    "anthropic": ("content",),
    "gemini": ("candidates", 0, "content", "parts"),
}
MESSAGES = {
    "bedrock-converse": ("output", "message"),
    "openai-chat": ("choices", 0, "message"),
    "openai-responses": (),
    "anthropic": (),
    "gemini": ("candidates", 0, "content"),
}


def texts(wire, turn):
    """The answers in a turn as (id, text, failed), after a check of everything around them."""
    if wire == "openai-chat":
        assert all(each.keys() == {"role", "tool_call_id", "content"} for each in turn)
        assert {each["role"] for each in turn} == {"tool"}
        return [(each["tool_call_id"], each["content"], None) for each in turn]
    if wire == "openai-responses":
        assert all(each.keys() == {"type", "call_id", "output"} for each in turn)
        assert {each["type"] for each in turn} == {"function_call_output"}
        return [(each["call_id"], each["output"], None) for each in turn]
    (message,) = turn
    assert message["role"] == "user"
    if wire == "anthropic":
        blocks = message["content"]
        assert {block["type"] for block in blocks} == {"tool_result"}
        return [(b["tool_use_id"], b["content"], b.get("is_error", False)) for b in blocks]
    if wire == "bedrock-converse":
        found = [block["toolResult"] for block in message["content"]]
        return [(b["toolUseId"], b["content"][0]["text"], b["status"] == "error") for b in found]
    found = [part["functionResponse"] for part in message["parts"]]
    assert {each["name"] for each in found} == {"headroom_retrieve"}
    return [(each["id"], *each["response"].values(), "error" in each["response"]) for each in found]


class Object(BaseModel):
    """What the SDKs make of a response: fields as attributes, models inside models."""

    model_config = {"extra": "allow"}


def as_object(value: Any) -> Any:
    if isinstance(value, dict):
        return Object(
            **{key: v if key in ("input", "args") else as_object(v) for key, v in value.items()}
        )
    return [as_object(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("shown", ["dict", "object", "message", "list"])
def test_every_call_is_answered_in_order_and_other_tools_are_left_alone(wire, shown, store):
    response = WIRES[wire](
        ("headroom_retrieve", {"ref": REF, "lines": "7"}),
        ("weather", {"ref": REF}),
        ("headroom_retrieve", {"ref": REF, "query": "`number 512`"}),
    )
    if shown == "object":
        response = as_object(response)
    if shown == "message":
        response = value_at(response, MESSAGES[wire])
    if shown == "list":
        response = value_at(response, LISTS[wire])
    (first, one, _), (last, two, _) = texts(wire, headroom.answer_tool_calls(response, store))
    assert (first, last) == ("call_0", "call_2")
    assert one == "line number 7"
    assert "line number 512" in two
    assert len(two) < 5_000


@pytest.mark.parametrize("wire", WIRES)
def test_where_the_tool_is_not_called_there_is_nothing_to_append(wire, store):
    assert headroom.answer_tool_calls(WIRES[wire](), store) == []
    assert headroom.answer_tool_calls(WIRES[wire](("weather", {"ref": REF})), store) == []


@pytest.mark.parametrize(
    "odd", [None, "", "text", 5, [], {}, [None], {"choices": []}, {"choices": [None]}, object()]
)
def test_what_is_no_response_asks_for_nothing(odd, store):
    assert headroom.answer_tool_calls(odd, store) == []


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "ref is missing"),
        ({"ref": REF, "line": 5}, "the arguments are"),
        ({"ref": REF, "lines": "3", "query": "x"}, "one call asks in one way"),
        ({"ref": REF, "lines": "0"}, "counted from 1"),
        ({"ref": REF, "rows": "0"}, "ask with lines or query"),
        ({"ref": "nope"}, "no ref"),
    ],
)
def test_a_call_that_is_no_good_is_told_what_to_do_instead(wire, arguments, said, store):
    response = WIRES[wire](("headroom_retrieve", arguments))
    ((_, text, failed),) = texts(wire, headroom.answer_tool_calls(response, store))
    assert said in text
    assert failed is not False


@pytest.mark.parametrize("arguments", ["{", "[]", "5", '"x"', "{'ref': 1}"])
def test_broken_json_is_answered_too(arguments, store):
    response = chat(("headroom_retrieve", {}))
    response["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = arguments
    (answer,) = headroom.answer_tool_calls(response, store)
    assert '{"ref": "REF"' in answer["content"]


@pytest.mark.parametrize("wire", WIRES)
def test_a_miss_is_a_final_answer(wire, store):
    response = WIRES[wire](("headroom_retrieve", {"ref": "0000000000"}))
    ((_, text, failed),) = texts(wire, headroom.answer_tool_calls(response, store))
    assert "Run the tool that produced the text again" in text
    assert "asking once more will not help" in text
    assert not failed


def test_an_empty_line_is_not_answered_with_nothing(store):
    store.put("0123456789", "a\n\nb")
    response = anthropic(("headroom_retrieve", {"ref": "0123456789", "lines": 2}))
    ((_, text, _),) = texts("anthropic", headroom.answer_tool_calls(response, store))
    assert "empty" in text


@pytest.mark.parametrize("limit", [None, 10**9])
def test_one_answer_fits_into_a_conversation_and_says_how_to_go_on(limit, store):
    long = "\n".join(f"request {n * 7919} took {n % 91} ms" for n in range(12_000))
    store.put("0123456789", long)
    response = anthropic(("headroom_retrieve", {"ref": "0123456789", "limit": limit}))
    ((_, text, _),) = texts("anthropic", headroom.answer_tool_calls(response, store))
    body, _, note = text.rpartition("\n")
    assert 20_000 < tokenizer_for().count(text) <= 25_000
    assert f'ask for lines="{body.count(chr(10)) + 2}-12000"' in note


def test_only_the_first_of_several_choices_is_answered(store):
    response = chat(("headroom_retrieve", {"ref": REF, "lines": 1}))
    response["choices"] *= 2
    assert len(headroom.answer_tool_calls(response, store)) == 1


def test_items_that_are_sent_again_are_not_answered_again(store):
    items = responses(
        ("headroom_retrieve", {"ref": REF, "lines": 1}),
        ("headroom_retrieve", {"ref": REF, "lines": 2}),
    )["output"]
    first, second = headroom.answer_tool_calls(items, store)
    assert headroom.answer_tool_calls([*items, first], store) == [second]
    assert headroom.answer_tool_calls([*items, first, second], store) == []


@pytest.mark.parametrize("wire", WIRES)
def test_a_whole_loop_ends_and_what_came_back_is_not_shortened_again(wire):
    rows = json.dumps([{"id": n, "name": f"part {n}", "stock": n * 31 % 17} for n in range(900)])
    result = headroom.compress([{"role": "tool", "content": rows}], profile="balanced")
    response = WIRES[wire](("headroom_retrieve", {"ref": result.refs[0], "rows": "100-300"}))
    turn = headroom.answer_tool_calls(response)
    message = value_at(response, MESSAGES[wire])
    said = message["output"] if wire == "openai-responses" else [message]
    again = headroom.compress([*said, *turn], provider=wire, profile="balanced", query="part 7")
    tool = [each for each in again.outcomes if each.path[0] >= len(said)]
    assert [each.reason for each in tool] == ["retrieved"]
    assert again.messages[-1] is turn[-1]


def test_the_calls_of_the_wire_that_is_asked_are_those_of_its_own_definition(store):
    for wire, make in WIRES.items():
        assert headroom.retrieve_tool(wire)
        assert headroom.answer_tool_calls(make(("headroom_retrieve", {"ref": REF})), store)


def test_calls_as_the_sdk_of_gemini_lists_them_are_answered(store):
    call = {"name": "headroom_retrieve", "args": {"ref": REF, "lines": "7"}, "id": "c"}
    (message,) = headroom.answer_tool_calls([call, {"name": "other", "args": {}}], store)
    (part,) = message["parts"]
    assert part["functionResponse"]["id"] == "c"
    assert "output" in part["functionResponse"]["response"]


def test_a_call_in_the_shape_that_chat_completions_once_had_is_not_taken_for_geminis(store):
    call = {"name": "headroom_retrieve", "arguments": "{}"}
    message = {"role": "assistant", "content": None, "function_call": call}
    assert headroom.answer_tool_calls({"choices": [{"message": message}]}, store) == []
