"""Several processes that serve together: one conversation, one account, one sum."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import headroom
from headroom.errors import ConfigurationError
from headroom.proxy.book import open_book
from headroom.proxy.server import check
from headroom.proxy.workers import _Mate, _Said, _spawn, _Worker
from tests.proxy.conversation import OUTPUTS, WIRES, outputs_of
from tests.proxy.standin import Answer, Provider, play
from tests.proxy.test_restart import stable

ROOT = Path(headroom.__file__).resolve().parents[1]
CHILDREN = "/proc/{0}/task/{0}/children"
ANSWER = json.dumps({"usage": {"input_tokens": 5000, "output_tokens": 9}}).encode()

linux = pytest.mark.skipif(
    not Path(CHILDREN.format(os.getpid())).exists(), reason="this system does not name children"
)


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
        children = Path(CHILDREN.format(self.process.pid)).read_text().split()
        return {
            int(n) for n in children if b"spawn_main" in Path(f"/proc/{n}/cmdline").read_bytes()
        }

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
    from headroom.proxy.blueprint import Blueprint
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

    from headroom.proxy import server
    from headroom.proxy.workers import Workers

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match="that port is taken; name another one"):
            if workers == 1:
                server.serve(None, "127.0.0.1", port, None, print)
            else:
                Workers(None, workers).serve("127.0.0.1", port, print)


def test_an_address_of_nobody_here_is_a_mistake_of_the_caller():
    from headroom.proxy import server

    with (
        pytest.raises(ConfigurationError, match=r"cannot listen on 192\.0\.2\.1:0: "),
        server.listening("192.0.2.1", 0),
    ):
        pass


def test_a_name_is_listened_on_under_all_its_addresses(monkeypatch):
    import socket

    from headroom.proxy.server import listening

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
