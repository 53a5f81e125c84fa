"""The command line, as a person uses it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import headroom
from headroom.cli.main import COMMANDS, main

LOG = "\n".join(
    f"2024-01-02 10:00:{n:02} INFO app.web: request {n} served in {n * 3} ms" for n in range(40)
)
ROOT = Path(headroom.__file__).resolve().parent.parent


ROWS = json.dumps([{"id": n, "name": f"part {n}", "stock": n * 31 % 17} for n in range(500)])


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{tmp_path / 'originals.sqlite'}")
    runner = CliRunner()

    def invoke(*args, stdin=None):
        return runner.invoke(main, args, input=stdin)

    return invoke


def test_a_text_is_shortened_and_comes_back(run):
    made = run("compress", "--profile", "lossless", stdin=LOG)
    assert made.exit_code == 0
    assert len(made.stdout) < len(LOG) / 2
    assert "% saved), exact" in made.stderr
    assert run("expand", stdin=made.stdout).stdout == LOG


@pytest.mark.parametrize(
    "raw", [b"", b"a\r\nb", b"\xff\xfe not utf-8 \x80" * 50, b"\x00" * 300, b"[1, 2"]
)
def test_any_bytes_survive_both_ways(tmp_path, run, raw):
    source, folded, back = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    source.write_bytes(raw)
    assert run("compress", str(source), "-o", str(folded)).exit_code == 0
    assert run("expand", str(folded), "-o", str(back)).exit_code == 0
    assert back.read_bytes() == raw


def test_a_request_body_stays_a_request_body(run):
    body = {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "why?"}, {"role": "tool", "content": LOG}],
    }
    made = json.loads(run("compress", "--profile", "lossless", stdin=json.dumps(body)).stdout)
    assert made["messages"][0] == body["messages"][0]
    assert len(made["messages"][1]["content"]) < len(LOG) / 2
    assert json.loads(run("expand", stdin=json.dumps(made)).stdout) == body


def test_a_request_body_keeps_its_other_bytes(run):
    body = (
        '{"model" : "gpt-4o",  "n":1.0, "messages":[{"role":"tool","content":'
        + json.dumps(LOG)
        + ' }], "x": [1E5,\\n 2]}'.replace("\\n", "\n")
    )
    made = run("compress", stdin=body).stdout
    head, tail = body.split(json.dumps(LOG))
    assert made.startswith(head)
    assert made.endswith(tail)
    assert len(made) < len(body) / 2


def test_json_holds_the_figures(run):
    report = json.loads(run("compress", "--json", "--profile", "lossless", stdin=LOG).stdout)
    assert report["tokens_saved"] == report["tokens_before"] - report["tokens_after"] > 0
    assert headroom.expand(report["text"]) == LOG
    assert report["outcomes"][0]["grade"] == "exact"


def test_diff_shows_what_changed(run):
    shown = run("compress", "--diff", stdin=LOG).stdout.split("\n")
    assert shown[0].startswith("@@ 0/content:")
    assert any(line.startswith("-2024") for line in shown)
    assert "nothing changed: no-gain" in run("compress", "--diff", stdin="short").stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("compress", "/no/such/file"), "cannot read /no/such/file"),
        (("compress", "--profile", "x"), "'x' is not one of 'lossless'"),
        (("compress", "--profile", "x"), "(see headroom compress --help)"),
        (("compress", "--nope"), "No such option"),
        (("compress", "--json", "--diff"), "name one"),
        (("compress", "a", "b"), "unexpected extra argument"),
        (("compress", "/"), "cannot read /"),
        (("compress", "--model"), "(see headroom compress --help)"),
        (("--nope",), "No such option"),
        (("expand", "nul\0"), "cannot read"),
        (("compress", "-", "-o", "/no/such/dir/x"), "cannot write /no/such/dir/x"),
        (("nope",), "No such command"),
    ],
)
def test_a_mistake_ends_in_one_clear_line(run, args, said):
    result = run(*args, stdin=LOG)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not result.stdout


def test_a_text_whose_key_stands_twice_is_not_guessed_at(run):
    body = json.dumps([{"role": "tool", "other": LOG, "content": LOG}]).replace("other", "content")
    result = run("compress", stdin=body)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the key 'content' stands twice" in result.stderr


def test_no_command_shows_the_help(run):
    result = run()
    assert all(name in result.output for name in ("compress", "expand", "demo", "--version"))


def test_the_list_of_commands_says_of_each_in_whole_words_what_it_does(monkeypatch, run):
    monkeypatch.setenv("COLUMNS", "80")
    assert "..." not in run("--help").stdout.partition("Commands:")[2]


@pytest.mark.parametrize("group", ["mcp", "model"])
def test_the_list_of_a_groups_commands_is_in_whole_words_too(group, monkeypatch, run):
    monkeypatch.setenv("COLUMNS", "80")
    assert "..." not in run(group, "--help").stdout.partition("Commands:")[2]


def test_an_option_that_does_nothing_is_refused(run):
    result = run("mcp", "serve", "--allow-host", "box.lan", stdin="")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--allow-host is of use with --http only" in result.stderr


def test_diff_goes_to_a_file_and_keeps_odd_bytes(tmp_path, run):
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(LOG.encode().replace(b"INFO", b"IN\xffO"))
    assert run("compress", "--diff", str(source), "-o", str(target)).stdout == ""
    assert b"IN\xffO" in target.read_bytes()


def test_a_closed_pipe_ends_quietly(tmp_path):
    source = tmp_path / "in"
    source.write_text("".join(f"{n} {n * 7919 % 1013} odd line\n" for n in range(50_000)))
    command = [sys.executable, "-m", "headroom", "expand", str(source)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors of POSIX")
@pytest.mark.parametrize(
    ("arguments", "redirected", "status"),
    [
        (("compress",), ">&-", 2),
        (("compress", "--json"), ">&-", 2),
        (("expand",), ">&-", 2),
        (("wrap",), ">&-", 0),
        (("compress",), "<&-", 2),
        (("compress",), "2>&-", 0),
    ],
)
def test_a_stream_that_the_caller_closed_ends_in_a_word_not_in_a_traceback(
    arguments, redirected, status
):
    call = shlex.join([sys.executable, "-m", "headroom", *arguments])
    done = subprocess.run(
        ["sh", "-c", f"{call} {redirected}"],
        input=LOG,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    if status:
        assert re.search(
            r"^Error: cannot (read|write to) standard \w+: it is closed$", done.stderr, re.MULTILINE
        )


@pytest.mark.parametrize("command", ["compress", "expand"])
def test_no_more_is_read_than_a_proxy_would_look_at(run, monkeypatch, tmp_path, command):
    monkeypatch.setattr("headroom.cli.stream.MOST", 9)
    assert run(command, stdin="123456789").stdout == "123456789"
    file = tmp_path / "long"
    file.write_text("1234567890")
    for source, name in (("-", "standard input"), (str(file), str(file))):
        result = run(command, source, stdin="1234567890")
        assert result.exit_code == 2
        assert result.stdout == ""
        assert f"{name} has more than 9 bytes" in result.stderr


def test_a_command_that_is_not_there_is_skipped_with_the_reason(run, monkeypatch):
    monkeypatch.setenv("PATH", "")
    rows = {row["title"]: row for row in json.loads(run("demo", "--json").stdout)}
    assert rows["git log"]["missing"] == "no git here"
    assert rows["JSON"]["decoded"]


def test_a_broken_block_is_reported(run):
    result = run("expand", stdin="[headroom:log 1 line; x]\n7|")
    assert result.exit_code == 2
    assert "does not decode" in result.stderr


def test_the_demo_measures_this_machine(run):
    rows = json.loads(run("demo", "--json").stdout)
    measured = [row for row in rows if not row["missing"]]
    assert len(measured) >= 5
    assert all(row["decoded"] for row in measured)
    assert sum(row["after"] for row in measured) < sum(row["before"] for row in measured)


def test_the_demo_prints_a_plain_table_in_a_pipe(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PATH", "")
    shown = run("demo").stdout
    head, *rows = shown.partition("\n\n")[0].splitlines()
    assert " ".join(head.split()) == "output tokens lossless saved comes back default saved ms"
    assert "git log is skipped: no git here" in rows
    # Each row in one line: a title first, figures behind it.
    assert all(re.search(r"\d$| is skipped: ", row.rstrip()) for row in rows)
    assert "\x1b" not in shown


def test_the_version_loads_no_engine():
    code = (
        "import sys; from headroom.cli.main import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'rich', 'toktok', 'headroom.engine.engine'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.split("\n")[:2] == [f"headroom {headroom.__version__}", "[]"]


def test_the_package_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "headroom", "compress", "--profile", "lossless"],
        input=LOG,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert headroom.expand(done.stdout) == LOG


def test_what_was_left_out_is_retrieved(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")
    text = "\n".join(
        f"10:{n // 60:02}:{n % 60:02} INFO app.web: request {n} for user {n * 7919 % 1009}"
        for n in range(600)
    )
    made = run("compress", stdin=text)
    assert ", stored" in made.stderr
    ref = re.search(r"headroom retrieve (\w+) --lines A-B or --query", made.stdout)[1]
    assert run("retrieve", ref).stdout == text
    assert "request 41 for" in run("retrieve", ref, "--lines", "42").stdout
    assert run("expand", stdin=made.stdout).stdout == text
    miss = run("retrieve", "0000000000")
    assert (miss.exit_code, miss.stdout) == (1, "")
    assert "HEADROOM_PASSTHROUGH=1" in miss.stderr
    assert run("retrieve", "nope").exit_code == 2


def test_a_request_body_names_the_tool_that_a_model_would_call(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")
    log = "\n".join(f"10:00:{n % 60:02} INFO app.web: request {n}" for n in range(600))
    made = run("compress", stdin=json.dumps([{"role": "tool", "content": log}]))
    assert "headroom_retrieve(" in made.stdout


def test_a_budget_is_met(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")
    text = "\n".join(
        f"10:{n // 60:02}:{n % 60:02} INFO web: request {n * 7919 % 10007}" for n in range(900)
    )
    for budget in (("--target-tokens", "900"), ("--target-ratio", "0.05")):
        report = json.loads(run("compress", "--json", *budget, stdin=text).stdout)
        assert report["tokens_after"] <= 900
    assert "not in the range" in run("compress", "--target-ratio", "2", stdin=text).stderr


@pytest.mark.parametrize("store", ["memory:", "sqlite:////dev/null/x", "what?"])
@pytest.mark.parametrize("engine", ["extractive", "ml"])
def test_a_text_whose_original_nobody_could_fetch_is_folded_and_nothing_left_out(
    run, monkeypatch, store, engine
):
    monkeypatch.setenv("HEADROOM_STORE", store)
    made = run("compress", "--engine", engine, stdin=ROWS)
    assert made.exit_code == 0
    assert made.stderr.startswith("nothing is left out: ")
    assert "HEADROOM_STORE" in made.stderr
    assert json.loads(run("expand", stdin=made.stdout).stdout) == json.loads(ROWS)
    assert len(made.stdout) < len(ROWS) / 2


@pytest.mark.parametrize("as_body", [False, True])
@pytest.mark.parametrize(
    ("store", "said"),
    [("sqlite:///{tmp}/other", "no original is stored here"), ("what?", "cannot tell a store")],
)
def test_a_gap_that_cannot_be_filled_stays_and_is_said(
    run, tmp_path, monkeypatch, store, said, as_body
):
    text = json.dumps({"messages": [{"role": "tool", "content": ROWS}]}) if as_body else ROWS
    cut = run("compress", stdin=text).stdout
    assert run("expand", stdin=cut).exit_code == 0
    monkeypatch.setenv("HEADROOM_STORE", store.format(tmp=tmp_path))
    made = run("expand", stdin=cut)
    assert (made.exit_code, made.stdout) == (1, cut)
    assert made.stderr.startswith("gaps stay: ")
    assert said in made.stderr
    assert re.search(r"[0-9a-z]{10}\n$", made.stderr)


@pytest.fixture
def homeless(monkeypatch):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    monkeypatch.delenv("HEADROOM_STORE", raising=False)
    for name in ("DATA", "STATE", "CONFIG"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)


@pytest.mark.skipif(sys.platform == "win32", reason="LOCALAPPDATA is set there")
@pytest.mark.parametrize(
    "args",
    [
        ("wrap",),
        ("wrap", "claude"),
        ("unwrap", "claude"),
        ("uninstall",),
        ("stats",),
        ("doctor", "--offline"),
        ("mcp", "status"),
        ("mcp", "install", "claude"),
        ("proxy",),
        ("retrieve", "0000000000"),
    ],
)
def test_without_a_home_folder_one_line_says_so(run, homeless, args):
    result = run(*args)
    assert result.exit_code == 2
    assert result.stderr == "Error: this user has no home folder; set HOME to one\n"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("wrap", "claude"), "name another folder in XDG_STATE_HOME"),
        (("wrap", "claude", "--persist"), "no journal can be kept in"),
        (("mcp", "install", "claude"), "no journal can be kept in"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="XDG folders")
def test_where_nothing_can_be_written_one_line_says_what_to_do(
    run, tmp_path, monkeypatch, args, said
):
    (tmp_path / "state").write_text("no folder")
    program = tmp_path / "claude"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    result = run(*args)
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use stays there")
@pytest.mark.parametrize("args", [("wrap", "claude"), ("doctor", "--offline")])
def test_in_a_folder_that_is_gone_one_line_says_so(run, tmp_path, monkeypatch, args):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    result = run(*args)
    assert result.exit_code == 2
    assert "the folder you are in is gone" in result.stderr


def test_what_goes_wrong_with_a_file_takes_one_line(run, monkeypatch):
    from headroom.cli import stats

    def full(*_):
        raise OSError(28, "No space left on device", "/somewhere/x")

    monkeypatch.setattr(stats, "_kept", full)
    result = run("stats")
    assert result.exit_code == 2
    assert result.stderr == "Error: /somewhere/x: No space left on device\n"


def test_help_says_what_each_command_does_and_imports_none():
    program = (
        "import sys; from headroom.cli.main import COMMANDS, main; "
        "main(['--help'], standalone_mode=False); "
        "print([name for name in COMMANDS if f'headroom.cli.{name}' in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    *said, imported = done.stdout.splitlines()
    assert imported == "[]"
    assert [line.split()[0] for line in said[-len(COMMANDS) :]] == list(COMMANDS)
    for name in COMMANDS:
        assert main.get_command(click.Context(main), name).name == name


def test_ctrl_c_ends_a_command_with_the_status_that_shells_have_for_it(run, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("headroom.cli.stream.read", interrupted)
    done = run("compress")
    assert (done.exit_code, done.output) == (130, "\n")


@pytest.mark.parametrize(("ended_by", "status"), [(KeyboardInterrupt, 130), (EOFError, 1)])
def test_so_it_does_where_a_question_is_asked(monkeypatch, ended_by, status):
    def answer(_):
        raise ended_by

    @click.command()
    def asks():
        with monkeypatch.context() as patch:
            patch.setattr("click.termui.visible_prompt_func", answer)
            click.confirm("sure?")

    monkeypatch.setattr(main, "get_command", lambda *_: asks)
    assert CliRunner().invoke(main, ["asks"]).exit_code == status
