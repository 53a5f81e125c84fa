"""Tool results are shortened on every wire; nothing else of a request changes, ever."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import threading
from dataclasses import replace

import pytest

from headroom.cache.ledger import MemoryLedger
from headroom.config import Options
from headroom.engine.engine import Engine
from headroom.events import PipelineStage
from headroom.proxy.handlers.openai import OpenAIHandler
from headroom.proxy.http import coding
from headroom.shared_context import SharedContext
from headroom.stores import open_store
from tests.proxy import conversation
from tests.proxy.conversation import OUTPUTS, SPELLINGS, WIRES, chat, items_of, log, outputs_of
from tests.proxy.standin import Answer, play, running, until

CHAT = "/v1/chat/completions"


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", WIRES)
def test_only_the_texts_of_tool_results_change(name, spelling):
    path, build = WIRES[name]

    async def test():
        async with running() as world:
            raw = json.dumps(build(1), **SPELLINGS[spelling]).encode()
            await world.post(path, raw)
            sent = world.provider.received[0].body
            [output] = outputs_of(name, json.loads(sent))
            assert len(output) < len(OUTPUTS[0]) / 2
            style = {"ensure_ascii": raw.isascii()}
            before, after = (json.dumps(text, **style).encode() for text in (OUTPUTS[0], output))
            assert sent == raw.replace(before, after)

    play(test())


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", WIRES)
def test_a_request_with_nothing_to_shorten_goes_out_byte_for_byte(name, spelling):
    path, build = WIRES[name]
    odd = b'{"x": [1.0, 1e5, 9007199254740993, "\\/ \\u00e9 \\ud800"], "x": 2, '

    async def test():
        async with running() as world:
            raw = odd + json.dumps(build(0), **SPELLINGS[spelling]).encode()[1:] + b"\n "
            await world.post(path, raw)
            assert world.provider.received[0].body == raw

    play(test())


@pytest.mark.parametrize("name", WIRES)
def test_what_was_forwarded_is_forwarded_in_the_same_bytes_again(name):
    path, build = WIRES[name]

    async def test():
        async with running() as world:
            for turns in (0, 1, 2, 3, 3):
                await world.post(path, build(turns))
            bodies = [each.json for each in world.provider.received]
            for earlier, later in itertools.pairwise(bodies):
                one, two = items_of(name, earlier), items_of(name, later)
                assert two[: len(one)] == one
            assert all(
                len(sent) < len(output)
                for sent, output in zip(outputs_of(name, bodies[-1]), OUTPUTS, strict=True)
            )

    play(test())


@pytest.mark.parametrize("name", WIRES)
def test_a_cut_names_a_command_that_the_agents_shell_can_run(name):
    path, build = WIRES[name]

    async def test():
        async with running() as world, running() as other:
            await world.post(path, build(1))
            await other.post(path, build(1, shell=False))
            [cut] = outputs_of(name, world.provider.received[0].json)
            [whole] = outputs_of(name, other.provider.received[0].json)
            assert "[headroom:excerpt" in cut
            assert ": headroom retrieve " in cut
            assert "--lines A-B or --query" in cut
            assert "[headroom:excerpt" not in whole  # Nobody there could fetch what was left out.

    play(test())


def test_our_own_tool_is_called_where_the_client_has_it():
    tools = [{"type": "function", "function": {"name": "mcp__headroom__headroom_retrieve"}}]

    async def test():
        async with running() as world:
            await world.post(CHAT, {**chat(1), "tools": tools})
            assert 'headroom_retrieve("' in outputs_of("chat", world.provider.received[0].json)[0]

    play(test())


@pytest.mark.parametrize("settings", [{"shell": None}, {"shared": False}])
def test_where_nobody_could_fetch_originals_nothing_is_left_out(settings):
    async def test():
        async with running(**settings) as world:
            await world.post(CHAT, chat(1))
            assert "[headroom:excerpt" not in outputs_of("chat", world.provider.received[0].json)[0]

    play(test())


COMPLAINTS = {
    "/bin/sh: 1: headroom: not found": False,
    "bash: line 1: headroom: command not found\nexit code 127": False,
    "'headroom' is not recognized as an internal or external command": False,
    "The user doesn't want to proceed with this tool use. The tool use was rejected.": False,
    "Error: cannot keep originals in '/h/originals.sqlite': [Errno 30] Read-only file system": False,
    "There is no original under 0123456789: it expired. Run the tool again.": True,
    "bash: /opt/x/bin/headroom: No such file or directory": False,
    "zsh: permission denied: /opt/x/bin/headroom": False,
    "/usr/bin/python3: No module named headroom": False,
    "lines 3-4:\nopen: Permission denied\nmake: cc: command not found": True,
    log(5, 20): True,
}


@pytest.mark.parametrize(("said", "able"), COMPLAINTS.items(), ids=range(len(COMPLAINTS)))
@pytest.mark.parametrize("name", ["chat", "anthropic", "gemini", "responses"])
def test_where_a_shell_cannot_run_our_command_nothing_more_is_left_out(
    name, said, able, monkeypatch
):
    path, build = WIRES[name]
    fetching = {**conversation.COMMANDS, 1: "headroom retrieve 0123456789 --lines 1-20"}
    monkeypatch.setattr(conversation, "COMMANDS", fetching)
    monkeypatch.setattr(conversation, "OUTPUTS", [OUTPUTS[0], said, OUTPUTS[2]])

    async def test():
        async with running() as world:
            for turns in (1, 2, 3):
                await world.post(path, build(turns))
            [first], _, (again, whole, last) = (
                outputs_of(name, each.json) for each in world.provider.received
            )
            assert (again, whole) == (first, said)
            assert "[headroom:excerpt" in first
            assert ("[headroom:excerpt" in last) is able
            assert len(last) < len(OUTPUTS[2])

    play(test())


def test_what_was_left_out_is_stored_before_the_request_leaves():
    store = open_store()
    found = []

    def script(received):
        text = outputs_of("chat", received.json)[0]
        found.append(store.get(text.split("; ")[1].split(":")[0]))
        return Answer()

    async def test():
        async with running(script, Engine(store=store)) as world:
            await world.post(CHAT, chat(1))
            assert found == [OUTPUTS[0]]

    play(test())


async def idle(pool):
    """Wait until all threads of a pool of two have done what they were given."""
    together = threading.Barrier(2)
    await asyncio.gather(*(pool.run(lambda: together.wait(20)) for _ in range(2)))


def test_originals_last_as_long_as_their_conversation():
    now = [0.0]
    store = open_store(clock=lambda: now[0], ttl=100_000)

    async def test():
        async with running(engine=Engine(store=store)) as world:
            compression = world.app._services.compression
            compression._upkeep._uses._clock = lambda: now[0]
            for _ in range(5):
                now[0] += 60_000
                await world.post(CHAT, chat(1))
                await idle(compression._late)
            text = outputs_of("chat", world.provider.received[0].json)[0]
            assert store.get(text.split("; ")[1].split(":")[0]) == OUTPUTS[0]

    play(test())


def test_what_was_retrieved_is_not_shortened_again():
    body = chat(1)
    call = body["messages"][2]["tool_calls"][0]["function"]
    call["arguments"] = json.dumps(
        {"command": "cd /tmp && headroom retrieve 0123456789 --lines 1-400"}
    )

    async def test():
        async with running() as world:
            await world.post(CHAT, body)
            assert outputs_of("chat", world.provider.received[0].json) == [OUTPUTS[0]]

    play(test())


@pytest.mark.parametrize("name", WIRES)
def test_what_a_shell_reads_of_a_file_stays_as_it_is_for_the_edit_to_come(name, monkeypatch):
    path, build = WIRES[name]
    monkeypatch.setitem(conversation.COMMANDS, 0, "cd src && sed -n 1,300p app.txt")

    async def test():
        async with running() as world:
            await world.post(path, build(1))
            assert outputs_of(name, world.provider.received[0].json) == [OUTPUTS[0]]

    play(test())


HELD = [
    ("responses", "input", {"previous_response_id": "resp_1"}),
    ("responses", "input", {"conversation": "conv_1"}),
    ("responses", "input", {"conversation": {"id": "conv_1"}}),
    ("anthropic", "messages", {"thread": {"id": "thread_1"}}),
]


@pytest.mark.parametrize("shell", [True, False])
@pytest.mark.parametrize(("name", "key", "held"), HELD)
def test_results_whose_calls_are_with_the_provider_are_only_touched_where_nobody_edits(
    name, key, held, shell
):
    path, build = WIRES[name]
    body = build(1, shell=shell)
    body |= {**held, key: body[key][-1:]}

    async def test():
        async with running() as world:
            await world.post(path, body)
            sent = outputs_of(name, world.provider.received[0].json)
            assert (sent == [OUTPUTS[0]]) is shell

    play(test())


def test_a_conversation_that_began_without_us_keeps_its_history():
    async def test():
        async with running() as world:
            await world.post(CHAT, chat(3))
            one, two, three = outputs_of("chat", world.provider.received[0].json)
            assert [one, two] == OUTPUTS[:2]
            assert len(three) < len(OUTPUTS[2]) / 2
            await world.post(CHAT, chat(3))
            assert world.provider.received[1].body == world.provider.received[0].body

    play(test())


def test_a_text_keeps_its_form_when_something_before_it_changes():
    def changed(turns, minute):
        body = chat(turns)
        body["messages"][0]["content"] = f"You are an agent. It is 10:{minute}."
        return body

    async def test():
        async with running() as world:
            for turns in (1, 2, 3):
                await world.post(CHAT, changed(turns, turns))
            bodies = [outputs_of("chat", each.json) for each in world.provider.received]
            assert bodies[2][:2] == bodies[1]
            assert bodies[1][:1] == bodies[0]
            assert len(bodies[0][0]) < len(OUTPUTS[0]) / 2

    play(test())


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_packed_request_is_shortened_and_packed_again(name):
    async def test():
        async with running() as world:
            raw = json.dumps(chat(1)).encode()
            for body in (raw, json.dumps(chat(0)).encode()):
                packed = (
                    gzip.compress(body, 9, mtime=7)
                    if name == "gzip"
                    else coding.zstd.compress(body, 9)
                )
                await world.post(CHAT, packed, [("content-encoding", name)])
                if body is not raw:
                    assert world.provider.received[1].body == packed
            got = world.provider.received[0]
            assert got.header("content-encoding") == name
            body = json.loads(coding.decode(got.body, name, 10**6))
            assert len(outputs_of("chat", body)[0]) < len(OUTPUTS[0]) / 2

    play(test())


ODD = {
    "not-json": b'{"messages": [',
    "a-list": b"[1]",
    "text": "žluť".encode("utf-16"),
    "twice": b'{"messages": [], "messages": [{"role": "tool", "content": "a"}]}',
    "deep": b'{"messages":' + b"[" * 100_000,
    "shapes": b'{"messages": {"a": 1}, "input": 3, "contents": "x", "model": [], "tools": 7}',
    "nothing": b"",
    "constants": b'{"messages": [NaN]}',
}


@pytest.mark.parametrize("name", WIRES)
def test_what_is_odd_passes_untouched(name):
    path, _ = WIRES[name]

    async def test():
        async with running() as world:
            for body in ODD.values():
                assert (await world.post(path, body))[0] == 200
            assert [each.body for each in world.provider.received] == list(ODD.values())
            status, _, _ = await world.post(path, b"??", [("content-encoding", "lzma")])
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert status == 200
            assert stats["untouched"]["not-json"] >= 4
            assert stats["untouched"]["coding"] == 1
            assert "failed" not in stats["requests"]

    play(test())


def test_a_request_whose_body_is_signed_is_not_touched():
    async def test():
        async with running() as world:
            raw = json.dumps(chat(1)).encode()
            await world.post(CHAT, raw, [("authorization", "AWS4-HMAC-SHA256 Credential=x")])
            assert world.provider.received[0].body == raw

    play(test())


class Stuck(Engine):
    """An engine that is busy until it is told otherwise, unless nothing new is looked at."""

    def __init__(self):
        super().__init__()
        self.stuck = threading.Event()
        self.free = threading.Event()

    def run(self, document, provider, options=None, call=None):
        if self.stuck.is_set() and options.max_chars:
            self.free.wait(20)
        return super().run(document, provider, options, call)


@pytest.mark.parametrize("name", WIRES)
def test_what_is_late_once_stays_as_it_was_and_breaks_nothing(name):
    path, build = WIRES[name]

    async def test():
        engine = Stuck()
        async with running(engine=engine) as world:
            compression = world.app._services.compression
            patient = compression._settings
            for turns in (1, 2, 3):
                if turns == 2:
                    engine.free.clear()
                    engine.stuck.set()
                    compression._settings = replace(patient, deadline=0.001)
                await world.post(path, build(turns))
                engine.stuck.clear()
                engine.free.set()
                compression._settings = patient
            bodies = [outputs_of(name, each.json) for each in world.provider.received]
            assert bodies[1] == [bodies[0][0], OUTPUTS[1]]
            assert bodies[2][:2] == bodies[1]
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert stats["requests"]["late"] == 1

    play(test())


class Failing(Engine):
    def __init__(self, error=MemoryError):
        super().__init__()
        self.error = error

    def run(self, document, provider, options=None, call=None):
        raise self.error("out of it")


@pytest.mark.parametrize("error", [MemoryError, KeyError, RecursionError])
def test_a_fault_of_ours_costs_nobody_a_request_and_is_seen(error):
    async def test():
        async with running(engine=Failing(error)) as world:
            raw = json.dumps(chat(1)).encode()
            assert (await world.post(CHAT, raw))[0] == 200
            assert world.provider.received[0].body == raw
            health = json.loads((await world.send("GET", "/health"))[2])
            assert health["status"] == "degraded"
            assert "1 requests" in health["reasons"][0]

    play(test())


def test_health_is_answered_while_a_request_is_being_shortened():
    async def test():
        engine = Stuck()
        engine.stuck.set()
        async with running(engine=engine) as world:
            slow = asyncio.ensure_future(world.post(CHAT, chat(1)))
            assert json.loads((await world.send("GET", "/health"))[2])["status"] == "ok"
            assert not slow.done()
            engine.free.set()
            assert (await slow)[0] == 200

    play(test())


@pytest.mark.parametrize(("deadline", "reason"), [(1.0, "large"), (4.0, "elided")])
def test_a_text_that_cannot_be_done_in_time_is_not_begun(deadline, reason, monkeypatch):
    monkeypatch.setattr("headroom.proxy.work._IN_A_SECOND", len(OUTPUTS[0]) // 3)

    async def test():
        async with running(deadline=deadline) as world:
            await world.post(CHAT, chat(1))
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert stats["texts"][reason] == 1
            assert "late" not in stats["requests"]

    play(test())


def test_calls_that_take_long_hold_up_no_request():
    class Busy(Stuck):
        def run(self, document, provider, options=None, call=None):
            if call.operation != "compress":
                return Engine.run(self, document, provider, options, call)
            return super().run(document, provider, options, call)

    async def test():
        engine = Busy()
        engine.stuck.set()
        async with running(engine=engine, deadline=10) as world:
            body = {"messages": chat(1)["messages"]}
            slow = [asyncio.ensure_future(world.post("/v1/compress", body)) for _ in range(8)]
            await until(lambda: world.app._services.compression._calls._free < 0)
            await world.post(CHAT, chat(1))
            assert len(outputs_of("chat", world.provider.received[0].json)[0]) < len(OUTPUTS[0]) / 2
            assert not any(each.done() for each in slow)
            engine.free.set()
            assert {(await each)[0] for each in slow} == {200}

    play(test())


def test_a_subclass_reads_and_writes_the_request():
    shared = SharedContext()

    class Handing(OpenAIHandler):
        async def handle(self, request):
            shared.put("latest", request["messages"][-1]["content"], agent="handler")
            request["messages"].append({"role": "assistant", "content": shared.get("latest")})
            return await super().handle(request)

    async def test():
        async with running(handlers={CHAT: Handing}, options=Options(profile="lossless")) as world:
            raw = json.dumps({"x": 1.0, "messages": [{"role": "user", "content": log(3)}]}).encode()
            await world.post(CHAT, raw)
            sent = world.provider.received[0].body
            assert sent.startswith(raw.removesuffix(b"]}"))
            assert json.loads(sent)["messages"][1]["content"] == shared.get("latest")

    play(test())


def test_what_a_subclass_changed_goes_out_also_where_we_fail():
    class Naming(OpenAIHandler):
        async def handle(self, request):
            request["user"] = "somebody"
            return await super().handle(request)

    async def test():
        for engine, headers in ((Failing(), []), (None, [("authorization", "AWS4-X")])):
            async with running(engine=engine, handlers={"openai-chat": Naming}) as world:
                await world.post(CHAT, chat(1), headers)
                sent = world.provider.received[0].json
                assert sent == {**chat(1), "user": "somebody"}

    play(test())


@pytest.mark.parametrize("where", ["before", "behind"])
def test_a_subclass_that_fails_before_it_sent_anything_costs_nobody_a_request(where):
    class Odd(OpenAIHandler):
        async def handle(self, request):
            if where == "behind":
                await super().handle(request)
            return request["no such key"]

    async def test():
        async with running(handlers={CHAT: Odd}) as world:
            raw = json.dumps(chat(1)).encode()
            status, _, _ = await world.post(CHAT, raw)
            assert status == (200 if where == "before" else 500)
            assert len(world.provider.received) == 1  # Nothing is paid for twice.
            assert (world.provider.received[0].body == raw) is (where == "before")
            health = json.loads((await world.send("GET", "/health"))[2])
            assert (health["status"] == "degraded") is (where == "before")

    play(test())


def test_extensions_see_the_whole_life_of_a_request_and_may_change_headers():
    events = []

    class Watch:
        def on_pipeline_event(self, event):
            events.append(event)
            if event.stage == "pre_send":
                event.headers["x-added"] = "1"

    async def test():
        answer = Answer(429, [("x-request-id", "r1"), ("retry-after", "7")])
        async with running(lambda _: answer, engine=Engine(extensions=[Watch()])) as world:
            _, headers, _ = await world.post(CHAT, chat(1), [("x-headroom-explain", "1")])
            assert world.provider.received[0].header("x-added") == "1"
        assert [each.stage for each in events] == list(PipelineStage)
        assert {each.request_id for each in events[3:]} == {dict(headers)["x-headroom-id"]}
        assert {(each.provider, each.model) for each in events[3:]} == {("openai-chat", "gpt-4o")}
        for each in events[-2:]:
            assert each.metadata["status"] == 429
            assert (each.headers["x-request-id"], each.headers["retry-after"]) == ("r1", "7")

    play(test())


def test_an_extension_that_refuses_a_request_keeps_it_here():
    from headroom import RequestRejected

    class Refuse:
        def on_pipeline_event(self, event):
            if event.stage == "input_received":
                raise RequestRejected("not this one")

    async def test():
        async with running(engine=Engine(extensions=[Refuse()])) as world:
            status, _, body = await world.post(CHAT, chat(1))
            assert status == 403
            assert json.loads(body)["error"]["message"] == "not this one"
            assert world.provider.received == []

    play(test())


class Used:
    """A store that notes which originals are asked for by name of thread."""

    def __init__(self):
        self._store = open_store()
        self.late = []

    def get(self, ref):
        if threading.current_thread().name.startswith("headroom-late"):
            self.late.append(ref)
        return self._store.get(ref)

    def __getattr__(self, name):
        return getattr(self._store, name)


def test_an_original_lasts_longer_when_another_life_sends_its_text_again():
    ledger, store = MemoryLedger(), Used()

    async def life(turns):
        async with running(engine=Engine(ledger=ledger, store=store)) as world:
            for each in turns:
                await world.post(CHAT, chat(each))
            await until(lambda: len(store.late) >= expected)

    # What was stored this hour is new enough.
    expected = 0
    play(life((1, 1, 2)))
    assert store.late == []
    expected = 1
    play(life((1, 1)))
    assert len(store.late) == 1
