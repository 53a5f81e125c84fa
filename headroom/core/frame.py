"""What agents write around a tool's output: wrappers, headers and footers, known from a table.

They tell the model where an output comes from, how a command ended and what not to trust, so that
their bytes stay. What stands inside is shortened as if it stood alone. A frame is told by its own
bytes only: around the shortened text it is found again, where the original had it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

_HEAD, _TAIL = 4_000, 2_000
"""Characters at the beginning and at the end of a text in which a frame may stand."""
_MOST = 6
"""Frames around each other."""


_REMINDER = "<system-reminder>", "</system-reminder>"


@dataclass(frozen=True, slots=True)
class _Row:
    head: re.Pattern[str] | None
    tail: re.Pattern[str] | None
    signs: tuple[str, ...]


def framed(text: str) -> tuple[int, int]:
    """Return where what stands inside the frames of a text begins and ends; without, all of it."""
    start, end = 0, len(text)
    for _ in range(_MOST):
        inner = _without(text, start, end)
        if inner is None:
            break
        start, end = inner
    return start, end


def reminds(text: str) -> bool:
    """Whether a text in the user's place is nothing but what a client reminds the model of."""
    opener, closer = _REMINDER
    if closer not in text:
        return False
    pieces = [piece.strip() for piece in text.split(closer)]
    return all(not piece or piece.startswith(opener) for piece in pieces)


def _without(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the bounds without one more frame, or None."""
    heads, signs = _glance()
    ending = text[max(start, end - _TAIL) : end]
    if heads.match(text, start, min(start + _HEAD, end)) is None:
        for letter, sign in signs:
            if letter in ending and sign in ending:  # a single character is found much faster
                break
        else:
            return None  # as in most texts
    for row in _rows():
        begin, stop = start, end
        if row.head is not None:
            head = row.head.match(text, start, min(start + _HEAD, end))
            if head is None:
                continue
            begin = head.end()
        if row.tail is not None:
            last = max(begin, end - _TAIL)
            if row.signs and all(text.find(sign, last, end) < 0 for sign in row.signs):
                continue
            # The tail begins with the line end that the last line inside is without.
            tail = row.tail.search(text, last, end)
            if tail is None:
                continue
            stop = tail.start()
        if begin < stop:
            return begin, stop
    return None


@cache
def _rows() -> tuple[_Row, ...]:
    table = tomllib.loads(files("headroom.core").joinpath("frame.toml").read_text("utf-8"))
    rows = (*table["pair"], *table["head"], *table["tail"])
    return tuple(
        _Row(_compiled(row, "head"), _compiled(row, "tail"), tuple(row.get("signs", ())))
        for row in rows
    )


@cache
def _glance() -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    """Return all heads in one pattern; and each sign of a tail without a head, behind its end."""
    heads = [row.head.pattern for row in _rows() if row.head is not None]
    tails = [row.signs or ("",) for row in _rows() if row.head is None]
    signs = tuple((sign[-1:], sign) for sign in chain(*tails))
    return re.compile("|".join(f"(?:{head})" for head in heads)), signs


def _compiled(row: dict[str, Any], key: str) -> re.Pattern[str] | None:
    if key not in row:
        return None
    return re.compile(f"(?:{row[key]})\\Z" if key == "tail" else row[key])
