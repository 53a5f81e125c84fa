"""What could hold up other requests, or end one, in the middle of a turn: faults and long work."""

from __future__ import annotations

import json
import threading

import pytest

from headroom.core import jsonpatch
from headroom.core.jsonpatch import BytesDocument
from headroom.proxy import coding
from headroom.proxy.turn import continuation
from tests.proxy.dialogue import SPOKEN, theirs
from tests.proxy.standin import play, running
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
