"""Measure what the proxy adds to a request, against the same request sent direct in the same run.

python -m benchmarks.proxy_latency [--quick] [--json FILE] [--beside COMMAND]

All ways alternate, so that what else the machine does weighs on each. Processor time of the proxy
is given as well, which depends on the machine's load far less. `--beside` names the command of
another proxy (`env NAME=VALUE serve --port {port} --to {upstream}`), whose figures then stand
beside, and the share of what it adds that this proxy adds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import generate
from benchmarks.standin import EVENTS, STREAM, Beside, Client, Proxy, Upstream, streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.standin import Process

CHAT = "/v1/chat/completions"
STREAMING = "/v1/chat/completions/stream"
_NEW = 4_000
"""Characters that a turn adds."""
_TURNS = 10
"""Turns for which a conversation is gone on with before a fresh one of the same size begins."""
_LONG = 4_000_000
"""Characters of the longest single text that is looked at."""
_KINDS = ("application log", "grep -rn", "JSON records", "prose", "git diff")
_BASH = {"type": "function", "function": {"name": "bash", "parameters": {"type": "object"}}}


def turn(number: int, size: int = _NEW) -> list[dict[str, Any]]:
    """Return a call and its result of about that many characters; no two are the same."""
    kind = _KINDS[number % len(_KINDS)]
    text = f"run {number}\n" + generate(kind, size, seed=number)[:size]
    arguments = json.dumps({"command": f"make part{number}"})
    call = {"id": f"c{number}", "type": "function"}
    call["function"] = {"name": "bash", "arguments": arguments}  # type: ignore[assignment] # JSON
    return [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": f"c{number}", "content": text},
    ]


def body(messages: list[dict[str, Any]], model: str = "gpt-4o") -> bytes:
    """Return a request as a client would write it."""
    return json.dumps({"model": model, "messages": messages, "tools": [_BASH]}).encode()


def conversations(size: int, rounds: int) -> Iterator[tuple[bytes, bool]]:
    """Yield bodies of about that many bytes, and whether each goes on from the one before."""
    number = 0
    for first in range(0, rounds, _TURNS):
        messages = [{"role": "user", "content": f"Which part {first} is slow?"}]
        length = 0
        while length < size - _NEW:
            messages += turn(number)
            length += len(json.dumps(messages[-2:]))
            number += 1
        yield body(messages), False
        for _ in range(min(_TURNS, rounds - first)):
            messages += turn(number)
            number += 1
            yield body(messages), True


def latency(
    proxy: Process, upstream: int, size: int, rounds: int, beside: Process | None = None
) -> dict[str, Any]:
    """Return what is added to requests of a size of which 4 kB are new, in ms."""
    proxies = {"": proxy} if beside is None else {"": proxy, "beside_": beside}
    direct = Client(upstream)
    clients = [direct, *(Client(each.port) for each in proxies.values())]
    added: dict[str, list[float]] = {name: [] for name in proxies}
    plain: list[float] = []
    busy = dict.fromkeys(proxies, 0.0)
    wrong = 0
    for number, (raw, counts) in enumerate(conversations(size, rounds)):
        before = {name: each.busy() or 0.0 for name, each in proxies.items()}
        first = number % len(clients)
        taken, answers = {}, set()
        for client in (*clients[first:], *clients[:first]):
            start = time.perf_counter()
            answers.add(client.post(CHAT, raw))
            taken[client] = (time.perf_counter() - start) * 1000
        wrong += len(answers) > 1
        if counts:
            plain.append(taken[direct])
            for client, (name, each) in zip(clients[1:], proxies.items(), strict=True):
                added[name].append(taken[client] - taken[direct])
                busy[name] += (each.busy() or 0.0) - before[name]
    for client in clients:
        client.close()
    figures = {
        "bytes": size,
        "requests": len(plain),
        "direct_p50_ms": round(statistics.median(plain), 2),
    }
    for name, some in added.items():
        figures[f"{name}added_p50_ms"] = round(statistics.median(some), 2)
        figures[f"{name}added_p99_ms"] = round(_rank(some, 0.99), 2)
        figures[f"{name}cpu_ms"] = round(busy[name] * 1000 / max(len(some), 1), 2)
    for what in ("added_p50_ms", "added_p99_ms", "cpu_ms") if beside is not None else ():
        figures[f"share_of_{what[:-3]}"] = round(figures[what] / figures[f"beside_{what}"], 3)
    return figures | ({"answers_that_differ": wrong} if wrong else {})


def memory(proxy: Proxy, requests: int) -> dict[str, Any]:
    """Return the resident memory in MB before, amid and after short conversations of many kinds."""
    clients = [Client(proxy.port) for _ in range(4)]
    figures: dict[str, Any] = {"requests": requests, "before_mb": _rounded(proxy.resident())}

    def some(client: Client, first: int, last: int) -> None:
        for number in range(first, last, len(clients)):
            messages: list[dict[str, Any]] = [{"role": "user", "content": f"What of {number}?"}]
            for n in range(1 + number % 5):
                messages += turn(number * 5 + n, 2_000 + 300 * (number % 40))
            client.post(CHAT, body(messages, ("gpt-4o", "claude-sonnet-4-5")[number % 2]))

    half = requests // 2
    for first, name in ((0, "halfway_mb"), (half, "after_mb")):
        threads = [
            threading.Thread(target=some, args=(client, first + n, first + half))
            for n, client in enumerate(clients)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        figures[name] = _rounded(proxy.resident())
    for client in clients:
        client.close()
    if figures["after_mb"] is not None:
        grown = figures["after_mb"] - figures["halfway_mb"]
        figures["mb_per_1000"] = round(grown / (requests / 2) * 1000, 2)
    return figures


def hostile(size: int) -> dict[str, bytes]:
    """Return bodies that are much work for their size, by what they are."""
    deep = 200_000
    start, end = b'{"messages":[{"role":"tool","content":"', b'"}]}'
    return {
        "one line": start + b"x" * size + end,
        "empty lines": start + b"\\n" * (size // 2) + end,
        "escapes": start + b"\\u00e9" * (size // 6) + end,
        "tiny lists": b'{"messages":[' + b"[]," * (size // 3) + b"[]]}",
        "tiny lists in one message": b'{"messages":[[' + b"[]," * (size // 3) + b"[]]]}",
        "tiny messages": b'{"messages":['
        + b'{"role":"tool","content":"a"},' * (size // 30)
        + b"{}]}",
        "deep": b'{"messages":' + b"[" * deep + b"]" * deep + b"}",
        "spaces": b'{"messages":[' + b" " * size + b"]}",
        **_long(min(size, _LONG)),
    }


def _long(size: int) -> dict[str, bytes]:
    """Return bodies with one text of about `size` characters, on which all of the work is done."""
    words = "alpha beta gamma delta error value system memory cache provider token stream".split()
    texts = {
        "long prose": ". ".join(
            " ".join(words[n * k % 12] for k in range(1, 9)) for n in range(size // 55)
        ),
        "long table": "\n".join(
            f"{n:8}  {words[n % 12]:20}  {n * n % 9973:8}  ready" for n in range(size // 48)
        ),
    }
    asked = {"role": "user", "content": "Which one is slow?"}
    return {n: body([asked, {"role": "tool", "content": text}]) for n, text in texts.items()}


def health(proxy: Proxy, size: int) -> dict[str, Any]:
    """Return how long `/health` takes, in ms, while hostile bodies are worked on."""
    figures: dict[str, Any] = {"bytes": size}
    every: list[float] = []
    for name, raw in hostile(size).items():
        done = threading.Event()

        def send(raw: bytes = raw, done: threading.Event = done) -> None:
            client = Client(proxy.port)
            client.post(CHAT, raw)
            client.close()
            done.set()

        client = Client(proxy.port)
        taken = []
        threading.Thread(target=send).start()
        while True:
            start = time.perf_counter()
            client.get("/health")
            taken.append((time.perf_counter() - start) * 1000)
            if done.wait(0.002):
                break
        client.close()
        every += taken
        figures[name] = round(max(taken), 1)
    figures["p99_ms"] = round(_rank(every, 0.99), 1)
    return figures


def streams(proxy: Proxy, count: int) -> dict[str, Any]:
    """Return how many of so many concurrent streams came through with every event in order."""
    raw = json.dumps({"stream": True, "messages": [{"role": "user", "content": "Say it."}]})

    async def all_of_them() -> list[bytes]:
        each = (streamed(proxy.port, STREAMING, raw.encode()) for _ in range(count))
        return await asyncio.gather(*each)

    start = time.perf_counter()
    got = asyncio.run(asyncio.wait_for(all_of_them(), 120))
    return {
        "streams": count,
        "events": EVENTS,
        "whole": sum(each == STREAM for each in got),
        "seconds": round(time.perf_counter() - start, 2),
    }


def started(upstream: int, folder: Path) -> float:
    """Return the seconds from starting a proxy to its first answer."""
    start = time.perf_counter()
    with Proxy(upstream, folder) as proxy:
        client = Client(proxy.port)
        client.post(CHAT, body([{"role": "user", "content": "hello"}, *turn(0)]))
        client.close()
        return time.perf_counter() - start


def compared(
    proxy: Process, upstream: int, load: tuple[int, int], beside: str | None
) -> dict[str, Any]:
    """Return what `latency` does for a size and a number of requests, if need be beside another."""
    if beside is None:
        return latency(proxy, upstream, *load)
    with Beside(beside, upstream) as other:
        _warm(other)
        return latency(proxy, upstream, *load, other)


def run(*, quick: bool, only: str | None = None, beside: str | None = None) -> dict[str, Any]:
    """Return all figures, or those of one step; `beside` is the command of another proxy."""
    rounds, large, starts = ((4, 2), 400_000, 1) if quick else ((200, 60), 2_000_000, 3)
    steps: dict[str, Callable[[Proxy, int, Path], dict[str, Any]]] = {
        "start": lambda _, u, f: {"seconds": round(min(started(u, f) for _ in range(starts)), 2)},
        "small": lambda p, u, _: compared(p, u, (100_000, rounds[0]), beside),
        "large": lambda p, u, _: compared(p, u, (large, rounds[1]), beside),
        "streams": lambda p, *_: streams(p, 20 if quick else 200),
        "health": lambda p, *_: health(p, 300_000 if quick else 20_000_000),
        "memory": lambda p, *_: memory(p, 40 if quick else 2_000),
    }
    figures = {}
    names = [name for name in steps if only in (None, name)]
    with tempfile.TemporaryDirectory() as folder, Upstream() as upstream:
        for together in [names] if quick else [[name] for name in names]:
            path = Path(folder) / together[0]
            path.mkdir()
            with Proxy(upstream.port, path) as proxy:
                _warm(proxy)
                for name in together:
                    figures[name] = steps[name](proxy, upstream.port, path)
    return figures


def _warm(proxy: Process) -> None:
    client = Client(proxy.port)
    for n in range(3):
        client.post(CHAT, body([{"role": "user", "content": f"{n}"}, *turn(n)]))
    client.close()


def table(figures: dict[str, Any]) -> str:
    """Return the figures as lines of text."""
    lines = []
    for name, row in figures.items():
        lines.append(f"{name:8} " + "  ".join(f"{key} {value}" for key, value in row.items()))
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Run the measurements; the exit status is 1 if a stream did not come through whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument(
        "--quick", action="store_true", help="few rounds, small bodies, one proxy for all steps"
    )
    parser.add_argument("--only", help="one step: start, small, large, streams, health, memory")
    parser.add_argument(
        "--beside", metavar="COMMAND", help="another proxy, with {port} and {upstream}"
    )
    args = parser.parse_args(argv)
    figures = run(quick=args.quick, only=args.only, beside=args.beside)
    print(table(figures))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    got = figures.get("streams", {"whole": 0, "streams": 0})
    return 0 if got["whole"] == got["streams"] else 1


def _rank(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(share * len(values)) - 1]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


if __name__ == "__main__":
    sys.exit(main())
