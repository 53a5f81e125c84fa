"""Our tool, offered by the proxy: its calls are answered behind the client's back on every wire."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from headroom.ccr.tool import NAME
from headroom.engine.engine import Engine
from tests.proxy.conversation import log
from tests.proxy.dialogue import SPOKEN, ours, theirs
from tests.proxy.standin import Answer, play, running

LOG = log(1)
REF = re.compile(r'headroom_retrieve\("(\w{10})"')
WAYS = [(name, stream) for name in SPOKEN for stream in (True, False)]
ways = pytest.mark.parametrize(("name", "stream"), WAYS)


class Model:
    """Says one thing after the other; refuses requests that do not go on from what it said.

    A thing may be a function of the request, an `Answer`, or a list to say.
    """

    def __init__(self, spoken, stream, script):
        self.spoken, self.stream, self.script = spoken, stream, list(script)
        self.bodies = []
        self.talks = []
        self.said = []
        self.strict = True

    def __call__(self, received):
        body, number = received.json, len(self.bodies)
        talk = self.spoken.talk(body)
        if self.strict:
            self.check(talk)
        assert received.header("accept-encoding") is None
        tools = self.spoken.tools(body)
        assert tools.count(NAME) == 1
        assert tools[-1] == NAME
        self.bodies.append(received.body)
        self.talks.append(talk)
        said = self.script[number]
        said = said(body) if callable(said) else said
        if isinstance(said, Answer):
            self.said.append(said)
            return said
        ends = {}
        if isinstance(said, tuple):
            said, ends = said[0], {"ends": said[1]}
        said = things(self.spoken, *said)
        self.said.append(said)
        headers, chunks = self.spoken.answer(said, self.stream, number, **ends)
        return Answer(200, headers, chunks, length=not self.stream)

    def check(self, talk):
        """Each call is answered once, and what was said before stands as it was said."""
        for (kind, said), (after, results) in itertools.pairwise(talk):
            if kind == "said" and any(x[0] == "call" for x in said):
                assert after == "results"
                made = sorted(str(x[1]) + x[2] for x in said if x[0] == "call")
                assert sorted(str(i) + name for i, name, _ in results) == made
        if self.talks:
            before = flat(self.talks[-1])
            assert flat(talk)[: len(before)] == before
            after, said = flat(talk)[len(before) :], self.said[-1]
            if isinstance(said, list):
                things = [x for kind, x in after if kind == "said"]
                assert sorted(map(str, things[: len(said)])) == sorted(map(str, said))


def flat(talk):
    return [(kind, x) for kind, what in talk for x in (what if kind != "user" else [what])]


def asking(*before, lines="1-2", call_id="o1"):
    """Say something and ask for lines of what was cut in the request."""

    def say(body):
        ref = REF.search(json.dumps(body).replace('\\"', '"'))[1]
        return [*before, ours(call_id, ref=ref, lines=lines)]

    return say


class Client:
    def __init__(self, world, spoken, stream):
        self.world, self.spoken, self.stream = world, spoken, stream
        self.talk = [("user", "Which job was slow?")]

    async def post(self):
        raw = json.dumps(self.spoken.request(self.talk, self.stream)).encode()
        headers = [("content-type", "application/json"), *self.spoken.headers]
        path = self.spoken.path(self.stream)
        status, _, body = await self.world.send("POST", path, raw, headers)
        return status, body

    async def ask(self, *results):
        """Send what there is with results of the calls that were made; return what is said."""
        if results:
            calls = [x for x in self.talk[-1][1] if x[0] == "call"]
            given = [(c[1], c[2], text) for c, text in zip(calls, results, strict=True)]
            self.talk.append(("results", given))
        status, body = await self.post()
        assert status == 200, body
        said, self.usage, self.stop = self.spoken.read(body, self.stream)
        self.talk.append(("said", said))
        return said


def things(spoken, *listed):
    """Return what a client sees on a wire of things that are said."""
    kinds = {
        "anthropic": ("think", "text", "call"),
        "openai-responses": ("think", "text", "call"),
        "openai-chat": ("text", "call"),
        "gemini": ("text", "call"),
    }[spoken.name]
    listed = [x for x in listed if x[0] in kinds]
    if spoken.name != "gemini":
        return listed
    return [("call", None, *x[2:]) if x[0] == "call" else x for x in listed]


@ways
def test_a_turn_in_which_only_our_tool_is_called_goes_on_in_the_same_answer(name, stream):
    spoken = SPOKEN[name]
    script = [
        [theirs("c1", q="a")],
        asking(("think", "1"), ("text", "Let me look.")),
        [("think", "2"), ("text", "It is job 7."), theirs("c2", q="b")],
        [("text", "Done.")],
    ]
    model = Model(spoken, stream, script)

    async def test():
        async with running(model) as world:
            client = Client(world, spoken, stream)
            assert await client.ask() == things(spoken, theirs("c1", q="a"))
            said = await client.ask(LOG)
            texts = [x[1] for x in said if x[0] == "text"]
            assert "".join(texts).replace("\n\n", "") == "Let me look.It is job 7."
            rest = things(spoken, ("think", "1"), ("think", "2"), theirs("c2", q="b"))
            assert [x for x in said if x[0] != "text"] == rest
            assert await client.ask("ok") == [("text", "Done.")]
            given = [x for kind, x in flat(model.talks[3]) if kind == "results"]
            assert [x[1] for x in given] == ["lookup", NAME, "lookup"]
            assert LOG.split("\n")[0] in given[1][2]
            assert len(given[0][2]) < len(LOG) / 2
            # What the provider got in the middle of the turn is what it gets ever after.
            assert flat(model.talks[3])[: len(flat(model.talks[2]))] == flat(model.talks[2])

    play(test())


