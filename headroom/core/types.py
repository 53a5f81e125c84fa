"""Segments of a request, the edits made to them and the content types they are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
"""A decoded JSON value: None, bool, int, float, str, list or dict."""

Path = tuple[str | int, ...]
"""Where a value stands in a request, as keys and indices: ("messages", 4, "content", 0, "text")."""


class Role(StrEnum):
    """Who a piece of text comes from."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class ContentType(StrEnum):
    """What kind of text a part is; the router picks compressors by it."""

    JSON = "json"
    LOG = "log"
    TEST = "test"
    SEARCH = "search"
    LISTING = "listing"
    TABLE = "table"
    COLUMNS = "columns"
    DIFF = "diff"
    MARKUP = "markup"
    CODE = "code"
    TEXT = "text"


class Grade(StrEnum):
    """How faithfully a lossless form gives its original back."""

    EXACT = "exact"
    """Every character."""
    VALUE = "value-exact"
    """Every JSON value, number spelling, key and order; white space and escapes may differ."""
    DISPLAY = "display-exact"
    """Everything a terminal would show; colour codes and overwritten progress are gone."""
    STORED = "stored"
    """What matters most; the whole original is stored, one call away."""

    def joined(self, other: Grade) -> Grade:
        """Return the grade of a text of which parts have these two: the less faithful one."""
        return max(self, other, key=tuple(Grade).index)


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of text in a request that can be rewritten on its own."""

    path: Path
    text: str
    role: Role
    turn: int
    """Index of the message that holds it."""
    tool: str | None = None
    """Name of the tool that produced it."""
    call_id: str | None = None
    command: str | None = None
    """The shell command or file that the tool call named, if its arguments show one."""
    is_error: bool = False
    pinned: str | None = None
    """Why the wire format forbids touching it ("signed thinking"), or None."""
    ranged: bool = False
    """Whether the tool call asked for a range of lines, by their numbers."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the value at `path`; a list index equal to the length appends."""

    path: Path
    value: Json


@dataclass(frozen=True, slots=True)
class Part:
    r"""A run of whole lines of one content type: lines[start:end] of a text split at "\n"."""

    start: int
    end: int
    type: ContentType


@dataclass(frozen=True, slots=True)
class Compressed:
    """What a compressor made of a text."""

    text: str
    grade: Grade = Grade.EXACT
    restores: str | None = None
    """What `expand(text)` gives back, when that is not the input itself (grades below exact)."""
    note: str = ""
    """What was done, for people who read outcomes: "212 hits in 14 files"."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a compressor may know besides the text: nothing that changes between two equal runs."""

    count: Callable[[str], int]
    """Tokens of a text in the target model's vocabulary."""
    query: str = ""
    """What the user is after."""
    options: dict[str, Any] = field(default_factory=dict)
