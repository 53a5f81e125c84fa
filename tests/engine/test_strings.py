"""Outputs inside JSON, read again: their lines are pointed at within the strings."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from headroom import compress, expand, retrieve
from headroom.core.letter import closed, contents, strings
from headroom.engine.source import Source
from tests.choices import choices
from tests.core.frames import FRAMES
from tests.elide.snapshot.test_by_node import panel
from tests.engine.test_reread import FILE, conversation, shown

TEXT = "\n".join(FILE)
EDITED = TEXT.replace("argument + 9\n", "argument - 9\n")


def codex(text, **options):
    """Return an output as Codex hands it on."""
    return json.dumps({"output": text, "metadata": {"exit_code": 0}}, **options)


def sent(*outputs, **options):
    """Return what is sent of the outputs of `cat a.py`; all of it expands to what they were."""
    messages = conversation(*(("cat a.py", each) for each in outputs))
    result = compress(messages, model="gpt-4o", **{"editing": True} | options)
    assert expand(result.messages) == messages
    return shown(result.messages), result


def test_a_file_read_again_in_json_sends_what_changed():
    (first, second), result = sent(codex(TEXT), codex(EDITED))
    assert first == codex(TEXT)
    inner = json.loads(second)
    assert inner["metadata"] == {"exit_code": 0}
    above, changed, below = inner["output"].split("\n")
    assert "lines 1-28 of message 3 string 1 (cat a.py)" in above
    assert changed == "    return argument - 9"
    assert "lines 30-180 of message 3 string 1, " in below
    assert result.outcomes[-1].reason == "repeated"


def test_the_same_in_other_json_is_named_as_a_string():
    (_, second), _ = sent(codex(TEXT), codex(TEXT, indent=1))
    assert "identical to message 3 string 1" in json.loads(second)["output"]


@pytest.mark.parametrize("first", [TEXT, codex(TEXT)])
@pytest.mark.parametrize("second", [EDITED, codex(EDITED)])
def test_a_text_and_a_string_point_at_each_other(first, second):
    (kept, pointed), _ = sent(first, second)
    assert kept == first
    assert len(pointed) < 0.2 * len(second)


@pytest.mark.parametrize("name", FRAMES)
def test_strings_in_an_agents_frame_are_pointed_at(name):
    head, tail = FRAMES[name]
    (_, second), _ = sent(
        head + codex(TEXT) + tail, codex(EDITED), editing=False, profile="lossless"
    )
    assert "of message 3 string 1" in second or len(second) < 0.2 * len(EDITED)


def test_who_asks_once_more_gets_the_text_itself():
    (_, second, third), _ = sent(codex(TEXT), codex(EDITED), codex(EDITED))
    assert "of message 3" in second
    assert third == codex(EDITED)


def test_of_a_page_in_json_what_is_new_stays_whole():
    page = panel(30)
    lines = page.split("\n")
    after = "\n".join([*lines[:40], '  - alert "Deleted" [ref=e900]', *lines[40:]])
    result = compress(
        [
            {"role": "user", "content": "Delete the berth of Faro."},
            {"role": "tool", "content": json.dumps({"content": [{"type": "text", "text": page}]})},
            {"role": "tool", "content": json.dumps({"content": [{"type": "text", "text": after}]})},
            {"role": "assistant", "content": "Next."},
        ],
        model="gpt-4o",
    )
    (_, first), (_, second) = (
        json.loads(result.messages[at]["content"])["content"][0].items() for at in (1, 2)
    )
    assert '  - alert "Deleted" [ref=e900]' in second[1].split("\n")
    assert ": as in message 2 string 1" in second[1]
    assert len(second[1]) < 0.2 * len(first[1])
    assert str(retrieve(result.refs[-1])) == after


LINES = [f"{n}: the quick brown fox jumps over dog number {n * 7919}" for n in range(80)]


def output(made):
    """Return some stretches of lines, wrapped in one way or another."""
    starts = made.several(lambda: made.below(60), 1, 4)
    text = "\n".join(line for start in starts for line in LINES[start : start + 20])
    return made.one(
        [
            text,
            codex(text),
            json.dumps([{"type": "text", "text": text}, {"type": "text", "text": text[::-1]}]),
            "Took 2 s\n" + codex(text + " é", ensure_ascii=False),
            codex(codex(text)),
        ]
    )


@settings(max_examples=40)
@given(choices(48).map(lambda made: (made.several(lambda: output(made), 2, 6), made.below(2))))
def test_whatever_is_repeated_comes_back_and_stays_as_it_was_sent(drawn):
    outputs, reads = drawn
    command = ("ps aux", "cat a.txt")[reads]
    messages = conversation(*((command, each) for each in outputs))
    options = {"model": "gpt-4o", "editing": True, "min_tokens": 20, "profile": "lossless"}
    whole = compress(messages, **options).messages
    assert expand(whole) == messages
    assert compress(messages[:-2], **options).messages == whole[:-2]


@given(choices(40).map(lambda made: (output(made), made.text(30), made.below(3))))
def test_what_stands_for_each_string_is_found_in_what_is_sent(drawn):
    text, instead, which = drawn
    found = strings(text)
    texts = [instead if n == which else each.text for n, each in enumerate(found)]
    made = Source(1, 1, text, text).strings
    assert [each.text for each in made] == [each.text for each in found]
    assert contents(text, found, closed(text, found, texts, escape=text.isascii())) == texts
    assert contents(text, found, text + " ") is None
