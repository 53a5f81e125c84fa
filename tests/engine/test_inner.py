"""What stands in an agent's frame is shortened as if it stood alone; the frame keeps its bytes."""

from __future__ import annotations

import json

import pytest

from headroom import compress, expand, retrieve
from tests.core.frames import FRAMES

LINES = [
    f"2026-01-01T00:{n // 60:02}:{n % 60:02}Z INFO worker-{n % 7} handled request {n} in {n % 31} ms"
    for n in range(300)
]
LINES[171] = "2026-01-01T00:02:51Z ERROR worker-3 request 171 failed: disk /dev/sdb1 is full"
OUTPUTS = {
    "log": "\n".join(LINES),
    "json": json.dumps([{"id": n, "host": f"web-{n % 5}", "ms": n * 37 % 91} for n in range(200)]),
    "letter": json.dumps({"exit_code": 0, "output": "\n".join(LINES)}, indent=2),
}


def _messages(text):
    return [{"role": "user", "content": "why did it fail?"}, {"role": "tool", "content": text}]


@pytest.mark.parametrize("kind", OUTPUTS)
@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_stays_and_what_is_in_it_is_shortened(name, kind):
    head, tail = FRAMES[name]
    text = head + OUTPUTS[kind] + tail
    done = compress(_messages(text), model="gpt-4o")
    shown = done.messages[1]["content"]
    assert shown.startswith(head)
    assert shown.endswith(tail)
    assert len(shown) < len(text) / 3
    assert str(retrieve(done.refs[0])) == (OUTPUTS[kind] if kind != "letter" else OUTPUTS["log"])
    assert expand(done.messages) == _messages(text)
    assert expand(shown) == text
    assert compress(done.messages, model="gpt-4o", min_tokens=1).messages == done.messages


@pytest.mark.parametrize("name", FRAMES)
def test_a_lossless_form_in_a_frame_gives_every_character_back(name):
    head, tail = FRAMES[name]
    text = head + OUTPUTS["log"] + tail
    done = compress(_messages(text), model="gpt-4o", profile="lossless")
    assert done.tokens_saved > 0
    assert not done.refs
    assert expand(done.messages) == _messages(text)
    assert done.messages[1]["content"].startswith(head)
    assert done.messages[1]["content"].endswith(tail)


def test_a_frame_around_what_was_said_before_points_at_it():
    head, tail = FRAMES["finished command"]
    first = _messages(OUTPUTS["log"])
    body = [*first, *_messages(head + OUTPUTS["log"] + tail)]
    done = compress(body, model="gpt-4o", profile="lossless")
    assert "message 2" in done.messages[3]["content"]
    assert done.messages[3]["content"].endswith(tail)
    assert expand(done.messages) == body


def test_the_tokens_of_a_framed_text_are_those_of_all_of_it():
    head, tail = FRAMES["external content"]
    bare = compress(_messages(OUTPUTS["log"]), model="gpt-4o").outcomes[1]
    outcome = compress(_messages(head + OUTPUTS["log"] + tail), model="gpt-4o").outcomes[1]
    around = outcome.tokens_before - bare.tokens_before
    assert around > 40
    assert abs(outcome.tokens_after - bare.tokens_after - around) < 10


@pytest.mark.parametrize("name", ["untrusted context", "exit code", "reminder"])
def test_what_nothing_shortens_stays_with_its_frame(name):
    head, tail = FRAMES[name]
    words = " ".join(f"{n * n:x}{n * 7919:o}" for n in range(150))
    text = head + words + tail
    done = compress(_messages(text), model="gpt-4o")
    assert done.messages == _messages(text)
    assert done.outcomes[1].reason == "no-gain"
    assert done.outcomes[1].tokens_before == done.outcomes[1].tokens_after > 100


def test_a_string_that_is_too_little_of_its_text_to_matter_stays():
    text = json.dumps({"note": "x " * 60, "output": "abc def\n" * 90})
    small = json.dumps({"output": " ".join(f"{n * n:x}{n * 7919:o}" for n in range(200)) + "\n"})
    for each in (text, small):
        done = compress(_messages(each), model="gpt-4o")
        assert expand(done.messages) == _messages(each)
