"""Wire formats: where text stands in a request, what is pinned, what the user asks.

Owns: locating. Does not own: translating (nothing is ever converted from one wire to another),
deciding, compressing. What an adapter does not know it does not locate, so it passes untouched.
"""

from __future__ import annotations

from typing import Any

from headroom.core.document import field, is_node

_BEDROCK = "bedrock-converse"
_CONVERSE = ("toolUse", "toolResult", "reasoningContent", "cachePoint")
_ANTHROPIC = ("tool_result", "tool_use", "thinking", "redacted_thinking")


def sniff(body: Any) -> str:
    """Return the name of the wire whose shape a request body or a list of messages has.

    Where several would fit (plain `{"role", "content"}` messages) it is "openai-chat", which
    reads such messages like all others do.
    """
    if is_node(body):
        if field(field(body, "request"), "contents") is not None:
            return "gemini-code-assist"
        for key, name in (("contents", "gemini"), ("input", "openai-responses")):
            if field(body, key) is not None:
                return name
        if field(field(body, "toolConfig"), "tools") is not None:
            return _BEDROCK
        found = _by_items(field(body, "messages"))
        system = field(body, "system")
        if system is None or found == _BEDROCK:
            return found
        return _BEDROCK if _by_blocks(system) == _BEDROCK else "anthropic"
    return _by_items(body)


def _by_items(items: Any) -> str:
    for item in items if isinstance(items, (list, tuple)) else ():
        if field(item, "parts") is not None:
            return "gemini"
        if field(item, "role") is None and isinstance(field(item, "type"), str):
            return "openai-responses"
        if field(item, "tool_calls") or field(item, "role") in ("tool", "function"):
            return "openai-chat"
        found = _by_blocks(field(item, "content"))
        if found:
            return found
    return "openai-chat"


def _by_blocks(content: Any) -> str | None:
    for block in content if isinstance(content, (list, tuple)) else ():
        kind = field(block, "type")
        if kind in _ANTHROPIC:
            return "anthropic"
        if kind in ("input_text", "output_text"):
            return "openai-responses"
        if kind is None and any(field(block, key) is not None for key in _CONVERSE):
            return _BEDROCK
    return None
