"""A home, fake agents on PATH, a provider that answers, and runs of `headroom wrap` in processes."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import headroom
from headroom.cli.main import main

ROOT = Path(headroom.__file__).resolve().parent.parent
PATIENCE = 60
"""Seconds after which something that is waited for has not come."""

AGENT = """#!{python} -S
import json, os, signal, sys, urllib.request
if hasattr(signal, "alarm"): signal.alarm({patience})
out = {{"argv": sys.argv[1:], "env": dict(os.environ), "pid": os.getpid(), "group": os.getpgrp(), "cwd": os.getcwd()}}
open(os.environ["RECORD"] + ".part", "w").write(json.dumps(out))
os.rename(os.environ["RECORD"] + ".part", os.environ["RECORD"])
{body}
"""


def until(condition, what="it"):
    """Return what a condition returns as soon as that is true."""
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not (found := condition()):
        assert time.monotonic() < end, f"{what} did not come"
        pause.wait(0.02)
    return found


class Provider(http.server.ThreadingHTTPServer):
    """Answers every request with what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Echo)
        self.seen = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.seen.append((self.path, body))
        answer = json.dumps({"path": self.path}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def provider():
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Home:
    """A user's home with programs of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.project = folder / "project"
        self.bin.mkdir()
        self.project.mkdir()
        self.environment = {
            "HOME": str(folder),
            "PATH": f"{self.bin}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "PYTHONPATH": str(ROOT),
            "HEADROOM_STORE": "memory:",
            "HEADROOM_LEDGER": "memory:",
            "RECORD": str(folder / "record.json"),
        }
        self.run_folder = folder / ".local/state/headroom/run"
        self._started = []

    def agent(self, name, body=""):
        """Put a program on PATH that notes how it was started and then does as it says."""
        path = self.bin / name
        path.write_text(AGENT.format(python=sys.executable, patience=2 * PATIENCE, body=body))
        path.chmod(0o700)

    def write(self, path, text):
        """Write a file of the user's."""
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def start(self, *arguments, **environment):
        """Start `headroom` with arguments."""
        process = subprocess.Popen(
            [sys.executable, "-m", "headroom", *arguments],
            env={**self.environment, **environment},
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def headroom(self, *arguments, **environment):
        """Run `headroom` to its end; return its exit code, output and messages."""
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out, err

    def record(self, name="record.json"):
        """Return what the agent noted."""
        path = self.folder / name
        until(path.exists, "the agent")
        return json.loads(path.read_text())

    def proxies(self):
        """Return what is known of the proxies that are there."""
        return [json.loads(path.read_text()) for path in self.run_folder.glob("*/proxy.json")]

    def files(self):
        """Return all files of the home but ours, with their bytes."""
        ours = (self.bin, self.folder / ".local")
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
            and path.name != "record.json"
            and not any(map(path.is_relative_to, ours))
        }

    def close(self):
        """End what a failed test has left."""
        for each in self.proxies():
            try:
                os.kill(each["pid"], signal.SIGKILL)
            except ProcessLookupError:
                continue
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.wait()
            for stream in (process.stdout, process.stderr):
                stream.close()


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    yield made
    made.close()


@pytest.fixture
def shell(home, monkeypatch):
    """Return what runs commands in this process as if in that home: its code, output, messages."""
    for name in list(os.environ):
        if name not in ("HYPOTHESIS_PROFILE", "PYTEST_CURRENT_TEST"):
            monkeypatch.delenv(name)
    for name, value in home.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(home.project)

    def run(*arguments, answer=None, **environment):
        done = CliRunner().invoke(main, [*arguments], input=answer, env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    return run


def lives(pid):
    """Whether a process is there and not merely uncollected."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return not Path("/proc").is_dir()
    return text.rpartition(")")[2].split()[0] not in "ZX"
