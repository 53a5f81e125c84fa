"""The worker: no request waits for it, its queue and its memory are bounded, it stops when told."""

import threading

import pytest

from headroom.kompress.background import MOST_CHARS, Background, Counts
from headroom.kompress.model import ModelError

PATIENCE = 20  # seconds a test waits for a thread that is expected at once


class Model:
    """Counts what it is asked; gives every second token a higher score."""

    def __init__(self, error=None):
        self.texts, self.error = [], error

    def __call__(self, text, stopped):
        if self.error is not None:
            raise self.error
        self.texts.append(text)
        return [(n, n + 1, float(n)) for n in range(len(text))]


def idle(model, **bounds):
    """Return a background whose thread never runs: `drain` does its work."""
    return Background(lambda: model, lambda: 0.0, start=lambda loop: None, **bounds)


def test_the_first_time_nothing_is_there_and_the_next_time_it_is():
    model = Model()
    background = idle(model)
    assert background.ask("a b") is None
    assert background.ask("a b") is None
    background.drain()
    assert background.ask("a b") == bytes([128, 255])
    assert model.texts == ["a b"]
    assert background.counts == Counts(known=1, waiting=1, scored=1)


def test_a_full_queue_drops_what_comes():
    background = idle(Model(), most_waiting=2)
    for text in ("a", "b", "c", "d"):
        background.ask(text)
    assert (background.counts.waiting, background.counts.dropped) == (2, 2)
    background.drain()
    assert background.ask("c") is None
    background.drain()
    assert background.ask("c") is not None


def test_a_text_that_is_too_long_is_declined():
    background = idle(Model())
    assert background.ask("a" * (MOST_CHARS + 1)) is None
    assert background.counts == Counts(declined=1)
    with pytest.raises(ModelError, match="100,000 at most"):
        background.wait("a" * (MOST_CHARS + 1))


def test_ranks_are_forgotten_in_time_and_when_they_take_too_much():
    now = [0.0]
    background = Background(Model, lambda: now[0], start=lambda loop: None, ttl=10, max_bytes=5)
    background.wait("a b c")
    now[0] = 11
    assert background.ask("a b c") is None
    background.wait("d e f")
    background.wait("g h i")
    assert background.ask("d e f") is None
    assert background.ask("g h i") is not None


def test_without_a_model_the_reason_is_kept_and_nothing_is_queued_any_more(caplog):
    asked = []

    def load():
        asked.append(1)
        raise ModelError("no model; run this")

    background = Background(load, lambda: 0.0, start=lambda loop: None)
    background.ask("a")
    background.ask("b")
    background.drain()
    assert background.counts == Counts(waiting=2, unavailable="no model; run this")
    assert background.ask("c") is None
    assert background.counts.waiting == 2
    with pytest.raises(ModelError, match="run this"):
        background.wait("d")
    assert len(asked) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_model_that_fails_on_a_text_goes_on_with_the_next():
    model = Model(ModelError("no numbers"))
    background = idle(model)
    background.ask("a")
    background.drain()
    model.error = None
    background.ask("b")
    background.drain()
    assert (background.counts.failed, background.counts.scored) == (1, 1)
    assert background.ask("a") is None


def test_nobody_waits_while_the_model_is_at_work():
    entered, leave = threading.Event(), threading.Event()

    def slow(text, stopped):
        entered.set()
        leave.wait(PATIENCE)
        return [(0, 1, 1.0)]

    background = Background(lambda: slow, lambda: 0.0)
    try:
        assert background.ask("a") is None
        assert entered.wait(PATIENCE)
        assert background.ask("b") is None
        assert background.ask("a") is None
    finally:
        leave.set()
        background.close(PATIENCE)
    assert not background._thread.is_alive()


def test_the_thread_is_a_daemon_and_is_started_once_and_only_when_needed():
    done = threading.Event()
    background = Background(lambda: lambda text, stopped: done.set() or [], lambda: 0.0)
    assert background._thread is None
    background.ask("a")
    thread = background._thread
    assert thread.daemon
    assert done.wait(PATIENCE)
    background.ask("b")
    assert background._thread is thread
    background.close(PATIENCE)
    assert not thread.is_alive()


def test_closing_forgets_the_queue_and_stops_the_text_at_work():
    entered = threading.Event()

    def endless(text, stopped):
        entered.set()
        while not stopped():
            pass
        return []

    background = Background(lambda: endless, lambda: 0.0)
    background.ask("a")
    assert entered.wait(PATIENCE)
    background.ask("b")
    background.close(PATIENCE)
    assert not background._thread.is_alive()
    assert background.ask("a") is None
    assert background.ask("c") is None
    assert background.counts.scored == 0


def test_a_thread_that_died_is_replaced():
    started = []
    background = Background(Model, lambda: 0.0, start=started.append)
    background.ask("a")
    background.ask("b")
    assert len(started) == 2


def test_waiting_gives_what_is_known_or_scores_it_now():
    model = Model()
    background = idle(model)
    assert background.wait("a b") == background.wait("a b") == bytes([128, 255])
    assert model.texts == ["a b"]


def test_any_text_can_be_asked_for():
    background = idle(Model())
    for text in ("", "\ud800", "\0"):
        background.ask(text)
    background.drain()
    assert background.ask("\ud800") is not None
