"""What every book of a proxy does, whichever it is, and what follows from it for requests."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing

import pytest

from headroom.decode import expand_text
from headroom.errors import ConfigurationError
from headroom.proxy.money.account import Accounts, Balance, Saved
from headroom.proxy.money.book import DAY, Entry, open_book
from headroom.proxy.money.book.sqlite import SqliteBook
from headroom.proxy.money.figures import Figures, view
from headroom.proxy.money.keeper import Keeper
from headroom.proxy.money.usage import Usage
from tests.proxy.conversation import OUTPUTS, WIRES, chat, outputs_of
from tests.proxy.standin import Answer, play, running
from tests.stores.test_contract import running_redis

KEY = bytes([0, 10, 13, 255]) * 8
SUMS = {("gpt-4o", "money.through"): 1.5, ("", "requests.relayed"): 2, ("modèle", "tokens.x"): -3}
PRICE = json.dumps({"usage": {"prompt_tokens": 5000, "completion_tokens": 9}}).encode()


class Clock:
    def __init__(self, now=20_000 * DAY):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["file", "redis"])
def place(request, tmp_path):
    """Where the book of the test lies; nothing is there yet."""
    if request.param == "file":
        return str(tmp_path / "state" / "accounts.sqlite")
    import redis

    url = request.getfixturevalue("redis_url")
    with redis.Redis.from_url(url) as client:
        client.flushall()
    return url


def kept(place, clock=None, figures=None, time=None):
    """Return accounts with a keeper, as a proxy has them."""
    figures = figures or Figures()
    book = open_book(place, clock=clock or Clock())
    accounts = Accounts(book, figures, time or Clock(1000.0))
    return accounts, Keeper(book, accounts, figures, "run")


def test_what_is_added_is_there_for_the_process_beside_and_the_one_after(place):
    one, two = open_book(place, clock=Clock()), open_book(place, clock=Clock())
    assert (one.balance(KEY), one.sums(), one.others("r", "w")) == (None, {}, [])
    assert one.add(Entry("r", "w", {KEY: Balance(10.5, 12, 1, 7)}, SUMS, SUMS))
    assert two.add(Entry("r", "v", {KEY: Balance(1, 2, 1, 0)}, SUMS, {}))
    assert two.balance(KEY) == Balance(11.5, 14, 2, 7)
    assert one.sums() == {key: 2 * value for key, value in SUMS.items()}
    assert two.others("r", "v") == [SUMS]
    assert two.others("other", "v") == []
    one.close()
    assert open_book(place, clock=Clock()).balance(KEY) == Balance(11.5, 14, 2, 7)


def test_a_conversation_is_closed_once_and_for_good(place):
    one, two = open_book(place, clock=Clock()), open_book(place, clock=Clock())
    assert one.closed(KEY)
    assert not two.closed(KEY)
    two.add(Entry("r", "w", {KEY: Balance(1, 500, 1)}))
    assert one.balance(KEY) == Balance(1, 500, 1, 0, closed=True)


def test_sums_are_told_apart_by_the_day(place):
    clock = Clock()
    book = open_book(place, clock=clock)
    for clock.now in (20_000 * DAY, 20_003 * DAY + 5, 20_003 * DAY + 9):
        book.add(Entry("r", "w", sums={("m", "money.requests"): 1}))
    name = ("m", "money.requests")
    assert [book.sums(day).get(name) for day in (None, 20_000, 20_001, 20_004)] == [3, 3, 2, None]


def test_whoever_comes_next_goes_by_the_balance_of_whoever_was_before(place):
    usage = Usage(fresh=100)
    one, keeper = kept(place)
    one.record("gpt-4o", Saved(b"a", new=10), usage)
    one.record("gpt-4o", Saved(b"a", retrieved=500), usage)
    keeper.flush()
    two, _ = kept(place)
    assert two.stands_down(b"a")
    assert not two.stands_down(b"b")


def test_a_closed_conversation_stays_closed_whatever_it_saves_later(place):
    usage = Usage(fresh=100)
    one, keeper = kept(place)
    one.record("gpt-4o", Saved(b"a", retrieved=500), usage)
    assert one.stands_down(b"a")  # From here on it is in the book, whatever becomes of us.
    two, other = kept(place)
    for _ in range(20):
        two.record("gpt-4o", Saved(b"a", old=100_000), usage)
    assert two.stands_down(b"a")
    keeper.flush()
    other.flush()
    assert kept(place)[0].stands_down(b"a")
    assert view(keeper.kept())["money"]["conversations_stood_down"] == 1


def test_of_processes_that_share_a_conversation_each_learns_what_the_other_saw(place):
    now = Clock(1000.0)
    usage = Usage(fresh=100)
    (one, first), (two, second) = kept(place, time=now), kept(place, time=now)
    for accounts in (one, two):
        assert not accounts.stands_down(b"a")
        accounts.record("gpt-4o", Saved(b"a", new=30), usage)
    one.record("gpt-4o", Saved(b"a", retrieved=40), usage)
    first.flush()
    assert not two.stands_down(b"a")
    now.now += 5
    assert two.stands_down(b"a")
    second.flush()
    balance = open_book(place).balance(b"a")
    assert (balance.requests, balance.fetched, balance.closed) == (3, 40, True)
    assert view(first.sums())["money"]["requests"] == 3


def test_what_is_read_while_something_is_written_counts_nothing_twice(place):
    now = Clock(1000.0)
    accounts, _ = kept(place, time=now)
    accounts.record("gpt-4o", Saved(b"a", new=1), Usage(fresh=100))
    book = open_book(place, clock=Clock())
    entry = Entry("r", "w", dict(accounts.unsaved()))
    book.add(entry)
    now.now += 5
    accounts.record("gpt-4o", Saved(b"a", new=1), Usage(fresh=100))
    accounts.stands_down(b"a")
    assert accounts._known.get(b"a")[0].through == 200
    accounts.saved(done=True)
    now.now += 5
    accounts.stands_down(b"a")
    assert accounts._known.get(b"a")[0].through == 200


def test_of_processes_that_serve_together_none_tells_less_than_another_has_told(place):
    shared = [Figures(), Figures()]
    one, other = (kept(place, figures=figures)[1] for figures in shared)
    shared[0].add({"requests.relayed": 3})
    shared[1].add({"requests.relayed": 4})
    other.flush()
    assert one.sums()["", "requests.relayed"] == 7
    # Nobody has the first one write down what it did, as where it is busy.
    assert other.sums()["", "requests.relayed"] == 7
    one.close()
    other.close()


def test_what_could_not_be_written_is_written_with_the_next(tmp_path, monkeypatch, caplog):
    accounts, keeper = kept(str(tmp_path / "accounts.sqlite"))
    real = SqliteBook._in_file

    def fail(*_):
        raise sqlite3.OperationalError("disk full")

    accounts.record("gpt-4o", Saved(b"a", new=1), Usage(fresh=100))
    monkeypatch.setattr(SqliteBook, "_in_file", fail)
    keeper.flush()
    assert keeper.behind
    assert not accounts.stands_down(b"a")
    accounts.record("gpt-4o", Saved(b"a", new=1), Usage(fresh=100))
    monkeypatch.setattr(SqliteBook, "_in_file", real)
    keeper.flush()
    assert not keeper.behind
    assert "disk full" in caplog.text
    assert open_book(str(tmp_path / "accounts.sqlite")).balance(b"a").requests == 2
    assert view(keeper.kept())["money"]["requests"] == 2


def test_a_file_is_private_and_bounded_in_rows_and_age(tmp_path):
    clock = Clock()
    path = tmp_path / "state" / "accounts.sqlite"
    book = SqliteBook(path, clock=clock, max_entries=10)
    book.add(Entry("r", "old", sums={("m", "x.y"): 1}))
    for n in range(30):
        clock.now += 1
        book.add(Entry("r", f"w{n}", {bytes([n]): Balance(1, 1, 1)}))
    clock.now += 401 * DAY
    book.add(Entry("r2", "w", {b"new": Balance(1, 1, 1)}, {("m", "x.z"): 1}))
    book.sweep()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (book.balance(bytes([0])), book.balance(b"new")) == (None, Balance(1, 1, 1))
    assert book.sums() == {("m", "x.z"): 1}
    assert book.others("r", "") == []
    assert len(rows(path)) <= 10


def test_names_of_models_are_bounded_and_harmless(place):
    figures = Figures()
    _, keeper = kept(place, figures=figures)
    for n in range(200):
        figures.add({"money.requests": 1}, f"model {n}")
    figures.add({"money.requests": 1}, "\ud800\0\x1b[31m" + "x" * 1000)
    figures.add({"money.requests": 1}, None)
    keeper.flush()
    shown = view(keeper.kept())
    assert len(shown["models"]) == 51
    assert shown["money"]["requests"] == 202
    assert all(name.isprintable() and len(name) <= 80 for name in shown["models"])


def test_a_server_that_is_not_there_costs_nothing_but_the_memory_of_it(caplog):
    import socket

    pytest.importorskip("redis")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        accounts, keeper = kept(f"redis://me:hunter2@127.0.0.1:{probe.getsockname()[1]}/0")
        accounts.record("gpt-4o", Saved(b"a", retrieved=500), Usage(fresh=100))
        assert accounts.stands_down(b"a")
        keeper.flush()
        assert keeper.behind
        assert (keeper.kept(), view(keeper.sums())["money"]["requests"]) == ({}, 1)
    assert "hunter2" not in caplog.text
    with pytest.raises(ConfigurationError, match="malformed"):
        open_book("redis://host:port/0")


@pytest.mark.parametrize("name", WIRES)
def test_of_a_conversation_that_was_dearer_nothing_is_left_out_after_a_restart(name, tmp_path):
    path, build = WIRES[name]
    place = str(tmp_path / "accounts.sqlite")

    async def test():
        async with running(lambda _: Answer(chunks=[PRICE]), book=open_book(place)) as world:
            await world.post(path, build(1))
            assert len(outputs_of(name, world.provider.received[-1].json)[0]) < len(OUTPUTS[0])
            await world.send("GET", "/stats")
        [conversation] = [row[0] for row in rows(place)]
        open_book(place).closed(conversation)
        async with running(lambda _: Answer(chunks=[PRICE]), book=open_book(place)) as world:
            await world.post(path, build(2))
            one, two = outputs_of(name, world.provider.received[-1].json)
            assert (one, expand_text(two)) == tuple(OUTPUTS[:2])
            texts = json.loads((await world.send("GET", "/stats"))[2])["texts"]
            assert "elided" not in texts

    play(test())


def rows(place):
    with closing(sqlite3.connect(place)) as file:
        return file.execute("SELECT key FROM accounts").fetchall()


def test_figures_go_on_after_a_restart_and_those_since_the_start_are_told_apart(tmp_path):
    place = str(tmp_path / "accounts.sqlite")

    async def test():
        for count in (1, 2):
            async with running(lambda _: Answer(chunks=[PRICE]), book=open_book(place)) as world:
                await world.post("/v1/chat/completions", chat(1))
                figures = json.loads((await world.send("GET", "/stats"))[2])
                assert figures["requests"] == {"considered": 1}
                assert figures["all_time"]["requests"] == {"considered": count}
                [(model, of_it)] = figures["all_time"]["models"].items()
                assert (model, of_it["basis"]) == ("gpt-4o", "counted")
                assert of_it["money"]["requests"] == count
                assert of_it["money"]["dollars"]["through"] > 0

    play(test())
