"""What a person reads beside a shortened text: figures, and what they are worth."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from headroom.cli import stream
from headroom.cli.main import main

LOG = "\n".join(
    f"2024-01-02 10:00:{n:02} INFO app.web: request {n} served in {n * 3} ms" for n in range(40)
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{tmp_path / 'originals.sqlite'}")
    return lambda *args, stdin: CliRunner().invoke(main, args, input=stdin)


@pytest.mark.parametrize(
    ("model", "basis"), [("gpt-4o", "counted"), ("claude-sonnet-4-5", "estimated")]
)
def test_figures_say_whether_tokens_are_counted_or_estimated(run, model, basis):
    result = run("compress", "--json", "--model", model, stdin=LOG)
    assert json.loads(result.stdout)["basis"] == basis
    assert (" estimated tokens (" in result.stderr) is (basis == "estimated")


def test_a_text_that_is_too_long_to_be_looked_at_is_said_to_be(run):
    result = run("compress", stdin="x\n" * 8_000_001)
    assert "nothing changed: texts of more than 16,000,000 characters" in result.stderr
    assert "estimated tokens" in result.stderr


def test_a_text_that_lost_its_end_is_said_not_to_be_expanded(run):
    cut = run("compress", "--profile", "lossless", stdin=LOG).stdout
    assert run("expand", stdin=cut).stderr == ""
    part = "".join(cut.splitlines(keepends=True)[:-2])
    result = run("expand", stdin=part)
    assert (result.exit_code, result.stdout) == (0, part)
    assert "lines are missing below this header" in result.stderr


@pytest.mark.parametrize("terminal", [True, False])
def test_what_follows_a_text_without_a_last_line_end_stands_in_a_line_of_its_own(
    terminal, monkeypatch, capfdbinary
):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    for text in ("a line", "a line\n", ""):
        stream.write(text, None)
    told = capfdbinary.readouterr().out
    assert told == (b"a line\na line\n" if terminal else b"a linea line\n")
