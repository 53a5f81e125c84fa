"""Requests of real agents' shapes: accepted, results shortened, every other byte the client's."""

from __future__ import annotations

import json
import re

import pytest

from headroom.decode import expand_text
from headroom.engine.engine import Engine
from headroom.stores import open_store
from tests.proxy.agent import AGENTS, LONG, SOCKETS, TURNS, aider, beginning, items
from tests.proxy.standin import Answer, play, running
from tests.proxy.strict import refusal
from tests.proxy.test_socket_session import Upstream, ask, create
from tests.proxy.test_websocket import sockets

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^"]+')
SPELLINGS = {
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "indented": {"indent": 1},
}


def changed(before, after):
    """Return the strings that differ between two JSON texts; nothing else may."""
    pairs = list(zip(TOKEN.findall(before), TOKEN.findall(after), strict=True))
    assert all(old == new or old[0] == new[0] == '"' for old, new in pairs)
    return [(json.loads(old), json.loads(new)) for old, new in pairs if old != new]


def strict(received):
    """Answer like a provider that refuses what does not fit together."""
    wrong = refusal(received.json)
    return Answer(400, chunks=[wrong.encode()]) if wrong else Answer()


def check(pairs, outputs, store):
    """What changed is what the commands printed; it can be had back, and what is around it stays."""
    assert len(pairs) == len(outputs)
    for (old, new), output in zip(pairs, outputs, strict=True):
        plain = output in old
        spelled = output if plain else json.dumps(output)[1:-1]
        if spelled not in old:  # JSON in a frame in JSON.
            spelled = json.dumps(output)[1:-1]
        head, _, tail = old.partition(spelled)
        whole = head[: head.rfind("\n") + 1] if plain else head
        assert new.startswith(whole)
        assert head[len(whole) :] in new
        assert new.endswith(tail)
        assert len(new) < len(old) / 2
        assert "headroom retrieve " in new
        assert expand_text(new, store.get) == old


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", AGENTS)
def test_what_commands_printed_is_shortened_and_nothing_else_changes(name, spelling):
    agent, store = AGENTS[name], open_store("memory:")

    async def test():
        async with running(strict, Engine(store=store)) as world:
            forms = []
            for count in range(len(TURNS) + 1):
                raw = json.dumps(agent.body(count), **SPELLINGS[spelling])
                status, _, answer = await world.post(agent.path, raw.encode(), agent.headers)
                assert status == 200, answer
                got = world.provider.received[-1]
                pairs = changed(raw, got.body.decode())
                texts = [text for turn in agent.turns(count) for _, _, text in turn]
                check(pairs, [each for each in LONG if any(holds(t, each) for t in texts)], store)
                before, forms = forms, [new for _, new in pairs]
                assert forms[: len(before)] == before
                for header, value in agent.headers:
                    assert got.header(header) == value

    play(test())


def holds(text, output):
    return output in text or json.dumps(output)[1:-1] in text


@pytest.mark.parametrize("name", SOCKETS)
def test_over_a_socket_new_results_are_shortened_and_nothing_else_changes(name):
    agent, store = SOCKETS[name], open_store("memory:")
    turns = [items(agent, n, turn) for n, turn in enumerate(agent.turns(len(TURNS)))]
    first, tools = beginning(agent)

    async def test():
        upstream = Upstream([])
        upstream.turns = [calls for calls, _ in turns]
        sent = []
        async with (
            sockets(upstream, engine=Engine(store=store), shared=True) as (world, client),
            client.ws_connect(f"{world.url}/v1/responses", max_msg_size=0) as socket,
        ):
            for n, new in enumerate([first, *(outputs for _, outputs in turns)]):
                sent.append(create(new, f"resp_{n - 1}" if n else None, **tools))
                await ask(socket, sent[-1])
        found = 0
        for raw, got in zip(sent, upstream.frames, strict=True):
            wanted = [each for each in LONG if holds(raw, json.dumps(each)[1:-1])]
            check(changed(raw, got), wanted, store)
            found += len(wanted)
        assert found == 2

    play(test())


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_files_in_what_a_user_says_stay_as_they_are(spelling):
    raw = json.dumps(aider(), **SPELLINGS[spelling]).encode()

    async def test():
        async with running(strict) as world:
            assert (await world.post("/v1/chat/completions", raw))[0] == 200
            assert world.provider.received[0].body == raw

    play(test())


@pytest.mark.parametrize("name", AGENTS)
def test_a_provider_that_checks_would_have_told(name):
    body = AGENTS[name].body(2)
    assert refusal(body) is None
    for key in ("messages", "input", "contents"):
        if key in body:
            assert refusal({**body, key: body[key][:-1]})
