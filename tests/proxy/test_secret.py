"""Keys lie nowhere but in the request that they came with, and nothing is answered from memory."""

from __future__ import annotations

import json
import logging

import pytest

from headroom.cache.sqlite import SqliteLedger
from headroom.engine.engine import Engine
from headroom.proxy.money.book import open_book
from headroom.proxy.route import upstreams
from headroom.proxy.serving.log import RequestLog
from headroom.stores import open_store
from tests.proxy.conversation import WIRES
from tests.proxy.standin import Answer, play, running

KEY, TOKEN, SAID = "sk-ant-api03-canary1", "canary2", "canary3"
HEADERS = [
    ("authorization", f"Bearer {KEY}"),
    ("x-api-key", KEY),
    ("x-goog-api-key", KEY),
    ("cookie", f"session={KEY}"),
    ("x-headroom-token", TOKEN),
]


class Failing(Engine):
    def run(self, document, provider, options=None, call=None):
        text = json.dumps(document.tree)
        assert SAID in text
        raise ValueError(f"a fault of ours: {text}")


@pytest.mark.parametrize("name", WIRES)
def test_keys_and_content_are_in_no_log_no_figure_and_no_file(name, tmp_path, caplog):
    path, build = WIRES[name]
    body = json.loads(json.dumps(build(2)).replace("Which job was slow?", SAID))
    mark = "&" if "?" in path else "?"
    caplog.set_level(logging.DEBUG)

    def engine(kind):
        ledger = SqliteLedger(tmp_path / "forms", clock=lambda: 0.0)
        return kind(ledger=ledger, store=open_store(f"sqlite:///{tmp_path / 'originals'}"))

    async def test(kind, script, urls=None):
        more = {} if urls is None else {"upstreams": urls}
        book = open_book(str(tmp_path / "book"))
        settings = {"book": book, "observers": [RequestLog()], "token": TOKEN, **more}
        async with running(script, engine(kind), **settings) as world:
            await world.post(f"{path}{mark}key={KEY}", body, HEADERS)
            shown = [
                (await world.send("GET", each, None, HEADERS))[2]
                for each in ("/stats", "/metrics", "/health", "/v1/retrieve/stats")
            ]
            assert not any(b"canary" in each for each in shown)

    failing = Answer(500, chunks=[b'{"error": {"message": "no"}}'])
    nowhere = upstreams(dict.fromkeys(("openai", "anthropic", "gemini"), "http://127.0.0.1:1"))
    play(test(Engine, lambda _: Answer()))
    play(test(Engine, lambda _: failing))
    play(test(Engine, lambda _: Answer(raw=b"garbage\r\n\r\n")))
    play(test(Engine, lambda _: Answer(), nowhere))
    play(test(Failing, lambda _: Answer()))
    said = caplog.text + "".join(str(vars(each)) for each in caplog.records)
    assert "request" in said
    assert "canary" not in said.replace(str(tmp_path), "")
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert len(files) >= 3
    assert not any(KEY.encode() in each.read_bytes() for each in files)
    assert not any(TOKEN.encode() in each.read_bytes() for each in files)


@pytest.mark.parametrize("name", WIRES)
def test_the_same_request_twice_is_two_requests(name):
    path, build = WIRES[name]
    answers = iter([Answer(chunks=[b'{"n": 1}']), Answer(chunks=[b'{"n": 2}'])])

    async def test():
        async with running(lambda _: next(answers)) as world:
            bodies = [(await world.post(path, {**build(1), "temperature": 0}))[2] for _ in "ab"]
            assert bodies == [b'{"n": 1}', b'{"n": 2}']

    play(test())
