"""Tests of `Traces`: what a conversation's lines are known by."""

from __future__ import annotations

from functools import cache

from hypothesis import given

from headroom.engine.echo import Earlier
from headroom.engine.source import Source, Traces
from tests.choices import choices

LINES = [f"{n}: the quick brown fox jumps over dog number {n * 7919}" for n in range(4000)]


def source(lines):
    text = "\n".join(lines)
    return Source(1, 1, text, text)


@cache
def stretch(start):
    return source(LINES[start : start + 40])


@given(choices(64).map(lambda made: made.several(lambda: made.below(len(LINES) - 39), 1, 30)))
def test_every_line_that_is_there_is_found(starts):
    sources = [stretch(start) for start in starts]
    first = starts[0] % (len(sources) + 1)
    traces = Traces().grown(sources[:first]).grown(sources)
    for each in sources:
        assert traces.found(each.digests) == set(each.digests)


def test_few_of_those_that_are_not_are_found_however_many_there_are():
    sources = []
    traces = Traces()
    for start in range(0, 3000, 50):
        sources.append(source(LINES[start : start + 50]))
        traces = traces.grown(sources)
    others = source(LINES[3000:]).digests
    assert len(traces.found(others)) < len(others) / 5


def test_what_does_not_last_leaves_none():
    brief = source(LINES[:40])
    brief.lasting = False
    assert not Traces().grown([brief]).found(brief.digests)


def test_a_long_conversation_is_pointed_at_like_a_short_one():
    texts = ["\n".join(LINES[start : start + 40]) for start in range(0, 2000, 40)]
    whole, known = Earlier(), Earlier()
    for turn, text in enumerate(texts):
        whole.add(turn, text, text)
        known.add(turn, text, text)
    traces = Traces().grown(known.sources[:-9])
    resumed = Earlier(known.sources[:-5], traces)
    for turn, text in enumerate(texts[-5:], len(texts) - 5):
        resumed.add(turn, text, text)
    assert traces.covers == len(texts) - 9
    for start in (0, 400, 1700, 1990, 3000):
        text = "\n".join(LINES[start : start + 30])
        assert resumed.spans(text) == whole.spans(text)


def test_a_conversation_that_took_another_turn_has_traces_of_both():
    sources = [source(LINES[start : start + 40]) for start in (0, 100, 200)]
    traces = Traces().grown(sources).grown([sources[0]]).grown([sources[0], source(LINES[300:340])])
    assert traces.covers == 2
    assert len(traces.found(source(LINES[300:340]).digests)) == 40
