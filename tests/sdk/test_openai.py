"""The official client of OpenAI sees through the proxy what it sees without it, on both wires."""

from __future__ import annotations

import base64
import contextlib

import pytest

from headroom.ccr.tool import NAME
from tests.proxy.dialogue import SCHEMA
from tests.proxy.standin import play
from tests.sdk.twin import (
    LOG,
    PNG,
    QUESTION,
    SAID,
    asking,
    assert_shortened,
    both,
    broken_off,
    dumped,
    lines_given,
    proxied,
    refusal,
)

IMAGE = "data:image/png;base64," + base64.b64encode(PNG).decode()
CALL = ("call", "t1", "lookup", {"q": "jobs"})
ERRORS = [
    (400, "BadRequestError"),
    (401, "AuthenticationError"),
    (429, "RateLimitError"),
    (500, "InternalServerError"),
    (529, "InternalServerError"),
]
END = [("think", "So."), ("text", SAID)]


@contextlib.asynccontextmanager
async def opened(openai, way, url):
    made = openai.OpenAI if way.name == "sync" else openai.AsyncOpenAI
    client = made(base_url=f"{url}/v1", api_key="sk-x", max_retries=0)
    try:
        yield client
    finally:
        await way.call(client.close)


class Chat:
    name = "chat"
    result = "/messages/3/content"

    def begun(self):
        image = {"type": "image_url", "image_url": {"url": IMAGE}}
        asked = {"role": "user", "content": [{"type": "text", "text": QUESTION}, image]}
        return [{"role": "system", "content": "You help."}, asked]

    def tool(self, name):
        return {
            "type": "function",
            "function": {"name": name, "parameters": SCHEMA, "strict": True},
        }

    async def said(self, way, client, stream, messages, tools):
        """Return an answer, and what came on the way to it."""
        asked = {"model": "gpt-4o", "messages": messages, "tools": tools}
        if not stream:
            answer = await way.call(client.chat.completions.create, **asked)
            return answer, [answer._request_id]
        more = {"stream_options": {"include_usage": True}}
        manager = client.chat.completions.stream(**asked, **more)
        events, answer = await way.within(manager, "get_final_completion")
        return answer, [dumped(each) for each in events]

    def goes_on(self, answer, result):
        message = answer.choices[0].message
        results = [
            {"role": "tool", "tool_call_id": call.id, "content": result}
            for call in message.tool_calls or ()
        ]
        return [message, *results]

    def text(self, answer):
        return answer["choices"][0]["message"]["content"]


class Responses:
    name = "responses"
    result = "/input/4/output"

    def begun(self):
        image = {"type": "input_image", "image_url": IMAGE, "detail": "auto"}
        return [{"role": "user", "content": [{"type": "input_text", "text": QUESTION}, image]}]

    def tool(self, name):
        return {"type": "function", "name": name, "parameters": SCHEMA, "strict": False}

    async def said(self, way, client, stream, messages, tools):
        asked = {"model": "gpt-5", "input": messages, "tools": tools, "store": False}
        asked["include"] = ["reasoning.encrypted_content"]
        if not stream:
            answer = await way.call(client.responses.create, **asked)
            return answer, [answer._request_id, answer.output_text]
        manager = client.responses.stream(**asked)
        events, answer = await way.within(manager, "get_final_response")
        return answer, [dumped(each) for each in events]

    def goes_on(self, answer, result):
        results = [
            {"type": "function_call_output", "call_id": item.call_id, "output": result}
            for item in answer.output
            if item.type == "function_call"
        ]
        return [*answer.output, *results]

    def text(self, answer):
        texts = [item for item in answer["output"] if item["type"] == "message"]
        return "|".join(part["text"] for item in texts for part in item["content"])


apis = pytest.mark.parametrize("api", [Chat(), Responses()], ids=["chat", "responses"])
streamed = pytest.mark.parametrize("stream", [False, True])


async def talked(api, way, client, stream, name):
    """Have a tool called and its result read, as programs do: what was said is sent back whole."""
    messages, out = api.begun(), []
    for result in (LOG, None):
        answer, seen = await api.said(way, client, stream, messages, [api.tool(name)])
        out.append((dumped(answer), seen))
        messages += api.goes_on(answer, result)
    return out


@apis
@streamed
@pytest.mark.parametrize(("name", "offered"), [("bash", None), ("lookup", "/tools/1")])
def test_of_a_tool_call_only_the_result_is_sent_shorter(openai, way, api, stream, name, offered):
    async def call(url):
        async with opened(openai, way, url) as client:
            return await talked(api, way, client, stream, name)

    calling = [("think", "Hm."), ("text", "I look it up."), (*CALL[:2], name, CALL[3])]
    direct, through = play(both(api.name, call, calling, END))
    assert_shortened(direct, through, [None, api.result], offered)
    assert direct.value == through.value
    assert api.text(through.value[1][0]) == SAID


@apis
@streamed
def test_a_turn_in_which_our_tool_is_called_is_one_answer(openai, way, api, stream):
    async def call(url):
        async with opened(openai, way, url) as client:
            return await talked(api, way, client, stream, "lookup")

    begun = asking(("think", "Hm."), ("text", "Let me look."))
    through = play(proxied(api.name, call, [CALL], begun, END))
    assert len(through.received) == 3
    assert lines_given(through)
    answer, seen = through.value[1]
    apart = {"chat": ("Let me look." + SAID, "Let me look.\n\n" + SAID)}
    assert api.text(answer) in apart.get(api.name, ("Let me look.|" + SAID,))
    assert NAME not in str((answer, seen))
    assert answer["usage"]["total_tokens"] == 120 + 2 * 2 + 120 + 2 * 3
    if api.name == "responses":
        kinds = [item["type"] for item in answer["output"]]
        assert kinds == ["reasoning", "message", "reasoning", "message"]
        seals = [item["encrypted_content"] for item in answer["output"][::2]]
        assert seals == ["E/Hm.+=", "E/So.+="]


@apis
@streamed
def test_errors_are_the_same(openai, way, api, stream):
    async def call(url):
        out = []
        async with opened(openai, way, url) as client:
            for _ in ERRORS:
                with pytest.raises(openai.APIStatusError) as caught:
                    await api.said(way, client, stream, api.begun(), [api.tool("lookup")])
                error = caught.value
                after = error.response.headers.get("retry-after")
                known = error.code, error.body, error.status_code, error.request_id, after
                out.append((type(error), str(error), *known))
        return out

    body = {"message": "No.", "type": "some_error", "param": None, "code": "some_code"}
    answers = [
        refusal(status, {"error": body}, x_request_id=f"req_{status}", retry_after="17")
        for status, _ in ERRORS
    ]
    direct, through = play(both(api.name, call, *answers))
    assert direct.value == through.value
    for (status, raised), seen in zip(ERRORS, through.value, strict=True):
        assert seen[0] is getattr(openai, raised)
        assert seen[2:] == ("some_code", body, status, f"req_{status}", "17")


@apis
def test_a_stream_that_breaks_off_raises_the_same(openai, way, api):
    async def call(url):
        async with opened(openai, way, url) as client:
            with pytest.raises(Exception) as caught:
                await api.said(way, client, True, api.begun(), [api.tool("lookup")])
            return type(caught.value), str(caught.value)

    direct, through = play(both(api.name, call, broken_off(api.name, [("text", SAID)])))
    assert direct.value == through.value
    assert not issubclass(through.value[0], (AssertionError, Warning))
    assert len(direct.received) == len(through.received) == 1
