"""Our tool, offered over a socket: its calls are answered there behind the client's back."""

from __future__ import annotations

import asyncio
import contextlib
import json

import aiohttp
import pytest

from headroom.ccr.tool import NAME
from tests.proxy.dialogue import OTHER, SPOKEN, events, ours, sse, theirs
from tests.proxy.standin import play
from tests.proxy.test_continuation import LOG, asking
from tests.proxy.test_websocket import sockets

SPOKE = SPOKEN["responses"]


class Model:
    """Goes on from its newest answer only, and only where all of its calls are answered."""

    def __init__(self, *script):
        self.script, self.bodies, self.said = script, [], []
        self.refused = []

    async def __call__(self, socket):
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                return
            body, number = json.loads(message.data), len(self.bodies)
            self.bodies.append(body)
            wrong = self.refusal(body, number)
            if wrong:
                self.refused.append(wrong)
                await socket.send_str(json.dumps({"type": "error", "error": {"message": wrong}}))
                continue
            said = self.script[number]
            said = said(self.bodies) if callable(said) else said
            self.said.append(said)
            for _, event in events(b"".join(SPOKE.answer(said, True, number)[1])):
                await socket.send_str(json.dumps(event))

    def refusal(self, body, number):
        assert body["type"] == "response.create"
        assert SPOKE.tools(body) == [OTHER, NAME]
        made = [each[1] for each in self.said[-1] if each[0] == "call"] if self.said else []
        given = [i["call_id"] for i in body["input"] if i.get("type") == "function_call_output"]
        if number and body.get("previous_response_id") != f"resp_{number - 1}":
            return "previous response not found"
        return None if sorted(given) == sorted(made) else "no tool output for a call"


class Client:
    def __init__(self, socket):
        self.socket, self.last = socket, None

    async def ask(self, *items, **more):
        """Send new items; return what is said, in events as one response has them."""
        tools = [{"type": "function", "name": OTHER, "parameters": {}}]
        body = {"type": "response.create", "model": "gpt-5", "store": False, "tools": tools}
        body |= {"input": list(items), "previous_response_id": self.last, **more}
        body = {key: value for key, value in body.items() if value is not None}
        await self.socket.send_str(json.dumps(body))
        got = []
        while not got or got[-1]["type"] not in ("response.completed", "response.failed", "error"):
            got.append(json.loads((await self.socket.receive(timeout=30)).data))
        if got[-1]["type"] != "response.completed":
            return got[-1]
        raw = b"".join(sse(event, event["type"]) for event in got)
        said, self.usage, _ = SPOKE.read(raw, True)
        self.last = got[-1]["response"]["id"]
        return said


QUESTION = {"role": "user", "content": [{"type": "input_text", "text": "Which job was slow?"}]}


def output(call_id, text):
    return {"type": "function_call_output", "call_id": call_id, "output": text}


@contextlib.asynccontextmanager
async def talking(model, headers=(), **settings):
    async with (
        sockets(model, shared=True, **settings) as (world, client),
        client.ws_connect(f"{world.url}/v1/responses", headers=dict(headers)) as socket,
    ):
        yield world, Client(socket)
        assert model.refused == []


def test_a_turn_in_which_only_our_tool_is_called_goes_on_in_the_same_answer():
    model = Model(
        [theirs("c1", q="a")],
        asking(("think", "1"), ("text", "Let me look.")),
        asking(lines="5-6", call_id="o2"),
        [("text", "It is job 7."), theirs("c2", q="b")],
        [("text", "Done.")],
    )

    async def test():
        async with talking(model) as (world, client):
            assert await client.ask(QUESTION) == [theirs("c1", q="a")]
            said = await client.ask(output("c1", LOG))
            assert said == [
                *(("think", "1"), ("text", "Let me look."), ("text", "It is job 7.")),
                theirs("c2", q="b"),
            ]
            assert client.usage["output_tokens"] == 21 + 22 + 23
            assert await client.ask(output("c2", "ok")) == [("text", "Done.")]
            lines = LOG.split("\n")
            assert lines[0] in model.bodies[2]["input"][0]["output"]
            assert lines[4] in model.bodies[3]["input"][0]["output"]
            assert len(model.bodies[1]["input"][0]["output"]) < len(LOG) / 2
            status, _, raw = await world.send("GET", "/stats")
            stats = json.loads(raw)
            assert (status, stats["calls"]) == (200, {"continued": 2})
            assert stats["money"]["requests"] == 5
            assert stats["money"]["requests_without_usage"] == 0

    play(test())


@pytest.mark.parametrize("first", [True, False])
def test_calls_of_the_client_are_forwarded_and_ours_is_answered_in_its_next_request(first):
    def both(body):
        calls = [*asking()(body), theirs("c2", q="b")]
        return [("text", "Hm."), *(calls if first else calls[::-1])]

    model = Model(
        [theirs("c1", q="a")], both, [("text", "So."), theirs("c3", q="c")], [("text", "Ok.")]
    )

    async def test():
        async with talking(model) as (_, client):
            await client.ask(QUESTION)
            said = await client.ask(output("c1", LOG))
            assert said == [("text", "Hm."), theirs("c2", q="b")]
            assert await client.ask(output("c2", "two")) == [("text", "So."), theirs("c3", q="c")]
            given = {each["call_id"]: each["output"] for each in model.bodies[2]["input"]}
            assert given["c2"] == "two"
            assert LOG.split("\n")[0] in given["o1"]
            assert await client.ask(output("c3", "three")) == [("text", "Ok.")]

    play(test())


def test_a_client_that_comes_back_and_sends_all_again_finds_our_calls_in_it():
    model = Model([theirs("c1", q="a")], asking(), [("text", "So."), theirs("c2", q="b")])
    again = Model([("text", "Done.")])

    async def serve(socket):
        await (model if len(model.bodies) < 3 else again)(socket)

    async def test():
        async with sockets(serve, shared=True) as (world, client):
            async with client.ws_connect(f"{world.url}/v1/responses") as socket:
                talk = Client(socket)
                await talk.ask(QUESTION)
                await talk.ask(output("c1", LOG))
            async with client.ws_connect(f"{world.url}/v1/responses") as socket:
                items = SPOKE.request([("said", [theirs("c1", q="a")])], True)["input"]
                items += [output("c1", LOG)]
                later = [("said", [("text", "So."), theirs("c2", q="b")])]
                items += [*SPOKE.request(later, True)["input"], output("c2", "ok")]
                again.said = [[theirs("c1"), ours("o1"), theirs("c2")]]
                assert await Client(socket).ask(QUESTION, *items) == [("text", "Done.")]
        assert model.refused == again.refused == []
        made = [each["name"] for each in again.bodies[0]["input"] if "arguments" in each]
        assert made == [OTHER, NAME, OTHER]

    play(test())


def test_a_request_that_comes_early_waits_for_the_end_of_the_turn():
    model = Model([("text", "One.")], [("text", "Two.")])

    async def test():
        async with talking(model) as (_, client):
            tools = [{"type": "function", "name": OTHER}]
            body = {"type": "response.create", "tools": tools, "store": False, "input": [QUESTION]}
            for more in ({}, {"previous_response_id": "resp_0"}):
                await client.socket.send_str(json.dumps({**body, **more}))
            ends = 0
            while ends < 2:
                event = json.loads((await client.socket.receive(timeout=30)).data)
                ends += event["type"] == "response.completed"
            assert len(model.bodies) == 2

    play(test())


def test_a_client_that_leaves_while_its_request_waits_takes_the_socket_with_it():
    frames, closed = asyncio.Queue(), asyncio.Event()

    async def silent(socket):
        async for message in socket:
            frames.put_nowait(message.data)
        closed.set()

    async def test():
        async with sockets(silent, shared=True) as (world, client):
            tools = [{"type": "function", "name": OTHER}]
            body = {"type": "response.create", "tools": tools, "input": [QUESTION]}
            async with client.ws_connect(f"{world.url}/v1/responses") as socket:
                for _ in range(2):
                    await socket.send_str(json.dumps(body))
                await frames.get()
            await closed.wait()
            assert frames.empty()

    play(test())


def test_what_a_client_says_before_it_leaves_is_passed_on():
    said, closed = [], asyncio.Event()

    async def listening(socket):
        said.extend([message.data async for message in socket])
        closed.set()

    async def test():
        async with sockets(listening, shared=True) as (world, client):
            async with client.ws_connect(f"{world.url}/v1/responses") as socket:
                for n in range(50):
                    await socket.send_str(f'{{"n": {n}}}')
            await closed.wait()
            assert said == [f'{{"n": {n}}}' for n in range(50)]

    play(test())


def test_it_ends():
    calls = [asking(call_id=f"o{n}") for n in range(20)]
    model = Model([theirs("c1", q="a")], *calls)

    async def test():
        async with talking(model, continuations=2) as (_, client):
            await client.ask(QUESTION)
            failed = await client.ask(output("c1", LOG))
            assert failed["type"] == "response.failed"
            assert "headroom_retrieve" in failed["response"]["error"]["message"]
            assert "is enough" in model.bodies[-1]["input"][0]["output"]

    play(test())


def test_an_error_ends_a_turn_and_the_socket_serves_on():
    model = Model([theirs("c1", q="a")], [("text", "Ok.")])

    async def test():
        async with talking(model) as (_, client):
            await client.ask(QUESTION)
            assert (await client.ask(output("no such call", "x")))["type"] == "error"
            model.refused.clear()
            model.bodies.pop()
            assert await client.ask(output("c1", "x")) == [("text", "Ok.")]

    play(test())


@pytest.mark.parametrize(
    ("headers", "more"),
    [
        ({"chatgpt-account-id": "a"}, {}),
        ({}, {"generate": False}),
        ({}, {"tools": [{"type": "function", "name": "bash"}]}),
        ({}, {"tools": []}),
    ],
)
def test_where_it_must_not_be_frames_pass_as_they_are(headers, more):
    frames = []

    async def echo(socket):
        async for message in socket:
            frames.append(message.data)
            await socket.send_str('{"type": "response.completed", "response": {"id": "x"}}')

    async def test():
        async with sockets(echo, shared=True) as (world, client):
            url = f"{world.url}/v1/responses"
            async with client.ws_connect(url, headers=headers) as socket:
                tools = [{"type": "function", "name": OTHER}]
                body = {"type": "response.create", "input": [QUESTION], "tools": tools, **more}
                await socket.send_str(json.dumps(body))
                assert json.loads((await socket.receive(timeout=30)).data)["response"] == {
                    "id": "x"
                }
                assert frames == [json.dumps(body)]

    play(test())
