"""Our tool, offered by the proxy: its calls are answered behind the client's back on every wire."""

from __future__ import annotations

import asyncio
import itertools
import json
import re

import pytest

from headroom.cache.sqlite import SqliteLedger
from headroom.ccr.tool import NAME
from headroom.engine.engine import Engine
from headroom.proxy.http.coding import decode, encode
from headroom.stores import open_store
from tests.proxy.conversation import log
from tests.proxy.dialogue import JSON, SPOKEN, SSE, cut, events, ours, theirs
from tests.proxy.standin import DROP, Answer, play, running, unchunked, until

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
    more = ()
    """Headers."""

    @staticmethod
    def pack(raw):
        return raw

    def __init__(self, world, spoken, stream):
        self.world, self.spoken, self.stream = world, spoken, stream
        self.talk = [("user", "Which job was slow?")]

    async def post(self):
        raw = json.dumps(self.spoken.request(self.talk, self.stream)).encode()
        headers = [("content-type", "application/json"), *self.spoken.headers, *self.more]
        path = self.spoken.path(self.stream)
        status, _, body = await self.world.send("POST", path, self.pack(raw), headers)
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
            parts = [list(named(json.loads(body))) for body in model.bodies[2:4]]
            assert parts[0] == parts[1]
            assert len(parts[0]) == (2 if name in {"gemini", "gemini-list"} else 1)

    play(test())


def named(value):
    """Yield every part of a request that has our tool's name, but for its definition."""
    if isinstance(value, dict):
        if value.get("name") == NAME and "description" not in value:
            yield value
        value = value.values()
    for each in value if not isinstance(value, (str, int, float, type(None))) else ():
        yield from named(each)


@ways
@pytest.mark.parametrize("first", [True, False])
def test_calls_of_the_client_are_forwarded_and_ours_is_answered_in_its_next_request(
    name, stream, first, tmp_path
):
    spoken = SPOKEN[name]

    def both(body):
        calls = [*asking()(body), theirs("c2", q="b")]
        return [("think", "1"), ("text", "Let me look."), *(calls if first else calls[::-1])]

    script = [
        [theirs("c1", q="a")],
        both,
        [("text", "So."), theirs("c3", q="c")],
        [("text", "Ok.")],
    ]
    model = Model(spoken, stream, script)

    def engine():
        ledger = SqliteLedger(tmp_path / "forms.sqlite", clock=lambda: 0.0)
        return Engine(ledger=ledger, store=open_store(f"sqlite:///{tmp_path / 'o.sqlite'}"))

    async def test():
        async with running(model, engine()) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            said = await client.ask(LOG)
            text = [("text", "Let me look.")]
            assert said == things(spoken, ("think", "1"), *text, theirs("c2", q="b"))
            assert total(client.usage) == total(spoken.usage(1)) + extra(name, stream, 1)
        async with running(model, engine()) as world:  # Nothing is lost with the process.
            client.world = world
            await client.ask("two")
            assert await client.ask("three") == [("text", "Ok.")]
        for talk in model.talks[2:]:
            given = [x for kind, x in flat(talk) if kind == "results"]
            [mine] = [text for _, tool, text in given if tool == NAME]
            assert LOG.split("\n")[0] in mine
        if name != "chat":  # There, a message with our call stands before the client's.
            made = [x[2] for kind, x in flat(model.talks[2]) if kind == "said" and x[0] == "call"]
            assert made == ["lookup", *([NAME, "lookup"] if first else ["lookup", NAME])]

    play(test())


def total(usage):
    return sum(total(x) if isinstance(x, dict) else x for x in usage.values())


def extra(name, stream, *numbers):
    """Return what streams of Anthropic say besides: they begin with one token of output."""
    return sum(19 + n for n in numbers) if name == "anthropic" and stream else 0


def test_a_request_of_ours_is_not_taken_for_the_clients_own_once_more():
    spoken = SPOKEN["chat"]
    keys = []

    class Keyed(Model):
        def __call__(self, received):
            keys.append((received.header("idempotency-key"), received.header("x-request-id")))
            return super().__call__(received)

    model = Keyed(spoken, False, [[theirs("c1", q="a")], asking(), [("text", "Done.")]])

    async def test():
        async with running(model) as world:
            client = Client(world, spoken, False)
            for n, results in enumerate(((), (LOG,))):
                client.more = [("Idempotency-Key", f"key-{n}"), ("x-request-id", f"r{n}")]
                await client.ask(*results)
            assert keys == [("key-0", "r0"), ("key-1", "r1"), (None, "r1")]

    play(test())


@ways
def test_what_is_used_is_added_up(name, stream):
    spoken = SPOKEN[name]
    script = [[theirs("c1", q="a")], asking(), asking(call_id="o2"), [("text", "Done.")]]

    async def test():
        async with running(Model(spoken, stream, script)) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            assert await client.ask(LOG) == [("text", "Done.")]
            used = sum(total(spoken.usage(n)) for n in (1, 2, 3)) + extra(name, stream, 1, 2, 3)
            assert total(client.usage) == used
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert stats["calls"] == {"continued": 2}
            assert stats["money"]["requests"] == 4
            assert stats["money"]["requests_without_usage"] == 0

    play(test())


@ways
def test_every_turn_keeps_its_own_calls(name, stream):
    spoken = SPOKEN[name]
    script = []
    for n in range(3):
        script += [
            asking(("text", "Again."), lines=f"{n + 1}", call_id=f"o{n}"),
            asking(("text", "And."), lines=f"{n + 11}", call_id=f"p{n}"),
            [("text", "So."), theirs(f"c{n + 2}", q="same")],
        ]
    model = Model(spoken, stream, [[theirs("c1", q="a")], *script, [("text", "Done.")]])

    async def test():
        async with running(model) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            for result in (LOG, "same", "same", "same"):
                await client.ask(result)
            asked = [
                x[3]["lines"]
                for kind, x in flat(model.talks[-1])
                if kind == "said" and x[0] == "call" and x[2] == NAME
            ]
            assert asked == ["1", "11", "2", "12", "3", "13"]

    play(test())


@ways
def test_the_model_is_told_to_stop_and_then_stopped(name, stream):
    spoken = SPOKEN[name]
    model = Model(
        spoken, stream, [[theirs("c1", q="a")], *[asking(call_id=f"o{n}") for n in range(9)]]
    )

    async def test():
        async with running(model, continuations=2) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            client.talk.append(("results", [(*client.talk[-1][1][0][1:3], LOG)]))
            status, body = await client.post()
            if stream:
                assert "went on calling headroom_retrieve" in spoken.failed(body)[1]
            else:
                assert status == 502
            given = [x[2] for kind, x in flat(model.talks[-1]) if kind == "results"]
            assert len(given) == 5
            assert ["which is enough" in text for text in given] == [False] * 3 + [True] * 2

    play(test())


@ways
def test_a_turn_that_takes_too_long_is_continued_no_more(name, stream):
    spoken = SPOKEN[name]
    model = Model(spoken, stream, [[theirs("c1", q="a")], asking()])

    async def test():
        async with running(model, patience=0.0) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            client.talk.append(("results", [(*client.talk[-1][1][0][1:3], LOG)]))
            status, body = await client.post()
            assert "took too long" in (spoken.failed(body)[1] if stream else body.decode())
            assert status == (200 if stream else 502)

    play(test())


OVERLOADED = json.dumps({"error": {"type": "overloaded_error", "message": "Overloaded"}}).encode()
FAILURES = {
    "refused": (Answer(529, [("content-type", "application/json")], [OVERLOADED]), "Overloaded"),
    "odd": (Answer(500, [("content-type", "text/html")], [b"<html>"]), "failed to continue"),
    "gone": (None, "headroom proxy"),
}


@ways
@pytest.mark.parametrize("failure", FAILURES)
def test_an_upstream_that_fails_in_the_middle_of_a_turn_is_an_error_that_clients_know(
    name, stream, failure
):
    spoken = SPOKEN[name]
    answer, text = FAILURES[failure]
    model = Model(spoken, stream, [[theirs("c1", q="a")], asking(("text", "Let me look."))])

    def script(received):
        return model(received) if len(model.bodies) < 2 else answer

    async def test():
        async with running(script) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            client.talk.append(("results", [(*client.talk[-1][1][0][1:3], LOG)]))
            status, body = await client.post()
            if stream:
                assert status == 200
                assert text in spoken.failed(body)[1]
            elif answer is None:
                assert status == 502
            else:
                assert (status, body) == (answer.status, answer.chunks[0])

    play(test())


@ways
def test_an_answer_that_is_cut_off_in_the_middle_is_cut_off_for_the_client(name, stream):
    spoken = SPOKEN[name]
    model = Model(spoken, stream, [[theirs("c1", q="a")], asking()])

    def script(received):
        if len(model.bodies) < 2:
            return model(received)
        headers, chunks = spoken.answer([("text", "It is job 7, I think.")], stream, 2)
        whole = b"".join(chunks)
        return Answer(200, headers, [whole[: len(whole) // 2], DROP], length=False)

    async def test():
        async with running(script) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            client.talk.append(("results", [(*client.talk[-1][1][0][1:3], LOG)]))
            with pytest.raises(asyncio.IncompleteReadError):
                await client.post()

    play(test())


LIMITS = {
    "anthropic": "max_tokens",
    "chat": "length",
    "responses": "incomplete",
    "gemini": "MAX_TOKENS",
    "gemini-list": "MAX_TOKENS",
}


@ways
def test_what_came_of_an_answer_before_it_was_cut_off_arrives(name, stream):
    spoken = SPOKEN[name]
    headers, chunks = spoken.answer(things(spoken, ("text", "Žluť 🦄."), theirs("c1")), stream, 1)
    whole = b"".join(chunks)

    async def cut_off(world, size):
        raw = json.dumps(spoken.request([("user", "?")], stream)).encode()
        reader, writer = await world.begun(spoken.path(stream), raw, spoken.headers)
        _, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        with pytest.raises(asyncio.IncompleteReadError) as broken:
            unchunked(body)
        assert broken.value.partial == whole[:size]

    async def test():
        sizes = [5, len(whole) // 3, len(whole) // 2, len(whole) - 3]
        answers = [Answer(200, headers, [whole[:n], DROP], length=False) for n in sizes]
        async with running(lambda _: answers[len(world.provider.received) - 1]) as world:
            for size in sizes:
                await cut_off(world, size)
            assert b"headroom_retrieve" in world.provider.received[-1].body

    play(test())


@ways
def test_a_call_in_an_answer_that_reached_its_limit_is_dropped(name, stream):
    spoken = SPOKEN[name]

    def limited(body):
        return asking(("text", "Let me"))(body)

    model = Model(spoken, stream, [[theirs("c1", q="a")], limited])
    say = model.spoken.answer

    async def test():
        async with running(script) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            assert await client.ask(LOG) == [("text", "Let me")]
            assert client.stop == LIMITS[name]

    def script(received):
        answer = model(received)
        if len(model.bodies) < 2:
            return answer
        headers, chunks = say(model.said[-1], stream, 1, ends=LIMITS[name])
        return Answer(200, headers, chunks, length=False)

    play(test())


@ways
def test_a_call_that_makes_no_sense_is_answered_with_what_to_do_instead(name, stream):
    spoken = SPOKEN[name]
    odd = [ours("o1", ref="nothing"), ours("o2", what=1), ours("o3", ref="0123456789")]
    model = Model(spoken, stream, [[theirs("c1", q="a")], odd, [("text", "Well.")]])

    async def test():
        async with running(model) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            assert await client.ask(LOG) == [("text", "Well.")]
            said = str(model.bodies[-1])
            for text in (
                "is no ref",
                "there is no argument what",
                "asking once more will not help",
            ):
                assert text in said

    play(test())


@ways
def test_answers_without_a_call_of_ours_pass_byte_for_byte(name, stream):
    spoken = SPOKEN[name]
    said = [("think", "1"), ("text", "Žluťoučký 🦄."), theirs("c1", q="a"), theirs("c2", q="b")]
    headers, chunks = spoken.answer(things(spoken, *said), stream, 1)
    whole = b"".join(chunks)

    async def test():
        for size in (1, 3, len(whole)):
            pieces = [whole[n : n + size] for n in range(0, len(whole), size)]
            answer = Answer(200, headers, pieces, length=not stream)
            async with running(lambda _, answer=answer: answer) as world:
                assert (await Client(world, spoken, stream).post())[1] == whole

    play(test())


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@ways
def test_packed_answers_are_unpacked(name, stream, coding):
    spoken = SPOKEN[name]
    model = Model(spoken, stream, [[theirs("c1", q="a")], asking(), [("text", "Done.")]])

    def script(received):
        answer = model(received)
        packed = encode(b"".join(answer.chunks), coding)
        headers = [*answer.headers, ("content-encoding", coding)]
        return Answer(200, headers, [packed[:20], packed[20:]], length=False)

    async def test():
        async with running(script) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            assert await client.ask(LOG) == [("text", "Done.")]

    play(test())


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_packed_request_is_continued_packed(name):
    spoken = SPOKEN["anthropic"]
    model = Model(spoken, True, [[theirs("c1", q="a")], asking(), [("text", "Done.")]])

    def script(received):
        assert received.header("content-encoding") == name
        received.body = decode(received.body, name, 10**7)
        return model(received)

    async def test():
        async with running(script) as world:
            client = Client(world, spoken, True)
            client.pack = lambda raw: encode(raw, name)
            client.more = [("content-encoding", name)]
            await client.ask()
            assert await client.ask(LOG) == [("text", "Done.")]

    play(test())


@pytest.mark.parametrize("name", SPOKEN)
def test_each_event_leaves_before_the_next_one_is_there(name):
    spoken = SPOKEN[name]
    said = {1: ("text", "Let me look."), 2: ("text", "It is job 7.")}
    model = Model(spoken, True, [[theirs("c1", q="a")], asking(said[1]), [said[2]]])
    gates = {piece: asyncio.Event() for _, text in said.values() for piece in cut(text)}

    def script(received):
        answer = model(received)
        chunks = []
        for chunk in answer.chunks:
            chunks.append(chunk)
            chunks += [gate for piece, gate in gates.items() if quoted(piece) in chunk]
        return Answer(200, answer.headers, chunks, length=False)

    def quoted(piece):
        return json.dumps(piece).encode()

    async def test():
        async with running(script) as world:
            client = Client(world, spoken, True)
            await client.ask()
            client.talk.append(("results", [(*client.talk[-1][1][0][1:3], LOG)]))
            raw = json.dumps(spoken.request(client.talk, True)).encode()
            reader, writer = await world.begun(spoken.path(True), raw, spoken.headers)
            for piece, gate in gates.items():
                await reader.readuntil(quoted(piece)[1:])
                gate.set()  # Only now may the provider go on.
            await reader.readuntil(b"0\r\n\r\n")
            writer.close()

    play(test())


class Linked:
    """A provider of Responses that keeps what it said, and a client that relies on it."""

    def __init__(self, stream, script):
        self.stream, self.script, self.kept, self.bodies = stream, list(script), {}, []

    def __call__(self, received):
        spoken, body, number = SPOKEN["responses"], received.json, len(self.bodies)
        before = body.get("previous_response_id")
        items = [*(self.kept[before] if before else ()), *body["input"]]
        assert spoken.tools(body) == ["lookup", NAME]
        talk = spoken.talk({"input": items})
        Model.check(self, talk)
        self.bodies.append(body)
        said = self.script[number]
        said = said(body) if callable(said) else said
        self.kept[f"resp_{number}"] = [*items, *(spoken.item(thing) for thing in said)]
        headers, chunks = spoken.answer(said, self.stream, number)
        return Answer(200, headers, chunks)

    talks = ()


@pytest.mark.parametrize("stream", [True, False])
def test_answers_that_the_provider_keeps_are_gone_on_from(stream):
    spoken = SPOKEN["responses"]

    script = [
        [theirs("c1", q="a")],
        asking(("think", "1")),
        asking(call_id="o2"),
        [theirs("c3", q="b")],
        [ours("o3", ref="0123456789"), theirs("c4", q="b")],
        [ours("o4", ref="0123456789")],
        [("text", "Done.")],
        [("text", "Welcome.")],
    ]
    model = Linked(stream, script)

    async def test():
        async with running(model) as world:
            body = spoken.request([("user", "Which job?")], stream)
            del body["store"]
            for result in (LOG, "three", "four", None, "x"):
                raw = json.dumps(body).encode()
                status, _, got = await world.post("/v1/responses", raw, spoken.headers)
                assert status == 200
                said, _, _ = spoken.read(got, stream)
                calls = [x for x in said if x[0] == "call"]
                known = (
                    json.loads(got)["id"] if not stream else events(got)[-1][1]["response"]["id"]
                )
                items = [
                    {"type": "function_call_output", "call_id": c[1], "output": result}
                    for c in calls
                ] or [{"role": "user", "content": "Thanks."}]
                body |= {"previous_response_id": known, "input": items}
            assert said == [("text", "Welcome.")]
            assert len(model.bodies) == 8

    play(test())


@ways
def test_a_client_that_hangs_up_takes_the_whole_turn_with_it(name, stream):
    spoken = SPOKEN[name]
    never = asyncio.Event()
    model = Model(spoken, stream, [[theirs("c1", q="a")], asking(("text", "Let me look."))])

    def script(received):
        if len(model.bodies) < 2:
            return model(received)
        return Answer(200, SSE if stream else JSON, [never], length=False)

    async def test():
        async with running(script) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            client.talk.append(("results", [(*client.talk[-1][1][0][1:3], LOG)]))
            raw = json.dumps(spoken.request(client.talk, stream)).encode()
            _, writer = await world.begun(spoken.path(stream), raw, spoken.headers)
            await until(lambda: len(world.provider.received) == 3 and world.provider.open)
            writer.transport.abort()
            await until(lambda: world.provider.broken == 1 and not world.provider.open)

    play(test())


@pytest.mark.parametrize("name", SPOKEN)
def test_many_turns_at_once_do_not_mix(name):
    spoken = SPOKEN[name]

    def script(received):
        body = received.json
        talk = spoken.talk(body)
        said = [x for kind, x in flat(talk) if kind == "said"]
        mark = talk[0][1]
        if not said:
            things_ = [theirs("c1", q=mark)]
        elif len(said) == 1:
            things_ = asking(("text", mark))(body)
        else:
            things_ = [("text", f"{mark} done")]
        headers, chunks = spoken.answer(things_, True, 1)
        return Answer(200, headers, chunks, length=False)

    async def one(world, n):
        client = Client(world, spoken, True)
        client.talk = [("user", f"User {n}")]
        await client.ask()
        said = await client.ask(log(n % 5, 100 + n))
        assert "".join(x[1] for x in said).replace("\n", "") == f"User {n}User {n} done"

    async def test():
        async with running(script) as world:
            await asyncio.gather(*(one(world, n) for n in range(20)))

    play(test())
