"""`headroom wrap` starts an agent behind a proxy and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from tests.wrap.conftest import PATIENCE, ROOT, lives, until

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
ASK = """
def ask(path="/v1/messages"):
    url = os.environ["ANTHROPIC_BASE_URL"] + path
    request = urllib.request.Request(url, b'{{"model": "m", "messages": []}}', {{"anthropic-version": "1"}})
    return json.load(urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open(request))
""".replace("{{", "{").replace("}}", "}")
LINGER = ("--linger", "0.1")


def gone(home):
    """Wait until neither a proxy nor a file or folder of a run is left."""
    until(lambda: not (home.folder / ".local").exists(), "the end of the proxy")


def test_an_agent_speaks_through_a_proxy_that_ends_with_it(home, provider):
    home.agent(
        "claude",
        ASK + "print(ask()['path'], ask('/v1/messages/count_tokens')['path'])\nsys.exit(7)",
    )
    settings = home.write(
        ".claude/settings.json",
        json.dumps({"env": {"ANTHROPIC_BASE_URL": f"{provider.url}/gw"}}),
    )
    before = home.files()
    code, out, err = home.headroom("wrap", "claude", *LINGER, "--", "-p", "hi")
    assert (code, out) == (7, "/gw/v1/messages /gw/v1/messages/count_tokens\n")
    assert [path for path, _ in provider.seen] == [
        "/gw/v1/messages",
        "/gw/v1/messages/count_tokens",
    ]
    assert re.fullmatch(r"headroom: Claude Code through http://127\.0\.0\.1:\d+\n", err)
    record = home.record()
    assert record["argv"][2:] == ["-p", "hi"]
    assert json.loads(record["argv"][1])["env"]["ANTHROPIC_BASE_URL"].endswith("/gw")
    assert record["cwd"] == str(home.project)
    gone(home)
    assert home.files() == before
    assert settings.read_bytes() == before[".claude/settings.json"]


CASES = {
    "aider": ({}, "aider"),
    "claude": ({}, "claude"),
    "cline": (
        {".cline/data/settings/providers.json": '{"providers": {"anthropic": {"settings": {}}}}'},
        "cline",
    ),
    "codex": ({}, "codex"),
    "continue": (
        {".continue/config.yaml": "models:\n- {name: a, provider: openai, model: m}\n"},
        "cn",
    ),
    "copilot": ({}, "copilot"),
    "gemini": ({}, "gemini"),
    "goose": ({}, "goose"),
    "openclaw": (
        {
            ".openclaw/openclaw.json": '{"models": {"providers": {"a": {"baseUrl": "http://x.test"}}}}'
        },
        "openclaw",
    ),
    "opencode": ({}, "opencode"),
    "openhands": ({}, "openhands"),
    "vibe": ({}, "vibe"),
}
KEYS = {
    "COPILOT_PROVIDER_BASE_URL": "https://api.openai.com/v1",
    "OPENAI_API_KEY": "k",
    "LLM_MODEL": "anthropic/m",
}


@pytest.mark.parametrize("name", CASES)
def test_a_dry_run_of_every_agent_starts_and_writes_nothing(home, shell, name):
    files, command = CASES[name]
    for path, text in files.items():
        home.write(path, text)
    before = home.files()
    code, out, err = shell("wrap", name, "--dry-run", "--", "--some", "flag", **KEYS)
    assert (code, err) == (0, "")
    assert "http://127.0.0.1:8787" in out
    assert "not installed: " in out
    assert re.search(rf"^command   {command} .*--some flag$", out, re.MULTILINE)
    assert home.files() == before
    assert not (home.folder / ".local").exists()


def test_every_agent_is_launched_with_an_address_of_ours_and_leaves_nothing(home, shell):
    for files, command in CASES.values():
        home.agent(command)
        for path, text in files.items():
            home.write(path, text)
    before = home.files()
    for name in CASES:
        code, _, err = shell("wrap", name, "--linger", "20", "--", "--some", "flag", **KEYS)
        assert code == 0, (name, err)
        record = home.record()
        (home.folder / "record.json").unlink()
        assert record["argv"][-2:] == ["--some", "flag"]
        told = json.dumps([record["argv"], record["env"]])
        address = re.search(r"http://127\.0\.0\.1:\d+", told)
        assert address or name in ("cline", "continue", "openclaw"), name
    # OpenClaw's host is one of its own; all others share one proxy.
    assert len(home.proxies()) == 3
    assert home.files() == before


def test_what_is_printed_for_a_shell_can_be_read_by_one(home, shell):
    code, out, _ = shell("wrap", "claude", "--print-env", "--port", "9999", "--", "it's")
    assert code == 0
    shell = subprocess.run(
        ["/bin/sh", "-c", out + "\nprintf %s $ANTHROPIC_BASE_URL"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shell.stdout == "http://127.0.0.1:9999"
    assert shell.stderr == ""


def test_an_agent_that_cannot_be_started_is_explained(home, shell):
    code, out, _ = shell("wrap", "cursor")
    assert code == 0
    assert "Override OpenAI Base URL" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("claude",), "no program 'claude' on PATH; install it with npm install"),
        (("clade",), "no agent 'clade' is known"),
        (("copilot",), "GitHub subscription"),
        (("claude", "-p", "hi"), "No such option '-p'; hand options of the agent on behind --"),
        (("claude", "--persist", "--print-env"), "name one"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_leaves_nothing(home, shell, arguments, said):
    code, out, err = shell("wrap", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not home.run_folder.exists()


def test_a_program_whose_interpreter_is_gone_is_not_called_missing(home, shell):
    home.agent("claude")
    (home.bin / "claude").write_text("#!/no/such/interpreter\n")
    code, _, err = shell("wrap", "claude")
    assert code == 2
    assert "what its first line says it runs with is not there" in err


def test_a_dry_run_says_who_named_the_upstream(home, shell):
    route = r"^route .* -> https://{} \({}\)$"
    for environ, host, whose in (
        ({}, "api.anthropic.com", "the vendor's"),
        ({"ANTHROPIC_BASE_URL": "https://a.test"}, "a.test", "yours, from env:ANTHROPIC_BASE_URL"),
        (
            {"ANTHROPIC_TARGET_API_URL": "https://b.test"},
            "b.test",
            "yours, from ANTHROPIC_TARGET_API_URL or the file of settings",
        ),
    ):
        _, out, _ = shell("wrap", "claude", "--dry-run", **environ)
        assert re.search(route.format(host, whose), out, re.MULTILINE), out


def test_all_agents_are_listed_with_what_is_installed(home, shell):
    home.agent("claude")
    code, out, _ = shell("wrap")
    assert code == 0
    assert re.search(rf"^claude +Claude Code +- +{home.bin}/claude$", out, re.MULTILINE)
    assert re.search(r"^codex .*not installed; npm install -g @openai/codex$", out, re.MULTILINE)


def test_a_broken_file_of_the_users_is_named_and_hides_no_other_agent(home, shell):
    home.write(".config/headroom/agents/mine.toml", "x = ")
    code, out, _ = shell("wrap")
    assert code == 0
    assert re.search(r"^mine .*cannot be understood: .*mine\.toml is no TOML", out, re.MULTILINE)
    assert re.search(r"^vibe +Mistral Vibe", out, re.MULTILINE)
    assert shell("wrap", "mine")[0] == 2


@POSIX
def test_an_agent_that_a_signal_ends_gives_the_shells_code(home):
    home.agent("claude", "os.kill(os.getpid(), 9)")
    assert home.headroom("wrap", "claude", *LINGER)[0] == 137


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_reach_the_agent(home, number):
    home.agent(
        "claude",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\nprint('up', flush=True)\nsignal.pause()",
    )
    process = home.start("wrap", "claude", *LINGER)
    assert process.stdout.readline() == "up\n"
    process.send_signal(number)
    assert process.wait(PATIENCE) == 128 + number
    gone(home)


@POSIX
def test_the_agent_stays_in_the_foreground_of_the_terminal(home):
    """Ctrl-C reaches it once, and it has the terminal."""
    import pty

    body = """
import select, signal, time
hits = []
signal.signal(signal.SIGINT, lambda *_: hits.append(1))
print("tty", os.isatty(0), flush=True)
end = time.monotonic() + 30
while time.monotonic() < end:
    select.select([], [], [], 0.01)
    if hits and end > time.monotonic() + 1:
        end = time.monotonic() + 0.3
sys.exit(len(hits))
"""
    home.agent("claude", body)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(home.project)
        os.execve(
            sys.executable,
            [sys.executable, "-m", "headroom", "wrap", "claude", *LINGER],
            home.environment,
        )
    seen = b""
    while b"tty True" not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, b"\x03")
    ended = []
    until(lambda: ended.append(os.waitpid(pid, os.WNOHANG)) or ended[-1][0], "the end")
    status = ended[-1][1]
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 1
    gone(home)


@POSIX
def test_an_agent_that_stops_stops_us_and_both_go_on(home):
    home.agent("claude", "import signal\nos.kill(os.getpid(), signal.SIGSTOP)\nprint('on')")
    process = home.start("wrap", "claude", *LINGER)
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    process.send_signal(signal.SIGCONT)
    assert process.communicate(timeout=PATIENCE)[0] == "on\n"


WAITING = (
    ASK
    + """
print('up', flush=True)
for line in iter(lambda: os.path.exists(os.environ["GO"]), True):
    import select
    select.select([], [], [], 0.02)
print(ask()["path"])
"""
)


def test_five_at_once_share_a_proxy_and_one_that_is_killed_harms_nobody(home, provider):
    home.agent("claude", WAITING)
    go = home.folder / "go"
    told = {"GO": str(go), "ANTHROPIC_BASE_URL": provider.url}
    runs = [
        home.start("wrap", "claude", *LINGER, **told, RECORD=str(home.folder / f"r{n}.json"))
        for n in range(5)
    ]
    assert [run.stdout.readline() for run in runs] == ["up\n"] * 5
    (proxy,) = home.proxies()
    agents = [home.record(f"r{n}.json")["pid"] for n in range(5)]
    runs[0].kill()
    runs[0].wait()
    assert lives(agents[0]), "the agent itself was not killed"
    go.touch()
    for run in runs[1:]:
        assert run.communicate(timeout=PATIENCE)[0] == "/v1/messages\n"
        assert run.returncode == 0
    gone(home)
    until(lambda: not any(map(lives, (proxy["pid"], *agents))), "the end of all processes")
    assert len(provider.seen) == 5, "the orphan was served, too"


def test_a_proxy_that_dies_under_an_agent_is_back_on_its_port(home, provider):
    home.agent("claude", WAITING)
    go = home.folder / "go"
    process = home.start("wrap", "claude", *LINGER, GO=str(go), ANTHROPIC_BASE_URL=provider.url)
    assert process.stdout.readline() == "up\n"
    (first,) = home.proxies()
    os.kill(first["pid"], signal.SIGKILL)
    second = until(lambda: next((p for p in home.proxies() if p["pid"] != first["pid"]), None))
    assert second["port"] == first["port"]
    go.touch()
    assert process.communicate(timeout=PATIENCE)[0] == "/v1/messages\n"
    gone(home)
    until(lambda: not lives(second["pid"]), "the end of the proxy")


def test_other_settings_have_a_proxy_of_their_own_on_the_next_port(home):
    home.agent("claude", WAITING.replace('print(ask()["path"])', ""))
    go = home.folder / "go"
    one = home.start("wrap", "claude", *LINGER, GO=str(go))
    two = home.start("wrap", "claude", *LINGER, "--profile", "lossless", GO=str(go))
    assert [one.stdout.readline(), two.stdout.readline()] == ["up\n"] * 2
    ports = {each["port"] for each in home.proxies()}
    assert len(ports) == 2
    go.touch()
    assert one.wait(PATIENCE) == two.wait(PATIENCE) == 0
    gone(home)


def test_what_killed_processes_left_goes_with_the_next_run(home):
    home.agent("claude", "print('up', flush=True)\nimport signal\nsignal.pause()")
    process = home.start("wrap", "claude", "--profile", "lossless", *LINGER)
    process.stdout.readline()
    (proxy,) = home.proxies()
    for pid in (process.pid, proxy["pid"], home.record()["pid"]):
        os.kill(pid, signal.SIGKILL)
    process.wait()
    left = [path.name for path in home.run_folder.iterdir()]
    assert left
    home.agent("claude")
    assert home.headroom("wrap", "claude", *LINGER)[0] == 0
    gone(home)


def test_a_taken_port_is_passed_over(home):
    import socket

    home.agent("claude")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = home.headroom("wrap", "claude", "--port", str(port), *LINGER)
    assert code == 0
    assert int(err.rstrip().rpartition(":")[2]) > port


def test_keys_are_not_handed_to_the_proxy(home):
    home.agent("claude", "print('up', flush=True)\nimport signal\nsignal.pause()")
    process = home.start(
        "wrap", "claude", *LINGER, ANTHROPIC_API_KEY="sk-secret", HEADROOM_PROXY_TOKEN="t"
    )
    process.stdout.readline()
    (proxy,) = home.proxies()
    if sys.platform == "linux":
        from pathlib import Path

        assert b"sk-secret" not in Path(f"/proc/{proxy['pid']}/environ").read_bytes()
    assert home.record()["env"]["ANTHROPIC_API_KEY"] == "sk-secret"
    process.terminate()
    process.wait(PATIENCE)
    gone(home)


def test_cline_sees_its_own_folder_but_for_the_addresses(home, provider):
    body = """
folder = sys.argv[1 + sys.argv[1:].index("--data-dir") + 1 - 0]
settings = json.load(open(folder + "/settings/providers.json"))
url = settings["providers"]["openai"]["settings"]["baseUrl"]
print(open(folder + "/settings/other.json").read(), url.startswith("http://127.0.0.1:") and "ours")
os.makedirs(folder + "/sessions/new")
open(folder + "/db/made", "w").write("row")
open(folder + "/fresh", "w").write("new")
settings["providers"]["openai"]["settings"]["apiKey"] = "k2"
json.dump(settings, open(folder + "/settings/providers.json", "w"))
"""
    home.agent("cline", body)
    settings = home.write(
        ".cline/data/settings/providers.json",
        json.dumps(
            {"providers": {"openai": {"settings": {"baseUrl": provider.url, "apiKey": "k"}}}}
        ),
    )
    kept = home.write("dotfiles/providers.json", settings.read_bytes())
    settings.unlink()
    settings.symlink_to(kept)
    kept.chmod(0o640)
    home.write(".cline/data/settings/other.json", "other")
    home.write(".cline/data/db/rows", "rows")
    home.write(".cline/data/sessions/old/x", "x")
    code, out, err = home.headroom("wrap", "cline", *LINGER, "--", "hi")
    assert (code, out) == (0, "other ours\n"), err
    data = home.folder / ".cline/data"
    assert (data / "sessions/new").is_dir()
    assert (data / "db/made").read_text() == "row"
    assert (data / "fresh").read_text() == "new"
    assert settings.is_symlink()
    assert kept.stat().st_mode & 0o777 == 0o640
    assert json.loads(settings.read_text()) == {
        "providers": {"openai": {"settings": {"baseUrl": provider.url, "apiKey": "k2"}}}
    }
    gone(home)


def test_help_comes_at_once():
    code = (
        "import sys; from headroom.cli.main import main\n"
        "try: main(['wrap', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'aiohttp', 'asyncio', 'rich', 'yaml', 'uvicorn', 'subprocess', 'headroom.proxy', 'headroom.engine'}\n"
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.endswith("set()\n")
    assert "--print-env" in done.stdout
