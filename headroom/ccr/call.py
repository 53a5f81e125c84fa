"""Calls of the retrieval tool in a provider's response, and the turn that answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.ccr.tool import NAME
from headroom.core.document import field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FIRST_OF = ("choices", "candidates")
"""Envelopes of alternatives: a conversation goes on with the first."""
_INSIDE = ("message", "content", "parts", "output", "tool_calls")
"""Where a response, a message or a content holds its calls."""
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the tool as it stands in a response."""

    wire: str
    call_id: str | None
    arguments: Any
    """An object, or the JSON text of one: as the wire has it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered with."""

    text: str
    failed: bool = False
    """Whether the call could not be understood."""


def calls_in(response: Any) -> list[Call]:
    """Return the calls of the tool in the response of any wire, in order; others are left out.

    A call whose answer stands beside it, as in a list of items that are sent again, is not listed.
    """
    items = response if isinstance(response, (list, tuple)) else ()
    done = {field(item, "call_id") for item in items if _kind(item) == "function_call_output"}
    done.discard(None)
    if items and all(isinstance(field(item, "role"), str) for item in items):
        response = items[-1]
    return [call for call in _found(response, 0) if call.call_id not in done]


def turn(calls: Sequence[Call], answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Return the messages or items that answer calls of one response, in the shape of its wire."""
    if not calls:
        return []
    pairs = list(zip(calls, answers, strict=True))
    match calls[0].wire:
        case "openai-chat":
            return [
                {"role": "tool", "tool_call_id": call.call_id or "", "content": answer.text}
                for call, answer in pairs
            ]
        case "openai-responses":
            return [
                {
                    "type": "function_call_output",
                    "call_id": call.call_id or "",
                    "output": answer.text,
                }
                for call, answer in pairs
            ]
        case "anthropic":
            return [{"role": "user", "content": [_tool_result(*pair) for pair in pairs]}]
        case "bedrock-converse":
            return [{"role": "user", "content": [_converse_result(*pair) for pair in pairs]}]
    return [{"role": "user", "parts": [_function_response(*pair) for pair in pairs]}]


def _found(node: Any, depth: int) -> Iterator[Call]:
    if depth > _DEEPEST or node is None or isinstance(node, str):
        return
    if isinstance(node, (list, tuple)):
        for each in node:
            yield from _found(each, depth + 1)
        return
    call = _call(node)
    if call is not None:
        yield from (call,) if call.wire else ()
        return
    for key in _FIRST_OF:
        several = field(node, key)
        if isinstance(several, (list, tuple)):
            # The SDKs' objects show the parts of the first once more, beside it.
            yield from _found(several[0] if several else None, depth + 1)
            return
    for key in _INSIDE:
        yield from _found(field(node, key), depth + 1)


_OTHER = Call("", None, None)
"""A call of another tool; nothing is looked for inside it."""


def _call(node: Any) -> Call | None:
    """Return a node as a call of the tool, `_OTHER` for a call of another, or None."""
    kind = _kind(node)
    if kind == "function_call":
        return _named(node, "openai-responses", field(node, "call_id"), "arguments")
    if kind == "tool_use":
        return _named(node, "anthropic", field(node, "id"), "input")
    if kind in (None, "function") and field(node, "function") is not None:
        return _named(field(node, "function"), "openai-chat", field(node, "id"), "arguments")
    inner = field(node, "toolUse")
    if inner is not None and kind is None:
        return _named(inner, "bedrock-converse", field(inner, "toolUseId"), "input")
    return _gemini(node) if kind is None else None


def _gemini(node: Any) -> Call | None:
    """Return a part with a call as `_call` does, or a call as the SDK lists it beside the parts."""
    for key in ("functionCall", "function_call"):
        inner = field(node, key)
        if inner is not None:
            # Chat Completions once had calls of that name, which are not answered like these.
            ours = field(inner, "arguments") is None
            return _named(inner, "gemini", field(inner, "id"), "args") if ours else _OTHER
    listed = field(node, "name") == NAME and field(node, "args") is not None
    return _named(node, "gemini", field(node, "id"), "args") if listed else None


def _named(node: Any, wire: str, call_id: Any, key: str) -> Call:
    if field(node, "name") != NAME:
        return _OTHER
    return Call(wire, call_id if isinstance(call_id, str) else None, field(node, key))


def _kind(node: Any) -> str | None:
    kind = field(node, "type")
    return kind if isinstance(kind, str) else None


def _tool_result(call: Call, answer: Answer) -> dict[str, Any]:
    block: dict[str, Any] = {
        "type": "tool_result",
        "tool_use_id": call.call_id or "",
        "content": answer.text,
    }
    return {**block, "is_error": True} if answer.failed else block


def _converse_result(call: Call, answer: Answer) -> dict[str, Any]:
    return {
        "toolResult": {
            "toolUseId": call.call_id or "",
            "content": [{"text": answer.text}],
            "status": "error" if answer.failed else "success",
        }
    }


def _function_response(call: Call, answer: Answer) -> dict[str, Any]:
    named = {"name": NAME, "response": {"error" if answer.failed else "output": answer.text}}
    return {"functionResponse": named if call.call_id is None else {"id": call.call_id, **named}}
