"""A provider that simulates its cache of prompts: it prices what it is sent, and answers by script.

Priced in tokens of fresh input with the rates of `headroom/proxy/money/price.toml`, as the proxy's
own figures are. Anthropic reads the longest prefix of blocks that ended at a breakpoint before, and
writes up to the last one; OpenAI reads the longest prefix that it had, in steps of 128 tokens.
Neither caches prefixes of less than 1,024 tokens.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Self

from headroom.proxy.money.price import price_of
from headroom.proxy.money.usage import Usage
from headroom.tokens import tokenizer_for

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAST, _STEP = 1_024, 128


@dataclass(slots=True)
class Bill:
    """What one session has cost so far."""

    cost: float = 0.0
    tokens: int = 0
    requests: int = 0
    changed: int = 0
    """Blocks that went out in another form than before."""
    sent: list[str] = field(default_factory=list)
    ends: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    tokens: int
    marked: bool


class Provider:
    """Prices requests and answers them with the script's next step; on the loopback interface.

    Args:
        answers: what the model says in each session, turn by turn, in its wire's shape.
    """

    def __init__(self, answers: dict[str, list[dict[str, Any]]]) -> None:
        self.answers = answers
        self.bills: dict[str, Bill] = {}
        self._count = tokenizer_for("gpt-4o").count
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *args: object) -> None:
                """Say nothing."""

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["content-length"]))
                answer = json.dumps(provider.answer(json.loads(raw))).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """Price a request and return the model's next turn."""
        claude = "metadata" in body
        name = body["metadata"]["user_id"] if claude else body["user"]
        with self._lock:
            self.take(name, body)
        turn = sum(message["role"] == "assistant" for message in body["messages"])
        said = self.answers[name][turn]
        if claude:
            usage = {"input_tokens": 1, "output_tokens": 1}
            return {
                "id": "m",
                "type": "message",
                "role": "assistant",
                "model": "m",
                "usage": usage,
                **said,
            }
        return {"id": "c", "object": "chat.completion", "choices": [{"index": 0, "message": said}]}

    def take(self, name: str, body: dict[str, Any]) -> None:
        """Add what a request costs to the bill of its session."""
        bill = self.bills.setdefault(name, Bill())
        blocks = list(_blocks(body, self._count))
        sent = [block.text for block in blocks]
        usage = _read(bill, blocks) if "metadata" in body else _common(bill, blocks)
        bill.cost += price_of(body["model"]).cost(usage)
        bill.tokens += sum(block.tokens for block in blocks)
        bill.requests += 1
        bill.changed += sum(a != b for a, b in zip(bill.sent, sent, strict=False))
        bill.sent = sent


def _blocks(body: dict[str, Any], count: Any) -> Iterator[_Block]:
    """Yield what a request holds in the order in which providers cache it."""
    system = body.get("system", ())
    for each in (*body.get("tools", ()), *system):
        yield _block(each, count)
    for message in body["messages"]:
        if "metadata" in body:
            for each in message["content"]:
                yield _block(each, count)
        else:
            yield _block(message, count)


def _block(value: dict[str, Any], count: Any) -> _Block:
    bare = {key: each for key, each in value.items() if key != "cache_control"}
    text = json.dumps(bare, ensure_ascii=False)
    return _Block(text, count(text), "cache_control" in value)


def _read(bill: Bill, blocks: list[_Block]) -> Usage:
    """Return what Anthropic reads, writes and takes fresh."""
    chain, seen, hit, mark = hashlib.blake2b(), 0, 0, 0
    ends = set()
    for block in blocks:
        chain.update(block.text.encode("utf-8", "surrogatepass"))
        seen += block.tokens
        end = chain.hexdigest()
        if end in bill.ends:
            hit = seen
        if block.marked and seen >= _LEAST:
            mark = seen
            ends.add(end)
    bill.ends |= ends
    written = max(0, mark - hit)
    return Usage(fresh=seen - hit - written, read=hit, written_5m=written)


def _common(bill: Bill, blocks: list[_Block]) -> Usage:
    """Return what OpenAI reads and takes fresh."""
    pairs = zip(blocks, bill.sent, strict=False)
    same = sum(block.tokens for block, _ in takewhile(lambda pair: pair[0].text == pair[1], pairs))
    read = same // _STEP * _STEP if same >= _LEAST else 0
    return Usage(fresh=sum(block.tokens for block in blocks) - read, read=read)
