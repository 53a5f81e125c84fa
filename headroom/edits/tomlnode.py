"""Where the headers and pairs of a TOML text stand. The text has been found to be TOML before."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from headroom.edits.line import BOM, line_end
from headroom.errors import EditError

if TYPE_CHECKING:
    from headroom.edits.change import Place

_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = re.compile(rf"(\[\[?)[ \t]*({_KEYS})[ \t]*\]\]?")
_PAIR = re.compile(rf"({_KEYS})[ \t]*=[ \t]*")
_BLANK = re.compile(r"[ \t\r\n]*(?:#[^\n]*)?")
_TOKEN = re.compile(
    r"\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"\"{0,2}|'''(?:[^']|'(?!''))*''''{0,2}"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|\#[^\n]*|\r?\n|[\[\]{}]|[^\[\]{}\"'\#\r\n]+",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A header or a pair: its absolute place, and where it and its value stand."""

    place: Place
    start: int
    end: int
    """Where its last line ends, before the line end."""
    header: Place
    """Place of the table under whose header it stands; of a header, its own."""
    value: tuple[int, int] | None = None
    """Span of the value; None: this is a header."""


@lru_cache(maxsize=4)
def statements(text: str) -> tuple[Statement, ...]:
    """Return all headers and pairs in order.

    Raises:
        EditError: there is something else, so this is not TOML as we know it.
    """
    found: list[Statement] = []
    header: Place = ()
    counts: Counter[Place] = Counter()
    at = len(BOM) if text.startswith(BOM) else 0
    while (at := _skip(text, at)) < len(text):
        if head := _HEADER.match(text, at):
            header = _absolute(_keys(head.group(2)), counts, new=head.group(1) == "[[")
            end = line_end(text, head.end())
            found.append(Statement(header, at, end, header))
        elif pair := _PAIR.match(text, at):
            span = pair.end(), _value_end(text, pair.end())
            end = line_end(text, span[1])
            found.append(Statement((*header, *_keys(pair.group(1))), at, end, header, span))
        else:
            raise EditError(f"line {text.count(chr(10), 0, at) + 1} of the TOML is not understood")
        at = end
    return tuple(found)


def _skip(text: str, at: int) -> int:
    """Return where the next line with something on it has its first character."""
    while at < len(text):
        found = _BLANK.match(text, at)
        end = found.end() if found else at
        if end == at:
            break
        at = end
    return at


def _absolute(keys: tuple[str, ...], counts: Counter[Place], *, new: bool) -> Place:
    """Return a header's place: a list of tables on the way means its newest element."""
    place: Place = ()
    for depth, key in enumerate(keys, 1):
        place = (*place, key)
        if depth == len(keys) and new:
            counts[place] += 1
        if counts[place]:
            place = (*place, counts[place] - 1)
    return place


def _keys(spelled: str) -> tuple[str, ...]:
    data = tomllib.loads(f"{spelled} = 0")
    keys = []
    while isinstance(data, dict):
        (key,) = data
        keys.append(key)
        data = data[key]
    return tuple(keys)


def _value_end(text: str, at: int) -> int:
    depth, end = 0, at
    for token in _TOKEN.finditer(text, at):
        what = token.group()
        if what in ("\n", "\r\n") and depth == 0:
            break
        if what[0] not in "#\r\n":
            depth += (what in ("[", "{")) - (what in ("]", "}"))
            end = token.end() - (len(what) - len(what.rstrip()))
        elif what[0] == "#" and depth == 0:
            break
    return end
