"""Answers that their host labels as something else than they are."""

from __future__ import annotations

import gzip
import json

import pytest

from headroom.proxy.http.kind import Kind, seen
from headroom.proxy.money.usage import Usage, UsageReader
from tests.proxy.dialogue import SPOKEN, theirs
from tests.proxy.standin import DROP, Answer, play, running
from tests.proxy.test_continuation import LOG, Client, Model, asking, ways

LABELS = ["text/plain; charset=utf-8", "application/json", "application/octet-stream", None]
CAPITALS = "Text/Event-Stream"
EVENT = b'data: {"id":"c","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":1}}\n\n'
USED = Usage(fresh=5, output=1)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"event: message_start\n", Kind.EVENTS),
        (b"\xef\xbb\xbfdata:{}", Kind.EVENTS),
        (b": OPENROUTER PROCESSING\n", Kind.EVENTS),
        (b"\r\n\r\nid: 7\n", Kind.EVENTS),
        (b'\n {"id": 1}', Kind.JSON),
        (b"[", Kind.JSON),
        (b"<html>", Kind.OTHER),
        (b"dates", Kind.OTHER),
    ],
)
def test_a_body_is_known_by_its_beginning_as_soon_as_that_can_be(body, kind):
    assert seen(body) is kind
    early = {seen(body[:n]) for n in range(len(body))}
    assert early <= {None, kind}
    assert seen(b"") is None


def label(answer, said):
    if said == CAPITALS and "event-stream" not in str(answer.headers):
        return answer
    headers = [each for each in answer.headers if each[0] != "content-type"]
    answer.headers = headers if said is None else [*headers, ("content-type", said)]
    return answer


@pytest.mark.parametrize("said", [*LABELS, CAPITALS])
@ways
def test_a_call_of_ours_is_found_whatever_its_host_calls_the_answer(name, stream, said):
    spoken = SPOKEN[name]
    model = Model(spoken, stream, [[theirs("c1", q="a")], asking(), [("text", "Done.")]])

    async def test():
        async with running(lambda received: label(model(received), said)) as world:
            client = Client(world, spoken, stream)
            await client.ask()
            assert await client.ask(LOG) == [("text", "Done.")]

    play(test())


@pytest.mark.parametrize("name", ["anthropic", "chat"])
def test_blanks_that_keep_a_connection_alive_hide_no_call_of_ours(name):
    spoken = SPOKEN[name]
    model = Model(spoken, False, [[theirs("c1", q="a")], asking(), [("text", "Done.")]])

    def script(received):
        answer = model(received)
        answer.chunks = [b" \n" * 4096, *answer.chunks]
        return answer

    async def test():
        async with running(script) as world:
            client = Client(world, spoken, stream=False)
            await client.ask()
            assert await client.ask(LOG) == [("text", "Done.")]

    play(test())


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_odd_answer_that_breaks_off_where_it_begins_breaks_off(pack):
    packed = [("content-encoding", "gzip")] if pack is gzip.compress else []
    body = pack(b"<html>")

    async def test():
        answer = Answer(200, [("content-type", "text/html"), *packed], [body, DROP], length=False)
        async with running(lambda _: answer) as world:
            raw = json.dumps(SPOKEN["chat"].request([("user", "?")], stream=True)).encode()
            head = f"POST /v1/chat/completions HTTP/1.1\nhost: localhost\nconnection: close\ncontent-length: {len(raw)}\n\n"
            got = await world.raw(head.encode(), raw)
            assert b"headroom_retrieve" in world.provider.received[0].body
            assert body in got
            assert not got.endswith(b"0\r\n\r\n")

    play(test())


@pytest.mark.parametrize("said", LABELS)
@pytest.mark.parametrize("size", [1, 5, 999])
def test_usage_is_read_whatever_its_host_calls_the_answer(said, size):
    headers = [] if said is None else [(b"content-type", said.encode())]
    for body in (
        b": a comment\n\n" + EVENT,
        b'{"usage":{"prompt_tokens":5,"completion_tokens":1}}',
    ):
        reader = UsageReader(headers)
        for n in range(0, len(body), size):
            reader.feed(body[n : n + size])
        assert reader.finish() == USED
