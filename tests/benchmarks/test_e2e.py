"""The stand-in that real agents are driven against: its script, its wires and what it refuses."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.e2e import compare, task, tool
from benchmarks.e2e.agent import agents
from benchmarks.e2e.drive import Run
from benchmarks.e2e.provider import Asked, Log, Provider, common
from benchmarks.e2e.task import DONE, FACT, PROMPT, RIGHT, WRONG, Task
from benchmarks.e2e.view import RefusedError, Tool, View
from benchmarks.e2e.wire import anthropic, chat, gemini, responses

SHELL = {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}
READ = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
EDIT = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("path", "old_str", "new_str")},
}
TOOLS = {"bash": SHELL, "view": READ, "edit": EDIT}
WIRES = [anthropic, chat, responses, gemini]
CUT = '[headroom:excerpt 3 lines; abcdefghij: 3 of 9 lines; the rest is stored: /x/headroom retrieve abcdefghij --lines A-B or --query "..."]'


class Client:
    """A client that keeps a conversation on one wire and does what the model asks for."""

    def __init__(self, wire, outputs):
        self.wire = wire
        self.outputs = list(outputs)
        self.body = {
            anthropic: lambda: {
                "tools": [{"name": name, "input_schema": each} for name, each in TOOLS.items()],
                "messages": [{"role": "user", "content": PROMPT}],
            },
            chat: lambda: {
                "tools": [
                    {"type": "function", "function": {"name": name, "parameters": each}}
                    for name, each in TOOLS.items()
                ],
                "messages": [{"role": "user", "content": PROMPT}],
            },
            responses: lambda: {
                "tools": [
                    {"type": "function", "name": name, "parameters": each}
                    for name, each in TOOLS.items()
                ],
                "input": [{"role": "user", "content": PROMPT}],
            },
            gemini: lambda: {
                "tools": [
                    {
                        "functionDeclarations": [
                            {"name": name, "parameters": each} for name, each in TOOLS.items()
                        ]
                    }
                ],
                "contents": [{"role": "user", "parts": [{"text": PROMPT}]}],
            },
        }[wire]()

    def next(self, turn):
        """Take the answer in, and what its call printed; return the call's arguments or None."""
        answer = self.wire.answer(turn)
        return {
            anthropic: self._anthropic,
            chat: self._chat,
            responses: self._responses,
            gemini: self._gemini,
        }[self.wire](answer)

    def _anthropic(self, answer):
        content = answer["content"]
        self.body["messages"].append({"role": "assistant", "content": content})
        for call in content[1:]:
            result = {
                "type": "tool_result",
                "tool_use_id": call["id"],
                "content": self.outputs.pop(0),
            }
            self.body["messages"].append({"role": "user", "content": [result]})
        return content[1]["input"] if content[1:] else None

    def _chat(self, answer):
        message = answer["choices"][0]["message"]
        calls = message.get("tool_calls", ())
        self.body["messages"].append(message)
        for call in calls:
            result = {"role": "tool", "tool_call_id": call["id"], "content": self.outputs.pop(0)}
            self.body["messages"].append(result)
        return json.loads(calls[0]["function"]["arguments"]) if calls else None

    def _responses(self, answer):
        calls = answer["output"][1:]
        self.body["input"] += answer["output"]
        for call in calls:
            result = {"type": "function_call_output", "call_id": call["call_id"]}
            self.body["input"].append(result | {"output": self.outputs.pop(0)})
        return json.loads(calls[0]["arguments"]) if calls else None

    def _gemini(self, answer):
        content = answer["candidates"][0]["content"]
        calls = [part["functionCall"] for part in content["parts"][1:]]
        self.body["contents"].append(content)
        for call in calls:
            response = {"name": call["name"], "response": {"output": self.outputs.pop(0)}}
            result = {"role": "user", "parts": [{"functionResponse": response}]}
            self.body["contents"].append(result)
        return calls[0]["args"] if calls else None


def played(wire, outputs, folder):
    """Return the arguments of all calls of a conversation, and its last answer."""
    client, script, calls = Client(wire, outputs), Task(folder), []
    while True:
        turn = script.turn(wire.view(client.body))
        arguments = client.next(turn)
        if arguments is None:
            return calls, turn
        calls.append(arguments)


@pytest.mark.parametrize("wire", WIRES)
def test_the_model_builds_reads_fetches_what_was_left_out_edits_and_checks(wire, tmp_path):
    source = task.files()["totals.py"]
    calls, last = played(wire, [CUT, "[]", source, FACT, "ok", "ok"], tmp_path)
    path = str(tmp_path / "totals.py")
    assert calls == [
        {"command": "sh build.sh"},
        {"command": "sh report.sh"},
        {"path": path},
        {"command": "/x/headroom retrieve abcdefghij --query bundle-042"},
        {"path": path, "old_str": WRONG, "new_str": RIGHT},
        {"command": "sh check.sh"},
    ]
    assert last.text == DONE


@pytest.mark.parametrize("wire", WIRES)
def test_the_model_fetches_nothing_that_it_has_and_edits_only_what_it_was_shown(wire, tmp_path):
    calls, _ = played(wire, [FACT, "[]", "… 1-40", "no", "ok"], tmp_path)
    assert [each.get("old_str") for each in calls][3] not in (None, WRONG)
    assert len(calls) == 5


@pytest.mark.parametrize("wire", WIRES)
def test_what_is_streamed_is_what_is_answered(wire, tmp_path):
    turn = Task(tmp_path).turn(wire.view(Client(wire, []).body))
    stream = json.dumps([event for _, event in wire.events(turn, {})])
    assert "sh build.sh" in stream.replace('\\"', '"').replace("\\", "")
    assert json.loads(json.dumps(wire.answer(turn))) == wire.answer(turn)


def unpaired(wire):
    client = Client(wire, ["one"])
    client.next(Task(Path("/nowhere")).turn(wire.view(client.body)))
    key = {anthropic: "messages", chat: "messages", responses: "input", gemini: "contents"}[wire]
    del client.body[key][-1]
    client.body[key].append({"role": "user", "content": "go on", "parts": [{"text": "go on"}]})
    return client.body


@pytest.mark.parametrize("wire", WIRES)
def test_calls_without_their_results_are_refused(wire):
    with pytest.raises(RefusedError):
        wire.view(unpaired(wire))


@settings(max_examples=100)
@given(
    st.recursive(
        st.sampled_from(
            [{"type": "string"}, {"type": "INTEGER"}, {"type": ["null", "boolean"]}, {}]
        ),
        lambda inner: st.one_of(
            st.builds(lambda each: {"type": "array", "items": each, "minItems": 1}, inner),
            st.builds(lambda each: {"anyOf": [{"type": "null"}, each]}, inner),
            st.builds(
                lambda known: {"type": "object", "properties": known, "required": [*known]},
                st.dictionaries(st.sampled_from(["path", "other", "command"]), inner, max_size=3),
            ),
        ),
        max_leaves=8,
    )
)
def test_any_schema_is_filled_with_what_it_asks_for(schema):
    made = tool.filled(schema, {"path": "a.py"})
    assert json.dumps(made) is not None
    if schema.get("type") == "object":
        assert set(made) == set(schema["properties"])


def test_lists_of_edits_and_editors_with_commands_are_filled():
    change = tool.Edit("/x/a.py", "old", "new")
    pair = {"oldText": {"type": "string"}, "newText": {"type": "string"}}
    many = Tool("edit", {"type": "object", "properties": {
        "path": {"type": "string"},
        "edits": {"type": "array", "items": {"type": "object", "properties": pair}},
    }, "required": ["edits"]})  # fmt: skip
    made = tool.edit([many], change, "1")
    assert made.arguments == {"path": "/x/a.py", "edits": [{"oldText": "old", "newText": "new"}]}
    command = {"enum": ["view", "create", "str_replace"]}
    editor = Tool("file_editor", EDIT | {"properties": EDIT["properties"] | {"command": command}})
    assert tool.edit([editor], change, "1").arguments["command"] == "str_replace"
    assert tool.read([editor], "/x/a.py", "1").arguments == {"path": "/x/a.py", "command": "view"}


def test_what_a_client_adds_to_a_tool_of_ours_is_filled_in():
    risk = {"type": "string", "enum": ["LOW", "HIGH"]}
    known = {"ref": {"type": "string"}, "query": {"type": "string"}, "security_risk": risk}
    schema = {"type": "object", "properties": known, "required": ["ref", "security_risk"]}
    made = tool.retrieve([Tool("x__headroom_retrieve", schema)], "abc", "words", "1")
    assert made.arguments == {"ref": "abc", "query": "words", "security_risk": "LOW"}


def test_a_client_that_takes_programs_gets_one():
    code = [Tool("exec", kind="custom", space="functions")]
    assert tool.shell(code, "ls", "1").arguments == 'text(await tools.exec_command({"cmd": "ls"}));'
    assert "apply_patch" in tool.edit(code, tool.Edit("a.py", "x", "y"), "1").arguments


def test_a_client_without_tools_gets_the_edit_as_a_text(tmp_path):
    told = View("m", texts=[("user", WRONG), ("user", PROMPT)], pieces=["a SEARCH/REPLACE block"])
    assert f"{WRONG}\n=======\n{RIGHT}" in Task(tmp_path).turn(told).text


def test_a_socket_goes_on_from_the_answer_before(tmp_path):
    async def talk(url):
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            body = {"type": "response.create", "model": "m", **Client(responses, []).body}

            async def said(frame):
                await socket.send_json(frame)
                while (event := await socket.receive_json())["type"] != "response.completed":
                    assert event["type"] != "error", event
                return event["response"]

            warm = await said(body | {"generate": False, "input": []})
            first = await said(body | {"previous_response_id": warm["id"]})
            call = first["output"][1]
            output = {"type": "function_call_output", "call_id": call["call_id"], "output": "x"}
            return await said(body | {"previous_response_id": first["id"], "input": [output]})

    with Provider(Task(tmp_path).turn) as provider:
        last = asyncio.run(talk(f"{provider.url}/v1/responses"))
    assert "report.sh" in last["output"][1]["arguments"]
    assert [each.wire for each in provider.log.asked] == ["socket", "socket"]


def test_the_provider_streams_refuses_and_counts_what_was_there_before(tmp_path):
    async def ask(url, body):
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
            return answer.status, await answer.text()

    with Provider(Task(tmp_path).turn) as provider:
        url = f"{provider.url}/p/mine/v1/messages"
        body = Client(anthropic, []).body | {"model": "m", "stream": True}
        assert asyncio.run(ask(url, body))[1].startswith("event: message_start\n")
        _, again = asyncio.run(ask(url, body | {"stream": False}))
        assert asyncio.run(ask(url, unpaired(anthropic)))[0] == 400
        assert asyncio.run(ask(f"{provider.url}/elsewhere", {}))[0] == 404
    usage = json.loads(again)["usage"]
    assert usage["cache_read_input_tokens"] > 0 == usage["cache_creation_input_tokens"]
    assert len(provider.log.refused) == len(provider.log.unknown) == 1


def test_the_task_is_done_only_if_the_file_is_exactly_right(tmp_path):
    one = Task(tmp_path)
    one.prepare()
    assert not one.corrected()
    text = (tmp_path / "totals.py").read_text()
    assert task.whole(text)
    assert task.whole(json.dumps(text))
    assert not task.whole(text.replace("\n\n", "\n… 3-9\n", 1).replace("def ", "", 1))
    (tmp_path / "totals.py").write_text(text.replace(WRONG, RIGHT))
    assert one.corrected()


def run(*prompts):
    """Return a run whose tool results, request by request, were these."""
    log = Log()
    for results in prompts:
        texts = [("user", PROMPT), *(("result", each) for each in results)]
        log.asked.append(Asked("chat", True, View("m", texts=texts, pieces=["tools", *results])))
    return Run(0, True, 1.0, log, "", [], set())


def test_runs_are_compared_by_what_arrived_and_whether_it_stayed():
    source = task.files()["totals.py"]
    long = FACT + " a line of it" * 50
    agent = agents(["goose"])[0]
    direct = run([], [long], [long, "[]"], [long, "[]", source])
    good = run([], [CUT], [CUT, "[]"], [CUT, "[]", source], [CUT, "[]", source, FACT])
    row = compare.compared(agent, direct, good)
    assert row.faults == []
    assert row.retrieved
    assert row.stable
    assert 0 < row.results < 1
    moved = compare.compared(agent, direct, run([], [CUT], [long, "[]"], [CUT, "[]", source[:99]]))
    assert not moved.stable
    assert "result 0 was forwarded in two forms" in moved.faults
    assert "the file that was read did not arrive as it is" in moved.faults


def test_prompts_have_their_common_beginning():
    assert common(["a", "b", "c"], ["a", "b", "d"]) == 2
    assert common([], ["a"]) == 0


def test_every_agent_is_told_where_its_provider_is():
    for agent in agents():
        route = agent.direct("http://127.0.0.1:1")
        said = [*route.env.values(), *route.args, *route.home.values()]
        assert any("http://127.0.0.1:1" in each for each in said), agent.name
        assert not any("{url}" in each for each in said), agent.name
    with pytest.raises(ValueError, match="no agent 'nobody'"):
        agents(["nobody"])
