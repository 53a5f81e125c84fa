"""The proxy's figures can be measured by a stranger, in seconds where that is asked for."""

from __future__ import annotations

import json
import sys

import pytest

from benchmarks.proxy_latency import conversations, hostile, main
from benchmarks.standin import Beside, Client, Proxy, Upstream


def test_a_quick_run_measures_everything_and_every_stream_comes_through(tmp_path, capsys):
    path = tmp_path / "figures.json"
    assert main(["--quick", "--json", str(path)]) == 0
    figures = json.loads(path.read_text())
    assert set(figures) == {"start", "small", "large", "streams", "health", "memory"}
    assert figures["streams"]["whole"] == figures["streams"]["streams"] == 20
    assert "added_p50_ms" in capsys.readouterr().out


def test_conversations_have_about_the_size_asked_for_and_go_on():
    bodies = list(conversations(50_000, 3))
    assert [counts for _, counts in bodies] == [False, True, True, True]
    assert 40_000 < len(bodies[0][0]) < 60_000
    assert 2_000 < len(bodies[1][0]) - len(bodies[0][0]) < 10_000


def test_hostile_bodies_have_about_the_size_asked_for():
    assert all(len(raw) >= 90_000 for raw in hostile(100_000).values())


def test_another_proxy_is_measured_in_the_same_run(tmp_path):
    path = tmp_path / "figures.json"
    files = (
        f"env HEADROOM_LEDGER={tmp_path / 'forms'} HEADROOM_STORE=sqlite:///{tmp_path / 'texts'} "
        f"XDG_STATE_HOME={tmp_path}"
    )
    command = f"{files} {sys.executable} -m headroom proxy --port {{port}} --upstream {{upstream}}"
    assert main(["--quick", "--only", "small", "--beside", command, "--json", str(path)]) == 0
    row = json.loads(path.read_text())["small"]
    assert row["beside_added_p50_ms"] > 0
    assert row["share_of_added_p50"] == pytest.approx(
        row["added_p50_ms"] / row["beside_added_p50_ms"], abs=0.01
    )
    assert "answers_that_differ" not in row


def test_a_command_that_serves_nothing_is_an_error():
    with pytest.raises(RuntimeError, match="does not listen"):
        Beside(f"{sys.executable} -c pass {{port}} {{upstream}}", 1)


def test_a_proxy_that_was_killed_can_be_started_again_on_its_port(tmp_path):
    with Upstream() as upstream:
        first = Proxy(upstream.port, tmp_path)
        first.kill()
        with Proxy(upstream.port, tmp_path, first.port) as again:
            assert again.port == first.port
            client = Client(again.port)
            assert b"ok" in client.get("/health")
            client.close()
