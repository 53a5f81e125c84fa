"""What the ledger on Redis does beyond the contract."""

from __future__ import annotations

import json
import logging
import socket

import pytest

from headroom.cache import open_ledger
from headroom.cache.ledger import Sent
from headroom.config import Options
from headroom.core.document import TreeDocument
from headroom.engine.engine import Call, Engine
from headroom.providers.openai_chat import OpenAIChat
from headroom.stores import open_store
from tests.stores.test_contract import running_redis

KEY, FORM = b"k", Sent("short", 9, 2)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        import redis

        with redis.Redis.from_url(url) as client:
            yield url, client


def test_forms_last_as_long_as_they_are_used(server):
    url, client = server
    now = [0.0]
    ledger = open_ledger(url, clock=lambda: now[0])
    ledger.put(KEY, FORM)
    name = b"headroom:form:k"
    assert 29 * 86_400 < client.ttl(name) <= 30 * 86_400
    client.expire(name, 100)
    now[0] = 3600
    ledger.get(KEY)
    assert client.ttl(name) <= 100
    now[0] = 7 * 3600
    ledger.get(KEY)
    assert client.ttl(name) > 29 * 86_400


def test_what_somebody_else_wrote_there_is_no_form(server, caplog):
    url, client = server
    client.set(b"headroom:form:other", b"[1, 2]\nx")
    with caplog.at_level(logging.WARNING):
        assert open_ledger(url).get(b"other") is None
    assert "reading forms" in caplog.text


def test_a_server_that_takes_nothing_any_more_is_read_none_the_less(server, caplog):
    url, client = server
    first = open_ledger(url)
    first.put(b"there", FORM)
    first.close()
    client.execute_command("REPLICAOF", "127.0.0.1", "1")  # which is not there
    try:
        ledger = open_ledger(url)
        assert ledger.get_all([b"there", b"missing"]) == [FORM, None]
        assert ledger.put_all({b"new": Sent("canary", 9, 2)}) == [Sent("canary", 9, 2)]
        ledger.close()
    finally:
        client.execute_command("REPLICAOF", "NO", "ONE")
    assert "noting a use" in caplog.text
    assert "recording forms" in caplog.text
    assert "canary" not in caplog.text


def test_without_a_server_forms_are_kept_in_this_process_and_a_warning_says_so(caplog):
    pytest.importorskip("redis")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        ledger = open_ledger(f"redis://me:hunter2@127.0.0.1:{probe.getsockname()[1]}/0")
        assert ledger.put_all({KEY: FORM}) == [FORM]
        assert ledger.get_all([KEY, b"other"]) == [FORM, None]
        ledger.close()
    assert "recording forms" in caplog.text
    assert "hunter2" not in caplog.text


def test_either_of_two_hosts_goes_on_with_a_conversation_of_the_other(server):
    url, _ = server
    hosts = [Engine(ledger=open_ledger(url), store=open_store(url)) for _ in range(2)]
    log = "\n".join(f"2026-01-01T00:00:{n % 60:02} INFO worker {n} is done" for n in range(400))
    messages = [{"role": "user", "content": "which worker failed?"}]
    sent = []
    for turn in range(4):
        messages += [
            {"role": "assistant", "content": f"looking, {turn}"},
            {"role": "tool", "tool_call_id": f"c{turn}", "content": f"{turn}\n{log}"},
        ]
        # The other options would shorten otherwise; what was sent stays as it was.
        options = Options.build({"profile": "balanced" if turn % 2 else "aggressive"})
        call = Call("gpt-4o", seed="proxy", ongoing=True)
        result = hosts[turn % 2].run(TreeDocument(messages), OpenAIChat(), options, call)
        assert result.document.tree[: len(sent)] == sent
        sent = result.document.tree
        ref = result.outcomes[-1].ref
        assert hosts[1 - turn % 2].store.get(ref) == f"{turn}\n{log}"


def test_hosts_agree_again_after_the_server_was_away_from_one_of_them(server):
    """One goes on without the server; both forms went out, and one of them stands from then on."""
    url, _ = server
    ledgers = [open_ledger(url) for _ in range(2)]
    hosts = [Engine(ledger=each, store=open_store(url)) for each in ledgers]
    log = "\n".join(f"2026-02-01T00:00:{n % 60:02} INFO worker {n} is done" for n in range(400))
    messages = [{"role": "user", "content": "which worker failed?"}]

    def turn(host):
        call = Call("gpt-4o", seed="apart", ongoing=True)
        raw = json.dumps({"model": "gpt-4o", "messages": messages}).encode()
        document = hosts[host].history.document(raw)
        done = hosts[host].run(document, OpenAIChat(), Options(), call).document.tree["messages"]
        messages.append({"role": "assistant", "content": f"turn {len(messages)}"})
        messages.append({"role": "tool", "tool_call_id": f"c{len(messages)}", "content": log})
        return done

    turn(0)
    turn(0)
    away, real = Away(), ledgers[1]._client
    ledgers[1]._client = away
    assert turn(1)[2]["content"] == log  # it may have gone out in any form
    turn(1)
    ledgers[1]._client = real
    ledgers[1].tend()
    sent = turn(0)
    for host in (1, 0, 1):
        longer = turn(host)
        assert longer[: len(sent)] == sent
        sent = longer
    assert len(sent[2]["content"]) < len(log) / 2


class Away:
    """A client whose server does not answer."""

    def __getattr__(self, _):
        raise OSError("no route to host")
