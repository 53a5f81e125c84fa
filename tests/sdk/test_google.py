"""The official client of Gemini sees through the proxy what it sees without it."""

from __future__ import annotations

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

pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class:DeprecationWarning")
MODEL = "gemini-2.5-pro"
ERRORS = [
    (400, "INVALID_ARGUMENT", "ClientError"),
    (403, "PERMISSION_DENIED", "ClientError"),
    (429, "RESOURCE_EXHAUSTED", "ClientError"),
    (500, "INTERNAL", "ServerError"),
    (503, "UNAVAILABLE", "ServerError"),
]
RESULT = "/contents/2/parts/0/functionResponse/response"
OFFERED = "/tools/0/functionDeclarations/1"
END = [("text", SAID)]


@contextlib.asynccontextmanager
async def opened(genai, way, url):
    """The client's part that is called: itself, or the one that is awaited."""
    once = genai.types.HttpRetryOptions(attempts=1)
    options = genai.types.HttpOptions(base_url=url, retry_options=once)
    client = genai.Client(api_key="AIza-x", http_options=options)
    try:
        yield client if way.name == "sync" else client.aio
    finally:
        await client.aio.aclose()
        client.close()


def begun(genai):
    parts = [genai.types.Part.from_bytes(data=PNG, mime_type="image/png")]
    return [genai.types.Content(role="user", parts=[*parts, genai.types.Part(text=QUESTION)])]


def declared(genai, name):
    made = genai.types.FunctionDeclaration(name=name, parameters_json_schema=SCHEMA)
    return genai.types.GenerateContentConfig(
        tools=[genai.types.Tool(function_declarations=[made])],
        system_instruction="You help.",
        thinking_config=genai.types.ThinkingConfig(include_thoughts=True),
    )


async def said(way, client, stream, **asked):
    """Return all pieces of an answer."""
    if not stream:
        return [await way.call(client.models.generate_content, model=MODEL, **asked)]
    pieces = client.models.generate_content_stream(model=MODEL, **asked)
    return await way.listed(pieces if way.name == "sync" else await pieces)


def seen(answer):
    """Return what came, without the headers, which name the moment and the connection."""
    return [
        {key: value for key, value in dumped(piece).items() if key != "sdk_http_response"}
        for piece in answer
    ]


async def talked(genai, way, client, stream, name):
    """Have a tool called and its result read, as programs do: what was said is sent back whole."""
    contents, out, types = begun(genai), [], genai.types
    for result in (LOG, None):
        answer = await said(way, client, stream, contents=contents, config=declared(genai, name))
        out.append(seen(answer))
        parts = [part for piece in answer for part in piece.candidates[0].content.parts]
        contents.append(types.Content(role="model", parts=parts))
        for part in parts:
            if part.function_call:
                given = types.Part.from_function_response(
                    name=part.function_call.name, response={"output": result}
                )
                contents.append(types.Content(role="user", parts=[given]))
    return out


def text(pieces):
    parts = [part for piece in pieces for part in piece["candidates"][0]["content"]["parts"]]
    return "".join(part["text"] or "" for part in parts)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("name", "offered"), [("bash", None), ("lookup", OFFERED)])
def test_of_a_tool_call_only_the_result_is_sent_shorter(genai, way, stream, name, offered):
    async def call(url):
        async with opened(genai, way, url) as client:
            return await talked(genai, way, client, stream, name)

    calling = [("text", "I look it up."), ("call", None, name, {"q": "jobs"})]
    direct, through = play(both("gemini", call, calling, END))
    assert_shortened(direct, through, [None, f"{RESULT}/output"], offered)
    assert direct.value == through.value
    parts = through.bodies[1]["contents"][1]["parts"]
    assert [part["thoughtSignature"] for part in parts if "functionCall" in part] == ["Gy_-_w=="]
    assert text(through.value[1]) == SAID


@pytest.mark.parametrize("stream", [False, True])
def test_functions_that_the_client_calls_by_itself_are_called(genai, way, stream):
    def lookup(q: str) -> str:
        """Looks up."""
        assert q == "jobs"
        return LOG

    async def call(url):
        async with opened(genai, way, url) as client:
            config = genai.types.GenerateContentConfig(tools=[lookup])
            answer = await said(way, client, stream, contents=begun(genai), config=config)
            history = answer[-1].automatic_function_calling_history or ()
            return seen(answer), [dumped(each) for each in history]

    calling = [("call", None, "lookup", {"q": "jobs"})]
    direct, through = play(both("gemini", call, calling, END))
    assert_shortened(direct, through, [None, f"{RESULT}/result"], OFFERED)
    assert direct.value == through.value
    assert text(through.value[0]).endswith(SAID)


@pytest.mark.parametrize("stream", [False, True])
def test_a_turn_in_which_our_tool_is_called_is_one_answer(genai, way, stream):
    async def call(url):
        async with opened(genai, way, url) as client:
            return await talked(genai, way, client, stream, "lookup")

    calling = [("call", None, "lookup", {"q": "jobs"})]
    through = play(proxied("gemini", call, calling, asking(("text", "Let me look.")), END))
    assert len(through.received) == 3
    assert lines_given(through)
    pieces = through.value[1]
    assert text(pieces).replace("\n", "") == "Let me look." + SAID
    assert NAME not in str(pieces)
    assert pieces[-1]["usage_metadata"]["prompt_token_count"] == 102 + 103
    assert len({piece["response_id"] for piece in pieces}) == 1


@pytest.mark.parametrize("stream", [False, True])
def test_errors_are_the_same(genai, way, stream):
    async def call(url):
        out, asked = [], {"contents": begun(genai), "config": declared(genai, "lookup")}
        async with opened(genai, way, url) as client:
            for _ in ERRORS:
                with pytest.raises(genai.errors.APIError) as caught:
                    await said(way, client, stream, **asked)
                error = caught.value
                after = error.response.headers.get("retry-after")
                known = error.code, error.status, error.details, after
                out.append((type(error), str(error), *known))
        return out

    bodies = [{"error": {"code": n, "message": "No.", "status": x}} for n, x, _ in ERRORS]
    answers = [
        refusal(status, body, retry_after="17")
        for (status, _, _), body in zip(ERRORS, bodies, strict=True)
    ]
    direct, through = play(both("gemini", call, *answers))
    assert direct.value == through.value
    for (status, kind, raised), body, seen in zip(ERRORS, bodies, through.value, strict=True):
        assert seen[0] is getattr(genai.errors, raised)
        assert seen[2:] == (status, kind, body, "17")


def test_a_stream_that_breaks_off_raises_the_same(genai, way):
    async def call(url):
        async with opened(genai, way, url) as client:
            with pytest.raises(Exception) as caught:
                config = declared(genai, "lookup")
                await said(way, client, True, contents=begun(genai), config=config)
            return type(caught.value), str(caught.value)

    direct, through = play(both("gemini", call, broken_off("gemini", END)))
    assert direct.value == through.value
    assert not issubclass(through.value[0], (AssertionError, Warning))
    assert len(direct.received) == len(through.received) == 1
