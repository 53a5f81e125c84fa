"""What an earlier version sent, and kept, goes on under this one."""

from __future__ import annotations

import json

import pytest

from headroom.ccr.tool import NAME
from headroom.engine.engine import Engine
from tests.proxy.conversation import WITHOUT_OFFER, items_of
from tests.proxy.earlier import FOLDER, Kept
from tests.proxy.standin import play, running

VERSIONS = sorted(path.stem for path in FOLDER.glob("*.json"))
NAMES = ["anthropic", "chat", "responses", "gemini", *WITHOUT_OFFER]


def gone_on(left, forms):
    """Return what the provider gets of the next request, for what is kept of those before."""

    async def test():
        async with running(engine=Engine(ledger=Kept(forms))) as world:
            await world.post(left["path"], left["request"].encode(), map(tuple, left["headers"]))
            return world.provider.received[-1].json

    return play(test())


def said(name, body):
    """Return the items of a request; of an answer its client keeps what it likes beside the text."""
    items = map(json.loads, items_of(name, body))
    return [{key: value for key, value in each.items() if key != "status"} for each in items]


def tools_of(body):
    return next((body[key] for key in ("tools", "toolConfig") if key in body), None)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", NAMES)
def test_a_conversation_of_an_earlier_version_goes_on_with_what_was_sent(name, version):
    left = json.loads((FOLDER / f"{version}.json").read_text("utf-8"))[name]
    before = json.loads(left["sent"])
    after = gone_on(left, left["forms"])
    items = said(name, before)
    assert said(name, after)[: len(items)] == items
    assert tools_of(after) == tools_of(before)
    assert (NAME in json.dumps(before)) == (name not in WITHOUT_OFFER)
    # Else it would prove nothing: what is kept makes the difference.
    assert said(name, gone_on(left, ()))[: len(items)] != items
