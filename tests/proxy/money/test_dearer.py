"""No conversation costs more through the proxy than direct, and none is refused because of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import headroom
from tests.proxy.conversation import WIRES, WITHOUT_OFFER
from tests.proxy.model import Model
from tests.proxy.standin import Received, play, running

ROOT = Path(headroom.__file__).resolve().parents[1]


def direct(path, requests):
    """Return what the requests cost without anybody between."""
    model = Model()
    for body in requests:
        model(Received("POST", path, [], json.dumps(body).encode()))
    assert model.refused == []
    return model.price


@pytest.mark.parametrize("shell", [True, False])
@pytest.mark.parametrize("deadline", [30, 1e-9])
@pytest.mark.parametrize("name", WIRES)
def test_a_conversation_costs_at_most_what_it_costs_direct(name, deadline, shell):
    path, build = WIRES[name]
    requests = [build(turns, shell=shell) for turns in (0, 1, 2, 3, 3)]

    async def test():
        model = Model()
        async with running(model, deadline=deadline) as world:
            for body in requests:
                assert (await world.post(path, body))[0] == 200
            money = json.loads((await world.send("GET", "/stats"))[2])["money"]
            assert model.refused == []
            assert model.price <= direct(path, requests)
            if deadline == 30:
                assert model.price < 0.8 * direct(path, requests)
                assert money["input_token_equivalents"]["saved"] > 0
            assert money["conversations_stood_down"] == 0

    play(test())


@pytest.mark.parametrize("name", sorted(WIRES.keys() - {*WITHOUT_OFFER}))
def test_a_conversation_that_is_offered_our_tool_costs_less_too(name):
    path, build = WIRES[name]
    requests = [build(turns) for turns in (0, 1, 2, 3, 3)]

    async def test():
        model = Model()
        async with running(model, shell=None) as world:
            for body in requests:
                assert (await world.post(path, body))[0] == 200
            assert all(b"headroom_retrieve" in each.body for each in world.provider.received)
            money = json.loads((await world.send("GET", "/stats"))[2])["money"]
            assert model.refused == []
            assert model.price < 0.8 * direct(path, requests)
            assert money["input_token_equivalents"]["saved"] > 0
            assert money["conversations_stood_down"] == 0

    play(test())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["proxy", "--help"]])
def test_nobody_who_runs_no_proxy_loads_one(arguments):
    code = (
        "import sys\n"
        "from headroom.cli.main import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'aiohttp', 'uvicorn', 'uvloop'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.endswith("[]\n")
