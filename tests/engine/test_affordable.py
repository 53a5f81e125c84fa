"""What an agent looks up in a task that goes on stays whole where it is short."""

from __future__ import annotations

import pytest

from headroom import registry
from headroom.config import Options
from headroom.core.document import TreeDocument
from headroom.engine.engine import Call, Engine
from headroom.stores import open_store


def history(commits):
    """Return a history as servers of tools print it, an entry of several lines for each commit."""
    return "Commit history:\n" + "\n\n".join(
        f"Commit: {n * 7919:040x}\nAuthor: release\nDate: 2026-11-22 16:30:{n % 60:02}+00:00\n"
        f"Message: gate {n}.1.0\n"
        for n in range(commits)
    )


@pytest.mark.parametrize(("commits", "ongoing", "cut"), [(8, True, False), (60, True, True)])
def test_a_short_list_of_entries_is_looked_up_as_records_are(commits, ongoing, cut):
    call = {"name": "git_log", "arguments": '{"max_count": 20}'}
    messages = [
        {"role": "user", "content": "Upgrade the gate to the newest release."},
        {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": call}]},
        {"role": "tool", "tool_call_id": "c", "content": history(commits)},
    ]
    result = Engine(store=open_store("memory:")).run(
        TreeDocument({"messages": messages}),
        registry.provider("openai-chat"),
        Options(),
        Call("gpt-4o", ongoing=ongoing),
    )
    (outcome,) = (each for each in result.outcomes if each.path[1] == 2)
    assert (outcome.reason == "elided") is cut
