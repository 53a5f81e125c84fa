"""The same wires on other hosts of a vendor: paths, headers and bodies arrive as they have to."""

from __future__ import annotations

import gzip
import json

import aiohttp
import pytest

from headroom.proxy import route
from headroom.proxy.http import coding
from tests.proxy.agent import AGENTS, SOCKETS, beginning, items
from tests.proxy.conversation import (
    CODE_ASSIST,
    CONVERSE,
    OUTPUTS,
    anthropic,
    chat,
    code_assist,
    converse,
    gemini,
    responses,
)
from tests.proxy.money.test_money import frame
from tests.proxy.standin import Answer, play, running
from tests.proxy.strict import refusal
from tests.proxy.test_agent import changed, strict
from tests.proxy.test_socket_session import Upstream, ask, create
from tests.proxy.test_websocket import sockets


def claude(turns):
    body = {"anthropic_version": "bedrock-2023-05-31", **anthropic(turns)}
    return {key: value for key, value in body.items() if key != "model"}


VERTEX = "/v1/projects/p/locations/us-east5/publishers"
HOSTS = {
    "azure": ("/openai/deployments/d/chat/completions?api-version=2025-04-01", chat),
    "azure, v1": ("/openai/v1/responses", responses),
    "vertex, claude": (f"{VERTEX}/anthropic/models/claude-x@20250929:streamRawPredict", claude),
    "vertex, gemini": (f"{VERTEX}/google/models/gemini-3:streamGenerateContent?alt=sse", gemini),
    "bedrock": ("/model/us.anthropic.claude-sonnet-4-5-v1%3A0/invoke", claude),
    "bedrock, stream": ("/model/anthropic.claude-x/invoke-with-response-stream", claude),
    "bedrock, a profile": (
        "/model/arn%3Aaws%3Abedrock%3A1%3Aapplication-inference-profile%2Fx/invoke",
        claude,
    ),
    "bedrock, converse": ("/model/us.amazon.nova-pro-v1:0/converse", converse),
    "bedrock, converse, stream": (CONVERSE, converse),
    "code assist": (CODE_ASSIST, code_assist),
    "openrouter": ("/api/v1/chat/completions", chat),
    "groq": ("/openai/v1/chat/completions", chat),
}


@pytest.mark.parametrize("name", HOSTS)
def test_results_are_shortened_and_the_rest_arrives_as_it_was_sent(name):
    path, build = HOSTS[name]
    key = ("authorization", "Bearer ABSKabc")

    async def test():
        async with running() as world:
            forms = []
            for turns in (0, 1, 2, 3):
                raw = json.dumps(build(turns), ensure_ascii=False)
                await world.post(path, raw.encode(), [key])
                got = world.provider.received[-1]
                assert got.target == path
                assert got.header("authorization") == key[1]
                pairs = changed(raw, got.body.decode())
                assert [old for old, _ in pairs] == OUTPUTS[:turns]
                assert [new for _, new in pairs][: len(forms)] == forms
                forms = [new for _, new in pairs]

    play(test())


@pytest.mark.parametrize("name", HOSTS)
def test_a_request_that_is_signed_with_its_body_is_not_touched(name):
    path, build = HOSTS[name]
    signed = "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/bedrock/aws4_request, Signature=0"

    async def test():
        async with running() as world:
            raw = json.dumps(build(2)).encode()
            await world.post(path, raw, [("authorization", signed)])
            assert world.provider.received[0].body == raw

    play(test())


def test_a_stream_whose_frames_cannot_be_told_apart_is_offered_no_tool():
    async def test():
        async with running(shell=None) as world:
            await world.post(CONVERSE, json.dumps(converse(0)).encode())
            assert world.provider.received.pop().json == converse(0)
            for path in (HOSTS["bedrock, stream"][0], "/v1/messages"):
                await world.post(path, json.dumps(claude(0)).encode())
            tools = [
                [each["name"] for each in got.json["tools"]] for got in world.provider.received
            ]
            assert tools == [["Bash"], ["Bash", "headroom_retrieve"]]

    play(test())


def test_files_that_code_assist_reads_stay_as_they_are():
    agent = AGENTS["gemini"]

    async def test():
        async with running(lambda got: wrong(got.json["request"])) as world:
            for count in (1, 2):
                raw = json.dumps({"model": "gemini-3-pro", "request": agent.body(count)})
                status, _, _ = await world.post("/v1internal:generateContent", raw.encode())
                assert status == 200
                pairs = changed(raw, world.provider.received[-1].body.decode())
                assert len(pairs) == count  # The log and the records, not the file between them.

    def wrong(inner):
        return Answer(400) if refusal(inner) else Answer()

    play(test())


@pytest.mark.parametrize("encoding", ["zstd", "gzip", None])
def test_a_chatgpt_login_goes_to_its_host_with_nothing_but_results_changed(encoding):
    agent = AGENTS["codex"]
    headers = [("chatgpt-account-id", "a"), ("authorization", "Bearer eyJ.e30.x")]
    headers += [("content-encoding", encoding)] if encoding else []

    async def test():
        async with running(unpacking) as world:
            for count in range(4):
                raw = json.dumps(agent.body(count))
                packed = coding.encode(raw.encode(), encoding)
                assert (await world.post("/v1/responses", packed, headers))[0] == 200
                got = world.provider.received[-1]
                assert got.target == "/backend-api/codex/responses"
                assert got.header("chatgpt-account-id") == "a"
                assert got.header("content-encoding") == encoding
                pairs = changed(raw, unpacked(got).decode())
                assert len(pairs) == min(count, 2)

    play(test())


def unpacked(received):
    return coding.decode(received.body, received.header("content-encoding"), 10_000_000)


def unpacking(received):
    received.body, body = unpacked(received), received.body
    answer = strict(received)
    received.body = body
    return answer


def test_a_chatgpt_login_is_offered_no_tool():
    async def test():
        async with running(shell=None) as world:
            raw = json.dumps(responses(0)).encode()
            await world.post("/v1/responses", raw, [("chatgpt-account-id", "a")])
            assert world.provider.received[0].body == raw

    play(test())


def test_a_chatgpt_login_goes_to_its_host_over_a_socket_too():
    agent, seen = SOCKETS["codex"], []
    first, tools = beginning(agent)
    [turn] = agent.turns(1)
    calls, outputs = items(agent, 0, turn)

    class Watched(Upstream):
        async def __call__(self, socket):
            seen.append((socket.request.raw_path, socket.request.headers["chatgpt-account-id"]))
            await super().__call__(socket)

    async def test():
        upstream = Watched([])
        upstream.turns = [calls]
        headers = {"chatgpt-account-id": "a"}
        async with (
            sockets(upstream, shared=True) as (world, client),
            client.ws_connect(f"{world.url}/v1/responses", headers=headers) as socket,
        ):
            frames = [create(first, **tools), create(outputs, "resp_0")]
            for frame in frames:
                await ask(socket, frame)
        assert seen == [("/backend-api/codex/responses", "a")]
        assert upstream.frames[0] == frames[0]
        assert len(changed(frames[1], upstream.frames[1])) == 1

    play(test())


def test_a_named_upstream_gets_what_a_login_sends():
    async def test():
        async with running() as world:
            settings = world.app._services.settings
            settings.upstreams.pop("chatgpt")
            await world.post("/v1/responses", responses(0), [("chatgpt-account-id", "a")])
            assert world.provider.received[0].target == "/v1/responses"

    play(test())


@pytest.mark.parametrize("path", ["/openai/v1/responses", "/openai/deployments/d/embeddings"])
def test_a_key_is_not_sent_to_a_host_that_it_is_not_for(path):
    async def test():
        async with running(upstreams=route.upstreams({})) as world:
            status, _, body = await world.post(path, chat(0), [("api-key", "k")])
            assert status == 502
            assert "--upstream azure=URL" in json.loads(body)["error"]["message"]
            async with aiohttp.ClientSession() as client:
                with pytest.raises(aiohttp.WSServerHandshakeError, match="502"):
                    await client.ws_connect(f"{world.url}{path}", headers={"api-key": "k"})

    play(test())


def test_a_packed_body_of_bedrock_is_understood():
    path, build = HOSTS["bedrock"]

    async def test():
        async with running() as world:
            packed = gzip.compress(json.dumps(build(1)).encode())
            await world.post(path, packed, [("content-encoding", "gzip")])
            assert len(unpacked(world.provider.received[0])) < len(OUTPUTS[0])

    play(test())


@pytest.mark.parametrize("size", [1, 1000])
def test_a_stream_of_converse_arrives_byte_for_byte_and_its_usage_is_read(size):
    said = frame(b'{"contentBlockIndex":0,"delta":{"text":"\\u017elu\xc5\xa5"},"p":"abc"}')
    end = frame(
        b'{"usage":{"inputTokens":700,"outputTokens":9,"cacheReadInputTokens":100},"p":"a"}'
    )
    whole = said * 3 + end
    chunks = [whole[n : n + size] for n in range(0, len(whole), size)]
    kind = [("content-type", "application/vnd.amazon.eventstream")]

    async def test():
        async with running(lambda _: Answer(200, kind, chunks, length=False)) as world:
            for turns in (1, 2):
                status, headers, body = await world.post(CONVERSE, converse(turns))
                assert (status, body, kind[0] in headers) == (200, whole, True)
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert stats["money"]["requests"] == 2
            assert stats["cache"]["read"] == 200
            assert "us.anthropic.claude-sonnet-4-5-v1:0" in stats["models"]
            assert stats["money"]["dollars"]["saved"] > 0

    play(test())


@pytest.mark.parametrize("status", [400, 403, 424, 429, 500])
def test_an_error_of_bedrock_arrives_as_it_was_sent(status):
    named = [("x-amzn-errortype", "ThrottlingException"), ("content-type", "application/json")]

    async def test():
        answer = Answer(status, named, [b'{"message":"no"}'])
        async with running(lambda _: answer) as world:
            got = await world.post(CONVERSE, converse(1))
            assert (got[0], got[2]) == (status, b'{"message":"no"}')
            assert named[0] in got[1]

    play(test())
