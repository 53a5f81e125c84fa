"""What was forwarded stays the same across restarts, kill -9 and changed settings."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import headroom
from headroom.cache.sqlite import SqliteLedger
from headroom.config import Options
from headroom.decode import expand_text
from headroom.engine.engine import Engine
from headroom.proxy.money.book import open_book
from headroom.proxy.settings import Settings
from tests.proxy import conversation
from tests.proxy.conversation import COMMANDS, OUTPUTS, WIRES, chat, items_of, log, outputs_of
from tests.proxy.standin import Provider, play, running

ROOT = Path(headroom.__file__).resolve().parents[1]


def engine(path):
    return Engine(ledger=SqliteLedger(path / "forms.sqlite", clock=lambda: 0.0))


def stable(name, bodies):
    """Whether each request begins with the turns of the one before, byte for byte."""
    items = [items_of(name, body) for body in bodies]
    return all(two[: len(one)] == one for one, two in itertools.pairwise(items))


@pytest.mark.parametrize("name", WIRES)
def test_what_an_agent_asked_for_as_it_is_stays_so_and_changes_nothing_of_before(
    name, tmp_path, monkeypatch
):
    path, build = WIRES[name]
    monkeypatch.setitem(COMMANDS, 1, f"HEADROOM_PASSTHROUGH=1 {COMMANDS[0]}")
    monkeypatch.setattr(conversation, "OUTPUTS", [OUTPUTS[0], OUTPUTS[0], OUTPUTS[2]])

    async def test():
        bodies = []
        for turns, options in (
            (1, Options()),
            (2, Options(profile="aggressive", allow=("*",))),
            (3, Options()),
        ):
            async with running(engine=engine(tmp_path), options=options) as world:
                await world.post(path, build(turns))
                bodies.append(world.provider.received[0].json)
        assert stable(name, bodies)
        one, two, three = outputs_of(name, bodies[-1])
        assert len(one) < len(OUTPUTS[0]) / 2
        assert two == OUTPUTS[0]
        assert len(three) < len(OUTPUTS[2]) / 2

    play(test())


@pytest.mark.parametrize("name", WIRES)
def test_a_restart_with_other_settings_changes_nothing_of_before(name, tmp_path):
    path, build = WIRES[name]

    async def test():
        bodies = []
        for turns, profile, deadline in (
            (1, "balanced", 30),
            (2, "lossless", 30),
            (3, "aggressive", 1e-9),
            (3, "balanced", 30),
        ):
            options = Options(profile=profile)
            async with running(
                engine=engine(tmp_path), options=options, deadline=deadline
            ) as world:
                await world.post(path, build(turns))
                bodies.append(world.provider.received[0].json)
        assert stable(name, bodies)
        one, two, three = outputs_of(name, bodies[-1])
        assert len(one) < len(OUTPUTS[0]) / 2
        assert len(two) < len(OUTPUTS[1])
        assert three in (OUTPUTS[2], outputs_of(name, bodies[2])[2])

    play(test())


@pytest.mark.parametrize("turns", [1, 2])
@pytest.mark.parametrize("tool", ["shell", "mcp__headroom__headroom_retrieve"])
def test_what_went_out_without_its_history_stays_when_all_is_sent_again(tool, turns):
    path, build = WIRES["responses"]
    tools = [{"type": "function", "name": tool, "parameters": {}}]
    first, second, whole = ({**build(n), "tools": tools, "store": True} for n in (0, 1, turns))
    outputs = [n for n, each in enumerate(whole["input"]) if "output" in each]
    second |= {"previous_response_id": "resp_1", "input": second["input"][-1:]}

    async def test():
        async with running() as world:
            for body in (first, second, whole, whole):
                await world.post(path, body)
            _, [alone], *again = [each.json["input"] for each in world.provider.received]
            assert again[0] == again[1]
            assert again[0][outputs[0]] == alone
            assert (alone["output"] == OUTPUTS[0]) == (tool == "shell")
            for n, old in zip(outputs[1:], OUTPUTS[1:], strict=False):
                assert len(again[0][n]["output"]) < len(old)

    play(test())


def test_a_text_takes_no_form_that_it_had_as_the_output_of_another_call(monkeypatch):
    path, build = WIRES["chat"]
    monkeypatch.setattr(conversation, "COMMANDS", {0: "make log", 1: "cat src/jobs.txt", 2: "ls"})
    monkeypatch.setattr(conversation, "OUTPUTS", [OUTPUTS[0], OUTPUTS[0], "src"])

    async def test():
        async with running() as world:
            await world.post(path, build(1))
            whole = build(3)
            whole["messages"][0]["content"] = "You are another agent."
            await world.post(path, whole)
            made, read, _ = outputs_of("chat", world.provider.received[-1].json)
            assert len(made) < len(OUTPUTS[0]) / 2
            assert read == OUTPUTS[0]

    play(test())


def test_two_proxies_on_one_file_forward_the_same(tmp_path):
    path, build = WIRES["anthropic"]

    async def test():
        bodies = []
        async with (
            running(engine=engine(tmp_path)) as one,
            running(engine=engine(tmp_path), options=Options(profile="lossless")) as two,
        ):
            for turns, world in ((1, one), (2, two), (3, one), (3, two)):
                await world.post(path, build(turns))
                bodies.append(world.provider.received[-1].json)
        assert stable("anthropic", bodies)
        assert bodies[2] == bodies[3]

    play(test())


class Process:
    """`headroom proxy` as a process of its own."""

    def __init__(self, folder, upstream):
        environment = dict(
            os.environ,
            HEADROOM_LEDGER=str(folder / "forms.sqlite"),
            HEADROOM_STORE=f"sqlite:///{folder / 'originals.sqlite'}",
            ANTHROPIC_TARGET_API_URL=upstream,
            OPENAI_TARGET_API_URL=upstream,
            PYTHONUNBUFFERED="1",
        )
        self._process = subprocess.Popen(
            [sys.executable, "-m", "headroom", "proxy", "--port", "0", "--deadline", "30"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )
        line = self._process.stdout.readline()
        self.port = int(line.split("127.0.0.1:")[1].split()[0].strip("/"))

    def post(self, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", path, json.dumps(body))
        answer = connection.getresponse()
        answer.read()  # Who hangs up before the end is told no usage.
        connection.close()
        return answer.status

    def end(self, number):
        self._process.send_signal(number)
        self._process.communicate(timeout=20)
        return self._process.returncode


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_killing_it_in_the_middle_of_a_conversation_changes_nothing_of_before(tmp_path):
    import asyncio

    from tests.proxy.standin import Answer

    path, build = WIRES["anthropic"]

    async def test():
        provider = Provider(lambda _: Answer())
        await provider.start()
        for turns, number in ((1, signal.SIGKILL), (2, signal.SIGKILL), (3, signal.SIGTERM)):
            proxy = await asyncio.to_thread(Process, tmp_path, provider.url)
            assert await asyncio.to_thread(proxy.post, path, build(turns)) == 200
            assert await asyncio.to_thread(proxy.end, number) in (-number, 0)
        bodies = [each.json for each in provider.received]
        assert stable("anthropic", bodies)
        assert len(outputs_of("anthropic", bodies[0])[0]) < len(OUTPUTS[0]) / 2
        await provider.stop()

    play(test())


def considered(folder):
    """Return how many requests the book knows of."""
    sums = open_book(str(folder / "accounts.sqlite")).sums()
    return sum(value for (_, name), value in sums.items() if name == "requests.considered")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_conversation_that_was_dearer_stays_closed_after_a_kill_and_for_the_process_beside(
    tmp_path,
):
    import asyncio

    from tests.proxy.standin import Answer

    usage = json.dumps({"usage": {"prompt_tokens": 50_000, "completion_tokens": 7}}).encode()

    def fetching(turns):
        """The conversation, in which the second output was fetched: that cost a request."""
        body = chat(turns)
        call = body["messages"][4]["tool_calls"][0]["function"]
        call["arguments"] = json.dumps({"command": "headroom retrieve 0123456789"})
        return body

    async def test():
        provider = Provider(lambda _: Answer(chunks=[usage]))
        await provider.start()
        path = WIRES["chat"][0]
        one = await asyncio.to_thread(Process, tmp_path, provider.url)
        for body in (chat(1), fetching(2), fetching(3)):
            assert await asyncio.to_thread(one.post, path, body) == 200
        await asyncio.to_thread(one.end, signal.SIGKILL)
        two = await asyncio.to_thread(Process, tmp_path, provider.url)
        longer = fetching(3)
        longer["messages"] += [
            {"role": "assistant", "content": "One more."},
            {"role": "user", "content": "Go on."},
            *longer["messages"][2:4],
        ]
        longer["messages"][-1] = {**longer["messages"][-1], "content": log(5)}
        before = considered(tmp_path)
        assert await asyncio.to_thread(two.post, path, longer) == 200
        await asyncio.to_thread(two.end, signal.SIGTERM)
        assert considered(tmp_path) == before + 1
        first, *others = outputs_of("chat", provider.received[-1].json)
        assert len(first) < len(OUTPUTS[0]) / 2
        assert list(map(expand_text, others)) == [*OUTPUTS[1:], log(5)]
        await provider.stop()

    play(test())


def test_a_file_that_somebody_else_holds_keeps_no_request_waiting(tmp_path, monkeypatch):
    path, build = WIRES["chat"]
    assert SqliteLedger.patience < Settings().deadline
    monkeypatch.setattr(SqliteLedger, "patience", 0.01)
    ledger = SqliteLedger(tmp_path / "forms.sqlite", clock=lambda: 0.0)
    holder = sqlite3.connect(tmp_path / "forms.sqlite", isolation_level=None)

    async def test():
        async with running(engine=Engine(ledger=ledger), deadline=2.0) as world:
            holder.execute("BEGIN IMMEDIATE")
            for turns in (1, 2):
                await world.post(path, build(turns))
            holder.execute("ROLLBACK")
            one, two = (outputs_of("chat", each.json) for each in world.provider.received)
            assert two[:1] == one
            assert len(two[1]) < len(OUTPUTS[1]) / 2
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert "late" not in stats["requests"]

    play(test())
    holder.close()
