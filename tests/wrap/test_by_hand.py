"""A proxy that the user started by hand is joined by agents, and ended by nobody but its user."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import headroom
from headroom.config import Options
from headroom.proxy.route import upstreams
from headroom.proxy.settings import Settings
from headroom.wrap import agent, lock
from headroom.wrap.lease import Den, Listening, dens
from headroom.wrap.proxyctl import Wanted, is_well
from headroom.wrap.session import Choices, planned
from headroom.wrap.source import Surroundings
from headroom.wrap.standing import Standing
from tests.wrap.conftest import PATIENCE, lives, until
from tests.wrap.test_wrap import LINGER, WAITING, gone

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def started(home, *arguments, **environment):
    """Start a proxy by hand and return it with its port."""
    process = home.start("proxy", "--port", "0", *arguments, **environment)
    said = process.stdout.readline()
    return process, int(said.partition("127.0.0.1:")[2].partition(" ")[0])


def wrapped(home, provider, go, *arguments):
    """Start an agent that asks once something is there, and return it with its address."""
    process = home.start(
        "wrap", "claude", *LINGER, *arguments, GO=str(go), ANTHROPIC_BASE_URL=provider.url
    )
    assert process.stdout.readline() == "up\n"
    return process, int(home.record()["env"]["ANTHROPIC_BASE_URL"].rpartition(":")[2])


@POSIX
def test_agents_join_it_and_it_outlives_them(home, provider):
    home.agent("claude", WAITING)
    proxy, port = started(home, "--upstream", f"anthropic={provider.url}")
    for n in range(2):
        go = home.folder / f"go{n}"
        agent, joined = wrapped(home, provider, go)
        assert joined == port
        assert len(home.proxies()) == 1
        go.touch()
        assert agent.communicate(timeout=PATIENCE)[0] == "/v1/messages\n"
    assert len(provider.seen) == 2
    assert proxy.poll() is None
    proxy.terminate()
    assert proxy.wait(PATIENCE) == 0
    gone(home)


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_takes_its_files_with_it(home, number):
    proxy, _ = started(home)
    assert home.proxies()
    proxy.send_signal(number)
    assert proxy.wait(PATIENCE) == 0
    assert not (home.folder / ".local").exists()


@POSIX
def test_where_it_ends_under_an_agent_another_one_takes_its_port(home, provider):
    home.agent("claude", WAITING)
    go = home.folder / "go"
    proxy, port = started(home, "--upstream", f"anthropic={provider.url}")
    agent, joined = wrapped(home, provider, go)
    proxy.kill()
    proxy.wait(PATIENCE)
    second = until(lambda: next((p for p in home.proxies() if p["pid"] != proxy.pid), None))
    assert second["port"] == joined == port
    go.touch()
    assert agent.communicate(timeout=PATIENCE)[0] == "/v1/messages\n"
    gone(home)
    until(lambda: not lives(second["pid"]), "the end of the proxy")


@POSIX
def test_one_with_other_settings_is_not_joined(home, provider):
    home.agent("claude", WAITING)
    proxy, port = started(home, "--upstream", f"anthropic={provider.url}", "--profile", "lossless")
    go = home.folder / "go"
    agent, joined = wrapped(home, provider, go)
    assert joined != port
    go.touch()
    assert agent.communicate(timeout=PATIENCE)[0] == "/v1/messages\n"
    assert proxy.poll() is None
    proxy.terminate()
    proxy.wait(PATIENCE)
    gone(home)


def test_uninstall_says_who_has_to_end_it(home, shell):
    den = Den(home.run_folder / "abc-own")
    with den.guard():
        held = lock.acquire(den.proxy_lock)
        den.announce(Listening(99_999_999, 8787, {}))
    _, out, _ = shell("uninstall")
    assert "a proxy that was started by hand runs at http://127.0.0.1:8787; stop it yourself" in out
    held.release()


def test_two_that_do_the_same_are_announced_once_and_nothing_is_needed_to_announce(tmp_path):
    wanted = Wanted({"anthropic": "http://127.0.0.1:9"}, {})
    run = tmp_path / "state" / "run"
    one, two = Standing(run, wanted), Standing(run, wanted)
    one.announce("http://127.0.0.1:1", {})
    two.announce("http://127.0.0.1:2", {})
    den = Den(run / wanted.by_hand)
    assert den.listening().port == 1
    two.end()
    assert den.listening().port == 1
    one.end()
    one.end()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    Standing(tmp_path / "file" / "run", wanted).announce("http://127.0.0.1:1", {})


@POSIX
@pytest.mark.parametrize("options", [("--explain",), ("--deadline", "3"), ("--token", "sesame")])
def test_one_that_no_agent_joins_is_listed_none_the_less(home, provider, options):
    home.agent("claude", WAITING)
    proxy, port = started(home, "--upstream", f"anthropic={provider.url}", *options)
    assert f"http://127.0.0.1:{port}" in home.headroom("doctor", "--offline")[1]
    assert f"by hand runs at http://127.0.0.1:{port}" in home.headroom("uninstall")[1]
    go = home.folder / "go"
    agent, joined = wrapped(home, provider, go)
    assert joined != port
    go.touch()
    assert agent.communicate(timeout=PATIENCE)[0] == "/v1/messages\n"
    proxy.terminate()
    assert proxy.wait(PATIENCE) == 0
    gone(home)


def test_an_agent_that_points_at_one_that_none_joins_goes_on_to_go_through_it(tmp_path):
    choices = Choices(tmp_path / "state")
    standing = Standing(tmp_path / "state" / "run", None)
    standing.announce("http://127.0.0.1:9", {"anthropic": "https://api.anthropic.com"})
    around = Surroundings({"ANTHROPIC_BASE_URL": "http://127.0.0.1:9/t/x"}, tmp_path, tmp_path)
    (use,) = planned(agent.load("claude"), around, choices).uses
    assert (use.target.upstream, use.target.path) == ("http://127.0.0.1:9", "/t/x")
    standing.end()
    assert list(tmp_path.iterdir()) == []


def test_a_second_one_that_does_the_same_is_listed_too(tmp_path):
    wanted, run = Wanted({}, {}), tmp_path / "state" / "run"
    one, two = Standing(run, wanted), Standing(run, wanted)
    one.announce("http://127.0.0.1:1", {})
    two.announce("http://127.0.0.1:2", {})
    assert {each.listening().port for each in dens(run)} == {1, 2}
    assert all(each.is_by_hand for each in dens(run))
    two.end()
    assert {each.listening().port for each in dens(run)} == {1}
    one.end()
    assert list(tmp_path.iterdir()) == []


@POSIX
def test_what_becomes_of_signals_is_as_before_when_it_is_over(tmp_path):
    standing = Standing(tmp_path / "state" / "run", Wanted({}, {}))
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)]
    with pytest.raises(KeyboardInterrupt), standing.ended():
        standing.announce("http://127.0.0.1:1", {})
        assert standing._den.listening()
        raise KeyboardInterrupt
    assert [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)] == before
    assert list(tmp_path.iterdir()) == []


def test_how_long_agents_are_waited_for_tells_nothing_apart():
    wanted = Wanted({}, {}, linger=1.0)
    assert wanted.by_hand == Wanted({}, {}, linger=2.0).by_hand
    assert wanted.digest != Wanted({}, {}, linger=2.0).digest


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.said)

    def log_message(self, *_):
        pass


@pytest.mark.parametrize(
    ("said", "well"),
    [
        ({"status": "ok", "reasons": [], "version": headroom.__version__}, True),
        ({"status": "degraded", "reasons": ["x"], "version": headroom.__version__}, False),
        ({"status": "ok", "reasons": [], "version": "0.0.1"}, False),
        ({"status": "ok", "version": headroom.__version__}, False),
        ([], False),
        (None, False),
    ],
)
def test_only_one_that_is_well_is_joined(said, well):
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        server.said = b"{" if said is None else json.dumps(said).encode()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert is_well(Listening(1, server.server_address[1], {})) is well
        server.shutdown()
    assert not is_well(Listening(1, server.server_address[1], {}))


ASKED = {"store": None, "profile": "balanced", "long_reads": None}


@pytest.mark.parametrize(
    ("host", "settings", "asked", "environment", "same"),
    [
        ("127.0.0.1", {}, {}, {}, True),
        ("127.0.0.1", {}, {"store": "memory:"}, {}, True),
        ("127.0.0.1", {}, {"store": "sqlite:///other"}, {}, False),
        ("localhost", {}, {}, {}, False),
        ("127.0.0.1", {"token": "t"}, {}, {}, False),
        ("127.0.0.1", {"explain": True}, {}, {}, False),
        ("127.0.0.1", {"deadline": 9.0}, {}, {}, False),
        ("127.0.0.1", {"options": Options(long_reads=9)}, {"long_reads": 9}, {}, True),
        ("127.0.0.1", {"azure": "https://a.test"}, {}, {}, False),
        (
            "127.0.0.1",
            {"azure": "https://a.test"},
            {},
            {"AZURE_TARGET_API_URL": "https://a.test"},
            True,
        ),
    ],
)
def test_it_is_told_by_all_that_decides_what_a_proxy_does(
    monkeypatch, host, settings, asked, environment, same
):
    from headroom.cli.proxy import _as_wrapped

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    named = {key: settings.pop(key) for key in ("azure",) if key in settings}
    wanted = _as_wrapped(
        host, Settings(**{"upstreams": upstreams(named), **settings}), {**ASKED, **asked}
    )
    assert (wanted is not None) is same
    if same:
        assert (
            wanted.by_hand
            == Wanted(upstreams({}), os.environ, "balanced", asked.get("long_reads")).by_hand
        )
