"""What counts as a request body, and that its bytes come back."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from headroom.cli import stream
from headroom.cli.main import main

LOG = "\n".join(
    f"2024-01-02 10:00:{n:02} INFO app.web: request {n} served in {n * 3} ms" for n in range(40)
)
ANSWER = {"type": "function_call_output", "call_id": "c1", "output": LOG}
PART = {"functionResponse": {"name": "x", "response": {"output": LOG}}}


@pytest.mark.parametrize(
    "body",
    [
        [{"role": "tool", "content": LOG}],
        {"messages": [{"role": "user", "content": "why?"}, {"role": "tool", "content": LOG}]},
        {"input": [{"type": "reasoning", "id": "r1", "summary": []}, ANSWER]},
        {"contents": [{"role": "user", "parts": [PART]}]},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("profile", ["lossless", "balanced"])
def test_a_body_is_recognised_and_comes_back_byte_for_byte(
    body, indent, profile, tmp_path, monkeypatch
):
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{tmp_path / 'originals.sqlite'}")
    spelled = json.dumps(body, indent=indent) + "\n"
    assert stream.request(spelled) == body
    runner = CliRunner()
    made = runner.invoke(main, ["compress", "--profile", profile], input=spelled)
    assert len(made.stdout) < len(spelled) * 0.7
    json.loads(made.stdout)
    assert runner.invoke(main, ["expand"], input=made.stdout).stdout == spelled


def test_a_table_in_a_narrow_terminal_cuts_no_path_off(monkeypatch, capsys):
    path = "/home/somebody/with/a/long/name/.config/an-agent/settings-of-that-agent.json"
    monkeypatch.setattr(stream, "coloured", lambda _: True)
    monkeypatch.setenv("COLUMNS", "60")
    stream.table(("by", "file", "keys"), [("wrap claude", path, "env.ANTHROPIC_BASE_URL")])
    shown = capsys.readouterr().out
    cells = [line.split("│")[2].strip() for line in shown.splitlines() if line.count("│") == 4]
    assert "".join(cells) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1, 2]",
        "[]",
        "{}",
        '{"messages": "none"}',
        '[{"name": "Ada", "role": "admin"}, {"name": "Alan", "role": "user"}]',
        '[{"type": "file", "path": "a"}]',
        '{"role": "user", "content": "a single message is no list"}',
        '[{"role": "tool", "content": "\udcff"}]',
        "[" * 100_000,
        "\ufeff[1",
    ],
)
def test_other_json_is_plain_text(text):
    assert stream.request(text) is None


def test_a_body_that_needs_no_expanding_keeps_its_bytes():
    body = '[ {"role":"tool", "content" : "\\ud800 \\u00e9 x"} ]\n\n'
    assert CliRunner().invoke(main, ["expand"], input=body).stdout == body
    assert CliRunner().invoke(main, ["compress"], input=body).stdout == body


def test_colours_only_reach_a_terminal_that_wants_them(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert stream.coloured(None)
    assert not stream.coloured("file")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not stream.coloured(None)
