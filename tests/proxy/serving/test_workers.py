"""Several processes that serve together: one conversation, one account, one sum."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

import headroom
from headroom.errors import ConfigurationError
from headroom.proxy.money.book import open_book
from headroom.proxy.serving import server
from headroom.proxy.serving.pulse import Pulse
from headroom.proxy.serving.server import _unless_broken_off, check, listening
from headroom.proxy.serving.workers import Workers, _Mate, _Said, _spawn, _Worker
from tests.proxy.conversation import OUTPUTS, WIRES, outputs_of
from tests.proxy.standin import Answer, Provider, play
from tests.proxy.test_restart import stable

ROOT = Path(headroom.__file__).resolve().parents[1]
CHILDREN = "/proc/{0}/task/{0}/children"
ANSWER = json.dumps({"usage": {"input_tokens": 5000, "output_tokens": 9}}).encode()

linux = pytest.mark.skipif(
    not Path(CHILDREN.format(os.getpid())).exists(), reason="this system does not name children"
)


def workers_of(process):
    children = Path(CHILDREN.format(process.pid)).read_text().split()
    return {int(n) for n in children if b"spawn_main" in Path(f"/proc/{n}/cmdline").read_bytes()}


class Proxy:
    """`headroom proxy --workers 2`, whose workers can be told apart."""

    def __init__(self, folder, upstream):
        environment = dict(
            os.environ,
            HEADROOM_LEDGER=str(folder / "forms.sqlite"),
            HEADROOM_STORE=f"sqlite:///{folder / 'originals.sqlite'}",
            PYTHONUNBUFFERED="1",
        )
        options = ["--port", "0", "--deadline", "30", "--workers", "2", "--upstream", upstream]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "headroom", "proxy", *options],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )
        line = self.process.stdout.readline()
        self.port = int(line.split("127.0.0.1:")[1].split()[0].strip("/"))

    @property
    def workers(self):
        return workers_of(self.process)

    def ask(self, method, path, body=None, of=None):
        """Return status and body; only the worker `of` is awake meanwhile, if one is named."""
        asleep = self.workers - {of} if of else set()
        for pid in asleep:
            os.kill(pid, signal.SIGSTOP)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request(method, path, body and json.dumps(body))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()
            for pid in asleep:
                os.kill(pid, signal.SIGCONT)

    def figures(self, requests):
        """Return the figures; costs are counted a moment after the client has its answer."""
        for _ in range(200):
            figures = self.ask("GET", "/stats")[1]
            if figures["money"]["requests"] == requests:
                break
        return figures

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.communicate(timeout=20)
        return self.process.returncode


def accounts(folder):
    return open_book(str(folder / "accounts.sqlite"))


@linux
def test_workers_share_conversations_and_figures_and_a_killed_one_comes_back(tmp_path):
    path, build = WIRES["anthropic"]

    def story(proxy, provider):
        one, two = sorted(proxy.workers)
        # A conversation goes on wherever its next request lands.
        for turns, worker in ((1, one), (2, two), (3, one)):
            assert proxy.ask("POST", path, build(turns), of=worker)[0] == 200
        assert stable("anthropic", [each.json for each in provider.received])
        assert len(outputs_of("anthropic", provider.received[-1].json)[0]) < len(OUTPUTS[0]) / 2
        # Whoever is asked answers for both.
        for _ in range(3):
            figures = proxy.figures(3)
            assert figures["requests"] == {"considered": 3}
            assert figures["money"]["requests"] == 3
        # Killed without a word, and the request waits for the one that comes in its place.
        os.kill(one, signal.SIGKILL)
        os.kill(two, signal.SIGSTOP)
        assert proxy.ask("POST", path, build(3))[0] == 200
        os.kill(two, signal.SIGCONT)
        assert len(proxy.workers) == 2
        assert one not in proxy.workers
        assert stable("anthropic", [each.json for each in provider.received[-2:]])
        assert proxy.figures(4)["requests"] == {"considered": 4}
        assert proxy.end() == 0
        assert (
            sum(v for (_, n), v in accounts(tmp_path).sums().items() if n == "money.requests") == 4
        )

    async def test():
        provider = Provider(lambda _: Answer(chunks=[ANSWER]))
        await provider.start()
        proxy = await asyncio.to_thread(Proxy, tmp_path, provider.url)
        try:
            await asyncio.to_thread(story, proxy, provider)
        finally:
            proxy.process.kill()
            proxy.process.communicate(timeout=20)
            await provider.stop()

    play(test())


def test_workers_that_shared_nothing_are_refused(tmp_path):
    from headroom.proxy.serving.blueprint import Blueprint
    from headroom.proxy.settings import Settings

    blueprint = Blueprint(Settings(), "memory:", "memory:")
    blueprint.check(1)
    with pytest.raises(ConfigurationError, match="memory:"):
        blueprint.check(2)
    with pytest.raises(ConfigurationError, match="--token"):
        check("0.0.0.0", None)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_address_that_is_taken_is_a_mistake_of_the_caller(workers):
    import socket

    from headroom.proxy.serving.workers import Workers

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match="that port is taken; name another one"):
            if workers == 1:
                server.serve(None, "127.0.0.1", port, None, print)
            else:
                Workers(None, workers).serve("127.0.0.1", port, print)


def test_an_address_of_nobody_here_is_a_mistake_of_the_caller():
    with (
        pytest.raises(ConfigurationError, match=r"cannot listen on 192\.0\.2\.1:0: "),
        server.listening("192.0.2.1", 0),
    ):
        pass


def test_a_name_is_listened_on_under_all_its_addresses(monkeypatch):
    import socket

    from headroom.proxy.serving.server import listening

    here = [(socket.AF_INET, 1, 6, "", ("127.0.0.1", 0)), (socket.AF_INET6, 1, 6, "", ("::1", 0))]
    nowhere = (socket.AF_INET, 1, 6, "", ("192.0.2.1", 0))
    for found, count in ((here, 2), ([here[0], nowhere], 1)):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
        with listening("localhost", 0) as made:
            assert 1 <= len(made) <= count  # Not every machine has both families.
            assert len({each.getsockname()[1] for each in made}) == 1
            for each in made:
                with socket.socket(each.family) as client:
                    client.connect(each.getsockname()[:2])


class App:
    """What a worker runs, as far as its line is concerned."""

    def __init__(self):
        self.keeper = self
        self.flushed = threading.Event()

    def flush(self):
        self.flushed.set()


def test_a_worker_saves_when_it_is_told_and_ends_when_nobody_is_there():
    ours, its = _spawn.Pipe()
    mate = _Mate(its, app := App())
    listening = threading.Thread(target=mate.listen)
    listening.start()
    _Worker(None, ours).say(_Said.SAVE)
    assert app.flushed.wait(20)
    assert ours.recv() is _Said.SAVED
    asking = threading.Thread(target=mate.gather)
    asking.start()
    assert ours.recv() is _Said.ASKED
    _Worker(None, ours).say(_Said.ANSWERED)
    asking.join(20)
    ours.close()
    listening.join(20)
    assert not listening.is_alive()
    mate.gather()  # Nobody is there to ask, and nobody is waited for.


class Line:
    """The parent's end of a line, and the process behind it."""

    def __init__(self):
        self.said, self.closed, self.killed = [], False, 0
        self.pid = 7

    def send(self, what):
        self.said.append(what)

    def kill(self):
        self.killed += 1


def felt(seconds, answers, misses=3):
    """Return a worker that was looked at at these times, and answered after some of them."""
    now, line = [0.0], Line()
    workers = Workers(None, 1, Pulse(10.0, misses, lambda: now[0]))
    worker = _Worker(line, line, ready=True)
    workers._running = [worker]
    for turn, second in enumerate(seconds):
        now[0] = second
        assert workers._pulse.left() == 0.0
        workers._feel()
        if turn in answers:
            worker.beat.answered()
    return line


def test_a_worker_that_never_answers_is_ended():
    line = felt([10, 20, 30, 39.9 + 0.1], ())
    assert (line.said, line.killed) == ([_Said.BEAT], 1)
    assert felt([10, 20, 30], ()).killed == 0


@pytest.mark.parametrize("answers", [range(99), (2, 5, 8, 11, 14, 17, 20, 23, 26, 29)])
def test_a_worker_that_answers_now_and_then_is_not(answers):
    assert felt(range(10, 310, 10), answers).killed == 0


def test_who_asks_too_late_blames_nobody():
    # As after the sleep of the machine, or where it has no time for anybody.
    assert felt(range(10, 1000, 20), ()).killed == 0
    assert felt([10, 20, 5000, 5010, 5020], ()).killed == 1


def test_a_worker_that_does_not_serve_yet_is_not_asked():
    line = Line()
    workers = Workers(None, 1, Pulse(0.0, 1))
    workers._running = [_Worker(line, line)]
    for _ in range(9):
        workers._feel()
    assert (line.said, line.killed) == ([], 0)


def test_only_a_worker_whose_event_loop_turns_says_so():
    ours, its = _spawn.Pipe()
    mate, parent = _Mate(its, App()), _Worker(None, ours)
    listening = threading.Thread(target=mate.listen)
    listening.start()
    free, done = threading.Event(), asyncio.Event()

    async def serve():
        mate.serves()
        free.wait(20)  # Nothing else runs in the loop meanwhile.
        await done.wait()

    serving = threading.Thread(target=lambda: asyncio.run(serve()))
    serving.start()
    assert ours.recv() is _Said.READY
    parent.say(_Said.BEAT)
    parent.say(_Said.SAVE)
    assert ours.recv() is _Said.SAVED
    assert not ours.poll(0)
    free.set()
    assert ours.recv() is _Said.BEAT
    mate._loop.call_soon_threadsafe(done.set)
    serving.join(20)
    parent.say(_Said.BEAT)  # The loop is closed, and says nothing.
    parent.say(_Said.SAVE)
    assert ours.recv() is _Said.SAVED
    parent.say(_Said.END)
    listening.join(20)
    assert not listening.is_alive()


HANGING = """
import sys
from headroom.proxy.serving.blueprint import Blueprint
from headroom.proxy.serving.pulse import Pulse
from headroom.proxy.settings import Settings
from headroom.proxy.serving.workers import Workers

if __name__ == "__main__":
    folder = sys.argv[1]
    blueprint = Blueprint(Settings(), f"sqlite:///{folder}/o.sqlite", f"{folder}/forms.sqlite")
    Workers(blueprint, 1, Pulse(0.3, 6)).serve("127.0.0.1", 0, lambda url: print(url, flush=True))
"""


@linux
def test_a_worker_that_hangs_is_replaced(tmp_path):
    (tmp_path / "hanging.py").write_text(HANGING)
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "hanging.py"), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
    )
    try:
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        [hung] = workers_of(process)
        os.kill(hung, signal.SIGSTOP)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=20) as answer:
            assert answer.status == 200
        assert hung not in workers_of(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_who_connects_while_workers_end_is_told_that_nobody_is_there():
    interrupt, _ = _spawn.Pipe()
    refused = []

    class Ending(Line):
        def send(self, what):
            assert what is _Said.END
            with socket.socket() as client:
                refused.append(client.connect_ex(address))

    with listening("127.0.0.1", 0) as opened:
        address = opened[0].getsockname()
        workers = Workers(None, 1)
        workers._running = [_Worker(None, Ending())]
        with pytest.raises(AttributeError):  # It has no process to wait for.
            workers._end(opened, interrupt)
    assert refused
    assert all(refused)


def test_streams_that_end_with_the_server_are_no_errors_of_their_own():
    def record(error):
        return logging.LogRecord("n", 40, "", 0, "it failed", (), (type(error), error, None))

    assert not _unless_broken_off(record(asyncio.CancelledError("time is up")))
    assert _unless_broken_off(record(ValueError()))
    assert _unless_broken_off(logging.makeLogRecord({"msg": "Cancel 40 running task(s)"}))


def test_ctrl_c_is_a_good_end(monkeypatch):
    class Interrupted:
        def run(self, sockets):
            assert len(sockets) == 1
            raise KeyboardInterrupt

    monkeypatch.setattr(server, "prepared", lambda *_: Interrupted())
    server.serve(None, "127.0.0.1", 0, None, print)
    with socket.socket() as ready:
        server.serve(None, "127.0.0.1", 0, None, print, ready)
