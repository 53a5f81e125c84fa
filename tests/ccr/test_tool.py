"""The definition that providers are sent, and what the arguments that models write are read as."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.ccr.tool import NAME, PARTS, asked, definition
from headroom.errors import ConfigurationError
from headroom.registry import PROVIDERS

REF = "abcde12345"
GEMINI_SCHEMA = {"type", "description", "properties", "required", "items", "enum", "nullable"}


def function_of(tool):
    """The name, description and schema of a tool in whatever shape; anything more is refused."""
    if "functionDeclarations" in tool:
        assert tool.keys() == {"functionDeclarations"}
        (tool,) = tool["functionDeclarations"]
        assert tool.keys() == {"name", "description", "parameters"}
        return tool["name"], tool["description"], tool["parameters"]
    if "toolSpec" in tool:
        assert tool.keys() == {"toolSpec"}
        assert tool["toolSpec"].keys() == {"name", "description", "inputSchema"}
        (schema,) = tool["toolSpec"]["inputSchema"].values()
        return tool["toolSpec"]["name"], tool["toolSpec"]["description"], schema
    if "input_schema" in tool:
        assert tool.keys() == {"name", "description", "input_schema"}
        return tool["name"], tool["description"], tool["input_schema"]
    assert tool["type"] == "function"
    if "function" in tool:
        assert tool.keys() == {"type", "function"}
        tool = tool["function"]
        assert tool.keys() == {"name", "description", "parameters"}
    else:
        assert tool.keys() == {"type", "name", "description", "parameters", "strict"}
        assert tool["strict"] is False
    return tool["name"], tool["description"], tool["parameters"]


def schemas(schema):
    yield schema
    for inner in schema.get("properties", {}).values():
        yield from schemas(inner)


@pytest.mark.parametrize("wire", PROVIDERS)
def test_every_wire_has_a_definition_that_its_strictest_reader_takes(wire):
    name, description, schema = function_of(definition(wire))
    assert name == NAME
    assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}", name)
    assert 100 < len(description) <= 1024
    assert schema["type"] == "object"
    assert schema["required"] == ["ref"]
    assert list(schema["properties"]) == ["ref", *PARTS]
    assert all(each.keys() <= GEMINI_SCHEMA for each in schemas(schema))
    assert definition(wire.replace("-", "_")) == definition(wire)


def test_an_unknown_wire_is_an_error_that_lists_those_there_are():
    with pytest.raises(ConfigurationError) as caught:
        definition("cohere")
    assert all(wire in str(caught.value) for wire in PROVIDERS)


def test_the_definition_is_the_same_bytes_in_every_process():
    code = f"import json, headroom; print([json.dumps(headroom.retrieve_tool(w)) for w in {list(PROVIDERS)}])"
    for seed in ("0", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == f"{[json.dumps(definition(wire)) for wire in PROVIDERS]}\n"


def test_a_definition_that_a_caller_changed_does_not_change_the_next():
    definition("anthropic")["input_schema"]["properties"].clear()
    assert "ref" in definition("anthropic")["input_schema"]["properties"]


@pytest.mark.parametrize(
    ("arguments", "ask"),
    [
        ({}, {}),
        ({"query": "why?"}, {"query": "why?"}),
        ({"query": ["slow", "request"]}, {"query": "slow request"}),
        ({"lines": "40-88"}, {"lines": "40-88"}),
        ({"lines": 5}, {"lines": "5"}),
        ({"lines": 5.0}, {"lines": "5"}),
        ({"lines": [40, 88]}, {"lines": "40-88"}),
        ({"lines": [7]}, {"lines": "7"}),
        ({"lines": [3, 7, 9]}, {"lines": "3,7,9"}),
        ({"lines": ["3", "40-88"]}, {"lines": "3,40-88"}),
        ({"lines": [[1, 2], [5, 6]]}, {"lines": "1-2,5-6"}),
        ({"lines": "lines 40–88"}, {"lines": "40-88"}),
        ({"lines": "L40-L88"}, {"lines": "40-88"}),
        ({"lines": "40 to 88"}, {"lines": "40-88"}),
        ({"lines": "5:1-900"}, {"lines": "5:1-900"}),
        ({"lines": "line 40 through line 88"}, {"lines": "40-88"}),
        ({"lines": "40−88, "}, {"lines": "40-88"}),
        ({"lines": "… 40-88"}, {"lines": "40-88"}),
        ({"lines": "3-5 and 7-9; 12"}, {"lines": "3-5,7-9,12"}),
        ({"lines": "3-5  7 - 9"}, {"lines": "3-5,7 - 9"}),
        ({"lines": "40-"}, {"lines": "40-999999999999"}),
        ({"rows": "7, 40 to end"}, {"rows": "7,40-999999999999"}),
        ({"rows": 0}, {"rows": "0"}),
        ({"rows": [0, 9]}, {"rows": "0-9"}),
        ({"path": "items[3].name"}, {"path": "items[3].name"}),
        ({"path": ["items", 3, "a.b"]}, {"path": '["items"][3]["a.b"]'}),
        ({"path": 0}, {"path": "[0]"}),
        ({"limit": 90}, {"limit": 90}),
        ({"limit": "90"}, {"limit": 90}),
        ({"query": "", "lines": None, "rows": "", "path": "", "limit": 0}, {}),
    ],
)
def test_what_a_model_may_write_is_read_as_it_is_meant(arguments, ask):
    expected = {"ref": REF, **ask}
    assert asked({"ref": REF, **arguments}) == expected
    assert asked(json.dumps({"ref": REF, **arguments})) == expected


@pytest.mark.parametrize(
    "ref",
    [
        *(f" {REF} ", f'"{REF}"', f"`{REF}`", f"[{REF}]", f"<{REF}>", f"{REF}:", REF.upper()),
        *(
            f"REF: {REF}",
            f"headroom:{REF}",
            f'headroom_retrieve("{REF}")',
            f"headroom retrieve {REF}",
        ),
        f"[headroom:excerpt 230 lines; {REF}: 228 of 600 lines",
    ],
)
def test_a_ref_may_be_wrapped(ref):
    assert asked(json.dumps(json.dumps({"ref": ref}))) == {"ref": REF}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "ref is missing"),
        (None, "ref is missing"),
        ("{", '{"ref": "REF"'),
        ("[]", '{"ref": "REF"'),
        ("[" * 100_000, '{"ref": "REF"'),
        (5, '{"ref": "REF"'),
        ("x" * 200_000, "too long"),
        ({"ref": ""}, "ref is missing"),
        ({"ref": {}}, "ref is missing"),
        ({"ref": 5}, "ref is a text"),
        ({"ref": REF, "line": "3"}, "the arguments are ref, query, lines, rows, path, limit"),
        ({"ref": REF, "lines": "3", "query": "x"}, "one of query, lines"),
        ({"ref": REF, "lines": True}, 'lines reads "40-88"'),
        ({"ref": REF, "lines": 1.5}, 'lines reads "40-88"'),
        ({"ref": REF, "rows": {"from": 3}}, 'rows reads "40-88"'),
        ({"ref": REF, "rows": [[[1]]]}, 'rows reads "40-88"'),
        ({"ref": REF, "query": 5}, "query is a text"),
        ({"ref": REF, "limit": -1}, "limit is a number"),
        ({"ref": REF, "limit": "many"}, "limit is a number"),
        ({"ref": REF, "limit": float("inf")}, "limit is a number"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(arguments, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        asked(arguments)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=100)
@given(
    JSON
    | st.text(max_size=40)
    | st.dictionaries(st.sampled_from(["ref", *PARTS, "limit", "x"]), JSON, max_size=3)
)
def test_any_arguments_are_read_or_refused_with_a_reason(arguments):
    for given_as in (arguments, json.dumps(arguments)):
        try:
            ask = asked(given_as)
        except ValueError as error:
            ask = {"ref": str(error)}
        assert isinstance(ask["ref"], str)
        assert sum(part in ask for part in PARTS) <= 1
