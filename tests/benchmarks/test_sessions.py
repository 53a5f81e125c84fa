"""Sessions of agents are replayed and priced by a stranger, in seconds."""

from __future__ import annotations

import json
from itertools import pairwise

from benchmarks.sessions.__main__ import main, messages, requests
from benchmarks.sessions.provider import Provider
from benchmarks.sessions.script import sessions


def test_no_session_changes_what_went_out_or_costs_more_than_direct(tmp_path, capsys):
    path = tmp_path / "figures.json"
    assert main(["--json", str(path)]) == 0
    *rows, total = json.loads(path.read_text())["sessions"]
    assert len(rows) == 2 * len([*sessions()])
    assert not total["changed"]
    assert not total["missing"]
    assert sum(row["saved"] < 0 for row in rows) <= 1  # the shortest, by the tool
    assert total["saved"] > 0.3
    assert "fix, with a shell" in capsys.readouterr().out


def test_the_same_sessions_come_out_each_time():
    assert [*sessions()] == [*sessions()]


def test_each_request_goes_on_from_the_one_before():
    session = next(sessions())
    bodies = [json.loads(raw) for raw in requests(session, "chat", "a")]
    assert len(bodies) == len(session.steps) + 1
    for before, after in pairwise(bodies):
        size = len(before["messages"])
        assert after["messages"][:size] == before["messages"]


def test_what_was_sent_before_is_read_from_the_cache_and_a_changed_block_is_not():
    session = next(sessions())
    for wire, most in (("chat", 0.35), ("anthropic", 0.4)):
        answers = {"a": [m for m in messages(session, wire) if m["role"] == "assistant"]}
        provider = Provider(answers)
        for raw in requests(session, wire, "a"):
            provider.take("a", json.loads(raw))
        bill = provider.bills["a"]
        assert bill.cost < most * bill.tokens
        last = json.loads(raw)
        last["messages"][1 if wire == "chat" else 0]["content"] = [
            {"type": "text", "text": "other"}
        ]
        cost = bill.cost
        provider.take("a", last)
        assert bill.changed > 0
        assert bill.cost - cost > 0.5 * (bill.tokens / bill.requests)
