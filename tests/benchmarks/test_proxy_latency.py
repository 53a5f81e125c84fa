"""The proxy's figures can be measured by a stranger, in seconds where that is asked for."""

from __future__ import annotations

import json

from benchmarks.proxy_latency import conversations, hostile, main


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
