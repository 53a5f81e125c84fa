"""What every write-once ledger does, whichever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from headroom.cache import open_ledger
from headroom.cache.ledger import Sent
from headroom.core.types import Grade
from headroom.errors import ConfigurationError
from tests.stores.test_contract import running_redis

FORMS = [
    Sent("short", 10, 3, "log+echo", Grade.EXACT),
    Sent(None, 10, 10),
    Sent("", 4, 0),
    Sent("lone \ud800 and \0", 9, 5, None, Grade.STORED, ("abcdefghij", "klmnopqrst")),
    Sent("long " * 5000, 9999, 5000),
]
KEYS = [bytes([n, 10, 13, 0]) * 8 for n in range(len(FORMS))]


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def place(request, tmp_path):
    """Where the ledger of the test lies; nothing is there yet."""
    if request.param == "file":
        return str(tmp_path / "forms.sqlite")
    if request.param == "redis":
        import redis

        url = request.getfixturevalue("redis_url")
        with redis.Redis.from_url(url) as client:
            client.flushall()
        return url
    return "memory:"


every = pytest.mark.parametrize("place", ["memory", "file", "redis"], indirect=True)
lasting = pytest.mark.parametrize("place", ["file", "redis"], indirect=True)


@every
def test_every_form_comes_back_as_it_was(place):
    ledger = open_ledger(place, clock=lambda: 0.0)
    assert ledger.put_all(dict(zip(KEYS, FORMS, strict=True))) == FORMS
    assert ledger.get_all([b"none", *KEYS, KEYS[0]]) == [None, *FORMS, FORMS[0]]


@every
def test_the_first_form_stays_and_is_told(place):
    ledger = open_ledger(place, clock=lambda: 0.0)
    ledger.put(b"k", FORMS[0])
    assert ledger.put_all({b"k": FORMS[1], b"new": FORMS[2]}) == [FORMS[0], FORMS[2]]
    assert ledger.get(b"k") == FORMS[0]


@lasting
def test_forms_are_there_for_the_process_beside_and_the_one_after(place):
    one, two = open_ledger(place), open_ledger(place)
    one.put_all(dict(zip(KEYS, FORMS, strict=True)))
    assert two.get_all(KEYS) == FORMS
    one.close()
    assert open_ledger(place).get_all(KEYS) == FORMS


@lasting
def test_of_two_processes_the_first_wins(place):
    one, two = open_ledger(place), open_ledger(place)
    assert two.get(b"k") is None
    one.put(b"k", FORMS[0])
    assert two.put_all({b"k": FORMS[1], b"l": FORMS[2]}) == [FORMS[0], FORMS[2]]
    assert two.get(b"k") == FORMS[0]


def failing(ledger, monkeypatch, work):
    """Do something while the ledger's place can neither be read nor written."""

    def fail(*_):
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "_read", fail)
        broken.setattr(ledger, "_record", fail)
        done = work()
        assert ledger.failing
    return done


@lasting
@pytest.mark.parametrize("again", ["put", "tend"])
def test_forms_that_the_place_did_not_take_are_there_once_it_serves_again(
    place, again, monkeypatch
):
    ledger, beside = open_ledger(place), open_ledger(place)
    entries = dict(zip(KEYS, FORMS, strict=True))
    assert failing(ledger, monkeypatch, lambda: ledger.put_all(entries)) == FORMS
    assert beside.get(KEYS[0]) is None
    if again == "put":
        ledger.put(b"new", FORMS[1])
        assert beside.get(b"new") == FORMS[1]
    else:
        ledger.tend()
    assert not ledger.failing
    assert beside.get_all(KEYS) == FORMS


@lasting
def test_of_two_forms_that_went_out_while_the_place_failed_one_stands_for_both(place, monkeypatch):
    ledger, beside = open_ledger(place), open_ledger(place)
    beside.put(b"k", FORMS[0])
    failing(ledger, monkeypatch, lambda: ledger.put_all({b"k": FORMS[1]}))
    assert failing(ledger, monkeypatch, lambda: ledger.put_all({b"k": FORMS[2]})) == [FORMS[1]]
    assert ledger.revised == 0
    ledger.tend()
    assert ledger.revised == 1
    assert ledger.get(b"k") == beside.get(b"k") == FORMS[0]


@lasting
def test_forms_that_the_place_has_lost_are_put_there_again(place):
    ledger = open_ledger(place)
    ledger.tend()
    ledger.put_all(dict(zip(KEYS, FORMS, strict=True)))
    if place.startswith("redis"):
        import redis

        with redis.Redis.from_url(place) as client:
            client.flushall()
    else:
        for part in ("", "-wal", "-shm"):
            Path(f"{place}{part}").unlink(missing_ok=True)
    ledger.get(b"new")  # somebody asks before it is noticed
    ledger.tend()
    ledger.tend()
    assert open_ledger(place).get_all(KEYS) == FORMS
    assert ledger.revised == 0


@lasting
def test_forms_that_wait_for_their_place_are_not_dropped_for_others(place, monkeypatch):
    ledger = open_ledger(place)
    names = [b"key %d" % n for n in range(150)]
    form = Sent("x" * 50_000, 9, 9)
    failing(ledger, monkeypatch, lambda: [ledger.put(name, form) for name in names])
    assert failing(ledger, monkeypatch, lambda: ledger.get_all([b"no", *names]))[1:] == [form] * 150
    ledger.tend()
    assert open_ledger(place).get_all(names) == [form] * 150


@lasting
def test_what_is_used_stays_longer_than_what_is_not(place):
    now = [0.0]
    ledger = open_ledger(place, clock=lambda: now[0])
    ledger.put_all({b"used": FORMS[0], b"not": FORMS[1]})
    for now[0] in range(0, 86_400, 7_200):
        assert ledger.get(b"used") == FORMS[0]
    assert ledger.get_all([b"used", b"not"]) == FORMS[:2]


def test_a_server_is_named_by_a_url_that_can_be_read():
    with pytest.raises(ConfigurationError, match=r"malformed|pip install"):
        open_ledger("redis://host:port/0")
