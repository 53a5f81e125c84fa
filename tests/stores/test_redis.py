"""What the store on Redis does beyond the contract."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import socket
import traceback

import pytest

from headroom.errors import ConfigurationError
from headroom.retrieval import retrieve_from
from headroom.stores import READING, STORING, StoreError, open_store
from tests.stores.test_contract import running_redis

SAID = "canary"

needs_package = pytest.mark.skipif(
    importlib.util.find_spec("redis") is None,
    reason="RedisStore is NOT TESTED here: the package redis is not installed",
)


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("redis")) as at:
        yield at


@pytest.fixture
def server(url):
    import redis

    with redis.Redis.from_url(url) as client:
        client.flushall()
        yield client


@pytest.fixture
def store(url, server):
    opened = open_store(url, ttl=500)
    yield opened
    opened.close()


@pytest.fixture
def unreachable():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        store = open_store(f"redis://me:hunter2@127.0.0.1:{probe.getsockname()[1]}/0")
        yield store
        store.close()


def test_a_missing_package_names_the_extra(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ConfigurationError, match=r"pip install 'headroom\[redis\]'"):
        open_store("redis://127.0.0.1:6379/0")


@needs_package
@pytest.mark.parametrize(
    "url", ["redis://host:port/0", "redis://host:99999/0", "redis://host/name", "redis://host/0/1"]
)
def test_a_malformed_url_is_refused(url):
    with pytest.raises(ConfigurationError, match="redis://host:port/db"):
        open_store(url)


@needs_package
def test_without_a_server_a_get_is_none_and_a_put_is_an_error(unreachable, caplog):
    with caplog.at_level(logging.WARNING, "headroom.stores"):
        assert unreachable.get("ref") is None
        with pytest.raises(StoreError):
            unreachable.put("ref", "text")
        for _ in range(3):
            assert unreachable.get("ref") is None
    said = [record.getMessage() for record in caplog.records]
    assert [f"failure {count}" in text for count, text in zip((1, 2, 4), said, strict=True)]
    assert not any("hunter2" in text for text in said)
    assert {*unreachable.failing} == {STORING, READING}


def test_a_server_that_does_not_answer_is_no_final_miss(unreachable):
    missed = retrieve_from(unreachable, "0000000000")
    assert (missed.found, missed.final) == (False, False)
    assert "Ask once more" in missed.text


def test_another_process_finds_what_one_put(url, store):
    store.put("ref", "text")
    other = open_store(url)
    assert other.get("ref") == "text"
    other.close()


def test_a_key_says_whose_it_is_and_expires(store, server):
    store.put("ref", "text")
    assert server.keys() == [b"headroom:original:ref"]
    assert 499_000 < server.pttl("headroom:original:ref") <= 500_000


@pytest.mark.parametrize("use", ["get", "put"])
def test_a_use_starts_the_time_to_live_anew(store, server, use):
    store.put("ref", "text")
    server.pexpire("headroom:original:ref", 1000)
    if use == "get":
        store.get("ref")
    else:
        store.put("ref", "text")
    assert server.pttl("headroom:original:ref") > 499_000


def test_a_long_text_lies_there_deflated(store, server):
    store.put("ref", "the same line again\n" * 1000)
    assert server.strlen("headroom:original:ref") < 1000


@pytest.mark.parametrize("value", [b"", b"foreign", b"\1not deflated"])
def test_a_damaged_value_is_none_and_said(store, server, value, caplog):
    server.set("headroom:original:ref", value)
    with caplog.at_level(logging.WARNING, "headroom.stores"):
        assert store.get("ref") is None
    assert "reading an original failed" in caplog.text
    store.put("ref", "text")
    assert store.get("ref") == "text"
    assert not store.failing


def test_a_key_of_another_type_is_none_and_said(store, server, caplog):
    server.lpush("headroom:original:ref", "text")
    with caplog.at_level(logging.WARNING, "headroom.stores"):
        assert store.get("ref") is None
    assert "reading an original failed" in caplog.text


@pytest.fixture
def full(server):
    server.config_set("maxmemory", 1)
    yield
    server.config_set("maxmemory", 0)


@pytest.fixture
def unwritable(server):
    """Has the server follow another one, which is not there: it answers and takes nothing."""

    def follow():
        server.execute_command("REPLICAOF", "127.0.0.1", "1")

    yield follow
    server.execute_command("REPLICAOF", "NO", "ONE")


@pytest.mark.usefixtures("full")
def test_what_a_full_server_did_not_take_is_in_no_log_and_no_error(store, caplog):
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreError, match="maxmemory") as caught:
        store.put("ref", SAID)
    assert "storing an original failed" in caplog.text
    assert SAID not in caplog.text
    assert SAID not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_takes_nothing_any_more_is_read_none_the_less(store, unwritable, caplog):
    store.put("ref", "text")
    unwritable()
    assert store.get("ref") == "text"
    assert "noting a use" in caplog.text
    with pytest.raises(StoreError, match="read only"):
        store.put("other", "text")


@needs_package
def test_a_server_that_never_answers_keeps_only_the_first_waiting(monkeypatch):
    from headroom.stores import redis as module

    now = [0.0]

    def ticking():
        now[0] += 0.06
        return now[0]

    real = module._Patience
    monkeypatch.setattr(module, "_TIMEOUT", 0.05)
    monkeypatch.setattr(module, "_REST", 100.0)
    monkeypatch.setattr(module, "_Patience", lambda driver: real(driver, ticking))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0)
        store = open_store(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        asked = []
        for _ in range(3):
            assert store.get("ref") is None
            asked.append(waiting(silent))
        now[0] += 1000
        assert store.get("ref") is None
        asked.append(waiting(silent))
        store.close()
    assert asked[0] > 0
    assert asked[1:3] == [0, 0]
    assert asked[3] > 0


def waiting(server):
    """Return how many connections have come in since the last call."""
    for count in range(100):
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
    raise AssertionError


def test_a_server_that_came_back_empty_is_told_from_one_that_was_away(store, server):
    store.tend()
    store.tend()
    server.delete("headroom:original:any")
    assert store.replaced == 0
    server.flushall()
    store.tend()
    store.tend()
    assert store.replaced == 1


def test_to_tend_a_server_that_is_away_harms_nothing(unreachable):
    unreachable.tend()
    assert unreachable.replaced == 0
