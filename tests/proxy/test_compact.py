"""A conversation that is to be summed up goes out as the model had it, with nothing more left out."""

from __future__ import annotations

import json

import pytest

from headroom.ccr.tool import NAME
from headroom.decode import expand_text
from tests.proxy.conversation import (
    OUTPUTS,
    SPELLINGS,
    WIRES,
    items_of,
    outputs_of,
    responses,
)
from tests.proxy.dialogue import SPOKEN
from tests.proxy.standin import Answer, play, running

PATH, COMPACT = "/v1/responses", "/v1/responses/compact"


def compact(turns, tools=True):
    """The body of a request that is no answer to anybody; the public API has no tools in it."""
    body = responses(turns)
    return {k: v for k, v in body.items() if k != "store" and (tools or k != "tools")}


def ended(body):
    """A conversation whose last turn is over, as it is when a client compacts between turns."""
    said = {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": "."}],
    }
    return {**body, "input": [*body["input"], said]}


@pytest.mark.parametrize("tools", [True, False])
@pytest.mark.parametrize("end", [True, False])
def test_what_was_forwarded_is_summed_up_in_the_same_bytes(tools, end):
    async def test():
        async with running() as world:
            for turns in (1, 2, 3):
                await world.post(PATH, responses(turns))
            asked = compact(3, tools)
            await world.post(COMPACT, ended(asked) if end else asked)
            sent, summed = (
                items_of("responses", each.json) for each in world.provider.received[2:]
            )
            assert summed[: len(sent)] == sent
            assert len("".join(summed)) < len(json.dumps(compact(3))) / 2

    play(test())


@pytest.mark.parametrize("tools", [True, False])
def test_of_what_was_never_sent_nothing_is_left_out(tools):
    async def test():
        async with running() as world:
            await world.post(PATH, responses(1))
            await world.post(COMPACT, compact(2, tools))
            [first] = outputs_of("responses", world.provider.received[0].json)
            same, folded = outputs_of("responses", world.provider.received[1].json)
            assert (same, expand_text(folded)) == (first, OUTPUTS[1])
            await world.post(PATH, responses(2))
            assert outputs_of("responses", world.provider.received[2].json) == [same, folded]

    play(test())


def test_a_conversation_that_nobody_here_knows_is_only_folded():
    async def test():
        async with running() as world:
            await world.post(COMPACT, compact(3, tools=False))
            texts = outputs_of("responses", world.provider.received[0].json)
            assert [expand_text(each) for each in texts] == OUTPUTS

    play(test())


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("tools", [True, False])
def test_with_nothing_to_shorten_it_goes_out_byte_for_byte(tools, spelling):
    async def test():
        async with running(shell=None) as world:
            raw = json.dumps(compact(0, tools), **SPELLINGS[spelling]).encode()
            await world.post(COMPACT, raw)
            assert world.provider.received[0].body == raw

    play(test())


def test_our_tool_is_there_where_the_conversation_has_it_and_no_answer_is_touched():
    said = b'{"id": "resp_1",  "object": "response.compaction", "output": [], "usage": {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4}}}'

    async def test():
        async with running(lambda _: Answer(chunks=[said]), shell=None) as world:
            await world.post(COMPACT, compact(0))  # It began nowhere.
            await world.post(PATH, responses(0))
            _, _, answer = await world.post(COMPACT, compact(0))
            assert answer == said
            has = [NAME in SPOKEN["responses"].tools(g.json) for g in world.provider.received]
            assert has == [False, True, True]
            money = json.loads((await world.send("GET", "/stats"))[2])["money"]
            assert (money["requests"], money["requests_without_usage"]) == (3, 0)

    play(test())


def summing(name, build, turns):
    """The conversation as a client has it summed up: no tools, other words of the system's."""
    body = json.loads(json.dumps(build(turns, shell=False)).replace("an agent", "a writer"))
    inner = body.get("request", body)
    items = next(inner[key] for key in ("contents", "input", "messages") if key in inner)
    said = {"parts": [{"text": "Sum up."}]} if "contents" in inner else {"content": "Sum up."}
    items.append({"role": "user", **said})
    return body


TOOLLESS = sorted(WIRES.keys() - {"converse"})  # There the tools have to be named.


@pytest.mark.parametrize("name", TOOLLESS)
def test_a_conversation_whose_tools_are_left_out_goes_out_as_the_model_had_it(name):
    path, build = WIRES[name]

    async def test():
        async with running() as world:
            for turns in (1, 2, 3):
                await world.post(path, build(turns))
            await world.post(path, summing(name, build, 3))
            sent, summed = (outputs_of(name, each.json) for each in world.provider.received[2:])
            assert summed[:2] == sent[:2]
            assert len("".join(summed)) < len("".join(OUTPUTS)) / 2

    play(test())


@pytest.mark.parametrize("name", TOOLLESS)
def test_another_conversation_without_tools_gets_its_texts_whole(name):
    path, build = WIRES[name]

    async def test():
        async with running() as world:
            await world.post(path, build(3))
            other = json.dumps(summing(name, build, 3)).replace("Which job", "Which task")
            await world.post(path, other.encode())
            texts = outputs_of(name, world.provider.received[1].json)
            assert [expand_text(each) for each in texts] == OUTPUTS

    play(test())


@pytest.mark.parametrize("name", TOOLLESS)
def test_a_conversation_that_began_without_tools_stays_as_it_went_out(name):
    path, build = WIRES[name]

    async def test():
        async with running() as world:
            await world.post(path, build(1, shell=False))
            for turns in (1, 2, 3):
                await world.post(path, build(turns))
            await world.post(path, build(3, shell=False))
            first, *_, last = (items_of(name, each.json) for each in world.provider.received)
            assert last[: len(first)] == first
            texts = outputs_of(name, world.provider.received[-1].json)
            assert [expand_text(each) for each in texts] == OUTPUTS

    play(test())
