"""Tests of `Traces`: what a conversation's lines are known by."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress, expand
from headroom.engine.echo import Earlier
from headroom.engine.source import Source, Traces, lines_of
from tests.choices import choices
from tests.elide.snapshot.test_by_node import panel, shop

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


PIECES = st.sampled_from(
    ["[headroom:page 2 lines; 1_12 is uid=1_12]", "[headroom:page 1 line]", "1_2 link", "= a", ""]
)


@given(st.lists(PIECES, max_size=9))
def test_a_text_has_as_many_lines_as_can_be_pointed_at(lines):
    text = "\n".join(lines)
    assert len(lines_of(text)) == len(text.split("\n"))


@pytest.mark.parametrize("page", [panel(6), shop(8)])
def test_lines_of_a_page_are_those_that_were_printed(page):
    messages = [{"role": "tool", "content": f"Page state\n{page}\nEnd of it"}]
    (message,) = compress(messages, model="gpt-4o", profile="lossless").messages
    assert "[headroom:page " in message["content"]
    above, _, *printed = lines_of(message["content"])
    assert [above, *printed] == messages[0]["content"].split("\n")


@pytest.mark.parametrize("page", [panel(6), shop(8)])
def test_a_page_after_a_click_points_at_the_one_before(page):
    lines = page.split("\n")
    after = "\n".join([*lines[:30], '- text: "Saved"', *lines[30:]])
    messages = [{"role": "tool", "content": page}, {"role": "tool", "content": after}]
    first, second = compress(messages, model="gpt-4o", profile="lossless").messages
    assert first["content"].startswith("[headroom:page ")
    assert "lines 2-31 of message 1" in second["content"]
    assert '- text: "Saved"' in second["content"]
    assert len(second["content"]) < 0.5 * len(first["content"])
    assert expand([first, second]) == messages
