"""What a person reads beside a shortened text: figures, and what they are worth."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from headroom.cli import reason, stream
from headroom.cli.main import main
from headroom.core.result import Reason

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


BODY = json.dumps({"messages": [{"role": "user", "content": "hi"}]})


@pytest.mark.parametrize(
    ("stdin", "arguments", "why"),
    [
        ("short", [], "less than 100 tokens, too small to be told shorter"),
        ("", [], "less than 100 tokens, too small to be told shorter"),
        (
            " ".join(f"w{n * n}x{n**3}" for n in range(99)),
            ["--profile", "lossless"],
            "nothing in it",
        ),
        (BODY, [], "what the user typed stays as it is"),
        ('{"messages": [{"role": "user", "content": []}]}', [], "no text in it"),
        (LOG, [], None),
    ],
)
def test_why_nothing_was_changed_is_said(run, stdin, arguments, why):
    told = run("compress", "--json", *arguments, stdin=stdin)
    because = json.loads(told.stdout)["unchanged_because"]
    if why is None:
        assert because is None
        assert "nothing changed" not in told.stderr
        return
    assert because.startswith(why)
    assert told.stderr.endswith(f"nothing changed: {because}\n")


def test_every_reason_for_which_a_text_stays_has_words():
    changed = {Reason.FOLDED, Reason.ELIDED, Reason.REPEATED, Reason.SEEN}
    assert set(reason.WORDS) == set(Reason) - changed


def test_a_target_that_is_missed_is_said_to_be(run):
    numbers = "\n".join(str(n * n * 7919 % 10_007) for n in range(2_000))
    told = run("compress", "--json", "--target-tokens", "5", stdin=numbers)
    report = json.loads(told.stdout)
    assert report["over_budget"] == report["tokens_after"] - 5 > 0
    assert told.stderr.endswith(f"; {report['over_budget']:,} more than asked for\n")
    assert "asked for" not in run("compress", "--target-ratio", "0.9", stdin=LOG).stderr


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
