"""The stand-in for the providers: a server on the loopback interface that answers by a script.

It speaks four wires, streamed or not, and Responses over WebSockets too, keeps what it was asked, and
refuses what a provider would refuse. Paths are told by their ends, so that any base URL works.
"""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aiohttp import WSMsgType, web

from benchmarks.e2e.view import Json, RefusedError, Turn, View
from benchmarks.e2e.wire import anthropic, chat, gemini, responses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WIRES: dict[str, Any] = {
    "/messages": anthropic,
    "/chat/completions": chat,
    "/responses": responses,
    ":generateContent": gemini,
    ":streamGenerateContent": gemini,
}
LARGEST = 64_000_000
"""Bytes of a body."""


@dataclass
class Asked:
    """One request of the model; `wire` is the module's name, or "socket" for a frame of one."""

    wire: str
    streamed: bool
    view: View


@dataclass
class Log:
    """What a provider was asked.

    Attributes:
        asked: the requests that were answered.
        refused: why others were not.
        unknown: methods and paths that the stand-in has no answer for.
    """

    asked: list[Asked] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class Provider:
    """The server, in a thread of this process.

    Args:
        script: returns the model's turn for a request.
    """

    def __init__(self, script: Callable[[View], Turn]) -> None:
        self._script = script
        self._stored: dict[str, list[Json]] = {}
        self.log = Log()

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def _run(self, ready: threading.Event) -> None:
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/{path:.*}", self._serve)
        runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.port = runner.addresses[0][1]
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        wire = next((wire for end, wire in WIRES.items() if path.endswith(end)), None)
        if wire is responses and request.method == "GET":
            return await self._socket(request)
        if wire is None or request.method != "POST":
            return self._other(request)
        body = await request.json()
        if wire is gemini:
            body["model"] = path.rsplit("/", 1)[-1].split(":")[0]
            body["stream"] = path.endswith(":streamGenerateContent")
        try:
            turn = self._turn(wire, body)
        except RefusedError as why:
            self.log.refused.append(f"{path}: {why}")
            return web.json_response(wire.error(400, str(why)), status=400)
        if not body.get("stream"):
            return web.json_response(wire.answer(turn))
        return await _streamed(request, wire, turn, body)

    def _other(self, request: web.Request) -> web.Response:
        """Answer what is no question to a model."""
        if request.path.endswith("/count_tokens"):
            return web.json_response({"input_tokens": 1000})
        if request.path.endswith(":countTokens"):
            return web.json_response({"totalTokens": 1000})
        if request.path.endswith("/models") and request.method == "GET":
            return web.json_response({"object": "list", "data": [], "models": []})
        self.log.unknown.append(f"{request.method} {request.path}")
        return web.json_response({"error": {"message": "there is no such path"}}, status=404)

    def _turn(self, wire: Any, body: Json) -> Turn:
        """Return what to answer.

        Raises:
            RefusedError: the request is not one that a provider takes.
        """
        if wire is responses:
            body["input"] = [*self._before(body), *responses.items(body)]
        view = wire.view(body)
        turn = self._script(view)
        turn.usage = (*self._prompt(view), 1 + len(turn.text) // 4)
        name = "socket" if "type" in body else wire.__name__.rsplit(".", 1)[-1]
        self.log.asked.append(Asked(name, bool(body.get("stream")), view))
        if wire is responses:
            answer = responses.answer(turn)
            self._stored[answer["id"]] = [*body["input"], *answer["output"]]
        return turn

    def _before(self, body: Json) -> list[Json]:
        previous = body.get("previous_response_id")
        if previous is not None and previous not in self._stored:
            raise RefusedError(f"previous response {previous} not found")
        return self._stored.get(previous, []) if previous else []

    def _prompt(self, view: View) -> tuple[int, int]:
        """Return the tokens of a prompt, and of the longest beginning that was there before."""
        best = max((common(view.pieces, each.view.pieces) for each in self.log.asked), default=0)
        sizes = [len(piece) // 4 for piece in view.pieces]
        return sum(sizes), sum(sizes[:best])

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=LARGEST)
        await socket.prepare(request)
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                break
            body = json.loads(message.data)
            for event in self._frames(body):
                await socket.send_str(json.dumps(event))
        return socket

    def _frames(self, body: Json) -> Iterator[Json]:
        if body.get("generate") is False:  # Warms the connection up; nothing is generated.
            before = [*self._before(body), *responses.items(body)]
            turn = Turn(f"warm{len(self._stored)}", body.get("model", ""), "")
            whole = responses.answer(turn) | {"output": []}
            self._stored[whole["id"]] = before
            yield {"type": "response.created", "response": whole | {"status": "in_progress"}}
            yield {"type": "response.completed", "response": whole}
            return
        try:
            turn = self._turn(responses, body | {"stream": True})
        except RefusedError as why:
            self.log.refused.append(f"socket: {why}")
            yield {"type": "error", "status": 400, **responses.error(400, str(why))}
            return
        yield from (event for _, event in responses.events(turn, body))


def common(one: list[str], other: list[str]) -> int:
    """Return with how many same pieces two prompts begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


async def _streamed(request: web.Request, wire: Any, turn: Turn, body: Json) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    for name, event in wire.events(turn, body):
        head = f"event: {name}\n" if name else ""
        await response.write(f"{head}data: {json.dumps(event)}\n\n".encode())
    if wire is chat:
        await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response
