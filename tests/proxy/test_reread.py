"""Files that an agent reads again and again, through the proxy."""

from __future__ import annotations

import json

import pytest

from headroom.config import Options
from tests.proxy import conversation
from tests.proxy.conversation import WIRES, outputs_of
from tests.proxy.model import Model
from tests.proxy.standin import Received, play, running

FILE = "\n".join(f"def step_{n}(value):\n    return value + {n}\n" for n in range(120))
EDITED = FILE.replace("value + 60\n", "value - 60\n")


@pytest.fixture
def reads(monkeypatch):
    """Let the conversation be one that reads a file, edits it and reads it again."""
    monkeypatch.setattr(conversation, "COMMANDS", dict.fromkeys(range(3), "cat src/steps.py"))
    monkeypatch.setattr(conversation, "OUTPUTS", [FILE, EDITED, EDITED])


@pytest.mark.usefixtures("reads")
@pytest.mark.parametrize("profile", ["lossless", "balanced"])
@pytest.mark.parametrize("name", WIRES)
def test_what_was_read_before_is_pointed_at_once_and_stays_so(name, profile):
    path, build = WIRES[name]

    async def test():
        async with running(options=Options(profile=profile)) as world:
            for turns in (1, 2, 3, 3):
                await world.post(path, build(turns))
            sent = [outputs_of(name, each.json) for each in world.provider.received]
            first, second, third = sent[2]
            assert first == FILE
            assert "    return value - 60" in second.split("\n")
            assert len(second) < len(FILE) / 5
            assert third == EDITED  # Asked for again: the pointers were of no use.
            assert sent[0] == sent[2][:1]
            assert sent[1] == sent[2][:2]
            assert sent[3] == sent[2]

    play(test())


@pytest.mark.usefixtures("reads")
def test_no_pointer_outlives_the_numbers_of_the_items_that_it_names():
    path, build = WIRES["responses"]

    async def test():
        async with running() as world:
            for turns in (1, 2):
                await world.post(path, build(turns))
            body = build(2)
            body["input"] = [each for each in body["input"] if each.get("type") != "reasoning"]
            await world.post(path, body)
            *_, pointed, stripped = [each.json for each in world.provider.received]
            assert "of message 4 (cat" in outputs_of("responses", pointed)[1]
            assert "cat src" in json.dumps(pointed["input"][2])
            assert "of message 4 (cat" not in outputs_of("responses", stripped)[1]

    play(test())


@pytest.mark.usefixtures("reads")
@pytest.mark.parametrize("name", WIRES)
def test_reading_again_costs_less_than_direct(name):
    path, build = WIRES[name]

    async def test():
        direct, model = Model(), Model()
        async with running(model) as world:
            for turns in (0, 1, 2, 3):
                body = build(turns)
                direct(Received("POST", path, [], json.dumps(body).encode()))
                assert (await world.post(path, body))[0] == 200
        assert model.refused == []
        assert model.price < direct.price

    play(test())


@pytest.mark.usefixtures("reads")
def test_nothing_is_pointed_at_that_the_provider_may_clear_away():
    path, build = WIRES["anthropic"]
    rules = {"edits": [{"type": "clear_tool_uses_20250919"}]}

    async def test():
        async with running() as world:
            for turns in (1, 2, 3):
                await world.post(path, build(turns) | {"context_management": rules})
            sent = outputs_of("anthropic", world.provider.received[2].json)
            assert sent == [FILE, EDITED, EDITED]

    play(test())


def test_the_paths_of_a_short_list_stay_whole(monkeypatch):
    path, build = WIRES["chat"]
    listed = "\n".join(f"./src/package/part/module_{n}.py" for n in range(25))
    monkeypatch.setattr(conversation, "COMMANDS", {0: "find . -name '*.py' | head -25"})
    monkeypatch.setattr(conversation, "OUTPUTS", [listed])

    async def test():
        async with running() as world:
            await world.post(path, build(1))
            assert outputs_of("chat", world.provider.received[0].json) == [listed]

    play(test())
