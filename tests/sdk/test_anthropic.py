"""The official client of Anthropic sees through the proxy what it sees without it."""

from __future__ import annotations

import base64
import contextlib

import pytest

from headroom.ccr.tool import NAME
from tests.proxy.dialogue import SCHEMA, SSE, sse
from tests.proxy.standin import Answer, play
from tests.sdk.twin import (
    LOG,
    PNG,
    QUESTION,
    SAID,
    asking,
    assert_shortened,
    both,
    broken_off,
    changes,
    dumped,
    lines_given,
    proxied,
    refusal,
)

IMAGE = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()},
}
ASKED = {"role": "user", "content": [IMAGE, {"type": "text", "text": QUESTION}]}
TURN = {"model": "claude-of-a-test", "max_tokens": 2000}
ERRORS = [
    (400, "invalid_request_error", "BadRequestError"),
    (401, "authentication_error", "AuthenticationError"),
    (429, "rate_limit_error", "RateLimitError"),
    (500, "api_error", "InternalServerError"),
    (529, "overloaded_error", "OverloadedError"),
]
RESULT = "/messages/2/content/0/content"


@contextlib.asynccontextmanager
async def opened(anthropic, way, url):
    made = anthropic.Anthropic if way.name == "sync" else anthropic.AsyncAnthropic
    client = made(base_url=url, api_key="sk-ant-api03-x", max_retries=0)
    try:
        yield client
    finally:
        await way.call(client.close)


def tool(name):
    return {"name": name, "description": "Looks up.", "input_schema": SCHEMA}


def calling(name):
    return [
        ("think", "Let me see."),
        ("text", "I look it up."),
        ("call", "t1", name, {"q": "jobs"}),
    ]


async def said(way, client, stream, **asked):
    """Return a message, and what came on the way to it."""
    if not stream:
        message = await way.call(client.messages.create, **TURN, **asked)
        return message, [message._request_id]
    manager = client.messages.stream(**TURN, **asked)
    events, message, text = await way.within(manager, "get_final_message", "get_final_text")
    return message, [*(dumped(each) for each in events), text]


async def talked(way, client, stream, name):
    """Have a tool called and its result read, as programs do: what was said is sent back whole."""
    messages, out, asked = [ASKED], [], {"tools": [tool(name)], "system": "You help."}
    for result in (LOG, None):
        message, seen = await said(way, client, stream, messages=messages, **asked)
        out.append((dumped(message), seen))
        messages.append({"role": "assistant", "content": message.content})
        for block in message.content:
            if block.type == "tool_use":
                given = {"type": "tool_result", "tool_use_id": block.id, "content": result}
                messages.append({"role": "user", "content": [given]})
    return out


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("name", "offered"), [("bash", None), ("lookup", "/tools/1")])
def test_of_a_tool_call_only_the_result_is_sent_shorter(anthropic, way, stream, name, offered):
    async def call(url):
        async with opened(anthropic, way, url) as client:
            return await talked(way, client, stream, name)

    end = [("think", "So."), ("text", SAID)]
    direct, through = play(both("anthropic", call, calling(name), end))
    assert_shortened(direct, through, [None, RESULT], offered)
    assert direct.value == through.value
    blocks = through.bodies[1]["messages"][1]["content"]
    assert [block["type"] for block in blocks] == ["thinking", "text", "tool_use"]
    assert blocks[0]["signature"] == "S/Let me see.+="
    assert through.value[1][0]["content"][-1]["text"] == SAID


async def run(anthropic, way, client, **more):
    """Have the client call a tool by itself for as long as the model wants it."""

    def lookup(q: str) -> str:
        """Looks up."""
        assert q == "jobs"
        return LOG

    async def later(q: str) -> str:
        """Looks up."""
        return lookup(q)

    if way.name == "sync":
        runs = anthropic.beta_tool(lookup, name="lookup")
    else:
        runs = anthropic.beta_async_tool(later, name="lookup")
    runner = client.beta.messages.tool_runner(**TURN, messages=[ASKED], tools=[runs], **more)
    return dumped(await way.call(runner.until_done))


def test_the_runner_of_tools_goes_its_rounds(anthropic, way):
    async def call(url):
        async with opened(anthropic, way, url) as client:
            return await run(anthropic, way, client, thread=False)

    direct, through = play(both("anthropic", call, calling("lookup"), [("text", SAID)]))
    assert_shortened(direct, through, [None, RESULT], "/tools/1")
    assert direct.value == through.value
    assert through.value["content"][0]["text"] == SAID


def test_a_thread_that_the_provider_keeps_is_offered_nothing(anthropic, way):
    """We could not go on in it: the provider would begin another, or be told things twice."""

    async def call(url):
        async with opened(anthropic, way, url) as client:
            return await run(anthropic, way, client)

    direct, through = play(both("anthropic", call, calling("lookup"), [("text", SAID)]))
    assert [each["thread"]["type"] for each in direct.bodies] == ["create", "continue"]
    assert through.received[0].body == direct.received[0].body
    [(where, was, now)] = changes(direct.bodies[1], through.bodies[1])
    assert (where, was) == ("/messages/0/content/0/content", LOG)
    assert len(now) < len(LOG)
    assert "[headroom:excerpt" not in now  # Nobody there could fetch what was left out.
    assert direct.value == through.value


@pytest.mark.parametrize("stream", [False, True])
def test_a_turn_in_which_our_tool_is_called_is_one_message(anthropic, way, stream):
    async def call(url):
        async with opened(anthropic, way, url) as client:
            return await talked(way, client, stream, "lookup")

    begun = asking(("think", "Hm."), ("text", "Let me look."))
    end = [("think", "So."), ("text", SAID)]
    through = play(proxied("anthropic", call, calling("lookup"), begun, end))
    assert len(through.received) == 3
    assert lines_given(through)
    message, seen = through.value[1]
    kinds = [block["type"] for block in message["content"]]
    assert kinds == ["thinking", "text", "thinking", "text"]
    assert [b["signature"] for b in message["content"][::2]] == ["S/Hm.+=", "S/So.+="]
    assert message["content"][-1]["text"] == SAID
    assert message["stop_reason"] == "end_turn"
    assert message["usage"]["input_tokens"] == 102 + 103
    assert NAME not in str((message, seen))
    if stream:
        assert [each["type"] for each in seen[:-1]].count("message_start") == 1
        assert [e["index"] for e in seen[:-1] if e["type"] == "content_block_stop"] == [0, 1, 2, 3]


def test_tokens_are_counted_of_what_would_be_sent(anthropic, way):
    results = [{"type": "tool_result", "tool_use_id": "t1", "content": LOG}]
    used = {"type": "tool_use", "id": "t1", "name": "lookup", "input": {}}
    messages = [
        ASKED,
        {"role": "assistant", "content": [used]},
        {"role": "user", "content": results},
    ]

    async def call(url):
        async with opened(anthropic, way, url) as client:
            tools = {"tools": [tool("lookup")]}
            await said(way, client, False, messages=messages[:1], **tools)
            asked = {"model": "claude-of-a-test", "messages": messages, **tools}
            return (await way.call(client.messages.count_tokens, **asked)).input_tokens

    counted = Answer(chunks=[b'{"input_tokens": 4711}'])
    direct, through = play(both("anthropic", call, [("text", SAID)], counted))
    assert_shortened(direct, through, [None, "/messages/2/content/0/content"], "/tools/1")
    assert direct.value == through.value == 4711


@pytest.mark.parametrize("stream", [False, True])
def test_errors_are_the_same(anthropic, way, stream):
    async def call(url):
        out = []
        async with opened(anthropic, way, url) as client:
            for _ in ERRORS:
                with pytest.raises(anthropic.APIStatusError) as caught:
                    await said(way, client, stream, messages=[ASKED], tools=[tool("lookup")])
                error = caught.value
                after = error.response.headers.get("retry-after")
                known = error.body, error.status_code, error.request_id, after
                out.append((type(error), str(error), *known))
        return out

    bodies = [{"type": "error", "error": {"type": x, "message": f"No: {x}"}} for _, x, _ in ERRORS]
    answers = [
        refusal(status, body, request_id=f"req_{status}", retry_after="17")
        for (status, _, _), body in zip(ERRORS, bodies, strict=True)
    ]
    direct, through = play(both("anthropic", call, *answers))
    assert direct.value == through.value
    for (status, _, raised), body, seen in zip(ERRORS, bodies, through.value, strict=True):
        assert seen[0] is getattr(anthropic, raised)
        assert seen[2:] == (body, status, f"req_{status}", "17")


def test_a_stream_that_breaks_off_raises_the_same(anthropic, way):
    async def call(url):
        async with opened(anthropic, way, url) as client:
            with pytest.raises(Exception) as caught:
                await said(way, client, True, messages=[ASKED], tools=[tool("lookup")])
            return type(caught.value), str(caught.value)

    direct, through = play(both("anthropic", call, broken_off("anthropic", [("text", SAID)])))
    assert direct.value == through.value
    assert not issubclass(through.value[0], (AssertionError, Warning))
    assert len(direct.received) == len(through.received) == 1


def test_an_error_within_a_stream_is_the_same(anthropic, way):
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}

    async def call(url):
        async with opened(anthropic, way, url) as client:
            with pytest.raises(anthropic.APIStatusError) as caught:
                await said(way, client, True, messages=[ASKED], tools=[tool("lookup")])
            return type(caught.value), str(caught.value), caught.value.body

    direct, through = play(
        both("anthropic", call, Answer(200, SSE, [sse(error, "error")], length=False))
    )
    assert direct.value == through.value
    assert through.value[2] == error
