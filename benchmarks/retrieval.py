"""Does a question bring back what was left out? Measured on facts of generated texts."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import headroom
from benchmarks.corpus import KINDS, generate
from headroom.engine.engine import Engine
from headroom.tokens import tokenizer_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIMIT = 800
"""Tokens in which a fact has to come back."""
_FACTS = 20
"""Facts of a text that are asked for, evenly over what was left out."""
_WORD = re.compile(r"(?=[\w./:@-]*\d|\w{5})\w[\w./:@-]*\w")
_STOP, _LONG = re.compile(r"(?<=[.!?]) +"), 200
_TAG = re.compile(r"</?[a-z][^<>]*>")
_QUESTION = "What went wrong here?"


class Fact(NamedTuple):
    """A line or record that was left out, and the words by which it is asked for."""

    words: tuple[str, ...]
    told_by: tuple[str, ...]
    """What an answer has to hold: the line, or every value of the record."""


def retrieval(size: int, kinds: Iterable[str] = tuple(KINDS)) -> dict[str, Any]:
    """Return the share of facts that were left out and come back with a question that names them.

    Each text is shortened under a question that has nothing to do with the facts. A fact is asked
    for by two of its words, the rarest first, which stand together nowhere else.
    """
    count = tokenizer_for("gpt-4o").count
    asked = back = originals = identical = most = 0
    for kind in kinds:
        text = generate(kind, size)
        for profile in ("balanced", "aggressive"):
            Engine.default.cache_clear()
            messages = [{"role": "tool", "content": text}]
            result = headroom.compress(messages, query=_QUESTION, profile=profile)
            # Each long part of a mixed text has an original of its own.
            whole = len(result.refs) == 1
            for ref in result.refs:
                stored = headroom.retrieve(ref).text
                originals += 1
                identical += stored == text if whole else stored in text
            bare = [line for line in shown_of(result) if not line.startswith("[headroom:excerpt ")]
            for fact in left_out(text, headroom.expand("\n".join(bare))) if result.refs else ():
                question = f"What is said of {' and '.join(fact.words)}?"
                answers = [headroom.retrieve(r, query=question, limit=LIMIT) for r in result.refs]
                asked += 1
                back += any(all(told in each.text for told in fact.told_by) for each in answers)
                most = max(most, *(count(each.text) for each in answers))
    return {
        "facts": asked,
        "brought_back": round(back / max(asked, 1), 4),
        "most_tokens": most,
        "originals": originals,
        "identical": identical,
    }


def shown_of(result: headroom.CompressResult) -> list[str]:
    """Return the lines of what is left of a text."""
    content: str = result.messages[0]["content"]
    return content.split("\n")


def left_out(text: str, shown: str) -> list[Fact]:
    """Return facts of a text that what is shown does not tell, evenly over it, the same always."""
    units = list(_units(text))
    places: dict[str, set[int]] = defaultdict(set)
    for at, (words, _) in enumerate(units):
        for word in words:
            places[word].add(at)
    found = []
    for words, told_by in units:
        ordered = sorted(
            dict.fromkeys(words), key=lambda word: (len(places[word]), -len(word), word)
        )
        if len(ordered) < 2 or all(told in shown for told in told_by):
            continue
        if len(set.intersection(*(places[word] for word in ordered[:2]))) == 1:
            found.append(Fact(tuple(ordered[:2]), told_by))
    return found[:: max(1, len(found) // _FACTS)][:_FACTS]


def _units(text: str) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """Yield the words and the content of each record of a JSON text, or of each line of another.

    Of long lines it is each sentence. Words are those that somebody would ask by.
    """
    for record in _records(text) or _sentences(text):
        values = tuple(_values(record)) if isinstance(record, dict) else _visible(record)
        yield _WORD.findall(" ".join(values).lower()), values


def _records(text: str) -> list[Any]:
    """Return the records of a JSON text or of JSON Lines; [] where it is neither."""
    try:
        value = json.loads(text)
    except ValueError:
        lines = text.rstrip("\n").split("\n")
        return [json.loads(line) for line in lines] if lines[0].startswith("{") else []
    while isinstance(value, dict):
        value = max(value.values(), key=lambda inner: len(json.dumps(inner)))
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _visible(line: str) -> tuple[str, ...]:
    """Return what of a line a reader sees: all of it, or what stands between its tags."""
    return tuple(piece.strip() for piece in _TAG.split(line) if piece.strip())


def _sentences(text: str) -> Iterator[str]:
    """Yield the lines of a text, long ones sentence by sentence."""
    for line in text.split("\n"):
        yield from _STOP.split(line) if len(line) > _LONG else (line,)


def _values(record: Any) -> Iterator[str]:
    if isinstance(record, dict | list):
        for inner in record.values() if isinstance(record, dict) else record:
            yield from _values(inner)
    else:
        yield record if isinstance(record, str) else json.dumps(record)
