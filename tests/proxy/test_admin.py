"""What the proxy itself answers."""

from __future__ import annotations

import json
import re
import sqlite3
import threading

import pytest

from headroom.cache.sqlite import SqliteLedger
from headroom.cli.main import main
from headroom.core.refs import ref_of
from headroom.engine.engine import Engine
from headroom.proxy.http import coding
from headroom.proxy.metrics import exposition
from headroom.proxy.money.account import Accounts, Saved
from headroom.proxy.money.book import open_book
from headroom.proxy.money.figures import view
from headroom.proxy.money.usage import Usage
from headroom.stores import open_store
from headroom.stores.file import SqliteFile
from tests.proxy.conversation import OUTPUTS, chat
from tests.proxy.standin import Answer, play, running

USAGE = json.dumps({"usage": {"prompt_tokens": 5000, "completion_tokens": 9}}).encode()


async def asked(world, path, value, headers=()):
    status, _, body = await world.post(path, value, headers)
    return status, json.loads(body)


def test_the_librarys_calls_are_there_for_every_language():
    messages = [{"role": "user", "content": "Which job?"}, {"role": "tool", "content": OUTPUTS[0]}]

    async def test():
        async with running() as world:
            status, done = await asked(world, "/v1/compress", {"messages": messages})
            assert status == 200
            assert done["tokens_after"] < done["tokens_before"] / 2
            assert done["messages"][0] == messages[0]
            [ref] = done["refs"]
            assert done["outcomes"][1]["reason"] == "elided"
            status, whole = await asked(world, "/v1/retrieve", {"ref": ref})
            assert (status, whole["found"]) == (200, True)
            assert whole["text"] == OUTPUTS[0]
            _, part = await asked(world, "/v1/retrieve", {"ref": ref, "lines": "3-4"})
            assert OUTPUTS[0].split("\n")[2] in part["text"]
            status, miss = await asked(world, "/v1/retrieve", {"ref": "0123456789"})
            assert (status, miss["found"]) == (404, False)
            assert "Run the tool" in miss["text"]
            status, _, body = await world.send("GET", "/v1/retrieve/stats")
            assert (status, json.loads(body)["retrievals"]) == (200, {"found": 2, "missed": 1})
            lossless = {"messages": messages, "profile": "lossless", "model": None}
            assert (await asked(world, "/v1/compress", lossless))[1]["refs"] == []
            assert world.provider.received == []

    play(test())


def test_what_is_asked_wrongly_is_answered_with_what_is_wrong():
    wrong = [
        ("/v1/compress", {}, "'messages' is missing"),
        ("/v1/compress", {"messages": [], "profil": "x"}, "did you mean 'profile'"),
        ("/v1/compress", {"messages": [], "model": 3}, "'model' is 3"),
        ("/v1/compress", {"messages": [], "provider": "soap"}, "no wire format 'soap'"),
        ("/v1/compress", [], "not a JSON object"),
        ("/v1/compress", b"{", "not a JSON object"),
        ("/v1/retrieve", {}, "'ref' is missing: the ten letters"),
        ("/v1/retrieve", {"ref": None, "lines": "1"}, "'ref' is missing"),
        ("/v1/retrieve", {"ref": 7}, "7 is no ref"),
        ("/v1/retrieve", {"ref": "../../etc"}, "is no ref"),
        ("/v1/retrieve", {"line": "1"}, "unknown: line"),
    ]

    async def test():
        async with running(max_body=1000) as world:
            for path, value, text in wrong:
                status, body = await asked(world, path, value)
                assert status == 400, path
                assert text in body["error"]["message"]
            assert (await asked(world, "/v1/compress", b" " * 2000))[0] == 413
            for path in ("/health", "/stats", "/metrics"):
                assert (await world.post(path, b"{}"))[0] == 405
            assert (await world.send("GET", "/v1/compress"))[0] == 405

    play(test())


@pytest.mark.parametrize("path", ["/v1/compress", "/v1/retrieve"])
def test_a_body_of_more_values_than_a_model_reads_is_refused_unread(path, monkeypatch):
    body = b'{"messages": [' + b"1," * 1_000_000 + b"1]}"
    decoded = []

    async def test():
        async with running() as world:
            real = json.loads
            monkeypatch.setattr(json, "loads", lambda text: decoded.append(text) or real(text))
            status, _, said = await world.send("POST", path, body)
            monkeypatch.undo()
            assert (status, b"more values" in said) == (413, True)
            assert body not in decoded

    play(test())


def test_bodies_of_calls_are_read_apart_from_the_loop(monkeypatch):
    where = []

    def decode(body, *_):
        where.append(threading.current_thread())
        return body

    monkeypatch.setattr(coding, "decode", decode)

    async def test():
        async with running() as world:
            assert (await asked(world, "/v1/compress", {"messages": []}))[0] == 200
            assert where
            assert threading.main_thread() not in where

    play(test())


def test_the_figures_are_there_for_prometheus():
    async def test():
        async with running(lambda _: Answer(chunks=[USAGE])) as world:
            await world.post("/v1/chat/completions", chat(1))
            _, headers, body = await world.send("GET", "/metrics")
            assert ("content-type", "text/plain; version=0.0.4; charset=utf-8") in headers
            labels = r'\{\w+="[^"]*"(,\w+="[^"]*")*\}'
            line = rf"(# (HELP|TYPE) headroom_\w+ .+|headroom_\w+({labels})? -?[\d.e-]+)"
            assert all(re.fullmatch(line, each) for each in body.decode().splitlines())
            assert b'headroom_requests_total{kind="considered"} 1' in body
            assert b'headroom_answers_total{status="200"} 1' in body
            assert b'headroom_input_tokens_total{kind="fresh"} 5000' in body
            assert b'headroom_model_dollars{model="gpt-4o",way="through"} 0.01' in body

    play(test())


def test_each_kind_of_input_is_counted_once_for_prometheus():
    accounts = Accounts(clock=lambda: next(times))
    times = iter([0.0, 60.0, 120.0, 10_000.0])
    for usage in (
        Usage(fresh=10, written_5m=5000, written_1h=70),
        Usage(fresh=3, read=5070, written_5m=200),
        Usage(fresh=4, written_5m=5300),
        Usage(fresh=5, written_1h=5400),
    ):
        accounts.record("claude-sonnet-4-5", Saved(b"a"), usage)
    lines = exposition(view(accounts._figures.all())).splitlines()

    def of(family):
        return {
            match[1]: int(match[2])
            for match in (re.fullmatch(rf'{family}{{\w+="(\w+)"}} (\d+)', each) for each in lines)
            if match
        }

    assert of("headroom_input_tokens_total") == {
        "fresh": 22,
        "read": 5070,
        "written_5m": 10_500,
        "written_1h": 5470,
    }
    missed = of("headroom_cache_missed_tokens_total")
    assert set(missed) == {"changed", "expired"}
    assert all(missed.values())


def test_health_says_what_cannot_be_written(tmp_path, monkeypatch):
    async def test():
        book = open_book(str(tmp_path / "accounts.sqlite"))
        engine = Engine(ledger=SqliteLedger(tmp_path / "forms.sqlite", clock=lambda: 0.0))
        async with running(engine=engine, book=book) as world:
            assert json.loads((await world.send("GET", "/health"))[2])["status"] == "ok"
            monkeypatch.setattr(SqliteFile, "_in_file", fail)
            assert (await world.post("/v1/chat/completions", chat(1)))[0] == 200
            await world.send("GET", "/stats")
            told = json.loads((await world.send("GET", "/health"))[2])
            assert told["status"] == "degraded"
            assert [reason.split(" cannot")[0] for reason in told["reasons"]] == [
                "forms",
                "accounts and figures",
            ]
            monkeypatch.undo()
            await world.post("/v1/chat/completions", chat(2))
            await world.send("GET", "/stats")
            assert json.loads((await world.send("GET", "/health"))[2])["status"] == "ok"

    def fail(*_):
        raise sqlite3.OperationalError("disk full")

    play(test())


def test_health_and_figures_say_that_originals_cannot_be_stored_or_read(tmp_path, monkeypatch):
    noise = "\n".join(
        f"row {n} {''.join(ref_of(f'{n} {k}') for k in range(6))}" for n in range(900)
    )

    def fail(*_):
        raise sqlite3.OperationalError("database or disk is full")

    async def test():
        store = open_store(f"sqlite:///{tmp_path / 'originals'}")
        async with running(engine=Engine(store=store), shell="retrieve") as world:
            await world.post("/v1/chat/completions", chat(1))
            monkeypatch.setattr(SqliteFile, "_in_file", fail)
            body = chat(2)
            body["messages"][-1]["content"] = noise
            await world.post("/v1/chat/completions", body)
            status, missed = await asked(world, "/v1/retrieve", {"ref": "0000000000"})
            assert status == 503
            assert "Ask once more" in missed["text"]
            told = json.loads((await world.send("GET", "/health"))[2])
            assert [reason.split(";")[0] for reason in told["reasons"]] == [
                "originals cannot be stored",
                "originals cannot be read",
            ]
            monkeypatch.undo()
            await world.post("/v1/chat/completions", chat(3))  # which is another conversation
            assert (await asked(world, "/v1/retrieve", {"ref": "0000000000"}))[0] == 404
            assert json.loads((await world.send("GET", "/health"))[2])["status"] == "ok"
            texts = json.loads((await world.send("GET", "/stats"))[2])["texts"]
            assert texts["elided"] >= 2
            assert texts["unstored"] == 1

    play(test())


class Busy(Engine):
    """An engine that is at work until it is told otherwise, unless nothing new is looked at."""

    free = threading.Event()

    def run(self, document, provider, options=None, call=None):
        if options.max_chars:
            self.free.wait(20)
        return super().run(document, provider, options, call)


def test_health_says_that_too_little_is_shortened_in_time():
    async def test():
        engine = Busy()
        async with running(engine=engine, deadline=0.001) as world:

            async def told():
                return json.loads((await world.send("GET", "/health"))[2])

            for count in (1, 2, 3):
                assert (await told())["status"] == "ok"  # So few may be late.
                assert (await world.post("/v1/chat/completions", chat(count)))[0] == 200
            assert (await told())["status"] == "degraded"
            assert (await told())["reasons"][0].startswith("3 of 3 requests were not shortened")
            world.app._services.tally._figures.add({"requests.considered": 147})
            assert (await told())["status"] == "ok"
            engine.free.set()

    play(test())


def test_headroom_stats_shows_wire_new_input_and_money(capsys):
    import asyncio

    async def test():
        async with running(lambda _: Answer(chunks=[USAGE])) as world:
            await world.post("/v1/chat/completions", chat(1))
            for arguments in ([], ["--json"]):
                call = ["stats", "--url", world.url, *arguments]
                await asyncio.to_thread(main, call, standalone_mode=False)

    play(test())
    shown, _, raw = capsys.readouterr().out.partition("{")
    assert [line.split("  ")[0] for line in shown.splitlines()[1:5]] == [
        "whole wire",
        "new input",
        "price",
        "dollars",
    ]
    assert json.loads("{" + raw)["requests"] == {"considered": 1}
