"""The same calls of an official client twice: direct to the provider, and through the proxy."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass

from headroom.ccr.tool import NAME
from tests.proxy.conversation import log
from tests.proxy.dialogue import SPOKEN
from tests.proxy.standin import DROP, PATIENCE, Answer, Received, running
from tests.sdk.responses import FullResponses

LOG = log(1)
QUESTION = "Which job was slow?"
SAID = "It was job 7, after a retry."
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
REF = re.compile(r'headroom_retrieve\("(\w{10})"')
OF_THE_CONNECTION = {"host", "connection", "content-length"}
WIRES = {**SPOKEN, "responses": FullResponses()}
GONE = "(nothing)"


class Sync:
    """Calls that block, in a thread beside the proxy."""

    name = "sync"

    async def call(self, function, *args, **more):
        return await asyncio.to_thread(function, *args, **more)

    async def listed(self, stream):
        return await asyncio.to_thread(list, stream)

    async def within(self, manager, *names):
        """Return all events of a streaming helper, and what its methods say at the end."""

        def read():
            with manager as stream:
                return [list(stream), *(getattr(stream, name)() for name in names)]

        return await asyncio.to_thread(read)


class Async:
    """Calls that are awaited."""

    name = "async"

    async def call(self, function, *args, **more):
        return await function(*args, **more)

    async def listed(self, stream):
        return [each async for each in stream]

    async def within(self, manager, *names):
        async with manager as stream:
            events = [each async for each in stream]
            return [events, *[await getattr(stream, name)() for name in names]]


class Script:
    """What the provider says, one thing after the other, streamed where that is asked for.

    A thing is a list to say, an `Answer`, or a function of the request that returns one of them.
    """

    def __init__(self, wire, *things):
        self.spoken, self.things, self.said = WIRES[wire], things, 0

    def __call__(self, received):
        thing = self.things[self.said]
        self.said += 1
        thing = thing(received.json) if callable(thing) else thing
        if isinstance(thing, Answer):
            return thing
        if self.spoken.name == "openai-chat":
            thing = [each for each in thing if each[0] != "think"]  # Nobody is told there.
        stream = is_streamed(received)
        headers, chunks = self.spoken.answer(thing, stream, self.said)
        return Answer(200, headers, chunks, length=not stream)


def is_streamed(received):
    return ":streamGenerate" in received.target or received.json.get("stream", False)


def broken_off(wire, said):
    """Return a thing for `Script`: an answer of which half of the events come."""

    def answer(body):
        headers, chunks = WIRES[wire].answer(said, True, 1)
        return Answer(200, headers, [*chunks[: len(chunks) // 2], DROP], length=False)

    return answer


def refusal(status, value, **headers):
    """Return an answer that is an error, with headers besides."""
    listed = [("content-type", "application/json")]
    listed += [(name.replace("_", "-"), text) for name, text in headers.items()]
    return Answer(status, listed, [json.dumps(value).encode()])


def asking(*before):
    """Return a thing for `Script`: text, and our tool called for lines of what was cut."""

    def say(body):
        ref = REF.search(json.dumps(body).replace('\\"', '"'))[1]
        return [*before, ("call", "o1", NAME, {"ref": ref, "lines": "1-2"})]

    return say


@dataclass
class Side:
    """What came of the calls on one side, and what the provider got from them."""

    value: object
    received: list[Received]

    @property
    def bodies(self):
        return [each.json for each in self.received]


async def both(wire, call, *script, **settings):
    """Return the two sides of `await call(url)`: without the proxy, and with it."""
    sides = []
    async with running(**settings) as world:
        for url in (world.provider.url, world.url):
            world.provider.script, world.provider.received = Script(wire, *script), []
            value = await asyncio.wait_for(call(url), PATIENCE)
            sides.append(Side(value, world.provider.received))
    return sides


async def proxied(wire, call, *script, **settings):
    """Return the side with the proxy alone: for what a provider says only to us."""
    async with running(Script(wire, *script), **settings) as world:
        value = await asyncio.wait_for(call(world.url), PATIENCE)
        return Side(value, world.provider.received)


def changes(before, after, at=""):
    """Yield (where, before, after) of every value that is not the same, of the same type."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        if [key for key in after if key in before] != [key for key in before if key in after]:
            yield at, list(before), list(after)
    elif isinstance(before, list) and isinstance(after, list):
        keys = range(max(len(before), len(after)))
        before, after = dict(enumerate(before)), dict(enumerate(after))
    else:
        if type(before) is not type(after) or before != after:
            yield at, before, after
        return
    for key in keys:
        yield from changes(before.get(key, GONE), after.get(key, GONE), f"{at}/{key}")


def assert_shortened(direct, through, texts, offered):
    """Check that requests differ in the texts of tool results, and in the tool that is offered.

    Args:
        direct: the side without the proxy.
        through: the side with it.
        texts: where the shortened text stands in each request; None where nothing is.
        offered: where our tool stands in each request; None where it is not offered.
    """
    assert len(direct.received) == len(through.received) == len(texts)
    for one, two, text in zip(direct.received, through.received, texts, strict=True):
        assert (one.method, one.target) == (two.method, two.target)
        # What the proxy has to read along comes as it is.
        kept = OF_THE_CONNECTION | ({"accept-encoding"} if offered else set())
        assert headers(one, kept) == headers(two, kept)
        found = {at: (was, now) for at, was, now in changes(one.json, two.json)}
        if text is not None:
            assert text in found, found.keys()
            was, now = found.pop(text)
            assert was == LOG
            assert len(now) < len(LOG) / 2
            assert "[headroom:excerpt" in now
        if offered is not None:
            was, now = found.pop(offered)
            assert was == GONE
            assert NAME in json.dumps(now)
        assert found == {}
        if text is None and offered is None:
            assert one.body == two.body


def dumped(model):
    """Return an object of a client as JSON; that its streams hold subclasses is no reason to warn."""
    return model.model_dump(mode="json", warnings=False)


def headers(received, left_out):
    """Return the headers by name; order between different names means nothing."""
    return sorted(
        (key.lower(), value) for key, value in received.headers if key.lower() not in left_out
    )


def lines_given(side):
    """Return whether the request after our call holds the lines that were asked for."""
    return LOG.split("\n")[0] in json.dumps(side.bodies[-1])
