"""What is not understood, or not to be touched, passes as if nobody stood between."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import re
from urllib.parse import urlsplit

import pytest

from tests.proxy.standin import DROP, Answer, parsed, play, running, unchunked, until

SSE = [("content-type", "text/event-stream"), ("x-request-id", "req_1"), ("retry-after", "7")]
CHAT = "/v1/chat/completions"
PATHS = {
    "chat": (CHAT, {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}),
    "responses": ("/v1/responses", {"model": "gpt-5", "input": "hi"}),
    "messages": (
        "/v1/messages?beta=true",
        {"model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": "hi"}]},
    ),
    "gemini": (
        "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
        {"contents": [{"parts": [{"text": "hi"}]}]},
    ),
    "other": ("/v1/embeddings", {"input": "hi"}),
}


@pytest.mark.parametrize("name", PATHS)
def test_status_headers_and_bytes_of_an_answer_arrive_as_they_were_sent(name):
    path, body = PATHS[name]
    chunks = [b"data: one\n\n", "data: ž\n\n".encode(), b"rest"]
    framing = ("content-length", "transfer-encoding", "connection")
    answers = [
        Answer(status, SSE, chunks, length)
        for status in (200, 400, 401, 413, 429, 500, 529)
        for length in (True, False)
    ]
    left = iter(answers)

    async def test():
        async with running(lambda _: next(left)) as world:
            for answer in answers:
                status, headers, text = await world.post(path, body)
                assert status == answer.status
                assert [each for each in headers if each[0] not in framing] == SSE
                assert ("content-length" in dict(headers)) is answer.length
                assert text == b"".join(chunks)

    play(test())


def test_every_method_and_path_is_relayed():
    target = "/v9/a%2Fb//../c;x='%27'?q=%20&q=1+2&empty"

    async def test():
        async with running() as world:
            for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST"):
                await one(world, method)

    async def one(world, method):
        body = b"\x00\xff any bytes" if method in ("PUT", "POST", "PATCH") else None
        sent = [("X-One", "1"), ("x-two", "2"), ("x-one", "3"), ("authorization", "Bearer s")]
        status, _, _ = await world.send(method, target, body, sent)
        got = world.provider.received[-1]
        assert (status, got.method, got.target, got.body) == (200, method, target, body or b"")
        named = [h for h in got.headers if h[0].lower() in ("x-one", "x-two", "authorization")]
        assert [(name.lower(), value) for name, value in named] == [
            (name.lower(), value) for name, value in sent
        ]
        assert got.header("accept-encoding") is got.header("user-agent") is None

    play(test())


def test_headers_of_the_connection_and_of_ours_go_no_further():
    async def test():
        async with running() as world:
            odd = [
                ("Keep-Alive", "5"),
                ("TE", "trailers"),
                ("X-Only-Here", "1"),
                ("X-Headroom-Anything", "1"),
                ("Connection", "X-Only-Here"),
                ("Proxy-Authorization", "secret"),
            ]
            await world.send("GET", "/v1/models", None, odd)
            names = {name.lower() for name, _ in world.provider.received[0].headers}
            assert names <= {"host", "connection"}

    play(test())


@pytest.mark.parametrize("name", PATHS)
def test_multi_byte_text_in_chunks_of_one_byte_is_identity(name):
    text = "data: žluťoučký 🦄 漢字\n\n".encode()
    path, body = PATHS[name]

    async def test():
        chunks = [text[n : n + 1] for n in range(len(text))]
        async with running(lambda _: Answer(200, SSE, chunks, length=False)) as world:
            assert (await world.post(path, body))[2] == text

    play(test())


@pytest.mark.parametrize("name", PATHS)
def test_each_event_leaves_before_the_next_one_is_there(name):
    path, body = PATHS[name]

    async def test():
        gates = [asyncio.Event() for _ in range(5)]
        chunks = []
        for number, gate in enumerate(gates):
            chunks += [b"data: %d\n\n" % number, gate]
        async with running(lambda _: Answer(200, SSE, chunks, length=False)) as world:
            reader, writer = await world.begun(path, json.dumps(body).encode())
            await reader.readuntil(b"\r\n\r\n")
            for number, gate in enumerate(gates):
                await reader.readuntil(b"data: %d\n\n" % number)
                gate.set()  # Only now may the provider go on.
            await reader.readuntil(b"0\r\n\r\n")
            writer.close()

    play(test())


def test_a_request_that_nobody_reads_is_streamed_as_well():
    arrived = asyncio.Queue()

    def script(_):
        return Answer()

    script.on_chunk = arrived.put_nowait

    async def test():
        async with running(script) as world:
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            writer.write(
                b"PUT /files HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
            )
            for part in (b"one", b"two"):
                writer.write(b"3\r\n%b\r\n" % part)
                assert await arrived.get() == part
            writer.write(b"0\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            writer.close()

    play(test())


@pytest.mark.parametrize("length", [True, False])
def test_an_answer_that_breaks_off_breaks_off(length):
    chunks = [b"data: 1\n\n", DROP, b"data: 2\n\n"]

    async def test():
        async with running(lambda _: Answer(200, SSE, chunks, length=length)) as world:
            answer = await world.raw(b"GET /v1/x HTTP/1.1\nhost: localhost\n\n")
            if length:
                _, headers, body = parsed(answer)
                assert len(body) < int(dict(headers)["content-length"])
            else:
                with pytest.raises(asyncio.IncompleteReadError):
                    unchunked(answer.partition(b"\r\n\r\n")[2])

    play(test())


def test_a_client_that_hangs_up_takes_its_stream_at_the_provider_with_it():
    async def test():
        never = asyncio.Event()
        async with running(
            lambda _: Answer(200, SSE, [b"data: 1\n\n", never], length=False)
        ) as world:
            for _ in range(50):
                reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
                writer.write(b"GET /v1/x HTTP/1.1\r\nhost: localhost\r\n\r\n")
                await reader.readuntil(b"data: 1\n\n")
                writer.transport.abort()
            await until(lambda: world.provider.broken == 50)
            assert world.provider.open == 0

    play(test())


def test_a_client_that_hangs_up_before_the_answer_ends_the_request_too():
    async def test():
        never = asyncio.Event()
        async with running(lambda _: Answer(chunks=[never], length=False)) as world:
            path, body = PATHS["chat"]
            _, writer = await world.begun(path, json.dumps(body).encode())
            await until(lambda: world.provider.open)
            writer.transport.abort()
            await until(lambda: not world.provider.open)

    play(test())


def old(name, method="POST"):
    """Return a request of HTTP/1.0."""
    path, body = PATHS[name]
    raw = json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.0\r\nhost: localhost\r\ncontent-length: {len(raw)}\r\n\r\n"
    return head.encode() + raw


@pytest.mark.parametrize("name", PATHS)
def test_who_speaks_http_1_0_gets_no_chunks(name):
    chunks = [b"data: 1\n\n", b"data: 2\n\n"]

    async def test():
        for drop in ([], [DROP]):
            answer = Answer(200, SSE, [*chunks, *drop], length=False)
            async with running(lambda _, answer=answer: answer) as world:
                status, headers, text = parsed(await world.raw(b"", old(name)))
                assert (status, text) == (200, b"".join(chunks))
                assert {"content-length", "transfer-encoding"}.isdisjoint(dict(headers))
        for answer in (Answer(200, SSE, chunks), Answer(404, SSE, [])):
            async with running(lambda _, answer=answer: answer) as world:
                status, headers, text = parsed(await world.raw(b"", old(name)))
                assert (status, text) == (answer.status, b"".join(answer.chunks))
                assert dict(headers)["content-length"] == str(len(text))
        async with running(lambda _: Answer(200, SSE, chunks, length=False)) as world:
            assert parsed(await world.raw(b"", old(name, "HEAD")))[2] == b""
            assert (
                parsed(await world.raw(b"", b"GET /health HTTP/1.0\r\nhost: localhost\r\n\r\n"))[0]
                == 200
            )

    play(test())


def test_who_speaks_http_1_0_gets_each_event_before_the_next_one_is_there():
    async def test():
        gates = [asyncio.Event() for _ in range(3)]
        chunks = [each for n, gate in enumerate(gates) for each in (b"data: %d\n\n" % n, gate)]
        async with running(lambda _: Answer(200, SSE, chunks, length=False)) as world:
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            writer.write(old("chat"))
            for n, gate in enumerate(gates):
                await reader.readuntil(b"data: %d\n\n" % n)
                gate.set()
            assert await reader.read() == b""
            writer.close()

    play(test())


async def asked(app, version):
    """Return what a server is sent that has another way to speak that version."""
    sent = []
    scope = {"type": "http", "http_version": version, "method": "GET", "path": "/v1/x"}
    scope["headers"] = [(b"host", b"localhost")]

    async def receive():
        return await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent


def test_other_servers_get_the_length_of_an_answer_in_http_1_0():
    async def test():
        chunks = [b"a" * 9, b"b"]
        async with running(lambda _: Answer(200, SSE, chunks, length=False)) as world:
            for version, length in (("1.0", b"10"), ("1.1", None)):
                headers = dict((await asked(world.app, version))[0]["headers"])
                assert headers.get(b"content-length") == length

    play(test())


def test_what_has_not_changed_has_a_length_and_no_body():
    raw = b"HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\netag: x\r\n\r\n"

    async def test():
        async with running(lambda _: Answer(raw=raw)) as world:
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            for _ in range(2):  # The connection serves on.
                writer.write(b"GET /v1/files/x HTTP/1.1\r\nhost: localhost\r\n\r\n")
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 304")
                assert b"etag: x" in head
            writer.close()

    play(test())


def test_garbage_and_silence_of_the_provider_are_a_bad_gateway():
    async def test():
        for script in (lambda _: Answer(raw=b"\x00garbage\r\n\r\n"), lambda _: None):
            async with running(script) as world:
                status, _, body = await world.post(*PATHS["chat"])
                assert status == 502
                assert json.loads(body)["error"]["type"] == "upstream_unreachable"

    play(test())


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (lambda _: None, "closed the connection without an answer"),
        (lambda _: Answer(raw=b"\x00garbage\r\n\r\n"), "is no answer that can be read"),
    ],
)
def test_why_there_is_no_answer_is_said_in_plain_words_and_in_the_librarys_to_the_log(
    script, said, caplog
):
    async def test():
        async with running(script) as world:
            caplog.set_level("INFO", "headroom.proxy.request")
            _, _, body = await world.post(*PATHS["chat"])
            message = json.loads(body)["error"]["message"]
            assert said in message
            assert urlsplit(world.provider.url).netloc in message
            assert not re.search(r"Error|Errno|aiohttp|headers=|b'", message)
            assert re.search(r"no answer: \w+Error", caplog.text)

    play(test())


def test_a_connection_that_was_closed_while_idle_costs_no_request():
    answers = iter([Answer(), None, Answer(), Answer()])

    async def test():
        async with running(lambda _: next(answers)) as world:
            for _ in range(3):
                assert (await world.post(*PATHS["chat"]))[0] == 200
            assert len(world.provider.received) == 4

    play(test())


@pytest.mark.parametrize(("seconds", "requests"), [(0.1, 2), (60.0, 1)])
def test_a_request_that_was_worked_on_is_not_made_twice(seconds, requests):
    answers = iter([Answer()])

    async def test():
        async with running(lambda _: next(answers, None)) as world:
            await world.post(*PATHS["chat"])
            world.provider.received.clear()
            world.app._services.upstream._clock = itertools.count(0.0, seconds).__next__
            status, _, _ = await world.post(*PATHS["chat"])
            assert (status, len(world.provider.received)) == (502, requests)

    play(test())


def test_a_request_is_not_made_twice_over_connections_made_for_it():
    async def test():
        async with running(lambda _: None) as world:
            status, _, _ = await world.post(*PATHS["chat"])
            assert (status, len(world.provider.received)) == (502, 1)

    play(test())


def test_a_packed_answer_stays_packed():
    packed = gzip.compress(b"{}" * 500)
    headers = [("content-type", "application/json"), ("content-encoding", "gzip")]

    async def test():
        async with running(lambda _: Answer(200, headers, [packed])) as world:
            assert (await world.post(*PATHS["chat"]))[2] == packed

    play(test())


def test_redirects_and_cookies_are_the_clients_business():
    headers = [("location", "http://example.invalid/"), ("set-cookie", "a=b")]

    async def test():
        async with running(lambda _: Answer(307, headers, [])) as world:
            for _ in range(2):
                status, got, _ = await world.post(*PATHS["messages"])
                assert status == 307
                assert set(headers) <= set(got)
            assert [each.header("cookie") for each in world.provider.received] == [None, None]

    play(test())


def test_a_body_over_the_bound_is_relayed_unread():
    body = json.dumps({"messages": [{"role": "tool", "content": "line\n" * 999}]}).encode()

    async def test():
        async with running(max_body=1000) as world:
            await world.post(CHAT, body)
            assert world.provider.received[0].body == body
            assert world.provider.received[0].header("content-length") == str(len(body))
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert stats["untouched"] == {"large": 1}

    play(test())


def test_many_streams_at_once_lose_nothing():
    events = [b"data: %d\n\n" % n for n in range(500)]

    async def test():
        async with running(lambda _: Answer(200, SSE, events, length=False)) as world:
            posts = [world.post(*PATHS["chat"]) for _ in range(40)]
            for _, _, body in await asyncio.gather(*posts):
                assert body == b"".join(events)

    play(test())
