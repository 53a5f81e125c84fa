"""What the wire forbids to touch stays, and what nobody knows passes through."""

from __future__ import annotations

import pytest

from headroom import compress, registry

LOG = "\n".join(f"2025-03-01 10:00:{n:02} INFO web: request {n} took {n * 3} ms" for n in range(50))


def reasons(result):
    return [str(outcome.reason) for outcome in result.outcomes]


@pytest.mark.parametrize("mark", [{"thoughtSignature": "s"}, {"thought_signature": "s"}, {"thought": True}], ids=str)  # fmt: skip
def test_a_thought_of_gemini_is_pinned(mark):
    contents = [{"role": "model", "parts": [{"text": LOG, **mark}]}]
    result = compress(contents, compress_user_messages=True)
    assert result.messages is contents or result.messages == contents
    assert reasons(result) == ["pinned"]


def test_encrypted_and_redacted_reasoning_is_not_even_located():
    anthropic = [{"role": "assistant", "content": [{"type": "redacted_thinking", "data": LOG}]}]
    responses = [{"type": "reasoning", "encrypted_content": LOG, "summary": []}]
    for messages in (anthropic, responses):
        result = compress(messages)
        assert result.messages == messages
        assert result.outcomes == ()


def test_a_tool_result_that_carries_cache_control_is_folded_and_keeps_it():
    block = {"type": "tool_result", "tool_use_id": "t", "content": LOG, "cache_control": {"type": "ephemeral", "ttl": "1h"}}  # fmt: skip
    made = compress([{"role": "user", "content": [block]}]).messages[0]["content"][0]
    assert {**made, "content": LOG} == block
    assert made["cache_control"] is block["cache_control"]
    assert len(made["content"]) < len(LOG)


def test_the_call_that_a_result_answers_is_known():
    messages = [
        {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "bash", "arguments": '{"cmd": ["bash", "-lc", "cat x"]}'}}]},
        {"role": "tool", "tool_call_id": "c", "content": LOG},
    ]  # fmt: skip
    (segment,) = registry.provider("openai-chat").segments(messages)
    assert (segment.tool, segment.call_id, segment.command) == ("bash", "c", "cat x")


def test_a_failed_tool_is_marked_as_such():
    block = {"type": "tool_result", "tool_use_id": "t", "is_error": True, "content": "no"}
    (segment,) = registry.provider("anthropic").segments([{"role": "user", "content": [block]}])
    assert segment.is_error


ODD = [5, 1.5, True, None, "x", [], {}, [5], [None], [[]], {"a": 5}]


@pytest.mark.parametrize("name", sorted(registry.PROVIDERS))
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_any_value_in_any_place_passes_through(name, odd):
    keys = ("role", "content", "tool_calls", "type", "parts", "output", "call_id", "name", "id")
    requests = [[{"role": role, key: odd}] for role in ("assistant", "tool") for key in keys]
    requests += [[{"type": "function_call_output", key: odd}] for key in ("output", "call_id")]
    requests += [[{"role": "user", "content": [{"type": kind, kind: odd, "content": odd, "text": odd}]}] for kind in ("text", "thinking", "tool_result", "tool_use", "new")]  # fmt: skip
    requests += [[{"role": "user", "parts": [{"functionResponse": {"name": odd, "response": odd}}]}]]  # fmt: skip
    requests += [{"messages": [{"role": "tool", "content": "x"}], key: odd} for key in ("tools", "system", "instructions")]  # fmt: skip
    for request in requests:
        assert compress(request, provider=name, min_tokens=0).messages == request
