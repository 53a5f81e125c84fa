"""What clients do to their own history, and what of it keeps the form in which it was sent."""

from __future__ import annotations

import copy
import json

import pytest

from tests.proxy.conversation import OUTPUTS, WIRES, anthropic, chat, items_of, log, outputs_of
from tests.proxy.standin import play, running

NOTE = "The clock says noon. Be brief."


def reshaped(turn):
    """A message of the system in the middle: blocks with a mark first, a plain text later."""
    body = anthropic(turn)
    block = {"type": "text", "text": NOTE, "cache_control": {"type": "ephemeral"}}
    body["messages"].insert(3, {"role": "system", "content": [block] if turn == 1 else NOTE})
    return body


def spelled(turn):
    """Ids without their mark of punctuation from the second turn on."""
    raw = json.dumps(anthropic(turn))
    return json.loads(raw.replace("toolu_", "toolu") if turn > 1 else raw)


def marked(turn):
    """A mark of the cache on every block of what was said last."""
    body = anthropic(turn)
    for block in body["messages"][-1]["content"]:
        block["cache_control"] = {"type": "ephemeral", "ttl": "1h"}
    return body


def switched(turn):
    """Another model from the second turn on."""
    return {**anthropic(turn), "model": ("", "claude-sonnet-4-5", "claude-opus-4-5", "x")[turn]}


def unthinking(turn):
    """Thoughts of earlier turns dropped."""
    body = anthropic(turn)
    for message in body["messages"][1:-2:2]:
        message["content"] = message["content"][1:]
    return body


QUIRKS = [reshaped, spelled, marked, switched, unthinking]


@pytest.mark.parametrize("quirk", QUIRKS)
def test_what_was_sent_keeps_its_form_whatever_its_client_writes_anew(quirk):
    async def test():
        async with running() as world:
            for turn in (1, 2, 3):
                status, _, _ = await world.post("/v1/messages", quirk(turn))
                assert status == 200
            sent = [outputs_of("anthropic", _plain(x.json)) for x in world.provider.received]
            assert all(len(a) < len(b) / 2 for a, b in zip(sent[2], OUTPUTS, strict=True))
            assert sent[1][:1] == sent[0]
            assert sent[2][:2] == sent[1]

    play(test())


def at_once(order, more=()):
    """Two calls made at once, their results in an order."""
    results = [
        {"type": "tool_result", "tool_use_id": f"toolu_{n}", "content": OUTPUTS[n]} for n in (0, 1)
    ]
    calls = [
        {"type": "tool_use", "id": f"toolu_{n}", "name": "Bash", "input": {"command": f"make {n}"}}
        for n in (0, 1)
    ]
    said = [
        {"role": "assistant", "content": calls},
        {"role": "user", "content": [results[n] for n in order]},
    ]
    return {**anthropic(0), "messages": [*anthropic(0)["messages"], *said, *more]}


def test_results_of_calls_made_at_once_keep_their_forms_in_any_order():
    later = [{"role": "assistant", "content": "One was."}, {"role": "user", "content": "Which?"}]

    async def test():
        async with running() as world:
            for order, more in (((1, 0), ()), ((0, 1), later), ((0, 1), later * 2)):
                assert (await world.post("/v1/messages", at_once(order, more)))[0] == 200
            one, *others = [outputs_of("anthropic", x.json) for x in world.provider.received]
            assert all(len(text) < len(OUTPUTS[n]) / 2 for text, n in zip(one, (1, 0), strict=True))
            assert [each[:2] for each in others] == [one[::-1]] * 2

    play(test())


def _plain(body):
    return {**body, "messages": [m for m in body["messages"] if m["role"] != "system"]}


KEYS = {"responses": "input", "gemini": "contents", "code-assist": "contents"}


def compacted(name, body):
    """What a client sends after it summed its history up: a summary, and the last turn."""
    if name == "code-assist":
        return {**body, "request": compacted("gemini", body["request"])}
    key = KEYS.get(name, "messages")
    text = "Summary: two jobs were slow."
    said = {"role": "user", "content": [{"text": text}] if name == "converse" else text}
    if name == "gemini":
        said = {"role": "user", "parts": [{"text": text}]}
    head = [m for m in body[key] if m.get("role") == "system"]
    return {**body, key: [*head, said, *body[key][-3 if name == "responses" else -2 :]]}


def listed(name, body):
    """The list of what was said, in place."""
    return (body["request"] if name == "code-assist" else body)[KEYS.get(name, "messages")]


@pytest.mark.parametrize("name", WIRES)
def test_after_a_compaction_the_conversation_goes_on_in_forms_that_stay(name):
    path, build = WIRES[name]

    async def test():
        async with running() as world:
            for turn in (1, 2):
                await world.post(path, build(turn))
            short = compacted(name, build(2))
            await world.post(path, short)
            longer = copy.deepcopy(short)
            listed(name, longer).extend(listed(name, build(3))[len(listed(name, build(2))) :])
            await world.post(path, longer)
            *_, before, after, last = (each.json for each in world.provider.received)
            assert outputs_of(name, after) == outputs_of(name, before)[1:]
            assert items_of(name, last)[: len(items_of(name, after))] == items_of(name, after)
            assert len(outputs_of(name, last)[-1]) < len(OUTPUTS[2]) / 2

    play(test())


def test_agents_that_share_the_id_of_a_session_keep_their_own_prefixes():
    def of(agent, turn):
        body = anthropic(turn)
        body["metadata"] = {"user_id": "user_session_1"}
        body["messages"][0]["content"] = f"You are agent {agent}. Which job was slow?"
        if agent:  # Other results for the same calls.
            for n, message in enumerate(body["messages"][2::2]):
                message["content"][0]["content"] = log(agent + n)
        return body

    async def test():
        async with running() as world:
            for turn in (1, 2, 3):
                for agent in (0, 1, 2):
                    await world.post("/v1/messages", of(agent, turn))
            sent = [items_of("anthropic", each.json) for each in world.provider.received]
            for agent in (0, 1, 2):
                one, two, three = sent[agent::3]
                assert two[: len(one)] == one
                assert three[: len(two)] == two

    play(test())


def test_branches_of_a_conversation_share_their_beginning_and_nothing_else():
    def branch(which):
        body = chat(2)
        body["messages"][-1]["content"] = log(4 + which)
        return body

    async def test():
        async with running() as world:
            await world.post("/v1/chat/completions", chat(1))
            for which in (0, 1, 0):
                await world.post("/v1/chat/completions", branch(which))
            first, one, two, again = (each.json["messages"] for each in world.provider.received)
            assert one[: len(first)] == two[: len(first)] == first
            assert one[-1] != two[-1]
            assert again == one

    play(test())


def test_the_same_result_twice_is_in_front_of_the_model():
    def body(turns):
        made = chat(turns)
        for message in made["messages"]:
            if message["role"] == "tool":
                message["content"] = OUTPUTS[0]
        return made

    async def test():
        async with running() as world:
            for turn in (1, 2, 3):
                await world.post("/v1/chat/completions", body(turn))
            sent = [outputs_of("chat", each.json) for each in world.provider.received]
            assert sent[1][:1] == sent[0]
            assert sent[2][:2] == sent[1]
            assert "identical to message 4" in sent[1][1]

    play(test())
