"""Who can bring back what is left out: our MCP tool under any client's name for it, or a shell."""

import pytest

from headroom.engine.policy import fetches
from headroom.proxy.redeemer import Redeemer, has_shell, has_tools, redeemer, runs_commands

SHELL = {"name": "Bash", "input_schema": {}}
NAMES = [
    "headroom_retrieve",
    "mcp__headroom__headroom_retrieve",
    "headroom-headroom_retrieve",
    "headroom_headroom_retrieve",
    "mcp_headroom_headroom_retrieve",
    "headroom__headroom_retrieve",
    "mcp_headroom.headroom_retrieve",
]


def anthropic(name, **more):
    return {"tools": [{"name": name, "input_schema": {}, **more}]}


def chat(name):
    return {"tools": [{"type": "function", "function": {"name": name}}]}


def responses(name):
    return {"tools": [{"type": "function", "name": name}]}


def gemini(name):
    return {"tools": [{"functionDeclarations": [{"name": name}]}]}


def code_assist(name):
    return {"request": gemini(name)}


def converse(name):
    return {"toolConfig": {"tools": [{"cachePoint": {}}, {"toolSpec": {"name": name}}]}}


def namespaced(name):
    return {
        "tools": [
            {
                "type": "namespace",
                "name": "mcp__headroom",
                "tools": [{"type": "function", "name": name}],
            }
        ]
    }


def additional(name):
    return {"input": [{"type": "additional_tools", "role": "developer", **namespaced(name)}]}


@pytest.mark.parametrize(
    "shape", [anthropic, chat, responses, gemini, code_assist, converse, namespaced, additional]
)
@pytest.mark.parametrize("name", NAMES)
def test_our_tool_is_known_under_every_clients_name_for_it(shape, name):
    assert redeemer(shape(name), local=False) is Redeemer.TOOL
    assert redeemer(shape(name), local=True) is Redeemer.TOOL
    assert fetches(name, None)


@pytest.mark.parametrize(
    "name", ["retrieve", "headroom_compress", "myheadroom_retrieve", "headroom_retrieve_all"]
)
def test_other_tools_are_not_taken_for_ours(name):
    assert redeemer(anthropic(name), local=False) is Redeemer.NONE
    assert not fetches(name, None)


def test_a_tool_that_has_to_be_searched_for_comes_after_a_shell():
    hidden = anthropic(NAMES[1], defer_loading=True)
    assert redeemer(hidden, local=False) is Redeemer.TOOL
    with_shell = {"tools": [SHELL, *hidden["tools"]]}
    assert redeemer(with_shell, local=True) is Redeemer.SHELL
    assert redeemer(with_shell, local=False) is Redeemer.TOOL


@pytest.mark.parametrize(
    "name", ["execute_shell_command", "mcp__serena__run_shell", "terminal_run", "ssh_exec", "bash"]
)
def test_what_may_be_a_shell_can_edit_files_but_fetches_nothing_unless_it_is_one(name):
    body = anthropic(name)
    assert runs_commands(body)
    assert has_shell(body) is (name == "bash")
    assert (redeemer(body, local=True) is Redeemer.SHELL) is (name == "bash")


@pytest.mark.parametrize("name", ["search", "publish", "execute_sql", "commander", "push"])
def test_other_tools_run_no_commands(name):
    assert not runs_commands(anthropic(name))


def test_a_tool_that_was_searched_for_is_called_directly():
    found = [{"type": "tool_reference", "tool_name": NAMES[1]}]
    messages = [
        {"role": "user", "content": "hi"},
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "a", "content": found}],
        },
    ]
    tools = [SHELL, *anthropic(NAMES[1], defer_loading=True)["tools"]]
    assert redeemer({"tools": tools, "messages": messages}, local=True) is Redeemer.TOOL


@pytest.mark.parametrize(
    "command",
    [
        "headroom retrieve abc",
        "await tools.mcp__headroom__headroom_retrieve({ref})",
        "cd x && headroom retrieve a",
        "HEADROOM_STORE=x timeout 9 /usr/local/bin/headroom retrieve a | head",
        "'C:\\my tools\\headroom.exe' retrieve a",
        "python3 -m headroom  retrieve a",
        "grep -c x <(headroom retrieve a)",
        "x; " * 200 + "headroom retrieve a",
    ],
)
def test_code_and_commands_that_fetch_are_known(command):
    assert fetches("exec", command)


@pytest.mark.parametrize(
    "command", [None, "", "headroom", "my-headroom retrieve", "rg headroom retrieve.py", "retrieve"]
)
def test_other_commands_are_not_taken_for_ours(command):
    assert not fetches("exec", command)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"tools": None},
        {"tools": [None, 1, {"name": 1}]},
        {"tools": {}, "input": "x"},
        {"input": [{"type": "additional_tools", "tools": 1}]},
        {"tools": [{"type": "namespace", "tools": "x"}]},
        {
            "tools": [{"name": NAMES[0], "defer_loading": True}],
            "messages": [1, {"content": [1, {"content": "x"}]}],
        },
    ],
)
def test_bodies_of_any_shape_are_looked_at(body):
    assert redeemer(body, local=False) in (Redeemer.NONE, Redeemer.TOOL)
    assert not has_shell(body)


@pytest.mark.parametrize(
    "shape", [anthropic, chat, responses, gemini, code_assist, converse, namespaced, additional]
)
def test_tools_are_seen_wherever_they_are_listed(shape):
    assert has_tools(shape("x"))


@pytest.mark.parametrize("body", [{}, {"tools": []}, {"tools": None}, {"input": "x"}, [], None, 3])
def test_where_none_is_listed_there_is_none(body):
    assert not has_tools(body)
