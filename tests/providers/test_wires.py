"""Every wire: texts are found, pinned parts stay, the shape comes back."""

from __future__ import annotations

import copy

import pytest
from pydantic import BaseModel

from headroom import compress, expand
from headroom.providers import sniff
from headroom.registry import provider

LOG = "\n".join(f"2025-03-01 10:00:{n:02} INFO web: request {n} took {n * 3} ms" for n in range(50))
OTHER = "\n".join(f"src/app.py:{n}:    value = compute({n})" for n in range(50))

CHAT = [
    {"role": "system", "content": "Be brief. " * 60},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "what happened?"},
            {"type": "image_url", "image_url": {"url": "data:x"}},
        ],
    },
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "logs", "arguments": "{}"}}
        ],
    },
    {"role": "tool", "tool_call_id": "c1", "content": LOG},
    {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": OTHER}]},
]
RESPONSES = {
    "model": "gpt-5",
    "instructions": "Be brief.",
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "what happened?"}]},
        {
            "type": "reasoning",
            "id": "r",
            "summary": [{"type": "summary_text", "text": LOG}],
            "encrypted_content": "zzz",
        },
        {"type": "function_call", "call_id": "c1", "name": "logs", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": LOG},
        {
            "type": "custom_tool_call_output",
            "call_id": "c2",
            "output": [{"type": "input_text", "text": OTHER}],
        },
    ],
}
ANTHROPIC = {
    "model": "claude-sonnet-4-5",
    "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
    "messages": [
        {"role": "user", "content": "what happened?"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": LOG, "signature": "abc"},
                {"type": "tool_use", "id": "t1", "name": "logs", "input": {"command": "cat log"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": LOG},
                {
                    "type": "tool_result",
                    "tool_use_id": "t2",
                    "content": [{"type": "text", "text": OTHER}, {"type": "image", "source": {}}],
                },
            ],
        },
    ],
}
GEMINI = {
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "contents": [
        {"role": "user", "parts": [{"text": "what happened?"}]},
        {
            "role": "model",
            "parts": [{"functionCall": {"name": "logs", "args": {}}, "thoughtSignature": "sig"}],
        },
        {
            "role": "user",
            "parts": [{"functionResponse": {"name": "logs", "response": {"output": LOG}}}],
        },
        {
            "role": "user",
            "parts": [
                {"function_response": {"name": "grep", "response": {"result": {"lines": [OTHER]}}}}
            ],
        },
    ],
}
CODE_ASSIST = {"model": "gemini-3-pro", "project": "p", "request": GEMINI}
CONVERSE = {
    "system": [{"text": "Be brief."}, {"cachePoint": {"type": "default"}}],
    "messages": [
        {"role": "user", "content": [{"text": "what happened?"}]},
        {
            "role": "assistant",
            "content": [
                {"reasoningContent": {"reasoningText": {"text": LOG, "signature": "abc"}}},
                {"toolUse": {"toolUseId": "t1", "name": "logs", "input": {"command": "cat log"}}},
                {"toolUse": {"toolUseId": "t2", "name": "grep", "input": {}}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"toolResult": {"toolUseId": "t1", "content": [{"text": LOG}]}},
                {
                    "toolResult": {
                        "toolUseId": "t2",
                        "content": [{"json": {"hits": [OTHER], "count": 50}}, {"image": {}}],
                        "status": "success",
                    }
                },
                {"cachePoint": {"type": "default"}},
            ],
        },
    ],
    "toolConfig": {"tools": [{"toolSpec": {"name": "logs", "inputSchema": {"json": {}}}}]},
}
BODIES = {
    "bedrock-converse": CONVERSE,
    "openai-chat": CHAT,
    "openai-responses": RESPONSES,
    "anthropic": ANTHROPIC,
    "gemini": GEMINI,
    "gemini-code-assist": CODE_ASSIST,
}


@pytest.mark.parametrize(("name", "body"), BODIES.items())
def test_tool_outputs_shrink_and_come_back_and_nothing_else_changes(name, body):
    assert sniff(body) == name
    before = copy.deepcopy(body)
    result = compress(body)
    assert body == before, "the request handed in is never changed"
    changed = [outcome for outcome in result.outcomes if outcome.action == "compressed"]
    assert len(changed) == 2
    assert result.compression_ratio > 0.3
    assert expand(result.messages) == body


@pytest.mark.parametrize(("name", "body"), BODIES.items())
def test_untouched_messages_are_the_same_objects(name, body):
    result = compress(body)
    key = {
        "openai-responses": "input",
        "gemini": "contents",
        "anthropic": "messages",
        "bedrock-converse": "messages",
    }.get(name)
    old, new = (body, result.messages) if key is None else (body[key], result.messages[key])
    touched = {
        path[0 if key is None else 1]
        for path in (o.path for o in result.outcomes if o.action == "compressed")
    }
    assert all(
        (a is b) == (n not in touched) for n, (a, b) in enumerate(zip(old, new, strict=True))
    )


def test_what_the_commands_of_a_shell_call_printed_is_found():
    call = {"type": "shell_call", "call_id": "c", "action": {"commands": ["make", "cat app.py"]}}
    printed = [
        {"stdout": LOG, "stderr": "", "outcome": {"type": "exit", "exit_code": 0}},
        {"stdout": OTHER, "stderr": "x"},
    ]
    output = {"type": "shell_call_output", "call_id": "c", "output": printed}
    found = provider("openai-responses").segments({"input": [call, output]})
    assert [each.path[2:] for each in found] == [
        *(("output", 0, "stdout"), ("output", 0, "stderr")),
        *(("output", 1, "stdout"), ("output", 1, "stderr")),
    ]
    assert {each.command for each in found} == {"make\ncat app.py"}
    body = {"input": [{"role": "user", "content": "what happened?"}, output]}
    result = compress(body)
    assert len(result.messages["input"][1]["output"][0]["stdout"]) < len(LOG) / 2
    assert expand(result.messages) == body


def test_a_result_of_converse_is_known_by_its_call():
    found = [each for each in provider("bedrock-converse").segments(CONVERSE) if each.tool]
    assert [(each.tool, each.call_id, each.command) for each in found] == [
        ("logs", "t1", "cat log"),
        ("grep", "t2", None),
    ]
    failed = {"toolUseId": "t", "status": "error", "content": [{"text": "no"}, {"json": "no"}]}
    body = [{"role": "user", "content": [{"toolResult": failed}]}]
    assert [each.is_error for each in provider("bedrock-converse").segments(body)] == [True, True]
    assert provider("bedrock-converse").question(CONVERSE) == "what happened?"


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [], "toolConfig": {"tools": []}},
        {"messages": CONVERSE["messages"]},
        {"messages": [], "system": CONVERSE["system"]},
        CONVERSE["messages"],
    ],
)
def test_converse_is_known_by_its_blocks(body):
    assert sniff(body) == "bedrock-converse"


def test_reasoning_of_converse_is_pinned():
    (pinned,) = [each for each in compress(CONVERSE).outcomes if each.reason == "pinned"]
    assert pinned.path[-3:] == ("reasoningContent", "reasoningText", "text")


def test_signed_thinking_is_pinned():
    result = compress(ANTHROPIC)
    (pinned,) = [outcome for outcome in result.outcomes if outcome.reason == "pinned"]
    assert pinned.path == ("messages", 1, "content", 0, "thinking")


def test_what_a_developer_says_first_does_not_tell_chats_from_responses():
    said = {"role": "developer", "content": "You are an agent."}
    call = {"type": "function_call", "call_id": "c", "name": "logs", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "output": OTHER}
    assert sniff([said, call, output]) == "openai-responses"
    assert compress([said, call, output]).tokens_saved
    assert sniff([said, {"role": "user", "content": "Hello."}]) == "openai-chat"


@pytest.mark.parametrize("name", ["openai-chat", "openai-responses", "anthropic", "gemini"])
def test_what_a_client_reminds_of_is_not_what_the_user_asks(name):
    said = [
        "Which port is closed?",
        "<system-reminder>\nThe list is empty.\n</system-reminder>\n",
    ]
    messages = [{"role": "user", "content": each} for each in said]
    if name == "gemini":
        messages = [{"role": "user", "parts": [{"text": each}]} for each in said]
    wire = provider(name)
    assert wire.question(messages) == said[0]
    assert wire.question(messages[:1]) == said[0]


def test_what_stands_beside_a_reminder_is_asked():
    said = "<system-reminder>Be brief.</system-reminder>", "Which port is closed?"
    blocks = [{"text": each} for each in said]
    wire = provider("bedrock-converse")
    assert wire.question([{"role": "user", "content": blocks}]) == said[1]
    both = "".join([*said, said[0]])
    assert wire.question([{"role": "user", "content": [{"text": both}]}]) == both


@pytest.mark.parametrize(("name", "body"), BODIES.items())
def test_a_named_provider_finds_what_sniffing_finds(name, body):
    assert compress(body, provider=name).tokens_after == compress(body).tokens_after


class Block(BaseModel):
    type: str
    text: str


class Message(BaseModel):
    role: str
    content: str | list[Block] | None = None
    tool_call_id: str | None = None


def test_objects_of_an_sdk_keep_their_class():
    messages = [
        Message(role="user", content="why?"),
        Message(role="tool", tool_call_id="c", content=LOG),
        Message(role="tool", content=[Block(type="text", text=OTHER)]),
    ]
    result = compress(messages)
    assert result.messages[0] is messages[0]
    assert isinstance(result.messages[1], Message)
    assert isinstance(result.messages[2].content[0], Block)
    assert len(result.messages[1].content) < len(LOG) / 2
    assert expand(result.messages) == messages


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [None],
        [1, "x"],
        [{}],
        [{"role": 3}],
        [{"role": "tool", "content": 5}],
        [{"role": "tool", "content": [None, 1, {"type": "new"}]}],
        [{"role": "tool", "content": {"text": "x"}}],
        {"messages": None},
        {"messages": []},
        {"input": "hi"},
        {"contents": [{"parts": 3}]},
        [{"role": "user", "content": [{"type": "tool_result", "content": None}]}],
        [[{"role": "tool"}]],
        ({"role": "tool", "content": "x"},),
        [{"type": "function_call_output", "output": {"a": 1}}],
        [{"role": "assistant", "tool_calls": "no"}],
        [{"role": "assistant", "tool_calls": [{"function": None}]}],
        {"contents": [{"role": "user", "parts": [{"functionResponse": []}]}]},
    ],
    ids=str,
)
def test_odd_content_passes_through(messages):
    assert compress(messages, min_tokens=0).messages == messages


def _result(text, **more):
    content = [{"type": "text", "text": text}]
    return {
        "type": "search_result",
        "source": "https://x",
        "title": "T",
        "content": content,
        **more,
    }


@pytest.mark.parametrize("within", ["a tool's result", "what a user sends along"])
@pytest.mark.parametrize("citations", [None, {"enabled": False}])
def test_search_results_are_shortened_unless_their_words_are_to_be_cited(within, citations):
    more = {} if citations is None else {"citations": citations}
    found = [_result(LOG, **more), {"type": "text", "text": OTHER}]
    cited = [_result(LOG, citations={"enabled": True}), {"type": "text", "text": OTHER}]

    def body(blocks):
        told = {"type": "tool_result", "tool_use_id": "t1", "content": blocks}
        sent = [told] if within == "a tool's result" else blocks
        return {"messages": [*ANTHROPIC["messages"][:2], {"role": "user", "content": sent}]}

    def blocks_of(body):
        blocks = body["messages"][-1]["content"]
        return blocks[0]["content"] if blocks[0]["type"] == "tool_result" else blocks

    sent = body(found)
    result = compress(sent, provider="anthropic", profile="lossless")
    first, _ = blocks_of(result.messages)
    assert len(first["content"][0]["text"]) < len(LOG) / 2
    assert {**first, "content": found[0]["content"]} == found[0]
    assert expand(result.messages) == sent
    kept = compress(body(cited), provider="anthropic", profile="lossless")
    assert blocks_of(kept.messages)[0] == cited[0]
