"""Threads that answer to an event loop."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from headroom.proxy.pool import LateError, Pool


@pytest.fixture
def pool(request):
    made = Pool(2, request.node.name)
    yield made
    made.close()


@pytest.fixture
def names(request):
    """Return what tells the threads of this test: those of another may not have ended yet."""
    of = f"{request.node.name}_"
    return lambda: {each.name for each in threading.enumerate() if each.name.startswith(of)}


def test_what_a_piece_of_work_returns_or_raises_is_had(pool):
    async def test():
        assert await pool.run(lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            await pool.run(lambda: 1 / 0)
        assert await pool.run(threading.get_ident) != threading.get_ident()

    asyncio.run(test())


def test_a_thread_is_begun_only_where_none_is_free(pool, names):
    async def test():
        for _ in range(5):
            await pool.run(int)
        assert len(names()) == 1
        both = threading.Barrier(2)
        await asyncio.gather(*(pool.run(partial(both.wait, 20)) for _ in range(2)))
        assert len(names()) == 2

    asyncio.run(test())


def test_no_more_are_at_work_than_may_be(pool):
    working, most = [], []
    held = threading.Event()

    def work():
        working.append(1)
        most.append(len(working))
        if len(most) == 2:
            held.set()
        held.wait(20)
        working.pop()

    async def test():
        await asyncio.gather(*(pool.run(work) for _ in range(10)))

    asyncio.run(test())
    assert max(most) == 2
    assert len(most) == 10


def test_what_nobody_waits_for_any_more_is_not_begun(pool):
    done = []
    held = threading.Event()

    async def test():
        busy = [pool.run(partial(held.wait, 20)) for _ in range(2)]
        waiting = pool.run(partial(done.append, 1))
        waiting.cancel()
        held.set()
        await asyncio.gather(*busy)
        await pool.run(int)

    asyncio.run(test())
    assert not done


def test_what_is_not_done_in_time_is_waited_for_no_longer_and_not_begun(pool):
    done = []
    held = threading.Event()

    async def test():
        assert await pool.run(lambda: 7, 20) == 7
        busy = [pool.run(partial(held.wait, 20)) for _ in range(2)]
        with pytest.raises(LateError):
            await pool.run(partial(done.append, 1), 1e-9)
        with pytest.raises(LateError):
            await pool.run(partial(done.append, 1), 0)
        held.set()
        await asyncio.gather(*busy)
        await pool.run(int)

    asyncio.run(test())
    assert not done


def test_what_waits_when_it_is_closed_is_cancelled_and_the_threads_end(pool, names):
    begun, held = threading.Barrier(3), threading.Event()

    def work():
        begun.wait(20)
        return held.wait(20)

    async def test():
        busy = [pool.run(work) for _ in range(2)]
        waiting = pool.run(int)
        begun.wait(20)
        pool.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(RuntimeError):
            pool.run(int)
        held.set()
        assert await asyncio.gather(*busy) == [True, True]

    asyncio.run(test())
    for each in threading.enumerate():
        if each.name in names():
            each.join(20)
    assert not names()


def test_a_loop_that_is_closed_meanwhile_costs_no_thread():
    pool = Pool(1, "test")
    begun, held = threading.Event(), threading.Event()

    def work():
        begun.set()
        held.wait(20)

    async def left():
        pool.run(work)
        begun.wait(20)

    asyncio.run(left())
    held.set()

    async def later():
        return await pool.run(lambda: 7)

    assert asyncio.run(later()) == 7
    pool.close()
