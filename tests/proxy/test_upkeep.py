"""Originals last as long as the conversations that name them, and come back where they were lost."""

from __future__ import annotations

import asyncio
import re
import sys

import pytest

from headroom.core.result import Action, CompressionResult, Reason, SegmentOutcome
from headroom.engine.engine import Engine
from headroom.engine.upkeep import PLACES, Notes
from headroom.proxy.pool import Pool
from headroom.proxy.upkeep import Upkeep
from headroom.stores import STORING, open_store
from tests.proxy.conversation import OUTPUTS, WIRES
from tests.proxy.standin import play, running, until


class Losing:
    """A store in memory that may fail, and may forget."""

    def __init__(self):
        self._inner, self.failing, self.asked = open_store(), set(), []
        self.put, self.put_all = self._inner.put, self._inner.put_all
        self.sweep, self.close = self._inner.sweep, self._inner.close

    def get(self, ref):
        self.asked.append(ref)
        return self._inner.get(ref)


def of_refs(*refs, action=Action.REPLAYED):
    outcome = SegmentOutcome(("messages", 0), action, Reason.SEEN, None, 9, 2, None, refs)
    return CompressionResult(None, (outcome,), b"")


async def settled(pool):
    await pool.run(lambda: None)


@pytest.mark.parametrize("name", WIRES)
def test_what_a_store_has_lost_is_stored_again_from_the_request_that_holds_it(name):
    path, build = WIRES[name]
    store = Losing()

    async def test():
        async with running(engine=Engine(store=store), shell="headroom retrieve") as world:
            await world.post(path, build(1))
            sent = world.provider.received[-1].body.decode()
            ref = re.search(r"headroom retrieve (\w{10})", sent)[1]
            original = store.get(ref)
            assert original in OUTPUTS
            store.failing = {STORING}
            await world.post(path, build(1))
            store.failing = set()
            store.close()
            assert store.get(ref) is None
            await world.post(path, build(1))
            await until(lambda: store.get(ref) == original)
            assert world.provider.received[-1].body.decode() == sent

    play(test())


@pytest.mark.parametrize("way", ["damaged", "deleted"])
def test_what_went_with_a_file_is_stored_again_in_the_one_begun_anew(way, tmp_path):
    path, build = WIRES["chat"]
    file = tmp_path / "originals.sqlite"

    async def test():
        store = open_store(f"sqlite:///{file}")
        async with running(engine=Engine(store=store), shell="headroom retrieve") as world:
            await world.post(path, build(1))
            ref = re.search(
                r"headroom retrieve (\w{10})", world.provider.received[-1].body.decode()
            )[1]
            assert store.get(ref) in OUTPUTS
            for each in tmp_path.iterdir():
                if way == "damaged" and not each.name.endswith("lock"):
                    each.write_bytes(b"\xff" * each.stat().st_size)
                elif way == "deleted":
                    each.unlink()
            await world.post(path, build(3))
            await until(lambda: store.get(ref) in OUTPUTS)

    play(test())


def test_uses_are_noted_once_an_hour_and_what_is_there_is_not_stored_again():
    store, now, again = Losing(), [0.0], []
    store.put("there", "text")

    async def test():
        pool = Pool(1, "test")
        upkeep = Upkeep(store, pool, lambda: now[0])
        for second in (0, 10, 3599, 3601):
            now[0] = second
            upkeep.keep(of_refs("there"), lambda _: again.append(1))
            await settled(pool)
        assert store.asked == ["there", "there"]
        upkeep.keep(of_refs("new", action=Action.COMPRESSED), lambda _: again.append(1))
        await settled(pool)
        assert again == []
        pool.close()

    asyncio.run(test())


def test_what_is_lost_is_asked_for_again_but_not_while_the_store_fails():
    store, again = Losing(), []

    async def test():
        pool = Pool(1, "test")
        upkeep = Upkeep(store, pool, lambda: 0.0)
        store.failing = {STORING}
        upkeep.keep(of_refs("gone"), lambda _: again.append("too early"))
        await settled(pool)
        store.failing = set()
        upkeep.keep(of_refs("gone"), lambda _: again.append("now"))
        await settled(pool)
        upkeep.keep(of_refs("gone"), lambda _: again.append("too often"))
        await settled(pool)
        assert again == ["now"]
        pool.close()

    asyncio.run(test())


def test_of_many_originals_those_noted_last_are_remembered():
    store = Losing()

    async def test():
        pool = Pool(1, "test")
        upkeep = Upkeep(store, pool, lambda: 0.0)
        upkeep.keep(of_refs(*map(str, range(30 * PLACES))), list)
        await settled(pool)
        store.asked.clear()
        upkeep.keep(of_refs("0", str(30 * PLACES - 1)), list)
        await settled(pool)
        assert store.asked == ["0"]
        pool.close()

    asyncio.run(test())


def test_what_is_known_of_uses_takes_no_more_memory_the_more_there_are():
    notes = Notes()
    before = held(notes)
    assert all(notes.is_due(hash(f"ref {n}"), n) for n in range(1_000))
    assert held(notes) == before
    known = [not notes.is_due(hash(f"ref {n}"), 1_000) for n in range(1_000)]
    assert sum(known) > 950


def held(notes):
    return sum(map(sys.getsizeof, vars(notes).values()))
