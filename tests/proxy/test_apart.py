"""What could hold up other requests, or end one, in the middle of a turn: faults and long work."""

from __future__ import annotations

import json
import threading

import pytest

from headroom.ccr.tool import NAME
from headroom.core import jsonpatch
from headroom.core.jsonpatch import BytesDocument
from headroom.proxy.http import coding
from headroom.proxy.turn import continuation
from tests.proxy.dialogue import JSON, SPOKEN, theirs
from tests.proxy.standin import Answer, play, running
from tests.proxy.test_continuation import LOG, Client, Model, asking, flat, ways

SCRIPT = [[theirs("c1", q="a")], asking(), [("text", "Done.")]]


def broken(*_):
    raise RuntimeError("a fault of ours")


@ways
def test_a_fault_in_fetching_is_an_answer_and_the_turn_goes_on(name, stream, monkeypatch):
    spoken = SPOKEN[name]
    model = Model(spoken, stream, SCRIPT)
    monkeypatch.setattr(continuation, "answer_call", broken)

    async def test():
        async with running(model) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            assert await client.ask(LOG) == [("text", "Done.")]
            [_, said] = [x[2] for kind, x in flat(model.talks[2]) if kind == "results"]
            assert "could not be fetched" in said
            assert "a fault of ours" not in said
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert stats["calls"] == {"broken": 1, "continued": 1}

    play(test())


@pytest.mark.parametrize("name", SPOKEN)
@pytest.mark.parametrize("body", [b'{"error": {"message": "no"}}', b"{}", b'{"choices": [null]}'])
def test_an_odd_answer_in_the_middle_of_a_turn_goes_on_as_it_is(name, body):
    spoken = SPOKEN[name]
    model = Model(spoken, False, [*SCRIPT[:2], Answer(200, JSON, [body])])

    async def test():
        async with running(model) as world:
            client = Client(world, spoken, False)
            await client.ask()
            client.talk.append(("results", [(*client.talk[-1][1][0][1:3], LOG)]))
            status, got = await client.post()
            assert status == 200
            assert got == body or not json.loads(body).keys() - json.loads(got).keys()

    play(test())


TOO_LONG = Answer(400, JSON, [b'{"error": {"message": "prompt is too long"}}'])


@ways
@pytest.mark.parametrize("refused", [1, 2])
def test_what_a_conversation_has_no_room_for_is_not_sent_again(name, stream, refused):
    spoken = SPOKEN[name]
    answers = [TOO_LONG] * refused + [[("text", "Done.")]]
    model = Model(spoken, stream, [SCRIPT[0], asking(lines="1-90"), *answers])
    model.strict = False  # What was refused is no part of the conversation.

    async def test():
        async with running(model) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            client.talk.append(("results", [(*client.talk[-1][1][0][1:3], LOG)]))
            status, body = await client.post()
            if refused == 1:
                assert spoken.read(body, stream)[0] == [("text", "Done.")]
            else:
                assert b"prompt is too long" in body
                assert status == (200 if stream else 400)
            long, short = (flat(talk)[-1][1][2] for talk in model.talks[2:4])
            assert long.count("\n") > 80
            assert "there is no room" in short
            assert len(model.bodies) == 4

    play(test())


@pytest.mark.parametrize("name", SPOKEN)
def test_bodies_are_decoded_and_packed_apart_from_the_loop(name, monkeypatch):
    spoken = SPOKEN[name]
    model = Model(spoken, True, SCRIPT)
    where = []

    def noted(work):
        def noting(*args, **more):
            where.append(threading.current_thread())
            return work(*args, **more)

        return noting

    for holder, work in ((jsonpatch, "decode"), (BytesDocument, "edit"), (coding, "encode")):
        monkeypatch.setattr(holder, work, noted(getattr(holder, work)))

    async def test():
        async with running(model) as world:
            client = Client(world, spoken, True)
            await client.ask()
            assert await client.ask(LOG) == [("text", "Done.")]
            assert where
            assert threading.main_thread() not in where

    play(test())


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("name", [name for name in SPOKEN if name != "gemini-list"])
def test_a_stream_whose_last_event_has_no_end_is_read_to_its_end(name, ends):
    spoken = SPOKEN[name]
    model = Model(spoken, True, SCRIPT)

    def script(received):
        answer = model(received)
        if len(model.bodies) == 2:
            answer.chunks = [chunk.replace(b"\n", ends) for chunk in answer.chunks]
            answer.chunks[-1] = answer.chunks[-1].rstrip(b"\r\n")
        return answer

    async def test():
        async with running(script) as world:
            client = Client(world, spoken, True)
            await client.ask()
            client.talk.append(("results", [(*client.talk[-1][1][0][1:3], LOG)]))
            status, body = await client.post()
            assert status == 200
            assert b"Done." in body
            assert NAME.encode() not in body

    play(test())
