"""Anthropic's Messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks.e2e.view import Json, RefusedError, Tool, Turn, View, canonical, chunks, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = 4
_KINDS = {400: "invalid_request_error", 404: "not_found_error"}


def view(body: Json) -> View:
    """Return what a request says; RefusedError where calls and results do not pair."""
    tools = body.get("tools") or []
    found = View(body.get("model", ""), [_tool(each) for each in tools])
    # Tools that are found by a search later on stand outside of what is cached.
    blocks = [each for each in tools if not each.get("defer_loading")] + _blocks(body.get("system"))
    found.pieces = [canonical(each) for each in blocks]
    waiting: set[str] = set()
    for message in body.get("messages") or _refuse("at least one message is required"):
        content = _blocks(message.get("content"))
        blocks += content
        found.pieces += [canonical([message["role"], each]) for each in content]
        found.texts += _texts(message["role"], content)
        if message["role"] != "system":  # A system message may stand between a call and its result.
            waiting = _paired(waiting, content)
    if waiting:
        _refuse("the last message holds calls without results")
    if sum("cache_control" in each for each in blocks) > MARKS:
        _refuse(f"a maximum of {MARKS} blocks with cache_control may be provided")
    wanted = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
    found.schema = wanted.get("schema")
    return found


def _refuse(why: str) -> Any:
    raise RefusedError(why)


def _tool(given: Json) -> Tool:
    return Tool(given.get("name", ""), given.get("input_schema") or {})


def _blocks(content: Any) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content or [])


def _texts(role: str, content: list[Json]) -> Iterator[tuple[str, str]]:
    for block in content:
        if block.get("type") == "tool_result":
            yield "result", text_of(block.get("content"))
        elif role == "user" and block.get("type") == "text":
            yield "user", block["text"]


def _paired(waiting: set[str], content: list[Json]) -> set[str]:
    """Return the ids that the next message has to answer."""
    given = {each["tool_use_id"] for each in content if each.get("type") == "tool_result"}
    if given != waiting:
        _refuse(f"tool_use and tool_result do not pair: {sorted(given ^ waiting)}")
    if any(each.get("type") == "text" and not each["text"].strip() for each in content):
        _refuse("text content blocks must be non-empty")
    return {each["id"] for each in content if each.get("type") == "tool_use"}


def answer(turn: Turn) -> Json:
    """Return a whole answer."""
    calls = [
        {
            "type": "tool_use",
            "id": f"toolu_{call.id}",
            "name": call.tool.name,
            "input": call.arguments,
        }
        for call in turn.calls
    ]
    prompt, cached, said = turn.usage
    return {
        "id": f"msg_{turn.id}",
        "type": "message",
        "role": "assistant",
        "model": turn.model,
        "content": [{"type": "text", "text": turn.text}, *calls],
        "stop_reason": "tool_use" if calls else "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 1,
            "cache_read_input_tokens": cached,
            "cache_creation_input_tokens": prompt - cached,
            "output_tokens": said,
        },
    }


def events(turn: Turn, _body: Json) -> Iterator[tuple[str, Json]]:
    """Yield the events of a streamed answer."""
    whole = answer(turn)

    def event(kind: str, **rest: Any) -> tuple[str, Json]:
        return kind, {"type": kind, **rest}

    yield event("message_start", message=whole | {"content": [], "stop_reason": None})
    yield event("ping")
    for index, block in enumerate(whole["content"]):
        if block["type"] == "text":
            start = block | {"text": ""}
            deltas = [{"type": "text_delta", "text": each} for each in chunks(block["text"])]
        else:
            start = block | {"input": {}}
            written = chunks(json.dumps(block["input"]))
            deltas = [{"type": "input_json_delta", "partial_json": each} for each in written]
        yield event("content_block_start", index=index, content_block=start)
        for delta in deltas:
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    end = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield event("message_delta", delta=end, usage=whole["usage"])
    yield event("message_stop")


def error(status: int, message: str) -> Json:
    """Return the body of a failure."""
    kind = _KINDS.get(status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": message}}
