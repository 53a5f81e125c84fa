"""What a tool call names: the command or file by which a file read is told from a log."""

from __future__ import annotations

import json
import time

import pytest

from headroom.config import Options
from headroom.core.result import Reason
from headroom.engine.policy import Scene, keep
from headroom.providers._shape import Calls, named, ranged
from headroom.providers.gemini import Gemini
from headroom.providers.openai_responses import OpenAIResponses


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"command": "make"}, "make"),
        ({"command": ["bash", "-lc", "make test"]}, "make test"),
        ({"command": ["ls", "-l"]}, "ls -l"),
        ({"commands": ["make", "cat app.py"]}, "make\ncat app.py"),
        ({"filePath": "/p/app.py", "offset": 1}, "/p/app.py"),
        ({"filepath": "/p/app.py"}, "/p/app.py"),
        (
            {"files": [{"path": "/p/a.py"}, {"path": "/p/b.py", "start_line": 3}]},
            "/p/a.py\n/p/b.py",
        ),
        ({"paths": ["a.py", "b.py"]}, "a.py\nb.py"),
        ({"command": "view", "security_risk": "LOW", "path": "/p/app.py"}, "view /p/app.py"),
        ({"script": "cat app.py"}, "cat app.py"),
        ({"command_line": "make", "cwd": "/p"}, "make"),
        ({"relative_path": "src/app.py", "start_line": 1}, "src/app.py"),
        ({"notebook_path": "a.ipynb"}, "a.ipynb"),
        ({"file": "app.py", "pattern": "x"}, "app.py"),
        ({"file": {"path": "app.py"}, "pattern": "x"}, "x"),
        ({"files": [{"path": 3}]}, None),
        ({"files": []}, None),
        ({"other": "x"}, None),
        ('text(await tools.exec_command({"cmd": "cat app.py"}));', "cat app.py"),
        ("const r = await tools.exec_command({cmd: 'git log', timeout: 5}); text(r)", "git log"),
        ("await tools.shell({command: [`bash`, `-lc`, `cat a.py`]})", "cat a.py"),
        ('tools.bash({cmd: "echo \\"hi\\""}); tools.bash({cmd:"cat b"})', 'echo "hi"\ncat b'),
        ("text(await tools.web.search({query: 'x'}))", "web.search"),
        ("*** Begin Patch\n*** Update File: a.py", None),
        ("{not json", None),
    ],
)
def test_a_call_names_its_command_or_its_files(arguments, names):
    assert named(arguments) == names
    if isinstance(arguments, dict):
        assert named(json.dumps(arguments)) == names


@pytest.mark.parametrize("piece", ["cmd:", 'cmd:"', "cmd:[", "`\\"])
def test_a_hostile_script_is_read_in_linear_time(piece):
    text = piece * 200_000
    start = time.process_time()
    assert (named(text) or "") in text
    assert time.process_time() - start < 30  # a bound on complexity, not on speed


SCENE = Scene(10, editing=True)


def _reasons(wire, body):
    return [keep(each, SCENE, Options()) for each in wire.segments(body) if each.role == "tool"]


def test_a_script_that_prints_a_file_reads_it():
    items = []
    for n, command in enumerate(("cat src/app.py", "make test")):
        script = f"text(await tools.exec_command({{cmd: {json.dumps(command)}}}));"
        items += [
            {"type": "custom_tool_call", "call_id": f"c{n}", "name": "exec", "input": script},
            {
                "type": "custom_tool_call_output",
                "call_id": f"c{n}",
                "output": [{"type": "input_text", "text": "..."}],
            },
        ]
    assert _reasons(OpenAIResponses(), {"input": items}) == [Reason.READ, None]


def test_what_a_script_brought_back_is_not_shortened_again():
    script = 'text(await tools.exec_command({cmd: "headroom retrieve abcde12345 --lines 3"}));'
    call = {"type": "custom_tool_call", "call_id": "c", "name": "exec", "input": script}
    output = {"type": "custom_tool_call_output", "call_id": "c", "output": "..."}
    assert _reasons(OpenAIResponses(), {"input": [call, output]}) == [Reason.RETRIEVED]


def _gemini(calls, answers):
    return {
        "contents": [
            {"role": "model", "parts": [{"functionCall": each} for each in calls]},
            {"role": "user", "parts": [{"functionResponse": each} for each in answers]},
        ]
    }


def _call(command, **more):
    return {"name": "run_shell_command", "args": {"command": command}, **more}


def _answer(**more):
    return {"name": "run_shell_command", "response": {"output": "..."}, **more}


def test_answers_without_an_id_go_to_the_calls_of_their_name_in_order():
    body = _gemini([_call("cat a.py"), _call("make")], [_answer(), _answer()])
    later = _gemini([_call("ls"), _call("cat b.py")], [_answer()])
    body["contents"] += later["contents"]
    assert _reasons(Gemini(), body) == [Reason.READ, None, None]


def test_answers_go_by_their_id_where_they_have_one():
    calls = [_call("cat a.py", id="1"), _call("make", id="2")]
    body = _gemini(calls, [_answer(id="2"), _answer(id="1")])
    assert _reasons(Gemini(), body) == [None, Reason.READ]
    body = _gemini(calls, [_answer(), _answer()])  # Some clients send ids one way only.
    assert _reasons(Gemini(), body) == [Reason.READ, None]


def test_calls_that_are_known_go_on_where_they_ended():
    body = _gemini([_call("cat a.py"), _call("make")], [_answer(), _answer()])
    wire = Gemini()
    calls = wire.beginning()
    for turn, item in enumerate(body["contents"]):
        list(wire.located(item, ("contents", turn), turn, calls))
    for cut in range(len(calls.made) + 1):
        known = Calls(calls.made[:cut])
        assert known.made == calls.made[:cut]
        assert known.by_id == Calls(known.made).by_id
    halfway = Calls(calls.made[:3])  # Both calls, one answer.
    assert halfway.answer("run_shell_command").command == "make"
    assert halfway.answer("run_shell_command").command == "make"  # Of more answers than calls.
    assert halfway.answer(None).command is None


@pytest.mark.parametrize(
    ("arguments", "asks"),
    [
        ({"path": "a.py", "start_line": 52, "end_line": 130}, True),
        ({"path": "a.py", "view_range": [1, 40]}, True),
        ('{"path": "a.py", "startLine": 7}', True),
        ({"files": [{"path": "a.py", "start_line": 7}]}, True),
        ({"path": "a.py"}, False),
        ({"path": "a.py", "start_line": None, "view_range": []}, False),
        ({"path": "a.py", "start_line": "52", "end_line": True}, False),
        ("sed -n 1,40p a.py", False),
        ("{", False),
        (None, False),
        ([1], False),
    ],
)
def test_a_call_that_asks_for_lines_by_their_numbers_is_told(arguments, asks):
    assert ranged(arguments) is asks
    calls = Calls()
    calls.add("a", "read", arguments)
    assert calls.get("a").ranged is asks
