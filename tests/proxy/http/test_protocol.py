"""Requests that offer to go on in HTTP/2, as Java's own client makes them."""

from __future__ import annotations

import asyncio

import pytest

from tests.proxy.standin import play, running

BODY = b'{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}'
OFFER = (
    "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAAB\r\n"
)
LENGTH = f"content-length: {len(BODY)}\r\n"
CHUNKS = b"5\r\n" + BODY[:5] + b"\r\n%x\r\n" % len(BODY[5:]) + BODY[5:] + b"\r\n0\r\n\r\n"


def request(framing=LENGTH, body=BODY, method="POST", path="/v1/chat/completions", offer=OFFER):
    head = f"{method} {path} HTTP/1.1\r\nhost: localhost\r\n{offer}{framing}\r\n"
    return head.encode() + body


FORMS = {
    "length": request(),
    "chunks": request("transfer-encoding: chunked\r\n", CHUNKS),
    "relayed": request(path="/v1/files"),
    "expecting": request(f"expect: 100-continue\r\n{LENGTH}"),
}


async def answered(reader, count):
    got = b""
    while got.count(b"\r\n\r\n{}") < count:
        got += await reader.read(1000)
    return got


@pytest.mark.parametrize("size", [1, 50, 10_000])
@pytest.mark.parametrize("form", FORMS)
def test_the_body_of_a_request_that_offers_another_protocol_arrives(form, size):
    async def test():
        async with running() as world:
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            for count in (1, 2):  # The connection serves on.
                for start in range(0, len(FORMS[form]), size):
                    writer.write(FORMS[form][start : start + size])
                    await writer.drain()
                    await asyncio.sleep(0)
                assert b"HTTP/1.1 200 OK" in await answered(reader, 1)
                assert len(world.provider.received) == count
                assert world.provider.received[-1].body == BODY
            names = {name.lower() for name, _ in world.provider.received[-1].headers}
            assert names.isdisjoint(("upgrade", "http2-settings"))
            writer.close()

    play(test())


def test_requests_behind_such_a_one_are_served_in_order():
    async def test():
        async with running() as world:
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            empty = request("", b"", "GET", "/v1/models")
            plain = request(path="/v1/plain", offer="")
            writer.write(
                request() + empty + request() + plain + request("content-length: 0\r\n", b"")
            )
            await answered(reader, 5)
            writer.close()
            got = [(each.target, each.body) for each in world.provider.received]
            chat = "/v1/chat/completions"
            assert got == [
                (chat, BODY),
                ("/v1/models", b""),
                (chat, BODY),
                ("/v1/plain", BODY),
                (chat, b""),
            ]

    play(test())


@pytest.mark.parametrize("offer", ["", OFFER])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/files"])
def test_what_stands_behind_a_body_is_no_header(path, offer):
    behind = (
        CHUNKS[:-2] + b"x-behind: 1\r\nauthorization: Bearer other\r\nhost: evil.example\r\n\r\n"
    )
    framing = "authorization: Bearer own\r\ntransfer-encoding: chunked\r\n"

    async def test():
        async with running() as world:
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            for _ in range(2):
                writer.write(request(framing, behind, path=path, offer=offer))
                assert b"HTTP/1.1 200 OK" in await answered(reader, 1)
                got = world.provider.received[-1]
                assert got.body == BODY
                assert got.header("x-behind") is None
                assert [v for k, v in got.headers if k.lower() == "authorization"] == ["Bearer own"]
            writer.close()

    play(test())


def test_what_makes_no_sense_behind_the_head_is_refused():
    async def test():
        async with running() as world:
            answer = await world.raw(request("transfer-encoding: chunked\n", b"no chunk\r\n"))
            assert b" 400 " in answer

    play(test())
