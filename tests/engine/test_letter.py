"""What agents wrap into JSON is shortened as what it is, and the JSON around it keeps its bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headroom import compress, expand, retrieve

LINES = [
    f"2026-01-01T00:{n // 60:02}:{n % 60:02}Z INFO worker-{n % 7} handled request {n} in {n % 31} ms"
    for n in range(600)
]
LINES[317] = "2026-01-01T00:05:17Z ERROR worker-2 request 317 failed: disk /dev/sdb1 is full"
LOG = "\n".join(LINES)
WRAPPED = {
    "object": {"chunk_id": "f21647", "exit_code": 0, "output": LOG},
    "list": [{"query": "make", "result": LOG, "success": True}],
    "blocks": [{"type": "text", "text": LOG}],
    "twice": {"content": json.dumps({"output": LOG})},
}


def _messages(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": "why did it fail?"}, {"role": "tool", "content": text}]


@pytest.mark.parametrize("name", WRAPPED)
def test_an_error_in_the_middle_of_a_wrapped_log_stays(name: str) -> None:
    text = json.dumps(WRAPPED[name])
    result = compress(_messages(text), model="gpt-4o")
    shown = result.messages[1]["content"]
    assert len(shown) < len(text) / 3
    assert "disk /dev/sdb1 is full" in shown
    assert json.loads(shown)
    assert str(retrieve(result.refs[0])) == LOG
    assert expand(result.messages) == _messages(text)


def test_what_stands_around_the_string_keeps_its_bytes() -> None:
    text = "Warning: 2 lines\n" + json.dumps({"a": 1.50, "out": LOG}, indent=3) + "\n"
    shown = compress(_messages(text), model="gpt-4o").messages[1]["content"]
    before, _, after = text.partition(json.dumps(LOG)[1:-1])
    assert shown.startswith(before)
    assert shown.endswith(after)


def test_a_lossless_form_inside_a_string_gives_every_character_back() -> None:
    text = json.dumps({"output": LOG})
    result = compress(_messages(text), model="gpt-4o", profile="lossless")
    assert result.tokens_saved > 0
    assert not result.refs
    assert expand(result.messages) == _messages(text)
    assert expand(result.messages[1]["content"]) == text


def test_what_was_shortened_inside_a_string_is_not_shortened_again() -> None:
    shown = compress(_messages(json.dumps({"output": LOG})), model="gpt-4o").messages
    assert compress(shown, model="gpt-4o", min_tokens=1).messages == shown


PORTS = [
    "Bergen",
    "Oslo",
    "Malmo",
    "Turku",
    "Riga",
    "Gdansk",
    "Kiel",
    "Hull",
    "Cork",
    "Brest",
    "Porto",
    "Cadiz",
]
ARTICLE = [
    f"In {1700 + n} captain {PORTS[n % 12]}son sailed {n * 7} miles from {PORTS[n * 5 % 12]}"
    f" to {PORTS[n * 7 % 12]} and sold {n * 13} barrels there."
    for n in range(120)
]


def test_an_article_in_one_paragraph_is_cut_by_sentence() -> None:
    text = json.dumps({"title": "Ships", "content": " ".join(ARTICLE)})
    messages = [{"role": "user", "content": "Where did the captain sail in 1777?"}]
    result = compress([*messages, {"role": "tool", "content": text}], model="gpt-4o")
    shown = result.messages[-1]["content"]
    assert ARTICLE[77] in shown
    assert len(shown) < 0.7 * len(text)
    assert json.loads(shown)["title"] == "Ships"


def test_a_short_document_in_json_is_not_cut_as_a_field() -> None:
    text = json.dumps({"exit_code": 0, "output": "# Ships\n\n" + "\n\n".join(ARTICLE[:24])})
    messages = [{"role": "user", "content": "Summarise this article."}]
    result = compress([*messages, {"role": "tool", "content": text}], model="gpt-4o")
    assert "characters …" not in result.messages[-1]["content"]
    assert all(line in result.messages[-1]["content"] for line in ARTICLE[:24])
