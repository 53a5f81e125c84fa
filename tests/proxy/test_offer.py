"""Our tool is offered from the first request with tools on, or never, and only where it must be."""

from __future__ import annotations

import json

import pytest

from headroom.cache.sqlite import SqliteLedger
from headroom.ccr.tool import NAME, definition
from headroom.config import Options
from headroom.core.jsonpatch import BytesDocument
from headroom.core.jsonspan import NotSpliceable
from headroom.engine.engine import Engine
from headroom.engine.history import History
from headroom.proxy.subscription import is_personal
from headroom.proxy.turn.offer import Offer, tool_of, with_tool
from tests.proxy.conversation import OUTPUTS, SPELLINGS, log
from tests.proxy.dialogue import OTHER, SPOKEN, theirs
from tests.proxy.standin import play, running

NAMES = [name for name in SPOKEN if name != "gemini-list"]
LOG = log(1)


def talk(turns):
    out = [("user", "Which job was slow?")]
    for n in range(turns):
        out.append(("said", [theirs(f"c{n}", q=f"{n}")]))
        out.append(("results", [(f"c{n}", OTHER, OUTPUTS[n])]))
    return out


async def post(world, spoken, body, headers=()):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, _, _ = await world.post(spoken.path(False), raw, headers or spoken.headers)
    assert status == 200
    return world.provider.received[-1].body


async def untouched(world, spoken, body, headers=()):
    """Whether a request arrives in the bytes in which it is sent."""
    raw = json.dumps(body).encode()
    return await post(world, spoken, raw, headers) == raw


def offered(spoken, raw):
    return NAME in spoken.tools(json.loads(raw))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", NAMES)
def test_the_tool_is_the_last_in_the_same_bytes_and_all_others_stay(name, spelling):
    spoken = SPOKEN[name]
    made = definition(spoken.name)
    made = made["functionDeclarations"][0] if name == "gemini" else made
    entry = json.dumps(made, separators=(",", ":")).encode()

    async def test():
        async with running() as world:
            for turns in (0, 0, 1):
                raw = json.dumps(spoken.request(talk(turns), False), **SPELLINGS[spelling]).encode()
                sent = await post(world, spoken, raw)
                assert sent.count(b"," + entry) == 1
                assert spoken.tools(json.loads(sent)) == [OTHER, NAME]
                if not turns:
                    assert sent.replace(b"," + entry, b"") == raw

    play(test())


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_are_the_same_whether_the_request_before_is_known_or_not(name, monkeypatch):
    spoken = SPOKEN[name]

    async def sent():
        async with running() as world:
            return [
                await post(world, spoken, spoken.request(talk(turns), False)) for turns in range(4)
            ]

    taken = []

    def reread(self, document):
        found = known(self, document)
        taken.append(getattr(found, "same", 0))
        return found

    known = History.reread
    monkeypatch.setattr(History, "reread", reread)
    with_history = play(sent())
    assert taken[-1] > taken[-2] > 0
    monkeypatch.setattr(History, "reread", lambda _, document: document)
    assert with_history == play(sent())
    assert len(with_history[-1]) < len(json.dumps(spoken.request(talk(3), False)))


@pytest.mark.parametrize("name", NAMES)
def test_it_stays_whatever_happens_later(name, tmp_path):
    spoken = SPOKEN[name]

    def engine():
        return Engine(ledger=SqliteLedger(tmp_path / "forms.sqlite", clock=lambda: 0.0))

    async def test():
        for turns, options in enumerate(
            (Options(), Options(profile="lossless"), Options(profile="aggressive"))
        ):
            async with running(
                engine=engine(), options=options, deadline=(30, 1e-9, 30)[turns]
            ) as world:
                body = spoken.request(talk(turns), False)
                if name == "anthropic":
                    body["system"] = f"It is 10:0{turns}."
                assert offered(spoken, await post(world, spoken, body))

    play(test())


@pytest.mark.parametrize("name", NAMES)
def test_a_conversation_that_began_without_it_goes_on_without_it(name):
    spoken = SPOKEN[name]

    async def test():
        async with running() as world:
            for turns in (1, 2):
                raw = json.dumps(spoken.request(talk(turns), False)).encode()
                assert not offered(spoken, await post(world, spoken, raw))
        async with running(options=Options(profile="lossless")) as world:
            assert not offered(spoken, await post(world, spoken, spoken.request(talk(0), False)))

    play(test())


@pytest.mark.parametrize("name", NAMES)
def test_a_beginning_that_changes_from_request_to_request_does_not_toggle_it(name):
    spoken = SPOKEN[name]

    async def test():
        async with running() as world:
            for turns in (0, 1, 2):
                said = talk(turns)
                said[0] = ("user", f"It is 10:0{turns}. Which job was slow?")
                assert offered(spoken, await post(world, spoken, spoken.request(said, False)))

    play(test())


@pytest.mark.parametrize("name", NAMES)
def test_agents_that_are_given_one_task_are_told_apart_by_their_tools(name):
    spoken = SPOKEN[name]

    def run(turns):
        return {**spoken.request(talk(turns), False), "tools": with_shell["tools"]}

    with_shell = with_tools(spoken, {"name": OTHER}, {"name": "bash"})

    async def test():
        async with running() as world:
            assert not offered(spoken, await post(world, spoken, run(0)))
            for turns in (0, 1):
                assert offered(
                    spoken, await post(world, spoken, spoken.request(talk(turns), False))
                )
                assert not offered(spoken, await post(world, spoken, run(turns + 1)))

    play(test())


@pytest.mark.parametrize("name", NAMES)
def test_tools_with_odd_names_are_tools(name):
    spoken = SPOKEN[name]
    body = with_tools(spoken, {"name": "half \ud83d of a sign"})

    async def test():
        async with running() as world:
            for _ in (1, 2):
                assert offered(spoken, await post(world, spoken, body))

    play(test())


@pytest.mark.parametrize("name", NAMES)
def test_another_profile_in_the_middle_does_not_bring_it(name, tmp_path):
    spoken = SPOKEN[name]
    engine = Engine(ledger=SqliteLedger(tmp_path / "forms.sqlite", clock=lambda: 0.0))

    async def test():
        body = spoken.request(talk(0), False)
        async with running(engine=engine, options=Options(profile="lossless")) as world:
            assert not offered(spoken, await post(world, spoken, body))
        async with running(engine=engine) as world:
            other = spoken.request([("user", "Hi.")], False)
            assert offered(spoken, await post(world, spoken, other))
            body = spoken.request(talk(1), False)
            assert not offered(spoken, await post(world, spoken, body))

    play(test())


@pytest.mark.parametrize("name", NAMES)
def test_it_comes_with_the_first_tools_and_not_before(name):
    spoken = SPOKEN[name]

    async def test():
        async with running() as world:
            body = spoken.request(talk(0), False)
            del body["tools"]
            assert await untouched(world, spoken, body)
            assert await untouched(world, spoken, {**body, "tools": []})
            said = [*talk(0), ("said", [("text", "Hm.")]), ("user", "And now?")]
            assert offered(spoken, await post(world, spoken, spoken.request(said, False)))

    play(test())


def with_tools(spoken, *tools):
    body = spoken.request(talk(0), False)
    if spoken.name == "gemini":
        return {**body, "tools": [{"functionDeclarations": list(tools)}]}
    if spoken.name == "openai-chat":
        return {**body, "tools": [{"type": "function", "function": tool} for tool in tools]}
    kind = {"type": "function"} if spoken.name == "openai-responses" else {"input_schema": {}}
    return {**body, "tools": [{**kind, **tool} for tool in tools]}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tool", [NAME, f"mcp__headroom__{NAME}", "bash"])
def test_who_can_fetch_originals_by_other_means_is_offered_nothing(name, tool):
    spoken = SPOKEN[name]

    async def test():
        async with running() as world:
            assert await untouched(
                world, spoken, with_tools(spoken, {"name": OTHER}, {"name": tool})
            )

    play(test())


def test_a_shell_elsewhere_fetches_nothing_so_that_it_is_offered():
    spoken = SPOKEN["chat"]

    async def test():
        async with running(shell=None) as world:
            assert offered(spoken, await post(world, spoken, with_tools(spoken, {"name": "bash"})))

    play(test())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "more",
    [
        {"tool_choice": {"type": "function", "function": {"name": OTHER}}},
        {"n": 2},
        {"generationConfig": {"candidateCount": 2}},
        {"toolConfig": {"functionCallingConfig": {"allowedFunctionNames": [OTHER]}}},
        {"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": []}},
        {"response_format": {"type": "json_schema", "json_schema": {}}},
        {"text": {"format": {"type": "json_object"}}},
        {"output_config": {"format": {"type": "json_schema", "schema": {}}}},
        {"generationConfig": {"responseMimeType": "application/json"}},
        {"background": True},
        {"conversation": "conv_1"},
        {"thread": {"type": "create"}},
    ],
)
def test_answers_that_could_not_be_continued_are_not_asked_for(name, more):
    spoken = SPOKEN[name]

    async def test():
        async with running() as world:
            assert await untouched(world, spoken, {**spoken.request(talk(0), False), **more})

    play(test())


@pytest.mark.parametrize(
    "more",
    [
        {"n": 2},
        {"generationConfig": {"candidateCount": 2}},
        {"toolConfig": {"functionCallingConfig": {"streamFunctionCallArguments": True}}},
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_a_call_that_could_not_be_taken_out_of_an_answer_is_not_provoked(name, more):
    spoken = SPOKEN[name]

    async def test():
        async with running() as world:
            body = spoken.request(talk(0), False)
            assert offered(spoken, await post(world, spoken, body))
            assert await untouched(world, spoken, {**body, **more})
            assert offered(spoken, await post(world, spoken, body))

    play(test())


def crowd(spoken, count):
    """Return a request with so many functions."""
    body = spoken.request(talk(0), False)
    tools = body["tools"]
    tools = tools[0]["functionDeclarations"] if spoken.name == "gemini" else tools
    tools += [json.loads(json.dumps(tools[0]).replace(OTHER, f"f{n}")) for n in range(count - 1)]
    return body


@pytest.mark.parametrize("name", NAMES)
def test_no_request_gets_more_functions_than_a_provider_takes(name):
    spoken = SPOKEN[name]

    async def test():
        async with running() as world:
            assert await untouched(world, spoken, crowd(spoken, 128))
        async with running() as world:
            assert offered(spoken, await post(world, spoken, crowd(spoken, 127)))
            assert await untouched(world, spoken, crowd(spoken, 128))

    play(test())


@pytest.mark.parametrize("name", NAMES)
def test_only_functions_of_the_client_call_for_it(name):
    spoken = SPOKEN[name]
    searching = (
        {"googleSearch": {}} if name == "gemini" else {"type": "web_search", "name": "web_search"}
    )

    async def test():
        async with running() as world:
            assert await untouched(
                world, spoken, {**spoken.request(talk(0), False), "tools": [searching]}
            )

    play(test())


def test_without_a_store_that_lasts_nothing_is_offered():
    spoken = SPOKEN["chat"]

    async def test():
        async with running(shared=False) as world:
            assert await untouched(world, spoken, spoken.request(talk(0), False))

    play(test())


PERSONAL = [
    ("anthropic", {"authorization": "Bearer sk-ant-oat01-abc"}, True),
    ("anthropic", {"authorization": "Bearer something-else"}, True),
    ("anthropic", {"authorization": "Bearer sk-ant-api03-abc"}, False),
    ("anthropic", {"x-api-key": "sk-ant-api03-abc"}, False),
    ("anthropic", {"x-api-key": "k", "anthropic-beta": "a,oauth-2025-04-20"}, True),
    ("openai-chat", {"authorization": "Bearer sk-proj-abc"}, False),
    ("openai-chat", {"authorization": "Bearer gsk_abc"}, False),
    ("openai-chat", {}, False),
    ("openai-chat", {"authorization": "Basic abc"}, True),
    ("openai-chat", {"authorization": "Bearer tid=abc;exp=1"}, True),
    ("openai-chat", {"authorization": "Bearer ghu_abc"}, True),
    ("openai-responses", {"authorization": "Bearer eyJhbGciOi.x.y"}, True),
    ("openai-responses", {"Authorization": "bearer sk-a", "ChatGPT-Account-ID": "a"}, True),
    ("gemini", {"x-goog-api-key": "AIza"}, False),
    ("gemini", {"authorization": "Bearer ya29.abc"}, True),
]


@pytest.mark.parametrize(("wire", "headers", "personal"), PERSONAL)
def test_requests_that_a_persons_login_pays_for_are_told(wire, headers, personal):
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert is_personal(pairs, wire) is personal


def test_tools_of_a_persons_login_are_not_touched():
    spoken = SPOKEN["anthropic"]
    headers = [("authorization", "Bearer sk-ant-oat01-abc"), ("accept-encoding", "br")]

    async def test():
        async with running() as world:
            assert await untouched(world, spoken, spoken.request(talk(0), False), headers)
            assert world.provider.received[0].header("accept-encoding") == "br"

    play(test())


@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_tools_is_found_wherever_it_stands(name):
    spoken = SPOKEN[name]
    body = spoken.request(talk(1), False)
    text = json.dumps(body)
    odd = [
        {"x": {"tools": [1]}, **body},
        {**body, "x": ["tools", {"tools": []}], "y": '"tools": [3]'},
        text.replace('"tools": ', '"\\u0074ools" :'),
        text.replace('"tools": ', '"x": [{"tools":[{}]}], "\\u0074ools": '),
    ]
    for each in odd:
        raw = (each if isinstance(each, str) else json.dumps(each)).encode()
        made = with_tool(BytesDocument(raw), Offer(spoken.name, b"", tool_of(spoken.name)))
        assert json.loads(made.raw) == made.tree
        assert spoken.tools(made.tree) == [OTHER, NAME]
        assert {**made.tree, "tools": 0} == {**json.loads(raw), "tools": 0}
    with pytest.raises(NotSpliceable):
        with_tool(
            BytesDocument(f'{{"tools": [], {text[1:]}'.encode()),
            Offer(spoken.name, b"", tool_of(spoken.name)),
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_conversation_keeps_the_tool_in_the_bytes_of_the_version_that_offered_it(
    name, tmp_path, monkeypatch
):
    spoken = SPOKEN[name]

    def engine():
        return Engine(ledger=SqliteLedger(tmp_path / "forms.sqlite", clock=lambda: 0.0))

    async def sent(turns):
        async with running(engine=engine()) as world:
            return await post(world, spoken, spoken.request(talk(turns), False))

    first, tool = play(sent(0)), f",{tool_of(spoken.name)}".encode()
    monkeypatch.setattr("headroom.ccr.tool._DESCRIPTION", "Fetch what was cut, in other words.")
    assert tool_of(spoken.name).encode() not in tool
    assert first.count(tool) == play(sent(1)).count(tool) == 1


@pytest.mark.parametrize("mcp", ["mcp__headroom__headroom_retrieve", "headroom-headroom_retrieve"])
@pytest.mark.parametrize("name", NAMES)
def test_where_a_server_of_ours_is_among_the_tools_none_is_added(name, mcp):
    spoken = SPOKEN[name]

    async def test():
        async with running() as world:
            for turns in (0, 1):
                raw = json.dumps(spoken.request(talk(turns), False)).encode()
                sent = await post(world, spoken, raw.replace(OTHER.encode(), mcp.encode()))
                assert spoken.tools(json.loads(sent)) == [mcp]

    play(test())
