"""What a provider refuses: calls and results that do not pair, seals that were touched, empty texts."""

from __future__ import annotations

import json

SIGNATURE, SEAL, THOUGHT = "EqQB/+==", "gAAA/+==", "AB/+=="
"""What the model signs and encrypts, where nobody has touched it."""
_MADE = ("function_call", "custom_tool_call")


def refusal(body):
    """Return why a request would be refused, or None."""
    if "contents" in body:
        return _gemini(body["contents"])
    if "input" in body:
        return _responses(body)
    if "inferenceConfig" in body:
        return _converse(body)
    messages = body["messages"]
    if any(m["role"] == "tool" or m.get("tool_calls") for m in messages):
        return _chat(messages)
    if messages[0]["role"] == "system":
        return None
    return _anthropic(body)


def _gemini(contents):
    open_calls = []
    for content in contents:
        parts = content["parts"]
        if not parts or any(part.get("text") == "" for part in parts):
            return "contents must not be empty"
        answers = [part["functionResponse"]["name"] for part in parts if "functionResponse" in part]
        if sorted(answers) != sorted(open_calls):
            return "function calls and responses do not pair"
        calls = [part for part in parts if "functionCall" in part]
        open_calls = [part["functionCall"]["name"] for part in calls]
        if calls and calls[0].get("thoughtSignature") != THOUGHT:
            return "the first function call of a turn is not signed"
    return "a function call has no response" if open_calls else None


def _responses(body):
    items = body["input"] if isinstance(body["input"], list) else []
    made = [item["call_id"] for item in items if item.get("type") in _MADE]
    given = [i["call_id"] for i in items if str(i.get("type")).endswith("_call_output")]
    if any(i.get("encrypted_content") != SEAL for i in items if i.get("type") == "reasoning"):
        return "encrypted content could not be read"
    if body.get("previous_response_id") is None and sorted(made) != sorted(given):
        return "calls and outputs do not pair"
    return None


def _converse(body):
    tools = body.get("toolConfig", {}).get("tools", ())
    marks, open_calls, role = sum("cachePoint" in each for each in tools), [], "assistant"
    for message in body["messages"]:
        if message["role"] == role or not all(map(_one_thing, message["content"])):
            return "roles take turns, and a content block is one thing"
        role = message["role"]
        marks += sum("cachePoint" in each for each in message["content"])
        sealed = [each for each in message["content"] if "reasoningContent" in each]
        if any(SIGNATURE not in json.dumps(each) for each in sealed):
            return "the signature of the reasoning is not valid"
        results = [b["toolResult"] for b in message["content"] if "toolResult" in b]
        if not all(_one_thing(each) for result in results for each in result["content"]):
            return "the format of a tool result is invalid"
        given = [each["toolUseId"] for each in results]
        if sorted(given) != sorted(open_calls):
            return "toolResult blocks do not pair with toolUse blocks"
        open_calls = [b["toolUse"]["toolUseId"] for b in message["content"] if "toolUse" in b]
        if open_calls and not tools:
            return "toolConfig must be defined"
    return "too many cache points" if marks > 4 else "a call is open" if open_calls else None


def _one_thing(content):
    return (
        len(content) == 1
        and isinstance(content.get("json", {}), dict)
        and content.get("text") != ""
    )


def _chat(messages):
    open_calls = []
    for message in messages:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                return "a tool message answers no call"
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            return "calls have no tool message"
        for call in message.get("tool_calls") or ():
            json.loads(call["function"]["arguments"])
            open_calls.append(call["id"])
    return "calls have no tool message" if open_calls else None


def _anthropic(body):
    every = [each for each in blocks(body) if isinstance(each, dict)]
    if sum("cache_control" in each for each in every) > 4:
        return "a maximum of 4 blocks with cache_control may be provided"
    if any(each.get("signature", SIGNATURE) != SIGNATURE for each in every):
        return "thinking blocks cannot be modified"
    if any(each.get("type") == "text" and not each["text"] for each in every):
        return "text content blocks must be non-empty"
    open_calls = []
    for message in body["messages"]:
        content = message["content"] if isinstance(message["content"], list) else []
        given = [b["tool_use_id"] for b in content if b.get("type") == "tool_result"]
        if sorted(given) != sorted(open_calls):
            return "tool_use ids without tool_result"
        open_calls = [b["id"] for b in content if b.get("type") == "tool_use"]
    return "tool_use ids without tool_result" if open_calls else None


def blocks(body):
    """Yield copies of the blocks of a request of Anthropic's, in the order of its cache."""
    yield from json.loads(json.dumps(body.get("tools", [])))
    yield from json.loads(json.dumps(body.get("system", [])))
    for message in json.loads(json.dumps(body["messages"])):
        content = message["content"]
        yield from [content] if isinstance(content, str) else content
