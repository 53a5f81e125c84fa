"""Locks, leases and the two who act on them, each alone."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from headroom.errors import AgentError, EditError
from headroom.wrap import lock, proxyctl, target
from headroom.wrap.keeper import Keeper
from headroom.wrap.lease import Den, Listening, dens, private, sweep
from headroom.wrap.proxyctl import Wanted, join
from headroom.wrap.supervisor import Supervisor
from tests.wrap.conftest import PATIENCE, ROOT

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")
UPSTREAMS = {"anthropic": "http://127.0.0.1:9"}


@pytest.fixture
def den(tmp_path):
    made = Den(tmp_path / "run" / "abc")
    made.folder.mkdir(parents=True)
    return made


def test_a_lock_is_held_once_and_free_when_its_holder_is_killed(tmp_path):
    path = tmp_path / "x.lock"
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom pathlib import Path\nfrom headroom.wrap import lock\nheld = lock.acquire(Path({str(path)!r}))\nprint('held', flush=True)\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        assert lock.is_held(path)
        assert lock.acquire(path, wait=False) is None
        waited = threading.Thread(target=lock.wait_until_free, args=(path,), daemon=True)
        waited.start()
        holder.kill()
    waited.join(PATIENCE)
    assert not waited.is_alive()
    taken = lock.acquire(path, wait=False)
    assert taken is not None
    taken.release()
    taken.release()
    assert not lock.is_held(path)


def test_a_lock_on_a_file_that_was_removed_meanwhile_is_taken_anew(tmp_path):
    path = tmp_path / "run" / "x.lock"
    first = lock.acquire(path)
    found = []
    waiting = threading.Thread(target=lambda: found.append(lock.acquire(path)), daemon=True)
    waiting.start()
    path.unlink()
    with contextlib.suppress(OSError):  # Whoever waits may have made it anew by now.
        path.parent.rmdir()
    first.release()
    waiting.join(PATIENCE)
    assert path.exists()
    assert lock.is_held(path)
    found[0].release()


def test_a_lock_is_taken_although_its_folder_goes_while_it_is_made(tmp_path, monkeypatch):
    occupied = []

    def going(folder):
        occupied.append(folder)
        if len(occupied) == 1:
            raise FileExistsError(17, "File exists", str(folder))
        folder.mkdir(exist_ok=True)

    monkeypatch.setattr(lock, "occupy", going)
    held = lock.acquire(tmp_path / "run" / "x.lock")
    assert lock.is_held(tmp_path / "run" / "x.lock")
    held.release()
    assert len(occupied) == 2


def test_a_file_where_the_folder_of_a_lock_should_be_is_an_error(tmp_path):
    (tmp_path / "run").write_text("in the way")
    with pytest.raises(FileExistsError):
        lock.acquire(tmp_path / "run" / "x.lock")


def test_a_lock_that_can_never_be_made_is_an_error_at_once_or_after_a_while(tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied")

    class Now:
        def wait(self, _):
            pass

    monkeypatch.setattr(lock.os, "open", denied)
    monkeypatch.setattr(lock.threading, "Event", Now)
    for system in ("linux", "win32"):
        monkeypatch.setattr(lock.sys, "platform", system)
        with pytest.raises(PermissionError):
            lock.acquire(tmp_path / "x.lock")


@pytest.mark.skipif(sys.platform != "linux", reason="a folder in which nothing can be made")
def test_where_no_folder_can_ever_be_made_nobody_tries_for_ever():
    from headroom.edits.lock import locked

    with pytest.raises(FileNotFoundError):
        lock.acquire(Path("/proc/none/run/x.lock"))
    with pytest.raises(EditError, match="no journal can be kept"), locked(Path("/proc/none/x")):
        pass


def test_nothing_is_held_and_waited_for_where_there_is_no_file(tmp_path):
    assert not lock.is_held(tmp_path / "none")
    lock.wait_until_free(tmp_path / "none")


def test_a_proxy_is_needed_as_long_as_a_lease_is_held(den):
    with den.guard():
        one, two = den.take(), den.take()
    one.release()
    assert den.is_needed()
    assert not one.folder.exists()
    two.release()
    assert not den.is_needed()
    assert not den.folder.parent.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="told by /proc")
def test_a_proxy_is_needed_as_long_as_the_agent_of_a_killed_holder_lives(den):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        with den.guard():
            lease = den.take()
        lease.name_agent(process.pid)
        lease._lock.release()  # as if the holder were gone
        assert den.is_needed()
        process.stdin.close()
    assert not den.is_needed()
    sweep(den.folder.parent)
    assert not den.folder.exists()


def test_a_number_that_another_process_has_by_now_is_no_agent(den):
    with den.guard():
        lease = den.take()
    (lease.folder / "agent").write_text(f"{os.getpid()} 1")
    lease._lock.release()
    assert not den.is_needed()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_damaged_note_is_as_good_as_none(den, text):
    (den.folder / "proxy.json").write_text(text)
    assert den.listening() is None
    assert [each.folder for each in dens(den.folder.parent)] == [den.folder]


def test_the_keeper_ends_the_proxy_with_the_last_lease_and_takes_the_files_along(den):
    ended = threading.Event()
    keeper = Keeper(den.folder, 0, ended.set)
    with den.guard():
        lease = den.take()
    keeper.announce("http://127.0.0.1:4321", UPSTREAMS)
    assert den.listening() == Listening(os.getpid(), 4321, UPSTREAMS)
    assert not ended.wait(0.6), "a lease is held"
    lease.release()
    assert ended.wait(PATIENCE)
    assert not den.folder.parent.exists()
    keeper._lock.release()


def wanted(*code):
    return Wanted(UPSTREAMS, dict(os.environ), command=(sys.executable, "-c", *code))


def test_a_proxy_that_does_not_start_is_said_with_its_last_words(tmp_path):
    failing = wanted("import sys; print('first', file=sys.stderr); sys.exit('no room left')")
    with pytest.raises(AgentError, match="the proxy did not start: no room left"):
        join(tmp_path / "run", failing, 8787)
    assert not (tmp_path / "run").exists()


def test_a_supervisor_says_why_it_gave_up(den, monkeypatch):
    monkeypatch.setattr("headroom.wrap.supervisor._PAUSE", 0)
    with den.guard():
        lease = den.take()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    supervisor = Supervisor(den, wanted("import sys; sys.exit('broken')"), port)
    supervisor._thread.join(PATIENCE)
    assert "broken" in supervisor.problem
    supervisor.stop()
    lease.release()


def test_a_port_that_somebody_else_has_by_now_is_said(den, monkeypatch):
    monkeypatch.setattr("headroom.wrap.supervisor._PAUSE", 0)
    with den.guard():
        lease = den.take()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        supervisor = Supervisor(den, wanted("input()"), port)
        supervisor._thread.join(PATIENCE)
    assert supervisor.problem == f"port {port} is taken"
    lease.release()


def test_settings_tell_proxies_apart_and_keys_do_not():
    def digest(upstreams=UPSTREAMS, profile="balanced", **environment):
        return Wanted(upstreams, environment, profile).digest

    assert digest() == digest(ANTHROPIC_API_KEY="k", TERM="x", HEADROOM_PROXY_TOKEN="t")
    assert digest() == digest(HEADROOM_PASSTHROUGH="1")
    others = {
        digest(),
        digest({"anthropic": "http://127.0.0.1:8"}),
        digest(profile="lossless"),
        digest(HEADROOM_STORE="memory:"),
        digest(HTTPS_PROXY="http://corp:3128"),
        digest(SSL_CERT_FILE="/x"),
        digest(AZURE_TARGET_API_URL="https://x.openai.azure.com"),
        digest(NODE_EXTRA_CA_CERTS="/x"),
    }
    assert len(others) == 8


def test_upstreams_are_known_by_the_variables_that_the_table_of_them_names(monkeypatch):
    variables = {"openai": "OPENAI_TARGET_API_URL", "code-assist": "CODE_ASSIST_TARGET_API_URL"}
    monkeypatch.setattr(target, "variables", lambda: variables)
    monkeypatch.setattr(target, "hosts", lambda: dict.fromkeys(variables, "https://vendor.test"))
    for wire, variable in variables.items():
        assert target.Upstreams({variable: "http://x.test"}, {}).default(wire) == "http://x.test"
        assert target.Upstreams({}, {}).default(wire) == "https://vendor.test"
    plain = Wanted({}, {}).digest
    assert Wanted({}, {"GAME_TARGET_API_URL": "http://x.test"}).digest == plain
    assert all(Wanted({}, {each: "http://x.test"}).digest != plain for each in variables.values())


def test_a_proxy_is_told_what_it_needs_behind_a_companys_network_and_no_key():
    given = {
        "HTTPS_PROXY": "http://corp:3128",
        "no_proxy": "intra",
        "REQUESTS_CA_BUNDLE": "/a.pem",
        "CURL_CA_BUNDLE": "/b.pem",
        "NODE_EXTRA_CA_CERTS": "/c.pem",
        "SSL_CERT_DIR": "/d",
        "BEDROCK_TARGET_API_URL": "https://bedrock-runtime.eu-west-1.amazonaws.com",
        "PATH": "/bin",
        "HOME": "/home/x",
    }
    keys = {"OPENAI_API_KEY": "k", "AWS_BEARER_TOKEN_BEDROCK": "k", "SSL_CERT_PASSWORD": "k"}
    passed = proxyctl._environment(Wanted(UPSTREAMS, {**given, **keys}))
    assert passed.pop("PYTHONPATH") == str(ROOT)
    assert passed == given


@POSIX
def test_where_a_proxy_listens_is_told_to_nobody_else(tmp_path):
    den = Den(tmp_path)
    (tmp_path / "proxy.json.new").write_text("left by one that was killed")
    for port in (1, 2):
        den.announce(Listening(7, port, UPSTREAMS))
        assert (tmp_path / "proxy.json").stat().st_mode & 0o777 == 0o600
        assert den.last().port == port


@POSIX
def test_private_files_are_private(tmp_path):
    path = private(tmp_path / "a", "b/c.json", "text\r\n")
    assert path.read_bytes() == b"text\r\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_proxy_that_nobody_needs_and_that_does_not_end_is_ended():
    stuck = (
        "import signal, threading; from headroom.wrap import keeper; keeper._LAST = 0.2\n"
        "signal.signal(signal.SIGTERM, lambda *_: None)\n"
        "keeper._terminate(); threading.Event().wait(50)"
    )
    done = subprocess.run([sys.executable, "-c", stuck], timeout=40, check=False)
    assert done.returncode == -signal.SIGALRM
