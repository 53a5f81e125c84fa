"""Registering with clients: what each of them needs, and that nothing of it stays."""

import json
import os
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from headroom.cli.main import main
from headroom.edits import Item, Journal, SetKey
from headroom.edits.text import FORMATS
from headroom.errors import ConfigurationError
from headroom.mcp.client import ARGUMENTS, client, clients
from headroom.mcp.registration import Registration, State

NAMES = list(clients())
ASKED = [
    "claude",
    "claude-desktop",
    "codex",
    "cursor",
    "vscode",
    "gemini",
    "opencode",
    "cline",
    "continue",
    "goose",
    "openhands",
    "vibe",
]
STARTS = {
    "json": [
        "",
        "{}",
        '{"theme": "dark"}',
        '{\r\n  "mcpServers": {\r\n    "other": {"command": "x"}\r\n  },\r\n}\r\n',
        '\ufeff// mine\n{\n\t"a": 1 // one\n}',
    ],
    "toml": ["", "# mine\n", 'model = "x"\r\n\r\n[t]\r\na = 1\r\n', "\ufeff[t]\na = 1"],
    "yaml": ["", "# mine\n", "name: x\nmodels:\n  - name: a\n", "name: x\r\nrules:\r\n- a\r\n"],
}
LISTS = {
    "vibe": "mcp_servers = []\nx = 1\n",
    "continue": "mcpServers: []\nname: x\n",
    "goose": "extensions:\n  developer:\n    enabled: true\n# end\n",
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    folder.mkdir()
    for name in list(os.environ):
        if name.endswith(("_HOME", "_DIR", "_PATH")) or name in ("APPDATA", "HEADROOM_STORE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return folder


@pytest.fixture
def registration(home):
    return Registration(Journal.of_user(), sys.executable, {"HOME": str(home)}, {})


def tree(folder):
    return {
        str(each.relative_to(folder)): each.read_bytes() if each.is_file() else None
        for each in sorted(folder.rglob("*"))
    }


def read(file):
    text = file.read_text("utf-8-sig")
    if file.suffix == ".toml":
        return tomllib.loads(text)
    return yaml.safe_load(text) if file.suffix == ".yaml" else FORMATS["json"].parse(text)


def test_every_client_that_was_asked_for_is_known():
    assert set(ASKED) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_registering_where_nothing_is_leaves_nothing_afterwards(registration, home, name):
    before = tree(home)
    outcome = registration.install(client(name))
    assert outcome.file.exists()
    assert registration.standing(client(name)).state == State.REGISTERED
    assert [each.note for each in registration.uninstall(client(name))] == [""]
    assert tree(home) == before


@pytest.mark.parametrize("name", NAMES)
def test_registering_in_files_of_all_sorts_is_undone_to_the_byte(registration, home, name):
    file = client(name).file(registration.environ)
    file.parent.mkdir(parents=True, exist_ok=True)
    texts = [*STARTS[client(name).format], *([LISTS[name]] if name in LISTS else [])]
    for text in texts:
        file.write_bytes(text.encode())
        before = tree(home)
        registration.install(client(name))
        assert registration.standing(client(name)).state == State.REGISTERED
        registration.uninstall(client(name))
        assert tree(home) == before


@pytest.mark.parametrize("name", NAMES)
def test_what_the_client_writes_meanwhile_stays(registration, home, name):
    one = client(name)
    file = one.file(registration.environ)
    registration.install(one)
    Journal(home / "x").apply("the client", file, one.format, [SetKey(("theirs",), {"a": "b"})])
    registration.uninstall(one)
    left = read(file)
    assert left["theirs"] == {"a": "b"}
    assert "headroom" not in json.dumps(left)
    assert left.keys() - {"theirs"} <= set(one.fresh) | ({"mcp"} if name == "openclaw" else set())


@pytest.mark.parametrize("name", NAMES)
def test_registering_again_changes_nothing(registration, home, name):
    registration.install(client(name))
    before = tree(home)
    assert not registration.install(client(name)).changed
    assert tree(home) == before


@pytest.mark.parametrize("name", NAMES)
def test_another_interpreter_takes_the_place_of_the_former(registration, home, name):
    before = tree(home)
    elsewhere = Registration(registration.journal, "/elsewhere/python", registration.environ, {})
    elsewhere.install(client(name))
    assert registration.standing(client(name)).state == State.STALE
    registration.install(client(name))
    assert registration.standing(client(name)).state == State.REGISTERED
    registration.uninstall(client(name))
    assert tree(home) == before


@pytest.mark.parametrize("name", NAMES)
def test_somebody_elses_entry_under_our_name_comes_back(registration, home, name):
    one = client(name)
    file = one.file(registration.environ)
    Journal(home / "x").apply(
        "them", file, one.format, [SetKey(one.path, {"command": "headroom", "args": ["mcp"]})]
    )
    before = file.read_bytes()
    assert registration.standing(one).state == State.STALE
    registration.install(one)
    assert registration.standing(one).state == State.REGISTERED
    registration.uninstall(one)
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", NAMES)
def test_the_server_gets_the_store_that_is_set_here(registration, home, name):
    one = client(name)
    with_store = Registration(
        registration.journal,
        sys.executable,
        registration.environ,
        {"HEADROOM_STORE": "redis://h/0"},
    )
    with_store.install(one)
    assert "redis://h/0" in one.file(registration.environ).read_text()
    assert with_store.standing(one).state == State.REGISTERED


SHAPES = {
    "claude": ("~/.claude.json", ("mcpServers", "headroom"), {"type": "stdio", "alwaysLoad": True}),
    "codex": (
        "~/.codex/config.toml",
        ("mcp_servers", "headroom"),
        {"command": sys.executable, "args": ARGUMENTS},
    ),
    "cursor": ("~/.cursor/mcp.json", ("mcpServers", "headroom"), {"command": sys.executable}),
    "gemini": ("~/.gemini/settings.json", ("mcpServers", "headroom"), {"command": sys.executable}),
    "opencode": (
        "~/.config/opencode/opencode.json",
        ("mcp", "headroom"),
        {"type": "local", "command": [sys.executable, *ARGUMENTS], "enabled": True},
    ),
    "cline": (
        "~/.cline/data/settings/cline_mcp_settings.json",
        ("mcpServers", "headroom"),
        {
            "timeout": 60,
            "transport": {"type": "stdio", "command": sys.executable, "args": ARGUMENTS},
        },
    ),
    "continue": (
        "~/.continue/config.yaml",
        ("mcpServers", 0),
        {"name": "headroom", "command": sys.executable},
    ),
    "goose": (
        "~/.config/goose/config.yaml",
        ("extensions", "headroom"),
        {"type": "stdio", "cmd": sys.executable, "args": ARGUMENTS, "enabled": True},
    ),
    "openhands": (
        "~/.openhands/mcp.json",
        ("mcpServers", "headroom"),
        {"transport": "stdio", "enabled": True},
    ),
    "vibe": (
        "~/.vibe/config.toml",
        ("mcp_servers", 0),
        {"name": "headroom", "transport": "stdio", "args": ARGUMENTS},
    ),
}


@pytest.mark.parametrize("name", list(SHAPES))
def test_each_client_finds_the_entry_where_and_as_it_reads_it(registration, name):
    place, path, shape = SHAPES[name]
    registration.install(client(name))
    entry = read(Path(place).expanduser())
    for step in path:
        entry = entry[step]
    assert shape.items() <= entry.items()


def test_a_client_with_a_folder_of_its_own_choice_is_found_there(registration, home):
    moved = Registration(
        registration.journal,
        sys.executable,
        {"CODEX_HOME": str(home / "c"), "CLAUDE_CONFIG_DIR": ""},
        {},
    )
    assert client("codex").file(moved.environ) == home / "c" / "config.toml"
    assert client("claude").file(moved.environ) == home / ".claude.json"


def test_of_two_possible_files_the_one_that_is_there_is_taken(registration, home):
    file = home / ".config" / "opencode" / "opencode.jsonc"
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    assert client("opencode").file(registration.environ) == file


def test_a_misspelt_client_is_told_which_was_meant():
    with pytest.raises(ConfigurationError, match="did you mean 'claude'"):
        client("claud")


def test_a_base_of_a_new_file_stays_if_the_client_has_used_it(registration, home):
    registration.install(client("continue"))
    file = home / ".continue" / "config.yaml"
    Journal(home / "x").apply("me", file, "yaml", [SetKey(("models", Item("m"), "apiBase"), "u")])
    registration.uninstall(client("continue"))
    assert read(file) == {
        "name": "Local Config",
        "version": "1.0.0",
        "schema": "v1",
        "models": [{"name": "m", "apiBase": "u"}],
    }


def run(*args):
    return CliRunner().invoke(main, ["mcp", *args])


def test_the_commands_install_show_and_uninstall(home):
    (home / ".codex").mkdir()
    before = tree(home)
    assert run("install", "--dry-run").output.count("+[mcp_servers.headroom]") == 1
    assert tree(home) == before
    assert "Codex: registered in" in run("install").output
    rows = json.loads(run("status", "--json").output)
    assert [each["client"] for each in rows if each["state"] == "registered"] == ["codex"]
    (row,) = [line for line in run("status").output.splitlines() if line.startswith("codex")]
    assert row.split() == ["codex", "registered", str(home / ".codex" / "config.toml")]
    assert "Codex: is registered already in" in run("install", "codex").output
    assert "Codex: taken out of" in run("uninstall").output
    assert tree(home) == before
    assert "nothing of ours" in run("uninstall").output


def test_a_file_that_cannot_be_edited_stops_no_other(home):
    for name in ("codex", "vibe"):
        (home / f".{name}").mkdir()
    (home / ".codex" / "config.toml").write_text("broken = ")
    result = run("install")
    assert result.exit_code == 1
    assert "cannot edit" in result.output
    assert "Mistral Vibe: registered in" in result.output
    assert (home / ".codex" / "config.toml").read_text() == "broken = "
    assert "unreadable" in run("status", "codex").output


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG folders")
@pytest.mark.parametrize(
    ("variables", "store"),
    [
        ({}, None),
        ({"HEADROOM_STORE": "redis://h/0"}, "redis://h/0"),
        ({"XDG_DATA_HOME": "/data"}, "sqlite:////data/headroom/originals.sqlite"),
    ],
)
def test_a_server_keeps_originals_where_the_users_other_processes_do(
    home, monkeypatch, variables, store
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (home / ".cursor").mkdir()
    run("install", "cursor")
    entry = json.loads((home / ".cursor" / "mcp.json").read_text())["mcpServers"]["headroom"]
    assert entry.get("env", {}).get("HEADROOM_STORE") == store


def test_a_record_that_cannot_be_used_is_said_once_and_stops_no_other(home):
    before = tree(home)
    for name in ("codex", "vibe"):
        (home / f".{name}").mkdir()
    run("install", "codex")
    (record,) = (home / ".local" / "state" / "headroom" / "edits").glob("*.json")
    run("install", "vibe")
    record.write_text("")
    result = run("uninstall")
    assert result.exit_code == 1
    assert result.output.count(f"remove {record}") == 1
    assert "Mistral Vibe: taken out of" in result.output
    record.unlink()
    (home / ".codex" / "config.toml").unlink()
    (home / ".codex").rmdir()
    (home / ".vibe").rmdir()
    assert run("uninstall").exit_code == 0
    assert tree(home) == before


def test_a_misspelt_client_is_one_line(home):
    result = run("install", "claud")
    assert result.exit_code == 2
    assert "did you mean 'claude'" in result.output


def test_with_no_client_here_the_command_says_so(home):
    result = run("install")
    assert result.exit_code == 2
    assert "no MCP client is installed here" in result.output


def test_the_figures_of_all_proxies_that_run_here_are_added(home, monkeypatch):
    from headroom.cli import mcp, stats, stream

    def fetched(url, token, *, patience):
        if url.startswith("http://127.0.0.1:8787/"):
            return {"tokens": {"wire_before": 10, "wire_after": 4}}
        raise stream.Mistake("nobody")

    monkeypatch.setattr(stats, "fetched", fetched)
    assert mcp._proxy() == {"tokens": {"wire_before": 10, "wire_after": 4}}
    monkeypatch.setattr(stats, "fetched", lambda *_, **__: {"error": "not ours"})
    assert mcp._proxy() is None
