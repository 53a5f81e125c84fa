"""A provider on the loopback interface that does what a test says, byte by byte, and keeps what it got.

It speaks HTTP/1.1 by hand, so that a test decides about every chunk, every fault and every moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from dataclasses import dataclass, field

import uvicorn

from headroom.config.vendor import variables
from headroom.engine.engine import Engine
from headroom.proxy.app import create_app
from headroom.proxy.route import upstreams
from headroom.proxy.serving.server import configuration
from headroom.proxy.settings import Settings

PATIENCE = 30
"""Seconds after which a test that waits for something has failed."""
DROP = object()
"""In the place of a chunk: close the connection without ending the body."""


@dataclass
class Received:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Answer:
    """What the provider answers; a chunk may be an event, which is waited for."""

    status: int = 200
    headers: list[tuple[str, str]] = field(
        default_factory=lambda: [("content-type", "application/json")]
    )
    chunks: list = field(default_factory=lambda: [b"{}"])
    length: bool = True
    raw: bytes | None = None
    """Written instead of all that."""
    held: asyncio.Event | None = None
    """Waited for before a byte is written."""


class Provider:
    def __init__(self, script):
        self.script = script
        self.received: list[Received] = []
        self.heads: list[str] = []
        """First lines of requests, whether their bodies came or not."""
        self.open = 0
        self.broken = 0
        self._server = None
        self._tasks = set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self):
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            while await self._once(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _once(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")[:-2]
        self.heads.append(first)
        method, target, _ = first.split(" ", 2)
        headers = [tuple(line.split(": ", 1)) for line in rest]
        received = Received(method, target, headers, b"")
        if callable(getattr(self.script, "on_chunk", None)):
            await self._body(reader, received, self.script.on_chunk)
        else:
            await self._body(reader, received, lambda _: None)
        self.received.append(received)
        answer = self.script(received)
        if answer is None:
            return False
        self.open += 1
        try:
            return await self._send(reader, writer, answer, received)
        finally:
            self.open -= 1

    async def _body(self, reader, received, seen):
        length = received.header("content-length")
        if length is not None:
            received.body = await reader.readexactly(int(length))
        elif received.header("transfer-encoding") == "chunked":
            while size := int((await reader.readline()).strip(), 16):
                chunk = await reader.readexactly(size)
                received.body += chunk
                seen(chunk)
                await reader.readline()
            await reader.readline()

    async def _send(self, reader, writer, answer, received):
        if answer.raw is not None:
            writer.write(answer.raw)
            await writer.drain()
            return False
        if answer.held is not None and not await self._waited(answer.held, reader):
            self.broken += 1
            return False
        whole = b"".join(c for c in answer.chunks if isinstance(c, bytes))
        head = f"HTTP/1.1 {answer.status} Whatever\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
        head += (
            f"content-length: {len(whole)}\r\n"
            if answer.length
            else "transfer-encoding: chunked\r\n"
        )
        writer.write(head.encode("latin-1") + b"\r\n")
        for chunk in answer.chunks if received.method != "HEAD" else ():
            if isinstance(chunk, asyncio.Event):
                await writer.drain()
                if not await self._waited(chunk, reader):
                    self.broken += 1
                    return False
            elif chunk is DROP:
                await writer.drain()
                return False
            else:
                writer.write(chunk if answer.length else b"%x\r\n%b\r\n" % (len(chunk), chunk))
        writer.write(b"" if answer.length or received.method == "HEAD" else b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _waited(self, event, reader):
        """Wait for the event; False if the other side hangs up first."""
        set_, gone = asyncio.ensure_future(event.wait()), asyncio.ensure_future(reader.read(1))
        await asyncio.wait((set_, gone), return_when=asyncio.FIRST_COMPLETED)
        hung_up = gone.done() and not set_.done()
        for task in (set_, gone):
            task.cancel()
        await asyncio.gather(set_, gone, return_exceptions=True)
        return not hung_up


@dataclass
class World:
    provider: Provider
    app: object
    port: int

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def raw(self, head, body=b""):
        """Send bytes on a connection of its own; return everything that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(head.replace(b"\n", b"\r\n") + body)
        answer = await reader.read()
        writer.close()
        return answer

    async def begun(self, path, body, headers=()):
        """Send a POST; return the two ends of its connection, on which the answer comes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        listed = [("host", "localhost"), ("content-length", str(len(body))), *headers]
        head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in listed)
        writer.write(head.encode("latin-1") + b"\r\n" + body)
        return reader, writer

    async def send(self, method, path, body=None, headers=()):
        """Return (status, headers, body) of a request; the connection is closed by the server."""
        listed = [("host", f"127.0.0.1:{self.port}"), ("connection", "close"), *headers]
        if body is not None:
            listed.append(("content-length", str(len(body))))
        head = f"{method} {path} HTTP/1.1\n" + "".join(f"{k}: {v}\n" for k, v in listed) + "\n"
        return parsed(await self.raw(head.encode("latin-1"), body or b""))

    async def post(self, path, value, headers=()):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return await self.send("POST", path, body, [("content-type", "application/json"), *headers])


def parsed(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = [tuple(line.split(": ", 1)) for line in rest]
    if ("transfer-encoding", "chunked") in headers:
        body = unchunked(body)
    return int(first.split(" ")[1]), headers, body


def unchunked(data):
    """Return the body; IncompleteReadError where its end is missing."""
    out = b""
    while True:
        size, found, data = data.partition(b"\r\n")
        if not found:
            raise asyncio.IncompleteReadError(out, None)
        count = int(size, 16)
        if not count:
            return out
        if len(data) < count + 2:
            raise asyncio.IncompleteReadError(out + data, None)
        out, data = out + data[:count], data[count + 2 :]


@contextlib.asynccontextmanager
async def running(
    script=lambda _: Answer(), engine=None, handlers=None, book=None, observers=(), **settings
):
    """A provider and a proxy in front of it, for as long as the block lasts."""
    provider = Provider(script)
    await provider.start()
    urls = upstreams(dict.fromkeys(variables(), provider.url))
    settings.setdefault("upstreams", urls)
    settings.setdefault("deadline", PATIENCE)
    settings.setdefault("shared", True)
    app = create_app(Settings(**settings), engine or Engine(), handlers, book, observers=observers)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(100)
    server = await _served(app, listening)
    try:
        yield World(provider, app, listening.getsockname()[1])
    finally:
        await asyncio.wait_for(_ended(server), PATIENCE)
        listening.close()
        await provider.stop()


async def _served(app, listening):
    """Serve without uvicorn's loop, which looks only ten times a second whether it is to end."""
    config = configuration(app, "127.0.0.1", 0)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])
    return server


async def _ended(server):
    """Do what uvicorn does at its end, without its pauses."""
    for each in server.servers:
        each.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    await until(lambda: not (server.server_state.connections or server.server_state.tasks))
    await server.lifespan.shutdown()


async def until(condition):
    """Let everybody else go on until the condition holds; `play` bounds how long that may take."""
    while not condition():  # noqa: ASYNC110 - what is waited for is on the other side of a socket
        await asyncio.sleep(0)


def play(coroutine):
    """Run a test's coroutine to its end, or fail in bounded time."""
    return asyncio.run(asyncio.wait_for(coroutine, PATIENCE))
