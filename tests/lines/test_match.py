"""What ripgrep tells in JSON, as it writes it otherwise."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress, expand, retrieve
from headroom.lines.match import as_hits


def event(kind, path, **data):
    return json.dumps({"type": kind, "data": {"path": {"text": path}, **data}})


def hit(path, number, text, kind="match"):
    return event(kind, path, lines={"text": text}, line_number=number, submatches=[])


def found(files):
    lines = []
    for path, hits in files.items():
        lines.append(event("begin", path))
        lines += [hit(path, number, f"{text}\n") for number, text in hits]
        lines.append(event("end", path, stats={"matches": len(hits)}))
    lines.append('{"data":{"elapsed_total":{"secs":0}},"type":"summary"}')
    return lines


FILES = {
    f"src/part_{n}.py": [(k * 7, f"    value_{n}_{k} = load({k})") for k in range(1, 9)]
    for n in range(30)
}
FILES["src/core.py"] = [(3, "def load(number):")]


def test_hits_and_what_is_near_them_are_told_line_by_line():
    lines = [*found({"a.py": [(7, "x = 1")]}), hit("a.py", 8, "y\r\n", "context"), ""]
    assert as_hits(lines) == ["", "a.py:7:x = 1", "", "", "a.py-8-y", ""]


@pytest.mark.parametrize(
    "line",
    [
        '{"type":"match","data":{"path":{"bytes":"/w=="},"lines":{"text":"a"},"line_number":1}}',
        '{"type":"match","data":{"path":{"text":"a"},"lines":{"text":"a"},"line_number":null}}',
        '{"type":"match","data":{"path":{"text":"a"},"lines":{"text":"a\\nb\\n"},"line_number":1}}',
        '{"type":"other","data":{}}',
        "not JSON",
        "3",
    ],
)
def test_other_lines_are_not_told(line):
    assert as_hits([event("begin", "a"), line]) is None
    assert as_hits([line]) is None


@given(st.text(min_size=1).filter(lambda t: "\n" not in t), st.integers(1, 10**6), st.text())
def test_any_text_of_one_line_is_told(path, number, text):
    told = as_hits([event("begin", "a"), hit(path, number, text)])
    path = path if "." in path or "/" in path else f"./{path}"
    body = text.removesuffix("\n").rstrip("\r")
    assert told == (None if "\n" in body else ["", f"{path}:{number}:{body}"])


def test_they_are_cut_as_a_search_and_fetched_by_line():
    text = "\n".join(found(FILES))
    messages = [{"role": "user", "content": "Where is `load` defined?"}]
    messages.append({"role": "tool", "content": text})
    made = compress(messages, model="gpt-4o")
    shown = made.messages[-1]["content"]
    assert "told as path:line:text" in shown
    assert "3:def load(number):" in shown
    assert len(shown) < len(text) / 8
    assert expand(made.messages) == messages
    assert retrieve(made.refs[0], lines="2").text.startswith('{"type": "match"')
