"""Sockets: frames pass as they are, and a handshake that fails has a status."""

from __future__ import annotations

import asyncio
import contextlib
import json

import aiohttp
import pytest
from aiohttp import web

from headroom.config.vendor import variables
from headroom.proxy.route import upstreams
from tests.proxy.standin import Answer, parsed, play, running


@contextlib.asynccontextmanager
async def sockets(serve, **settings):
    """A provider that serves sockets, and a proxy in front of it."""

    async def handle(request):
        if request.path == "/v1/closed":
            return web.Response(status=403)
        socket = web.WebSocketResponse(protocols=("realtime",), max_msg_size=0)
        socket.headers["x-codex-turn-state"] = "state-1"
        socket.request = request
        await socket.prepare(request)
        await serve(socket)
        return socket

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    urls = upstreams(dict.fromkeys(variables(), f"http://127.0.0.1:{port}"))
    try:
        async with running(upstreams=urls, **settings) as world, aiohttp.ClientSession() as client:
            yield world, client
    finally:
        await runner.cleanup()


async def echo(socket):
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            await socket.send_str(message.data)
        else:
            await socket.send_bytes(message.data)


def test_frames_pass_as_they_are_both_ways():
    frames = ["", "žluť 🦄", '{"type": "x", "unknown": 1.0}', "long " * 500_000]

    async def test():
        async with sockets(echo) as (world, client):
            url = f"{world.url}/v1/realtime?model=x"
            async with client.ws_connect(url, protocols=("realtime",), max_msg_size=0) as socket:
                assert socket.protocol == "realtime"
                for frame in frames:
                    await socket.send_str(frame)
                    assert (await socket.receive()).data == frame
                await socket.send_bytes(b"\x00\xff")
                assert (await socket.receive()).data == b"\x00\xff"

    play(test())


def test_the_provider_sees_the_clients_headers_and_path():
    seen = []

    async def look(socket):
        seen.append((socket.request.raw_path, socket.request.headers))

    async def test():
        async with sockets(look) as (world, client):
            headers = {"authorization": "Bearer s", "openai-beta": "realtime=v1"}
            async with client.ws_connect(f"{world.url}/p/x/v1/realtime?a=%20b", headers=headers):
                pass
        path, got = seen[0]
        assert path == "/v1/realtime?a=%20b"
        assert (got["authorization"], got["openai-beta"]) == ("Bearer s", "realtime=v1")

    play(test())


@pytest.mark.parametrize("code", [1000, 1008, 4001])
def test_a_close_arrives_with_its_code_from_either_side(code):
    closed = asyncio.Queue()

    async def serve(socket):
        message = await socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            await socket.close(code=code, message=b"why")
        else:
            closed.put_nowait((socket.close_code, message.extra))

    async def test():
        async with sockets(serve) as (world, client):
            async with client.ws_connect(f"{world.url}/v1/realtime") as socket:
                await socket.send_str("close")
                message = await socket.receive()
                assert (socket.close_code, message.extra) == (code, "why")
            async with client.ws_connect(f"{world.url}/v1/realtime") as socket:
                await socket.close(code=code, message="proč".encode())
            assert await closed.get() == (code, "proč")

    play(test())


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/closed", {}, 403),
        ("/v1/realtime", {"host": "evil.example"}, 403),
        ("/v1/realtime", {"origin": "https://evil.example"}, 403),
    ],
)
def test_a_refusal_has_a_status(path, headers, status):
    async def test():
        async with sockets(echo) as (world, client):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await client.ws_connect(world.url + path, headers=headers)
            assert refused.value.status == status

    play(test())


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/realtime"])
def test_what_the_provider_says_with_its_handshake_arrives(path):
    async def test():
        async with sockets(echo) as (world, client):
            url = world.url + path
            async with client.ws_connect(url, protocols=["realtime"]) as socket:
                said = socket._response.headers
                assert said.getall("x-codex-turn-state") == ["state-1"]
                assert said.getall("sec-websocket-protocol") == ["realtime"]
                assert len(said.getall("sec-websocket-accept")) == 1

    play(test())


def test_a_refusal_of_the_provider_says_all_that_it_said():
    said = [("retry-after", "7"), ("x-request-id", "req_1"), ("content-type", "application/json")]

    async def test():
        answer = Answer(429, said, [b'{"error": {}}'])
        async with running(lambda _: answer) as world, aiohttp.ClientSession() as client:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await client.ws_connect(f"{world.url}/v1/responses")
            assert refused.value.status == 429
            assert refused.value.headers["retry-after"] == "7"
            assert refused.value.headers["x-request-id"] == "req_1"

    play(test())


async def handshake(world, path="/v1/responses", host="localhost"):
    """Return (status, headers, body) of the answer to a handshake."""
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    head = f"GET {path} HTTP/1.1\nhost: {host}\nconnection: upgrade\nupgrade: websocket\n"
    head += f"sec-websocket-version: 13\nsec-websocket-key: {key}\n\n"
    return parsed(await world.raw(head.encode()))


@pytest.mark.parametrize("length", [True, False])
def test_why_the_provider_refuses_is_read_by_its_client(length):
    said = [("content-type", "application/json"), ("x-request-id", "req_1")]
    why = b'{"error": {"type": "usage_limit_reached", "resets_at": 1780000000}}'

    async def test():
        answer = Answer(429, said, [why[:9], why[9:]], length=length)
        async with running(lambda _: answer) as world:
            status, headers, body = await handshake(world)
            assert (status, body) == (429, why)
            assert [x for x in headers if x[0].lower() == "content-type"] == [said[0]]

    play(test())


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_handshake_that_is_sent_elsewhere_is_the_clients_business(status):
    async def test():
        async with running() as other:
            there = [("location", f"{other.provider.url}/v1/responses")]
            async with running(lambda _: Answer(status, there, [b""])) as world:
                got = await handshake(world)
                assert got[0] == status
                assert there[0] in got[1]
                assert not other.provider.received

    play(test())


def test_a_refusal_of_ours_says_why():
    async def test():
        async with running(upstreams=upstreams({"openai": "http://127.0.0.1:1"})) as world:
            status, _, body = await handshake(world)
            assert status == 502
            assert json.loads(body)["error"]["type"] == "upstream_unreachable"
            status, _, body = await handshake(world, host="evil.example")
            assert status == 403
            assert "Host" in json.loads(body)["error"]["message"]

    play(test())


def test_a_provider_that_is_not_there_is_a_bad_gateway():
    async def test():
        urls = upstreams({"openai": "http://127.0.0.1:1"})
        async with running(upstreams=urls) as world, aiohttp.ClientSession() as client:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await client.ws_connect(f"{world.url}/v1/realtime")
            assert refused.value.status == 502

    play(test())
