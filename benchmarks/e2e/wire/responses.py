"""OpenAI's Responses, over HTTP and over WebSockets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks.e2e.view import (
    Call,
    Json,
    RefusedError,
    Tool,
    Turn,
    View,
    canonical,
    chunks,
    text_of,
)
from benchmarks.e2e.wire import chat

if TYPE_CHECKING:
    from collections.abc import Iterator

error = chat.error


def items(body: Json) -> list[Json]:
    """Return the input as items."""
    given = body.get("input") or []
    return [{"role": "user", "content": given}] if isinstance(given, str) else list(given)


def view(body: Json) -> View:
    """Return what a request says; RefusedError where calls and outputs do not pair."""
    found = View(body.get("model", ""), list(_tools(body.get("tools") or [])))
    found.pieces = [canonical([body.get("tools"), body.get("instructions")])]
    made: list[str] = []
    given: list[str] = []
    for item in items(body):
        kind = item.get("type", "message")
        found.pieces.append(canonical(item))
        if kind == "additional_tools":
            found.tools += _tools(item.get("tools") or [])
        elif kind.endswith("_call_output"):
            given.append(item["call_id"])
            found.texts.append(("result", text_of(item.get("output"))))
        elif kind.endswith("_call") and "call_id" in item:
            made.append(item["call_id"])
        elif item.get("role") == "user":
            found.texts.append(("user", text_of(item.get("content"))))
    if sorted(made) != sorted(given):
        raise RefusedError(f"calls and outputs do not pair: {sorted({*made} ^ {*given})}")
    found.schema = ((body.get("text") or {}).get("format") or {}).get("schema")
    return found


def _tools(given: list[Json], space: str = "") -> Iterator[Tool]:
    for each in given:
        if each.get("type") == "namespace":
            yield from _tools(each.get("tools") or [], each["name"])
        elif each.get("type") in {"function", "custom"}:
            yield Tool(each["name"], each.get("parameters") or {}, each["type"], space)


def answer(turn: Turn, previous: str | None = None) -> Json:
    """Return a whole answer."""
    prompt, cached, said = turn.usage
    part = {"type": "output_text", "text": turn.text, "annotations": []}
    message = {
        "id": f"msg_{turn.id}",
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "content": [part],
    }
    return {
        "id": f"resp_{turn.id}",
        "object": "response",
        "created_at": 0,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": turn.model,
        "output": [message, *map(_item, turn.calls)],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "previous_response_id": previous,
        "usage": {
            "input_tokens": prompt,
            "input_tokens_details": {"cached_tokens": cached},
            "output_tokens": said,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": prompt + said,
        },
    }


def _item(call: Call) -> Json:
    item = {
        "id": f"fc_{call.id}",
        "status": "completed",
        "call_id": f"call_{call.id}",
        "name": call.tool.name,
    }
    if call.tool.kind == "custom":
        item |= {"type": "custom_tool_call", "input": call.arguments}
    else:
        item |= {"type": "function_call", "arguments": json.dumps(call.arguments)}
    return item | ({"namespace": call.tool.space} if call.tool.space else {})


def events(turn: Turn, body: Json) -> Iterator[tuple[str, Json]]:
    """Yield the events of a streamed answer."""
    whole = answer(turn, body.get("previous_response_id"))
    begun = whole | {"status": "in_progress", "output": [], "usage": None}
    number = 0

    def event(kind: str, **rest: Any) -> tuple[str, Json]:
        nonlocal number
        number += 1
        return kind, {"type": kind, "sequence_number": number, **rest}

    yield event("response.created", response=begun)
    yield event("response.in_progress", response=begun)
    for index, item in enumerate(whole["output"]):
        at = {"item_id": item["id"], "output_index": index}
        if item["type"] == "message":
            part = item["content"][0]
            empty = item | {"status": "in_progress", "content": []}
            yield event("response.output_item.added", output_index=index, item=empty)
            at["content_index"] = 0
            yield event("response.content_part.added", **at, part=part | {"text": ""})
            for piece in chunks(part["text"]):
                yield event("response.output_text.delta", **at, delta=piece)
            yield event("response.output_text.done", **at, text=part["text"])
            yield event("response.content_part.done", **at, part=part)
        else:
            custom = item["type"] == "custom_tool_call"
            key = "input" if custom else "arguments"
            kind = "custom_tool_call_input" if custom else "function_call_arguments"
            empty = item | {"status": "in_progress", key: ""}
            yield event("response.output_item.added", output_index=index, item=empty)
            for piece in chunks(item[key]):
                yield event(f"response.{kind}.delta", **at, delta=piece)
            yield event(f"response.{kind}.done", **at, **{key: item[key]})
        yield event("response.output_item.done", output_index=index, item=item)
    yield event("response.completed", response=whole)
