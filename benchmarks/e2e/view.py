"""What the stand-in reads in a request and says in an answer, whatever wire it came over."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
CHUNK = 40
"""Characters in each delta of a stream."""


class RefusedError(Exception):
    """The provider would answer this request with status 400."""


@dataclass(frozen=True)
class Tool:
    """A tool of the client.

    Attributes:
        kind: "function" takes JSON that fits the schema, "custom" free text.
        space: the namespace that it lies in, if any.
    """

    name: str
    schema: Json = field(default_factory=dict)
    kind: str = "function"
    space: str = ""


@dataclass(frozen=True)
class Call:
    """A call of one of the client's tools; `arguments` is text for a custom tool."""

    id: str
    tool: Tool
    arguments: Any


@dataclass
class View:
    """A request.

    Attributes:
        texts: what the user said and what tools answered, in order, as ("user" | "result", text).
        pieces: the prompt in the order in which providers cache it, without cache marks.
        schema: of the answer, where the client asks for JSON.
    """

    model: str
    tools: list[Tool] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    schema: Json | None = None

    def results(self, since: str) -> list[str]:
        """Return what tools answered after the last thing of the user that holds a text."""
        asked = [at for at, (who, text) in enumerate(self.texts) if who == "user" and since in text]
        return [text for who, text in self.texts[asked[-1] :] if who == "result"] if asked else []

    def said(self, text: str) -> bool:
        """Say whether the user's texts hold this one."""
        return any(who == "user" and text in each for who, each in self.texts)


@dataclass
class Turn:
    """An answer: a text, or a text and calls."""

    id: str
    model: str
    text: str
    calls: list[Call] = field(default_factory=list)
    usage: tuple[int, int, int] = (0, 0, 0)
    """Tokens of the prompt, how many of them were cached, tokens of the answer."""


def canonical(value: Any) -> str:
    """Return JSON without marks for the cache, which are no part of what is cached."""
    return json.dumps(_bare(value), separators=(",", ":"), ensure_ascii=False)


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(each) for key, each in value.items() if key != "cache_control"}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def text_of(content: Any) -> str:
    """Return the text in a message's content: a string, blocks, parts."""
    if isinstance(content, list):
        return "\n".join(text for text in map(text_of, content) if text)
    if isinstance(content, dict):
        return text_of(content.get("text") or content.get("content") or content.get("parts") or "")
    return content if isinstance(content, str) else ""


def digest(value: Any) -> str:
    """Return a short name for a value, the same in each run."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def chunks(text: str) -> list[str]:
    """Return a text in the pieces of a stream."""
    return [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
