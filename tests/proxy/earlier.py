"""What a version kept of conversations in their middle, and what their providers had got by then.

`python -m tests.proxy.earlier` writes that of this version into `versions`, for all that follow: do
so when a version is released, and never again for it. What a file says stays as it is, also where
that hinders: a user's conversations go on from what an earlier version kept.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import headroom
from headroom.cache.ledger import Sent
from headroom.core.types import Grade
from headroom.engine.engine import Engine
from tests.proxy.conversation import OUTPUTS, WIRES, WITHOUT_OFFER
from tests.proxy.dialogue import SPOKEN, theirs
from tests.proxy.standin import running
from tests.proxy.test_continuation import Client, Model, asking

FOLDER = Path(__file__).parent / "versions"
LOG = "\n".join(f"10:00:{n:02} INFO worker {n % 7} has done job {n * 7919}" for n in range(60))


class Kept:
    """A ledger that can be written down."""

    failing = False

    def __init__(self, rows=()):
        self.forms = {bytes.fromhex(key): _sent(*row) for key, *row in rows}

    def rows(self):
        return [[key.hex(), *_row(sent)] for key, sent in sorted(self.forms.items())]

    def get(self, key):
        return self.forms.get(key)

    def put(self, key, sent):
        self.put_all({key: sent})

    def get_all(self, keys):
        return [self.forms.get(key) for key in keys]

    def put_all(self, entries):
        return [self.forms.setdefault(key, sent) for key, sent in entries.items()]


def _row(sent):
    grade = None if sent.grade is None else str(sent.grade)
    return sent.text, sent.tokens_before, sent.tokens_after, sent.compressor, grade, list(sent.refs)


def _sent(text, before, after, compressor, grade, refs):
    return Sent(text, before, after, compressor, Grade(grade) if grade else None, tuple(refs))


async def offered(name):
    """Have a conversation in which our tool is offered and called; return what is left of it."""
    spoken, ledger = SPOKEN[name], Kept()
    says = [[theirs("c1", q="a")], asking(("text", "Let me look.")), [theirs("c2", q="b")]]
    model = Model(spoken, False, says)
    async with running(model, engine=Engine(ledger=ledger)) as world:
        client = Client(world, spoken, False)
        await client.ask()
        await client.ask(LOG)
    [call] = [x for x in client.talk[-1][1] if x[0] == "call"]
    talk = [*client.talk, ("results", [(call[1], call[2], "ok")])]
    request = json.dumps(spoken.request(talk, False))
    return _left(spoken.path(False), spoken.headers, request, model.bodies[-1], ledger)


async def fetched(name):
    """Have a conversation with a shell; return what is left of it."""
    (path, build), ledger = WIRES[name], Kept()
    async with running(engine=Engine(ledger=ledger)) as world:
        await world.post(path, _short(build(1)).encode())
        sent = world.provider.received[-1].body
    return _left(path, (), _short(build(2)), sent, ledger)


def _short(body):
    written = json.dumps(body)
    for output, instead in zip(OUTPUTS, (LOG, "ok"), strict=False):
        written = written.replace(json.dumps(output), json.dumps(instead))
    return written


def _left(path, headers, request, sent, ledger):
    return {
        "path": path,
        "headers": headers,
        "request": request,
        "sent": sent.decode(),
        "forms": ledger.rows(),
    }


async def main():
    left = {name: await offered(name) for name in SPOKEN if name != "gemini-list"}
    left |= {name: await fetched(name) for name in WITHOUT_OFFER}
    file = FOLDER / f"{headroom.__version__}.json"
    file.write_text(json.dumps(left, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
