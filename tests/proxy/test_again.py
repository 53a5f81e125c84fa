"""A conversation that is had again: the same prompt once more, a fork, an answer asked for anew."""

from __future__ import annotations

import pytest

from tests.proxy.dialogue import SPOKEN, theirs
from tests.proxy.standin import play, running
from tests.proxy.test_continuation import LOG, Client, Model, asking, flat, things

NAMES = ["anthropic", "chat", "responses"]
"""Wires on which calls have ids."""


def call_id(run, n):
    return f"toolu_01{run}{n}Xb7Qd4059"


def script(run, *, lines=None):
    """Ask for lines of what the first call brought, or go on at once."""
    look = theirs(call_id(run, 2), q="b")
    middle = [[("think", run), look]]
    if lines is not None:
        ask = asking(("think", run), ("text", "Let me look."), lines=lines, call_id=call_id(run, 1))
        middle = [ask, [("think", run * 2), look]]
    return [[theirs(call_id(run, 0), q="a")], *middle, [("text", "Done.")]]


class Runs:
    """A model for each run; all of them are strict about what they said before."""

    def __init__(self, spoken, scripts):
        self.models = [Model(spoken, False, each) for each in scripts]
        self.now = 0

    def __call__(self, received):
        return self.models[self.now](received)


async def had(world, spoken, runs, results):
    """Have the conversation once; return what the provider was sent at its end."""
    client = Client(world, spoken, False)
    await client.ask()
    await client.ask(results[0])
    assert await client.ask(results[1]) == [("text", "Done.")]
    return flat(runs.models[runs.now].talks[-1])


def asked_for(talk):
    calls = [x for kind, x in talk if kind == "said" and x[0] == "call"]
    return [x[3]["lines"] for x in calls if "lines" in x[3]]


@pytest.mark.parametrize("name", NAMES)
def test_who_has_the_same_conversation_again_is_told_nothing_of_the_first(name):
    spoken = SPOKEN[name]
    runs = Runs(spoken, [script("1", lines="1-2"), script("2", lines="5-6"), script("3")])

    async def test():
        async with running(runs) as world:
            for runs.now, lines in enumerate((["1-2"], ["5-6"], [])):
                talk = await had(world, spoken, runs, (LOG, "ok"))
                assert asked_for(talk) == lines

    play(test())


@pytest.mark.parametrize("name", [*NAMES, "gemini"])
def test_what_was_asked_about_other_results_is_no_part_of_a_conversation(name):
    spoken = SPOKEN[name]
    asks = [[theirs("c1", q="a")], asking(lines="1-2"), [theirs("c2", q="b")], [("text", "Done.")]]
    none = [[theirs("c1", q="a")], [theirs("c2", q="b")], [("text", "Done.")]]
    runs = Runs(spoken, [asks, none])

    async def test():
        async with running(runs) as world:
            assert asked_for(await had(world, spoken, runs, (LOG, "ok"))) == ["1-2"]
            runs.now = 1
            assert not asked_for(await had(world, spoken, runs, ("Nothing today.", "ok")))

    play(test())


def test_a_fork_goes_on_from_its_own_branch():
    spoken = SPOKEN["anthropic"]
    first, second = script("1", lines="1-2"), script("2", lines="5-6")
    runs = Runs(spoken, [first, [first[0], *second[1:]]])

    async def test():
        async with running(runs) as world:
            client = Client(world, spoken, False)
            await client.ask()
            before = list(client.talk)
            for runs.now, lines in enumerate(("1-2", "5-6")):
                if runs.now:
                    runs.models[1].bodies.append(b"")
                    runs.models[1].strict = False
                client.talk = list(before)
                await client.ask(LOG)
                await client.ask("ok")
                talk = flat(runs.models[runs.now].talks[-1])
                assert asked_for(talk) == [lines]
                said = [x for kind, x in talk if kind == "said"]
                assert said[1] == things(spoken, ("think", str(runs.now + 1)))[0]

    play(test())
