"""Many agents through one proxy while the provider fails, clients hang up and the proxy is killed.

python -m benchmarks.chaos [--seconds 20] [--agents 12] [--seed 1] [--json FILE]

Each agent goes on with its own conversation over Chat Completions or Anthropic Messages, streamed
or not. The provider answers as its request's content says: at once, chunk by chunk, with 429 or
529 and `retry-after`, with 500, cut off, with garbage. A share of the clients hang up in the
middle; now and then the proxy is ended with SIGKILL and started again. What must hold:

- what a client reads is what the provider wrote: status, body, `retry-after`, also of failures;
- what the provider reads of a conversation begins with what it read before, byte for byte;
- the proxy answers again after each kill, and in the end no upstream answer is left open.

Everything is on 127.0.0.1 and ends by itself; the exit status is 1 if something did not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from rich.console import Console
from rich.table import Table

from benchmarks.standin import Proxy

FAULTS = ("429", "529", "500", "cut", "garbage")
SHARE_OF_FAULTS, SHARE_HUNG_UP = 0.25, 0.1
KILLS_EVERY = 6.0
PATIENCE = 30.0
TOOL = {"type": "object", "properties": {"command": {"type": "string"}}}
STREAM = [f"data: {json.dumps({'n': n, 'text': 'žluť 🦄 ' * 3})}\n\n".encode() for n in range(40)]


def plan(seed: int) -> str:
    """Return what the provider does with a request of this number."""
    chance = random.Random(seed)
    if chance.random() < SHARE_OF_FAULTS:
        return chance.choice(FAULTS)
    return chance.choice(("plain", "stream", "stream"))


def expected(what: str) -> tuple[int, bytes, str | None]:
    """Return status, body and `retry-after` that the provider gives."""
    match what:
        case "429" | "529" | "500":
            return int(what), json.dumps({"error": what}).encode(), None if what == "500" else "7"
        case "garbage":
            return 200, b"\xff\x00{not json" * 50, None
        case "stream":
            return 200, b"".join(STREAM), None
    usage = {"prompt_tokens": 9000, "completion_tokens": 5, "input_tokens": 9000}
    return 200, json.dumps({"usage": usage}).encode(), None


@dataclass
class Provider:
    """Answers by plan and keeps the last request of each conversation."""

    heard: dict[str, list[bytes]] = field(default_factory=dict)
    unstable: list[str] = field(default_factory=list)
    open: int = 0
    port: int = 0
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=1 << 30)
        app.router.add_post("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        decoded = json.loads(body)
        name, number = decoded["metadata"]["user_id"].split(" ")
        items = [json.dumps(message).encode() for message in decoded["messages"]]
        before = self.heard.get(name, [])
        if items[: len(before)] != before[: len(items)]:
            self.unstable.append(name)
        if len(items) > len(before):
            self.heard[name] = items
        self.open += 1
        try:
            return await self._say(request, plan(int(number)))
        finally:
            self.open -= 1

    async def _say(self, request: web.Request, what: str) -> web.StreamResponse:
        status, body, after = expected(what)
        headers = {"content-type": "application/json", **({"retry-after": after} if after else {})}
        if what not in ("stream", "cut"):
            return web.Response(status=status, body=body, headers=headers)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):  # The client hung up, and the proxy with it.
            for at, event in enumerate(STREAM):
                if what == "cut" and at == len(STREAM) // 2:
                    assert request.transport is not None
                    request.transport.abort()
                    break
                await response.write(event)
                await asyncio.sleep(0.002)
            else:
                await response.write_eof()
        return response


class Lives:
    """The proxy as its own process, on one port through all its lives."""

    def __init__(self, upstream: int, folder: Path) -> None:
        self._upstream, self._folder = upstream, folder
        self.port = 0
        self.now: Proxy
        self.starts: list[float] = []
        """Seconds from each start to the line that says where it listens."""

    async def begin(self) -> None:
        """Start it and wait until it listens."""
        begun = time.perf_counter()
        begin = asyncio.to_thread(Proxy, self._upstream, self._folder, self.port)
        self.now = await asyncio.wait_for(begin, PATIENCE)
        self.port = self.now.port
        self.starts.append(time.perf_counter() - begun)


def log(seed: int) -> str:
    """Return what a command printed."""
    return "\n".join(
        f"2026-03-01T10:{n // 60:02}:{n % 60:02}Z INFO worker[{n * seed % 7}] handled job "
        f"{n * 7919 % 1000 + seed} in {n * seed % 31} ms"
        for n in range(80 + seed % 120)
    )


class Agent:
    """One conversation; what failed is sent again, what went through is gone on from."""

    def __init__(self, number: int, seed: int, proxy: Lives, counts: Counter[str]) -> None:
        self.name = f"agent-{number}"
        self._chance = random.Random(f"{seed} {number}")
        self._anthropic = number % 2 == 1
        self._proxy, self._counts = proxy, counts
        self._messages: list[dict[str, Any]] = [{"role": "user", "content": f"{seed}: which job?"}]
        self.wrong: list[str] = []

    async def live(self, session: aiohttp.ClientSession, until: float) -> None:
        """Go on with the conversation until it is time."""
        turn = 0
        while time.perf_counter() < until:
            turn += 1
            if turn > 1:
                self._result(turn)
            done = False
            while not done and time.perf_counter() < until:
                done = await self._ask(session)

    def _result(self, turn: int) -> None:
        text = log(self._chance.randrange(1, 1000))
        if self._anthropic:
            call = {"type": "tool_use", "id": f"t{turn}", "name": "Bash", "input": {"command": "x"}}
            result = {"type": "tool_result", "tool_use_id": f"t{turn}", "content": text}
            self._messages.append({"role": "assistant", "content": [call]})
            self._messages.append({"role": "user", "content": [result]})
            return
        function = {"name": "bash", "arguments": '{"command": "x"}'}
        calls = [{"id": f"t{turn}", "type": "function", "function": function}]
        self._messages.append({"role": "assistant", "content": None, "tool_calls": calls})
        self._messages.append({"role": "tool", "tool_call_id": f"t{turn}", "content": text})

    async def _ask(self, session: aiohttp.ClientSession) -> bool:
        """Return whether the provider answered well."""
        number = self._chance.randrange(1 << 30)
        what = plan(number)
        hang_up = self._chance.random() < SHARE_HUNG_UP
        path, tools = "/v1/chat/completions", [{"type": "function", "function": {"name": "bash"}}]
        if self._anthropic:
            path, tools = "/v1/messages", [{"name": "Bash", "input_schema": TOOL}]
        body = {
            "model": "claude-sonnet-4-5" if self._anthropic else "gpt-4o",
            "metadata": {"user_id": f"{self.name} {number}"},
            "tools": tools,
            "messages": self._messages,
        }
        url = f"http://127.0.0.1:{self._proxy.port}{path}"
        try:
            async with session.post(url, json=body) as answer:
                if hang_up:
                    self._counts["hung up"] += 1
                    return False
                read = await answer.read()
                found = (answer.status, read, answer.headers.get("retry-after"))
        except (aiohttp.ClientError, ConnectionError):
            self._counts["cut off" if what == "cut" else "proxy was down"] += 1
            await asyncio.sleep(0.05)
            return False
        if what == "cut":
            self.wrong.append(f"{self.name}: a cut stream came as {found[0]}, {len(read)} bytes")
        elif found != expected(what):
            self.wrong.append(f"{self.name}: {what} came as {found[0]}: {read[:200]!r}")
        self._counts[what] += 1
        return what in ("plain", "stream")


async def storm(seconds: float, agents: int, seed: int, folder: Path) -> dict[str, Any]:
    """Return what happened, and what did not hold."""
    provider, counts, tokens = Provider(), Counter[str](), Counter[str]()
    await provider.start()
    proxy = Lives(provider.port, folder)
    await proxy.begin()
    crowd = [Agent(number, seed, proxy, counts) for number in range(agents)]
    until = time.perf_counter() + seconds
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        lives = [asyncio.create_task(agent.live(session, until)) for agent in crowd]
        while time.perf_counter() + KILLS_EVERY < until:
            await asyncio.sleep(KILLS_EVERY)
            tokens += await _tokens(session, proxy)
            await asyncio.to_thread(proxy.now.kill)
            await proxy.begin()
        await asyncio.gather(*lives)
        for _ in range(100):
            if not provider.open:
                break
            await asyncio.sleep(0.1)
        async with session.get(f"http://127.0.0.1:{proxy.port}/health") as answer:
            health = await answer.json()
        tokens += await _tokens(session, proxy)
    memory = proxy.now.resident() or 0.0
    await asyncio.to_thread(proxy.now.end)
    await provider.stop()
    return {
        "requests": dict(counts),
        "kills": len(proxy.starts) - 1,
        "start_seconds": [round(each, 2) for each in proxy.starts],
        "memory_mb": round(memory),
        "health": health,
        "tokens": dict(tokens),
        "not_held": [
            *(wrong for agent in crowd for wrong in agent.wrong),
            *(f"{name}: what was sent before changed" for name in provider.unstable),
            *([f"{provider.open} answers left open"] if provider.open else []),
        ],
    }


async def _tokens(session: aiohttp.ClientSession, proxy: Lives) -> Counter[str]:
    async with session.get(f"http://127.0.0.1:{proxy.port}/stats") as answer:
        return Counter((await answer.json())["tokens"])


def show(figures: dict[str, Any]) -> None:
    """Print what happened."""
    table = Table("what", "count", title="through the proxy", title_justify="left")
    for name, count in sorted(figures["requests"].items()):
        table.add_row(name, f"{count:,}")
    table.add_row("kills of the proxy", str(figures["kills"]))
    console = Console()
    console.print(table)
    before, after = (figures["tokens"].get(f"wire_{which}", 0) for which in ("before", "after"))
    console.print(f"tokens in tool results {before:,} -> {after:,};", end=" ")
    console.print(f"health {figures['health'].get('status')}, {figures['memory_mb']} MB resident")
    for wrong in figures["not_held"][:20]:
        console.print(f"NOT HELD: {wrong}", markup=False)
    if not figures["not_held"]:
        console.print("every answer arrived as it was given, and no prefix ever changed")


def main() -> int:
    """Run the storm; the exit status is 1 if something did not hold."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--agents", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(storm(args.seconds, args.agents, args.seed, Path(folder)))
    show(figures)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 1 if figures["not_held"] else 0


if __name__ == "__main__":
    sys.exit(main())
