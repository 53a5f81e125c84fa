"""OpenAI's Chat Completions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks.e2e.view import Json, RefusedError, Tool, Turn, View, canonical, chunks, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def view(body: Json) -> View:
    """Return what a request says; RefusedError where calls and results do not pair."""
    given = body.get("tools") or []
    found = View(body.get("model", ""), [_tool(each) for each in given])
    found.pieces = [canonical(each) for each in given]
    waiting: set[str] = set()
    for message in body.get("messages") or ():
        found.pieces.append(canonical(message))
        text = text_of(message.get("content"))
        if message["role"] == "tool":
            if message.get("tool_call_id") not in waiting:
                raise RefusedError("a message with role 'tool' answers no call before it")
            waiting.remove(message["tool_call_id"])
            found.texts.append(("result", text))
            continue
        if waiting:
            raise RefusedError(f"calls without tool messages: {sorted(waiting)}")
        waiting = {call["id"] for call in message.get("tool_calls") or ()}
        if message["role"] == "user":
            found.texts.append(("user", text))
    if waiting or not found.texts:
        raise RefusedError(f"calls without tool messages: {sorted(waiting)}")
    wanted = body.get("response_format") or {}
    found.schema = (wanted.get("json_schema") or {}).get("schema")
    return found


def _tool(given: Json) -> Tool:
    kind = given.get("type", "function")
    inner = given.get(kind) or given
    return Tool(inner.get("name", ""), inner.get("parameters") or {}, kind)


def _calls(turn: Turn) -> list[Json]:
    return [_call(f"call_{call.id}", call.tool, call.arguments) for call in turn.calls]


def _call(ident: str, tool: Tool, arguments: Any) -> Json:
    if tool.kind == "custom":
        return {"id": ident, "type": "custom", "custom": {"name": tool.name, "input": arguments}}
    function = {"name": tool.name, "arguments": json.dumps(arguments)}
    return {"id": ident, "type": "function", "function": function}


def answer(turn: Turn) -> Json:
    """Return a whole answer."""
    calls = _calls(turn)
    message = {"role": "assistant", "content": turn.text} | ({"tool_calls": calls} if calls else {})
    return {
        "id": f"chatcmpl-{turn.id}",
        "object": "chat.completion",
        "created": 0,
        "model": turn.model,
        "choices": [
            {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
        ],
        "usage": _usage(turn),
    }


def _usage(turn: Turn) -> Json:
    prompt, cached, said = turn.usage
    return {
        "prompt_tokens": prompt,
        "completion_tokens": said,
        "total_tokens": prompt + said,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def events(turn: Turn, body: Json) -> Iterator[tuple[str, Json]]:
    """Yield the chunks of a streamed answer."""
    head = {
        "id": f"chatcmpl-{turn.id}",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": turn.model,
    }

    def chunk(delta: Json, reason: str | None = None) -> tuple[str, Json]:
        return "", head | {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}

    yield chunk({"role": "assistant", "content": ""})
    for piece in chunks(turn.text):
        yield chunk({"content": piece})
    for index, call in enumerate(_calls(turn)):
        kind = call["type"]
        part = "input" if kind == "custom" else "arguments"
        whole = "stral" in turn.model  # Mistral never splits a call, and its clients count on it.
        start = call if whole else call | {kind: call[kind] | {part: ""}}
        yield chunk({"tool_calls": [start | {"index": index}]})
        for piece in () if whole else chunks(call[kind][part]):
            yield chunk({"tool_calls": [{"index": index, kind: {part: piece}}]})
    yield chunk({}, "tool_calls" if turn.calls else "stop")
    if (body.get("stream_options") or {}).get("include_usage"):
        yield "", head | {"choices": [], "usage": _usage(turn)}


def error(status: int, message: str) -> Json:
    """Return the body of a failure."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}
