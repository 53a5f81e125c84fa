"""The Responses API over a socket: new results are shortened, everything else passes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import RequestRejected
from headroom.engine.engine import Engine
from headroom.proxy import session as session_module
from headroom.proxy.money.account import Accounts, Saved
from headroom.proxy.report import Report
from headroom.proxy.session import Asked, Session
from tests.proxy.conversation import OUTPUTS, QUESTION, SHELL
from tests.proxy.standin import play
from tests.proxy.test_websocket import sockets

TOOLS = [{"type": "function", "name": "shell", "parameters": SHELL}]
ADDED = {"type": "additional_tools", "role": "developer", "tools": TOOLS}
ASKED = {"role": "user", "content": [{"type": "input_text", "text": QUESTION}]}


def create(items, previous=None, **more):
    """A request as a client sends it, with a number that spelling again would change."""
    body = {"type": "response.create", "model": "gpt-5", "input": items, "store": False, **more}
    if previous:
        body["previous_response_id"] = previous
    return json.dumps(body, ensure_ascii=False)[:-1] + ', "temperature": 1.0}'


def called(n, command):
    return {
        "type": "function_call",
        "call_id": f"c{n}",
        "name": "shell",
        "arguments": json.dumps({"command": command}),
    }


def output(n, text):
    return {"type": "function_call_output", "call_id": f"c{n}", "output": text}


class Upstream:
    """Answers each request with a call of the next command, and reports usage."""

    def __init__(self, commands):
        self.turns = [[called(n, command)] for n, command in enumerate(commands)]
        self.frames = []

    async def __call__(self, socket):
        async for message in socket:
            self.frames.append(message.data)
            n = len(self.frames) - 1
            done = {"id": f"resp_{n}", "output": [], "usage": _usage(100 + 900 * n)}
            events = [{"type": "response.created", "response": {"id": f"resp_{n}"}}]
            made = self.turns[n] if n < len(self.turns) else ()
            events += [{"type": "response.output_item.done", "item": item} for item in made]
            events.append({"type": "response.completed", "response": done})
            for event in events:
                await socket.send_str(json.dumps(event))


def _usage(tokens):
    return {"input_tokens": tokens, "input_tokens_details": {"cached_tokens": 0}}


async def ask(socket, frame):
    """Send a request and return the events of its answer."""
    await socket.send_str(frame)
    events = []
    while not events or events[-1]["type"] not in ("response.completed", "error"):
        events.append(json.loads((await socket.receive(timeout=30)).data))
    return events


def shown(frame, at=-1):
    return json.loads(frame)["input"][at]["output"]


async def converse(commands, outputs, **settings):
    """Return what an upstream got of a conversation with these results."""
    upstream = Upstream(commands)
    async with sockets(upstream, shared=True, shell="headroom retrieve", **settings) as (
        world,
        client,
    ):
        async with client.ws_connect(f"{world.url}/v1/responses", max_msg_size=0) as socket:
            sent = [create([ADDED, ASKED])]
            await ask(socket, sent[0])
            for n, text in enumerate(outputs):
                sent.append(create([output(n, text)], f"resp_{n}"))
                await ask(socket, sent[-1])
        async with client.get(f"{world.url}/stats") as answer:
            stats = await answer.json()
    return sent, upstream.frames, stats


def test_a_new_result_is_shortened_and_every_other_byte_is_the_clients():
    sent, got, _ = play(converse(["make log", "make metrics"], OUTPUTS[:2]))
    assert got[0] == sent[0]
    for before, after, text in zip(sent[1:], got[1:], OUTPUTS, strict=False):
        short = shown(after)
        assert len(short) < len(text) / 2
        assert "headroom retrieve" in short
        head, tail = before.split(json.dumps(text, ensure_ascii=False))
        assert after.startswith(head)
        assert after.endswith(tail)


@pytest.mark.parametrize("able", [True, False])
def test_where_its_shell_cannot_run_our_command_nothing_more_is_left_out(able):
    commands = ["make log", "headroom retrieve 0123456789", "make metrics", "git log --stat"]
    said = "lines 1-2:\nsh: cc: not found" if able else "sh: 1: headroom: not found"
    _, got, _ = play(converse(commands, [OUTPUTS[0], said, OUTPUTS[1], OUTPUTS[2]]))
    first, answer, *later = [shown(frame) for frame in got[1:]]
    assert answer == said
    assert "[headroom:cut" in first
    assert ["[headroom:cut" in each for each in later] == [able, able]


def test_a_file_that_was_read_before_an_edit_stays_as_it_is():
    sent, got, _ = play(converse(["cat src/app.py"], OUTPUTS[:1]))
    assert got == sent


def test_without_the_call_that_it_answers_nothing_tells_what_a_result_is():
    sent, got, _ = play(converse([], OUTPUTS[:1]))
    assert got == sent


def test_a_client_that_comes_back_and_sends_all_again_finds_the_same_forms():
    async def test():
        upstream = Upstream(["make log"])
        async with sockets(upstream, shared=True, shell="headroom retrieve") as (world, client):
            url = f"{world.url}/v1/responses"
            async with client.ws_connect(url, max_msg_size=0) as socket:
                await ask(socket, create([ADDED, ASKED]))
                await ask(socket, create([output(0, OUTPUTS[0])], "resp_0"))
            async with client.ws_connect(url, max_msg_size=0) as socket:
                items = [ADDED, ASKED, called(0, "make log"), output(0, OUTPUTS[0])]
                await ask(socket, create(items))
        assert shown(upstream.frames[2]) == shown(upstream.frames[1]) != OUTPUTS[0]

    play(test())


def test_repeated_results_are_not_pointed_at_by_the_number_of_a_message():
    _, got, _ = play(converse(["make log", "make log"], [OUTPUTS[0], OUTPUTS[0]]))
    assert "message" not in shown(got[2]).split("\n", 1)[0]


def test_what_it_cost_is_counted_with_what_was_saved_before():
    _, _, stats = play(converse(["make log", "make metrics"], OUTPUTS[:2]))
    money = stats["money"]["input_token_equivalents"]
    assert stats["money"]["requests"] == 3
    assert money["direct"] > money["through"] > 0


def answered(session, accounts, saved, event):
    """Have a session send a request and get an event; return the report of it."""
    report = Report()
    session.opened(Asked("gpt-5", saved, report))
    text = json.dumps(event)
    return report if session.answer(text, accounts) is report else None


def test_what_a_provider_did_not_take_over_a_socket_is_no_saving():
    async def tokens(error):
        class Failing(Upstream):
            async def __call__(self, socket):
                if error:
                    async for _ in socket:
                        await socket.send_str('{"type": "error", "status": 429}')
                await super().__call__(socket)

        async with sockets(Failing(["make log"]), shared=True, shell="headroom retrieve") as (
            world,
            client,
        ):
            async with client.ws_connect(f"{world.url}/v1/responses") as socket:
                await ask(socket, create([ADDED, ASKED]))
                await ask(socket, create([called(0, "make log"), output(0, OUTPUTS[0])], "resp_0"))
            return json.loads((await world.send("GET", "/stats"))[2])["tokens"]

    taken = play(tokens(error=False))
    assert taken["wire_after"] < taken["wire_before"]
    assert play(tokens(error=True)) == {}


def test_a_request_that_failed_costs_nothing_and_is_not_taken_for_the_next():
    session, accounts = Session(), Accounts()
    failed = answered(session, accounts, Saved(b"a", new=700), {"type": "error", "error": {}})
    assert failed.error == "upstream_error"
    done = {"type": "response.completed", "response": {"usage": _usage(100)}}
    assert answered(session, accounts, Saved(b"a", new=50), done).usage[0].fresh == 100
    assert answered(session, accounts, Saved(b"a"), done)
    money = accounts.view()
    assert (money["requests"], money["requests_without_usage"]) == (2, 0)
    assert money["input_token_equivalents"]["saved"] == 50 + 50


def test_a_request_that_holds_its_whole_conversation_lacks_nothing_more():
    session, accounts = Session(), Accounts()
    done = {"type": "response.completed", "response": {"usage": _usage(100)}}
    session.listen({"input": []})
    answered(session, accounts, Saved(b"a", new=50), done)
    session.listen({"input": []})
    answered(session, accounts, Saved(b"a", old=50), done)
    session.listen({"input": [], "previous_response_id": "r"})
    answered(session, accounts, Saved(b"a"), done)
    assert accounts.view()["input_token_equivalents"]["saved"] == 50 + 50


@pytest.mark.parametrize("tail", ["", '"usage": {broken', '"usage" : 3'])
def test_of_a_very_long_event_only_its_usage_is_read(tail, monkeypatch):
    monkeypatch.setattr(session_module, "_MOST_EVENT", 1000)
    session, accounts, report = Session(), Accounts(), Report()
    session.opened(Asked("gpt-5", Saved(b"a", new=5), report))
    said = json.dumps({"text": '"usage": {"input_tokens": 1}'}) * 100
    usage = tail or f'"usage" : {json.dumps(_usage(100))}, '
    text = f'{{"type":"response.completed","response":{{"output":[{said}], {usage} "x": 1}}}}'
    assert session.answer(text, accounts) is report
    assert [each.fresh for each in report.usage] == ([] if tail else [100])


@given(st.text() | st.sampled_from(['{"type":"error"}', '["response.completed"]', "[" * 9999]))
def test_any_event_is_taken_and_ends_a_turn_only_if_it_says_so(text):
    for each in (
        text,
        f'{{"type":"response.completed","usage":{text}}}',
        f'"response.failed"{text}',
    ):
        session, report = Session(), Report()
        session.opened(Asked(None, None, report))
        assert session.answer(each, Accounts()) is (report if ends(each) else None)


def ends(text):
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(event, dict) and event.get("type") in ("error", "response.completed")


@pytest.mark.parametrize(
    "frame",
    [
        '{"type": "response.cancel", "unknown": 1.0}',
        '{"type": "response.create", "input": [], "input": []}',
        '{"type": "response.create" broken',
        '["response.create"]',
    ],
)
def test_frames_that_are_no_request_pass_as_they_are(frame):
    async def echo(socket):
        async for message in socket:
            await socket.send_str(message.data)

    async def test():
        async with (
            sockets(echo) as (world, client),
            client.ws_connect(f"{world.url}/responses") as socket,
        ):
            await socket.send_str(frame)
            assert (await socket.receive(timeout=30)).data == frame

    play(test())


def test_a_request_that_an_extension_refuses_is_not_sent_on():
    class Refusing:
        def on_pipeline_event(self, event):
            if event.stage == "input_received":
                raise RequestRejected("not this one")

    async def test():
        upstream = Upstream([])
        engine = Engine(extensions=[Refusing()])
        async with (
            sockets(upstream, engine=engine) as (world, client),
            client.ws_connect(f"{world.url}/v1/responses") as socket,
        ):
            (event,) = await ask(socket, create([ASKED]))
        assert (event["status"], event["error"]["message"]) == (403, "not this one")
        assert upstream.frames == []

    play(test())
