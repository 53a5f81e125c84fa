"""Counts of tokens are of what would be sent, and decide nothing about it."""

from __future__ import annotations

import json

import pytest

from headroom.cache.ledger import MemoryLedger
from headroom.ccr.tool import NAME
from headroom.config import Options
from headroom.engine.engine import Engine
from headroom.proxy.money.account import Accounts, Saved
from headroom.proxy.money.usage import Usage
from tests.proxy.conversation import OUTPUTS, SPELLINGS, WIRES, anthropic, items_of, outputs_of
from tests.proxy.standin import Answer, play, running


def whole(build, turns):
    body = build(turns)
    return {name: body[name] for name in body if name not in ("max_tokens", "store")}


def bare(build, turns):
    return {"contents": build(turns)["contents"]}


def nested(build, turns):
    return {"generateContentRequest": {"model": "models/gemini-2.5-pro", **build(turns)}}


def assisted(build, turns):
    return {"request": {"model": "models/g", "contents": build(turns)["request"]["contents"]}}


COUNTS = {
    "anthropic": ("anthropic", "/v1/messages/count_tokens?beta=true", whole),
    "vertex": (
        "anthropic",
        "/v1/projects/p/locations/eu/publishers/anthropic/models/count-tokens:rawPredict",
        whole,
    ),
    "responses": ("responses", "/v1/responses/input_tokens", whole),
    "gemini": ("gemini", "/v1beta/models/gemini-2.5-pro:countTokens", whole),
    "gemini, contents": ("gemini", "/v1beta/models/gemini-2.5-pro:countTokens", bare),
    "gemini, request": ("gemini", "/v1beta/models/gemini-2.5-pro:countTokens", nested),
    "code-assist": ("code-assist", "/v1internal:countTokens", assisted),
}


def inside(received):
    body = received.json
    return body.get("generateContentRequest", body)


@pytest.mark.parametrize("name", COUNTS)
def test_what_is_counted_is_what_was_sent(name):
    wire, path, shaped = COUNTS[name]
    there, build = WIRES[wire]

    async def test():
        async with running() as world:
            for turns in (1, 2, 3):
                await world.post(there, build(turns))
                await world.post(path, shaped(build, turns))
                sent, counted = world.provider.received[-2:]
                assert counted.target == path
                assert items_of(wire, inside(counted)) == items_of(wire, sent.json)
                assert len(counted.body) < len(json.dumps(shaped(build, turns))) / 2

    play(test())


@pytest.mark.parametrize("name", ["anthropic", "vertex", "responses", "gemini", "gemini, request"])
def test_what_is_counted_first_is_what_is_sent_then(name):
    wire, path, shaped = COUNTS[name]
    there, build = WIRES[wire]

    async def test():
        async with running() as world:
            for turns in (1, 2, 3):
                await world.post(path, shaped(build, turns))
                await world.post(there, build(turns))
                counted, sent = world.provider.received[-2:]
                assert items_of(wire, inside(counted)) == items_of(wire, sent.json)

    play(test())


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("shell", ["headroom retrieve", None])
def test_counting_changes_nothing_of_what_is_sent(name, shell):
    wire, path, shaped = COUNTS[name]
    there, build = WIRES[wire]

    async def sent(counting):
        ledger, bodies = MemoryLedger(), []
        async with running(engine=Engine(ledger=ledger), shell=shell) as world:
            for turns in (0, 1, 2, 3):
                known = len(ledger)
                for _ in range(2 if counting else 0):
                    await world.post(path, shaped(build, turns))
                assert len(ledger) == known
                await world.post(there, build(turns))
                bodies.append(world.provider.received[-1].body)
        return bodies

    assert play(sent(counting=True)) == play(sent(counting=False))


@pytest.mark.parametrize("first", ["count", "send"])
def test_a_text_that_went_out_whole_is_counted_whole(first):
    path, build = WIRES["anthropic"]

    async def test():
        ledger = MemoryLedger()
        if first == "count":
            async with running(engine=Engine(ledger=ledger)) as world:
                await world.post(COUNTS["anthropic"][1], whole(build, 1))
                [output] = outputs_of("anthropic", world.provider.received[0].json)
                assert len(output) < len(OUTPUTS[0]) / 2
        options = Options(max_chars=100)
        async with running(engine=Engine(ledger=ledger), options=options) as world:
            await world.post(path, build(1))
        async with running(engine=Engine(ledger=ledger)) as world:
            await world.post(COUNTS["anthropic"][1], whole(build, 1))
            await world.post(path, build(1))
            for each in world.provider.received:
                assert outputs_of("anthropic", each.json) == OUTPUTS[:1]

    play(test())


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", COUNTS)
def test_a_count_with_nothing_to_shorten_goes_out_byte_for_byte(name, spelling):
    wire, path, shaped = COUNTS[name]
    odd = b'{"x": [1.0, 1e5, 9007199254740993, "\\/ \\u00e9 \\ud800"], "x": 2, '

    async def test():
        async with running() as world:
            text = json.dumps(shaped(WIRES[wire][1], 0), **SPELLINGS[spelling]).encode()
            for raw in (odd + text[1:] + b"\n ", b"{", b"[]", b"null", b'{"input": {}}', text[:-9]):
                await world.post(path, raw)
                assert world.provider.received[-1].body == raw

    play(test())


def tools_of(received):
    return [each["name"] for each in received.json["tools"]]


def test_our_tool_is_counted_where_it_would_be_sent():
    path, count = WIRES["anthropic"][0], COUNTS["anthropic"][1]
    other = anthropic(0)
    other["messages"] = [{"role": "user", "content": "Something else"}]
    alone = {**other, "tools": [{"name": "alone", "input_schema": {}}]}

    async def test():
        async with running(shell=None) as world:
            for where, body in (
                (count, other),  # Nothing is known of these tools.
                (path, anthropic(0)),
                (count, anthropic(0)),
                (count, other),  # A conversation that begins with the same tools.
                (count, alone),  # As Claude Code asks how long each tool of its own is.
                (path, other),
            ):
                await world.post(where, body)
            offered = [NAME in tools_of(each) for each in world.provider.received]
            assert offered == [False, True, True, True, False, True]
            assert world.provider.received[3].json["tools"] == other["tools"] + [
                world.provider.received[1].json["tools"][-1]
            ]

    play(test())


def test_a_login_that_is_offered_no_tool_has_none_counted():
    path, count = WIRES["anthropic"][0], COUNTS["anthropic"][1]
    login = [("authorization", "Bearer sk-ant-oat01-x")]

    async def test():
        async with running(shell=None) as world:
            await world.post(path, anthropic(0))
            await world.post(count, anthropic(0), login)
            assert NAME not in tools_of(world.provider.received[1])

    play(test())


def test_a_signed_count_is_not_touched():
    signed = [("authorization", "AWS4-HMAC-SHA256 Credential=A/20260101/eu/bedrock/aws4_request")]

    async def test():
        async with running() as world:
            raw = json.dumps(anthropic(2)).encode()
            await world.post(COUNTS["anthropic"][1], raw, signed)
            assert world.provider.received[0].body == raw

    play(test())


def test_counts_are_told_apart_in_the_figures_and_their_answers_arrive_untouched():
    _, build = WIRES["anthropic"]
    said = b'{"input_tokens": 14 , "usage": {"input_tokens": 3}}'

    async def test():
        async with running(lambda _: Answer(chunks=[said])) as world:
            await world.post(COUNTS["anthropic"][1], whole(build, 2))
            _, headers, body = await world.post(
                COUNTS["anthropic"][1], whole(build, 2), [("x-headroom-explain", "1")]
            )
            assert body == said
            assert int(dict(headers)["x-headroom-saved-tokens"]) > 1000
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert stats["requests"] == {"counted": 2}
            assert (stats["tokens"], stats["texts"], stats["cache"]) == ({}, {}, {})
            assert stats["money"]["requests"] == 0
            assert stats["money"]["requests_without_usage"] == 0

    play(test())


def test_to_ask_whether_a_conversation_would_be_closed_does_not_close_it():
    accounts = Accounts()
    accounts.record("gpt-4o", Saved(b"a", new=10), Usage(fresh=100))
    assert not accounts.would_stand_down(b"a")
    accounts.record("gpt-4o", Saved(b"a", retrieved=90), Usage(fresh=100))
    assert accounts.would_stand_down(b"a")
    assert accounts.view()["conversations_stood_down"] == 0
    accounts.record("gpt-4o", Saved(b"a", old=1000), Usage(read=100))
    assert not accounts.would_stand_down(b"a")
    accounts.record("gpt-4o", Saved(b"a", retrieved=90), Usage(fresh=9000))
    assert accounts.stands_down(b"a")
    accounts.record("gpt-4o", Saved(b"a", old=100_000), Usage(read=100))
    assert accounts.would_stand_down(b"a")
