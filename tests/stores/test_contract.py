"""What every store of originals does, whichever it is."""

from __future__ import annotations

import contextlib
import importlib.util
import random
import shutil
import socket
import string
import subprocess
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headroom.core.refs import ref_of
from headroom.errors import ConfigurationError
from headroom.stores import StoreError, open_store, pack, unpack

TTL = 1000.0
ANY_TEXT = st.builds(
    lambda text, times: text * times, st.text(st.characters()), st.sampled_from([1, 1, 1, 300])
)


class Clock:
    def __init__(self):
        self.now = 1_700_000_000.0

    def __call__(self):
        return self.now


@contextlib.contextmanager
def running_redis(directory):
    """Run a server on a free port; yield its URL."""
    if shutil.which("redis-server") is None:
        pytest.skip("RedisStore is NOT TESTED here: there is no redis-server on the PATH")
    if importlib.util.find_spec("redis") is None:
        pytest.skip("RedisStore is NOT TESTED here: the package redis is not installed")
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", directory]
        server = subprocess.Popen(
            ["redis-server", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if any("eady to accept connections" in line for line in server.stdout):
            break
        server.communicate()  # somebody else was faster at taking the port
    else:
        pytest.fail("redis-server does not start")
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.communicate()


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


class Shelf:
    """One kind of store, and a way to let time pass for it."""

    def __init__(self, url):
        self.url, self.clock, self.opened = url, Clock(), []

    def open(self, **bounds):
        store = open_store(self.url, clock=self.clock, **{"ttl": TTL, **bounds})
        self.opened.append(store)
        return store

    def pass_time(self, seconds):
        self.clock.now += seconds
        if self.url.startswith("redis"):
            server = self.server()
            for key in server.scan_iter():
                left = server.pttl(key) - round(seconds * 1000)
                server.pexpire(key, max(left, 0))
            server.close()

    def server(self):
        import redis

        return redis.Redis.from_url(self.url)

    def close(self):
        for store in self.opened:
            store.close()


@pytest.fixture(params=["memory", "sqlite", "redis"])
def shelf(request, tmp_path):
    url = "memory:"
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/originals.db"
    elif request.param == "redis":
        url = request.getfixturevalue("redis_url")
    made = Shelf(url)
    if request.param == "redis":
        server = made.server()
        server.flushall()
        server.close()
    yield made
    made.close()


@pytest.fixture
def store(shelf):
    return shelf.open()


def test_what_was_put_is_got(store):
    store.put("a", "one original")
    store.put("b", "another")
    assert (store.get("a"), store.get("b")) == ("one original", "another")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT)
def test_any_text_comes_back_exactly(store, text):
    store.put(ref_of(text), text)
    assert store.get(ref_of(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "\ud800",
        "\ud83d\ude00",
        "\U0001f600",
        "\r\n" * 9,
        "\udcff" * 5000,
        "line\n" * 400_000,
    ],
    ids=["empty", "nul", "lone", "two halves", "whole", "crlf", "long lone", "long"],
)
def test_odd_texts_come_back_exactly(store, text):
    store.put("odd", text)
    assert store.get("odd") == text


@pytest.mark.parametrize("ref", ["nobody", "", "\0", "\ud800", "a" * 100_000, "'; DROP TABLE"])
def test_an_unknown_ref_is_none(store, ref):
    store.put("somebody", "text")
    assert store.get(ref) is None


def test_the_first_text_under_a_ref_stays(store):
    store.put("ref", "first")
    store.put("ref", "second")
    assert store.get("ref") == "first"


def test_several_are_put_at_once(store):
    store.put("a", "first")
    assert [*store.put_all({"a": "second", "b": "another", "c": "line\n" * 1000})] == ["a"]
    assert [store.get(ref) for ref in "abc"] == ["first", "another", "line\n" * 1000]


def test_nothing_at_once_is_nothing(store):
    assert [*store.put_all({})] == []


def test_an_original_unused_for_its_time_to_live_is_gone(shelf, store):
    store.put("ref", "text")
    shelf.pass_time(TTL + 1)
    assert store.get("ref") is None


def test_an_original_gone_can_be_put_again(shelf, store):
    store.put("ref", "text")
    shelf.pass_time(TTL + 1)
    store.put("ref", "text")
    assert store.get("ref") == "text"


@pytest.mark.parametrize("use", ["get", "put"])
def test_every_use_makes_an_original_last_longer(shelf, store, use):
    store.put("used", "text")
    store.put("unused", "other")
    for _ in range(4):
        shelf.pass_time(0.6 * TTL)
        if use == "get":
            assert store.get("used") == "text"
        else:
            store.put("used", "text")
    assert store.get("used") == "text"
    assert store.get("unused") is None


def test_a_sweep_keeps_what_is_in_use(shelf, store):
    store.put("old", "text")
    shelf.pass_time(0.6 * TTL)
    store.put("new", "text")
    shelf.pass_time(0.6 * TTL)
    assert store.sweep() == (0 if shelf.url.startswith("redis") else 1)
    assert store.get("old") is None
    assert store.get("new") == "text"
    assert store.sweep() == 0


def test_the_longest_unused_go_when_there_are_too_many(shelf):
    if shelf.url.startswith("redis"):
        pytest.skip("the server's maxmemory bounds it")
    store = shelf.open(max_entries=10, ttl=100 * TTL)
    store.put("kept", "text")
    for number in range(50):
        shelf.pass_time(61)
        store.put(str(number), "text")
        assert store.get("kept") == "text"
    store.sweep()
    left = [number for number in range(50) if store.get(str(number)) is not None]
    assert left == list(range(41, 50))


def test_the_count_is_bounded(shelf):
    if shelf.url.startswith("redis"):
        pytest.skip("the server's maxmemory bounds it")
    store = shelf.open(max_entries=10)
    for number in range(50):
        shelf.pass_time(1)
        store.put(str(number), "text")
    store.sweep()
    assert [n for n in range(50) if store.get(str(n)) is not None] == list(range(40, 50))


def test_the_bytes_are_bounded(shelf):
    if shelf.url.startswith("redis"):
        pytest.skip("the server's maxmemory bounds it")
    store = shelf.open(max_bytes=3000)
    for number in range(20):
        shelf.pass_time(1)
        store.put(str(number), f"{number:900}")  # short enough to lie there as it is
    store.sweep()
    assert [n for n in range(20) if store.get(str(n)) is not None] == [17, 18, 19]


def test_what_is_larger_than_the_bound_is_refused_and_drops_nothing_else(shelf):
    if shelf.url.startswith("redis"):
        pytest.skip("the server's maxmemory bounds it")
    store = shelf.open(max_bytes=3000)
    store.put("small", "text")
    noise = "".join(random.Random(1).choices(string.printable, k=9999))
    with pytest.raises(StoreError, match="more than the 3,000"):
        store.put("big", noise)
    halves = {"one": noise[:2000], "two": noise[2000:4000]}
    with pytest.raises(StoreError):
        store.put_all(halves)
    assert not getattr(store, "failing", ())  # the store is well
    store.sweep()
    assert [store.get(ref) for ref in ("small", "big", "one", "two")] == ["text", None, None, None]
    store.put("one", halves["one"])
    assert store.get("one") == halves["one"]


def test_threads_use_one_store_at_once(store):
    wrong = []

    def work(name):
        for number in range(60):
            text = f"{name} {number} " * 200
            store.put(ref_of(text), text)
            shared = f"everybody {number}"
            store.put(ref_of(shared), shared)
            if store.get(ref_of(text)) != text or store.get(ref_of(shared)) != shared:
                wrong.append((name, number))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_closing_twice_is_harmless(store):
    store.put("ref", "text")
    store.close()
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "memory",
        "memory://x",
        "sqlite",
        "sqlite://relative.db",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///directory/",
        "sqlite:///a\0b",
        "sqlite:///~nobody-of-that-name/x.db",
        "postgresql://host/db",
        "/var/lib/file.db",
        "file:///x.db",
    ],
)
def test_a_url_that_names_no_store_is_refused(url):
    with pytest.raises(ConfigurationError, match=r"memory:|home directory"):
        open_store(url)


def test_a_refused_url_does_not_show_its_password():
    with pytest.raises(ConfigurationError) as caught:
        open_store("postgresql://me:hunter2@host/db")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "bound",
    [
        {"ttl": 0},
        {"ttl": float("nan")},
        {"ttl": float("inf")},
        {"max_entries": 0},
        {"max_bytes": 0},
    ],
)
def test_bounds_that_keep_nothing_are_refused(bound):
    with pytest.raises(ConfigurationError, match="finite ttl"):
        open_store("memory:", **bound)


def test_a_store_is_opened_without_a_url():
    store = open_store()
    store.put("ref", "text")
    assert store.get("ref") == "text"
    store.close()


@given(ANY_TEXT)
def test_packing_is_exact(text):
    assert unpack(pack(text)) == text


def test_packing_makes_repetitive_texts_small():
    assert len(pack("the same line again\n" * 1000)) < 1000


@pytest.mark.parametrize("packed", [b"", b"\2text", b"\1text", b"\0\xff", pack("a" * 9999)[:-5]])
def test_what_pack_did_not_make_is_a_value_error(packed):
    with pytest.raises(ValueError):
        unpack(packed)
