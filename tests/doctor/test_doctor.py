"""The doctor: every ailment is found, named with its remedy, and nothing is touched."""

import json
import os
import socket
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

import headroom
from headroom.cli.main import main
from headroom.config.location import state_folder
from headroom.doctor import clash, client, install, routing, storage
from headroom.doctor.diagnosis import diagnose, reach
from headroom.doctor.finding import Level, World
from headroom.edits import Journal, SetKey
from headroom.mcp.client import client as mcp_client
from headroom.mcp.registration import Registration
from headroom.stores import open_store
from headroom.stores.elsewhere import announced
from headroom.wrap.health import health
from headroom.wrap.proxyctl import run_folder
from headroom.wrap.standing import Standing

WELL = {"status": "ok", "reasons": [], "version": headroom.__version__}


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    (folder / "bin").mkdir(parents=True)
    for name in list(os.environ):
        if name.endswith(("_HOME", "_DIR", "_PROXY", "_proxy", "_URL", "_LEDGER")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("PATH", str(folder / "bin"))
    monkeypatch.delenv("HEADROOM_STORE")
    return folder


@pytest.fixture
def world(home):
    def made(*, answers=None, broken=None, **environ):
        return World(
            {"PATH": str(home / "bin"), "HOME": str(home), **environ},
            home,
            home,
            (answers or {}).get,
            (broken or {}).get,
        )

    return made


def agent(home, name):
    program = home / "bin" / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)


def tree(folder):
    return {
        str(each): each.read_bytes() if each.is_file() else None
        for each in sorted(folder.rglob("*"))
    }


def levels(found):
    return [each.level for each in found]


def one(found, part):
    (finding,) = [each for each in found if part in each.text]
    return finding


def test_a_fresh_installation_is_well_and_stays_untouched(home, world):
    before = tree(home)
    found = list(diagnose(world()))
    assert Level.FAIL not in levels(found)
    assert tree(home) == before


def test_whatever_is_not_well_has_a_remedy(home, world):
    agent(home, "claude")
    (home / ".claude").mkdir()
    (home / ".claude" / "settings.json").write_text(
        '{"env": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}}'
    )
    for each in diagnose(world(HTTP_PROXY="http://p:1")):
        assert bool(each.fix) == (each.level is not Level.OK), each


# -- install


def test_another_distribution_with_our_package_is_a_clash(world, monkeypatch):
    monkeypatch.setattr(
        "importlib.metadata.packages_distributions",
        lambda: {"headroom": ["headroom", "headroom-other"]},
    )
    finding = one(install.check(world()), "headroom-other")
    assert finding.level is Level.FAIL
    assert "pip uninstall headroom-other" in finding.fix


def test_an_extra_that_is_missing_is_said_with_what_needs_it(world, monkeypatch):
    def find(module):
        if "." in module:
            raise ModuleNotFoundError(module)

    monkeypatch.setattr("importlib.util.find_spec", find)
    extras = [each.text for each in install.check(world()) if each.text.startswith("extra ")]
    assert [each.split()[1] for each in extras] == ["ml", "otel", "redis"]
    assert all("is not installed; only " in each for each in extras)
    assert "URLs need it" in extras[-1]


def test_another_installations_command_is_named(home, world):
    agent(home, "headroom")
    finding = one(install.check(world()), "another installation's")
    assert finding.level is Level.WARN
    assert str(home / "bin" / "headroom") in finding.text


# -- store


def kept(home):
    path = home / "s" / "o.sqlite"
    store = open_store(f"sqlite:///{path}")
    store.put("abcdefghij", "some text")
    store.close()
    return path


def test_a_store_in_use_is_counted_and_not_changed(home, world, monkeypatch):
    path = kept(home)
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path}")
    before = tree(home)
    assert one(storage.check(world()), "1 originals").level is Level.OK
    assert {
        name: body for name, body in tree(home).items() if not name.endswith(("-wal", "-shm"))
    } == {name: body for name, body in before.items() if not name.endswith(("-wal", "-shm"))}


def test_a_damaged_store_fails(home, world, monkeypatch):
    path = kept(home)
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path}")
    assert one(storage.check(world()), "are damaged: ").level is Level.FAIL


def test_a_store_that_cannot_be_written_or_made_fails(home, world, monkeypatch):
    path = kept(home)
    path.chmod(0o400)
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path}")
    assert one(storage.check(world()), "cannot be written").level is Level.FAIL
    path.parent.chmod(0o500)
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path.parent / 'new' / 'o'}")
    assert one(storage.check(world()), "cannot be made").level is Level.FAIL
    path.parent.chmod(0o700)


@pytest.mark.parametrize("variable", ["HEADROOM_STORE", "HEADROOM_LEDGER"])
def test_a_place_that_is_no_file_is_neither_to_be_removed_nor_to_be_closed(
    home, world, monkeypatch, variable
):
    scheme = "sqlite:///" if variable == "HEADROOM_STORE" else ""
    monkeypatch.setenv(variable, f"{scheme}{home}")
    found = [each for each in storage.check(world()) if str(home) in each.text + each.fix]
    finding = one(found, "is no file")
    assert finding.level is Level.FAIL
    assert finding.fix == f"name a file in {variable}, or unset it"
    assert not [each for each in found if "remove" in each.fix or "chmod" in each.fix]


@pytest.mark.parametrize("variable", ["HEADROOM_STORE", "HEADROOM_LEDGER"])
@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("letters (x)", "a database of another program"),
        ("schema_version AS SELECT 99 AS version", "has version 99"),
    ],
)
def test_a_file_that_is_not_ours_is_said_to_be_none_and_left_alone(
    home, world, monkeypatch, variable, table, said
):
    path = home / "theirs.sqlite"
    with closing(sqlite3.connect(path)) as theirs, theirs:
        theirs.execute(f"CREATE TABLE {table}")
    path.chmod(0o644)
    monkeypatch.setenv(variable, f"sqlite:///{path}")
    (finding,) = [each for each in storage.check(world()) if str(path) in each.text]
    assert finding.level is Level.FAIL
    assert said in finding.text
    assert variable in finding.fix


def test_a_remedy_names_what_is_in_the_way_and_the_variable_that_goes_around(
    home, world, monkeypatch
):
    path = kept(home)
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path}")
    monkeypatch.setenv("HEADROOM_LEDGER", str(path / "forms.sqlite"))
    monkeypatch.setattr("os.access", lambda *_: False)
    found = list(storage.check(world()))
    # The mode lets it be written: a read-only disk is not mended by chmod.
    assert one(found, "cannot be written").fix == "name another place in HEADROOM_STORE"
    fix = one(found, "cannot be made for the forwarded forms").fix
    assert fix == f"{path} is no folder; name another place in HEADROOM_LEDGER"


def test_a_store_that_others_can_read_is_named(home, world, monkeypatch):
    path = kept(home)
    path.chmod(0o644)
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path}")
    assert f"chmod 600 '{path}'" in one(storage.check(world()), "others can read").fix


def test_a_store_that_was_moved_aside_and_a_full_disk_are_named(home, world, monkeypatch):
    path = kept(home)
    (path.parent / "o.sqlite.corrupt-1").write_text("x")
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path}")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("", (), {"free": 1024**2}))
    found = list(storage.check(world()))
    assert one(found, "moved aside").level is Level.WARN
    assert one(found, "only 1 MB").level is Level.WARN


def full_disk(monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("", (), {"free": 4096}))

    def reading(_):
        # What SQLite says where it cannot make the file beside one that is well.
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    monkeypatch.setattr(storage, "_reading", reading)


def test_on_a_full_disk_the_disk_is_named_and_no_file_that_is_well(home, world, monkeypatch):
    path = kept(home)
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path}")
    monkeypatch.setenv("HEADROOM_LEDGER", str(home / "none yet" / "forms.sqlite"))
    full_disk(monkeypatch)
    found = list(storage.check(world()))
    assert levels(found) == [Level.FAIL, Level.FAIL]
    assert all("is full" in each.text and "make room" in each.fix for each in found)
    assert not [each for each in found if "damaged" in each.text or "remove" in each.fix]


def test_a_file_that_cannot_be_read_now_is_not_said_to_be_damaged(home, world, monkeypatch):
    path = kept(home)
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path}")
    full_disk(monkeypatch)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("", (), {"free": 1024**4}))
    finding = one(storage.check(world()), str(path))
    assert (finding.level, "remove" in finding.fix) == (Level.FAIL, False)
    assert "cannot be read right now" in finding.text


@pytest.mark.parametrize(
    ("url", "level", "part"),
    [
        ("memory:", Level.WARN, "no other process"),
        ("redis://user:secret@127.0.0.1:1/0", Level.FAIL, "does not answer"),
        ("redis://127.0.0.1:x", Level.FAIL, "malformed"),
        ("nonsense", Level.FAIL, "no store that we know"),
    ],
)
def test_stores_that_serve_nobody_are_named(world, monkeypatch, url, level, part):
    monkeypatch.setenv("HEADROOM_STORE", url)
    finding = one(storage.check(world()), part)
    assert finding.level is level
    assert "secret" not in finding.text


@pytest.mark.parametrize(
    ("host", "level", "part"),
    [
        ("127.0.0.1:1", Level.FAIL, "does not answer"),
        ("localhost:1", Level.FAIL, "does not answer"),
        ("redis.example", Level.OK, "not asked (--offline)"),
    ],
)
def test_offline_only_servers_of_this_machine_are_asked(
    home, world, monkeypatch, host, level, part
):
    pytest.importorskip("redis")
    monkeypatch.setenv("HEADROOM_STORE", f"redis://me:secret@{host}/0")
    finding = one(storage.check(replace(world(), reach=None)), part)
    assert finding.level is level
    assert "secret" not in finding.text


def test_a_place_of_forms_that_we_do_not_know_is_named(home, world, monkeypatch):
    monkeypatch.setenv("HEADROOM_LEDGER", "postgres://me:secret@host/x")
    finding = one(storage.check(world()), "HEADROOM_LEDGER names no place")
    assert finding.level is Level.FAIL
    assert "secret" not in finding.text + finding.fix


def test_stores_of_proxies_that_commands_here_do_not_use_are_named(home, world):
    path = kept(home)
    with announced(f"sqlite:///{path}"), announced("redis://me:secret@127.0.0.1:1/0"):
        found = list(storage.check(world()))
    assert one(found, f"also lie in {path}").level is Level.OK
    locked = one(found, "the server 127.0.0.1:1/0, which wants a password")
    assert locked.level is Level.WARN
    assert "secret" not in locked.text


# -- proxies, agents, upstreams


def test_no_proxy_is_no_ailment(world):
    assert one(routing.check(world()), "none runs").level is Level.OK


@pytest.mark.parametrize(
    ("said", "level", "part"),
    [
        (WELL, Level.OK, "is well"),
        ({}, Level.WARN, "another program"),
        ({**WELL, "version": "0.0.1"}, Level.WARN, "runs version 0.0.1"),
        (
            {**WELL, "status": "degraded", "reasons": ["compressor x is off"]},
            Level.WARN,
            "compressor x is off",
        ),
    ],
)
def test_a_proxy_is_as_well_as_it_says(world, said, level, part):
    assert one(routing.check(world(answers={"http://127.0.0.1:8787": said})), part).level is level


def test_a_proxy_that_wants_its_token_is_taken_for_no_other_program(home, world):
    standing = Standing(run_folder(state_folder()), None)
    standing.announce("http://127.0.0.1:9", {})
    finding = one(routing.check(world(answers={"http://127.0.0.1:9": {}})), "127.0.0.1:9")
    standing.end()
    assert (finding.level, "without its token" in finding.text) == (Level.OK, True)


def claude_at(home, url):
    agent(home, "claude")
    (home / ".claude").mkdir(exist_ok=True)
    (home / ".claude" / "settings.json").write_text(
        json.dumps({"env": {"ANTHROPIC_BASE_URL": url}})
    )


def test_an_agent_that_is_not_routed_is_said_to_go_to_its_vendor(home, world):
    agent(home, "claude")
    finding = one(routing.check(world()), "https://api.anthropic.com (its own default)")
    assert finding.level is Level.OK
    assert "headroom wrap claude" in finding.text


@pytest.mark.parametrize("gateway", ["https://gateway.test", "http://127.0.0.1:9"])
def test_where_a_proxy_would_send_things_is_not_where_an_agent_alone_sends_them(
    home, world, gateway
):
    agent(home, "claude")
    found = list(routing.check(world(ANTHROPIC_TARGET_API_URL=gateway)))
    finding = one(found, "https://api.anthropic.com (its own default)")
    assert finding.level is Level.OK
    assert finding.text.endswith(f"headroom wrap claude routes them to {gateway}")
    assert one(found, "can be reached").text.startswith(gateway)


@pytest.mark.parametrize(
    ("said", "level", "part"),
    [
        (WELL, Level.OK, "a proxy of ours"),
        ({}, Level.WARN, "another program's"),
        (None, Level.FAIL, "nobody answers"),
    ],
)
def test_an_agent_that_points_at_this_machine_is_followed(home, world, said, level, part):
    claude_at(home, "http://127.0.0.1:9999")
    finding = one(routing.check(world(answers={"http://127.0.0.1:9999": said})), part)
    assert finding.level is level
    assert str(home / ".claude" / "settings.json") in finding.text


def test_an_agent_whose_settings_we_changed_is_told_how_to_start_its_proxy(home, world):
    agent(home, "claude")
    change = SetKey(("env", "ANTHROPIC_BASE_URL"), "http://127.0.0.1:9999")
    Journal.of_user().apply("wrap claude", home / ".claude" / "settings.json", "json", [change])
    finding = one(routing.check(world()), "nobody answers")
    assert "headroom unwrap claude" in finding.fix
    assert "start its proxy" in finding.fix


def test_a_variable_that_settings_beat_is_named(home, world):
    claude_at(home, "https://gateway.test")
    found = list(routing.check(world(ANTHROPIC_BASE_URL="http://127.0.0.1:8787")))
    finding = one(found, "does not heed")
    assert finding.level is Level.WARN
    assert "ANTHROPIC_BASE_URL=http://127.0.0.1:8787" in finding.text
    assert "env.ANTHROPIC_BASE_URL in" in finding.text


def test_settings_that_cannot_be_read_are_named(home, world):
    claude_at(home, "x")
    (home / ".claude" / "settings.json").write_text("{ broken")
    assert one(routing.check(world()), "cannot be understood").level is Level.WARN


def test_only_hosts_of_installed_agents_are_connected_to(home, world):
    asked = []
    base = world()
    watched = World(base.environ, base.home, base.folder, base.health, asked.append)
    list(routing.check(watched))
    assert asked == []
    agent(home, "claude")
    found = list(routing.check(watched))
    assert asked == ["https://api.anthropic.com"]
    assert one(found, "can be reached").area == "upstream"


def test_a_host_that_cannot_be_reached_fails_unless_offline(home, world):
    agent(home, "claude")
    broken = world(broken={"https://api.anthropic.com": "no route"})
    assert one(routing.check(broken), "cannot be reached: no route").level is Level.FAIL
    offline = World(broken.environ, home, home, broken.health, None)
    assert Level.FAIL not in levels(routing.check(offline))


# -- MCP clients


def test_the_server_is_found_where_it_is_registered(home, world):
    (home / ".codex").mkdir()
    (home / ".vibe").mkdir()
    base = world()
    assert "Codex, Mistral Vibe" in one(client.check(base), "not registered").text
    import sys

    Registration(Journal.of_user(), sys.executable, base.environ, {}).install(mcp_client("codex"))
    found = list(client.check(base))
    assert one(found, "registered with Codex").level is Level.OK


def test_a_stale_registration_and_broken_settings_are_named(home, world):
    base = world()
    Registration(Journal.of_user(), "/gone/python", base.environ, {}).install(mcp_client("codex"))
    (home / ".vibe").mkdir()
    (home / ".vibe" / "config.toml").write_text("x = ")
    found = list(client.check(base))
    assert one(found, "/gone/python is gone").fix == "headroom mcp install codex"
    assert one(found, "Mistral Vibe's settings cannot be read").level is Level.WARN


# -- what gets in the way


def test_a_forwarder_that_would_swallow_local_traffic_is_named(world):
    finding = one(clash.check(world(HTTP_PROXY="http://p:1", no_proxy="corp")), "NO_PROXY")
    assert finding.fix == "export NO_PROXY=corp,127.0.0.1,localhost"
    assert levels(clash.check(world(HTTP_PROXY="http://p:1", NO_PROXY="a, 127.0.0.1"))) == [
        Level.OK
    ]
    assert levels(clash.check(world(HTTPS_PROXY="http://p:1"))) == [Level.OK]


def test_edits_whose_files_are_gone_are_named(home, world):
    Journal.of_user().apply("wrap claude", home / "x.json", "json", [SetKey(("a",), 1)])
    (home / "x.json").unlink()
    assert one(clash.check(world()), "is gone").fix == "headroom unwrap claude"


def test_a_record_that_cannot_be_used_fails_and_the_others_are_still_looked_at(home, world):
    journal = Journal.of_user()
    journal.apply("mcp codex", home / "x.json", "json", [SetKey(("a",), 1)])
    (record,) = (home / ".local" / "state" / "headroom" / "edits").glob("*.json")
    record.write_text(record.read_text().replace('"form": 1', '"form": 99'))
    journal.apply("wrap claude", home / "y.json", "json", [SetKey(("a",), 1)])
    (home / "y.json").unlink()
    found = list(clash.check(world()))
    broken = one(found, "cannot be used")
    assert broken.level is Level.FAIL
    assert f"what mcp codex changed in {home / 'x.json'}" in broken.text
    assert broken.fix.endswith(f"by hand and remove {record}")
    assert one(found, "is gone").fix == "headroom unwrap claude"


# -- how it looks at the real machine


class Answers(BaseHTTPRequestHandler):
    said = b"{}"
    status = 200

    def do_GET(self):
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, *_):
        pass


@pytest.fixture
def listening():
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def free():
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        (json.dumps(WELL).encode(), 200, WELL),
        (b"hello", 200, {}),
        (b"{}", 404, {}),
        (b"[]", 200, {}),
    ],
)
def test_our_proxies_are_told_from_other_programs(listening, monkeypatch, said, status, expected):
    monkeypatch.setattr(Answers, "said", said)
    monkeypatch.setattr(Answers, "status", status)
    assert health(listening) == expected


def test_nobody_is_told_from_somebody():
    assert health(f"http://127.0.0.1:{free()}") is None


def test_a_host_is_reached_without_a_request(listening):
    assert reach(listening) is None
    assert "refused" in reach(f"http://127.0.0.1:{free()}")


def test_a_host_without_tls_is_not_taken_for_one_with_it(listening):
    assert reach(listening.replace("http:", "https:")) is not None


def test_a_host_is_reached_through_the_forwarder_that_is_set(monkeypatch):
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free()}")
    assert "refused" in reach("https://api.anthropic.com")


@pytest.mark.parametrize(
    ("variables", "first"),
    [
        ({"HTTPS_PROXY": "forwarder.example:3128"}, ("forwarder.example", 3128)),
        ({"ALL_PROXY": "http://forwarder.example"}, ("forwarder.example", 80)),
        ({"HTTPS_PROXY": "http://forwarder.example", "NO_PROXY": "10.0.0.0/8"}, ("10.1.2.3", 443)),
        ({"HTTPS_PROXY": "http://forwarder.example"}, ("forwarder.example", 80)),
    ],
)
def test_a_host_is_reached_the_way_that_the_proxy_takes(monkeypatch, variables, first):
    tried = []

    def connect(address, *_, **__):
        tried.append(address)
        raise ConnectionRefusedError("refused")

    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("socket.create_connection", connect)
    assert reach("https://10.1.2.3/v1") == "refused"
    assert tried == [first]


def test_a_forwarder_that_the_proxy_cannot_speak_to_is_said(monkeypatch):
    monkeypatch.setenv("https_proxy", "socks5://forwarder.example:1080")
    assert "socks5" in reach("https://api.anthropic.com")


# -- the command


def run(*args):
    return CliRunner().invoke(main, ["doctor", "--offline", *args])


def test_the_command_says_what_it_found_and_sums_it_up(home, monkeypatch):
    monkeypatch.setattr("headroom.wrap.health.health", lambda _: None)
    result = run()
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].endswith("0 fail")
    rows = json.loads(run("--json").output)
    assert {"install", "store", "proxy", "agent", "mcp", "clash"} <= {each["area"] for each in rows}
    assert all(each.keys() == {"area", "level", "text", "fix"} for each in rows)


def test_settings_that_stop_every_other_command_are_a_finding_among_others(home, monkeypatch):
    monkeypatch.setattr("headroom.wrap.health.health", lambda _: None)
    monkeypatch.setenv("HEADROOM_CONFIG", str(home / "mine.toml"))
    (home / "mine.toml").write_text("not toml [")
    result = run("--json")
    assert result.exit_code == 1
    first, *others = json.loads(result.output)
    assert (first["area"], first["level"]) == ("upstream", "fail")
    assert str(home / "mine.toml") in first["text"]
    assert "HEADROOM_CONFIG" in first["fix"]
    assert {"install", "store", "proxy", "agent", "mcp", "clash"} <= {
        each["area"] for each in others
    }


def test_the_command_fails_where_something_does_not_work(home, monkeypatch):
    monkeypatch.setattr("headroom.wrap.health.health", lambda _: None)
    monkeypatch.setenv("HEADROOM_STORE", "nonsense")
    result = run()
    assert result.exit_code == 1
    assert "-> set HEADROOM_STORE" in result.output


def test_a_store_is_read_by_the_doctor_while_others_write(home, world, monkeypatch):
    path = kept(home)
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{path}")
    writer = sqlite3.connect(path)
    writer.execute("BEGIN IMMEDIATE")
    assert one(storage.check(world()), "1 originals").level is Level.OK
    writer.rollback()
    writer.close()
    assert Path(path).exists()
