"""What `compress()` left out lasts as long as the conversation, whatever becomes of the store."""

from __future__ import annotations

import json

import pytest

import headroom
from benchmarks.corpus import generate
from headroom import registry
from headroom.config import Options
from headroom.core.document import TreeDocument
from headroom.engine.engine import Call, Engine
from headroom.engine.restore import Request, restore
from headroom.engine.upkeep import Uses
from headroom.stores import STORING, StoreError, open_store

LOG = "\n".join(
    f"10:{n // 60:02}:{n % 60:02} request {n} took {n * 37 % 91} ms" for n in range(600)
)
MIXED = f"{generate('syslog', 6_000)}\n{generate('JSON records', 9_000)}"
DAY = 24 * 3600.0


def chat(text, turns=0):
    more = [{"role": "user", "content": f"And what of request {n}?"} for n in range(turns)]
    return [{"role": "user", "content": "What is slow?"}, {"role": "tool", "content": text}, *more]


@pytest.fixture
def engine(monkeypatch):
    """The engine behind `compress()`, with a store that can be emptied and a clock to set."""
    now = [0.0]
    engine = Engine(store=open_store(clock=lambda: now[0]))
    engine.now, engine.uses = now, Uses(engine.store, lambda: now[0])
    monkeypatch.setattr(Engine, "default", lambda: engine)
    return engine


INSIDE = json.dumps({"exit_code": 0, "output": f"{LOG}\n"})


@pytest.mark.parametrize("text", [LOG, MIXED, INSIDE])
def test_what_the_store_has_lost_is_stored_again_from_the_request(engine, text):
    first = headroom.compress(chat(text))
    engine.now[0] += 2 * 3600
    headroom.compress(chat(text, 1))
    engine.store.close()
    assert not headroom.retrieve(first.refs[0]).found
    engine.now[0] += 2 * 3600
    again = headroom.compress(chat(text, 2))
    assert again.outcomes[1].reason == "seen"
    assert headroom.expand(again.messages) == chat(text, 2)


def test_it_is_stored_again_although_it_would_not_be_shortened_any_more(engine):
    first = headroom.compress(chat(LOG))
    engine.store.close()
    (ref,) = first.refs
    document = TreeDocument(chat(LOG, 1))
    lossless = Request(
        document, registry.provider("openai-chat"), Options(profile="lossless"), Call()
    )
    restore(lossless, engine.store, [ref])
    assert str(headroom.retrieve(ref)) == LOG
    restore(lossless, engine.store, ["0000000000"])
    assert not headroom.retrieve("0000000000").found


def test_a_file_that_went_while_the_process_runs_is_no_loss(monkeypatch, tmp_path):
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{tmp_path}/originals.sqlite")
    (ref,) = headroom.compress(chat(LOG)).refs
    headroom.compress(chat(LOG, 1))
    for file in tmp_path.iterdir():
        file.unlink()
    assert not headroom.retrieve(ref).found
    headroom.compress(chat(LOG, 2))
    assert str(headroom.retrieve(ref)) == LOG


def test_an_original_lasts_as_long_as_its_conversation_goes_on(engine):
    (ref,) = headroom.compress(chat(LOG)).refs
    for turn in range(1, 5):
        engine.now[0] += 3 * DAY
        headroom.compress(chat(LOG, turn))
    assert str(engine.store.get(ref)) == LOG


def test_a_store_that_takes_nothing_back_is_no_error(engine):
    first = headroom.compress(chat(LOG))
    headroom.compress(chat(LOG, 1))
    engine.store.close()
    engine.now[0] += 2 * 3600

    def refuse(*_):
        raise StoreError(STORING)

    engine.store.put = engine.store.put_all = refuse
    again = headroom.compress(chat(LOG, 2))
    assert again.messages[1] == first.messages[1]
