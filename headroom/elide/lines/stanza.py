"""Stanzas: a head line with the lines set in below it, or fields that stand together.

What a question names is the head of one, or one of its fields; its answer is another field.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.elide.source.block import indent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LONGEST = 15
"""Lines of a stanza that are taken at most."""
_FIELD = re.compile(r"[A-Za-z][\w-]{0,40}: ")
_CLOSING = re.compile(r"\s*[)\]}]+[,;]?\s*")


def stanzas(lines: Sequence[str], heads: Iterable[int]) -> dict[int, int]:
    """Return the other lines of the stanza that each of some lines is in, and which line that is.

    Those set in below a line belong to it. A line that has none belongs to the line that it is set
    in below, with its neighbours, where that stanza is short.
    """
    out: dict[int, int] = {}
    for at in heads:
        first, last = _span(lines, at)
        for other in range(first, last + 1):
            if other != at:
                out.setdefault(other, at)
    return out


def _span(lines: Sequence[str], at: int) -> tuple[int, int]:
    """Return the first and last line of the stanza that a line is in: the line itself if none."""
    width = indent(lines[at])
    last = _below(lines, at, width + 1)
    if last > at:
        closed = last + 1 < len(lines) and _CLOSING.fullmatch(lines[last + 1]) is not None
        return at, min(last, at + _LONGEST) + (closed and last - at < _LONGEST)
    if not width:
        return _fields(lines, at)
    first = at
    while first and at - first < _LONGEST and indent(lines[first]) >= width and lines[first]:
        first -= 1
    last = _below(lines, at, width)
    whole = lines[first] and indent(lines[first]) < width and last - first < _LONGEST
    return (first, last) if whole else (at, at)


def _below(lines: Sequence[str], at: int, width: int) -> int:
    """Return the last of the lines below a line that are set in so far, up to a blank one."""
    last = at
    while last + 1 < len(lines) and last - at <= _LONGEST:
        line = lines[last + 1]
        if not line or line.isspace() or indent(line) < width:
            break
        last += 1
    return last


def _fields(lines: Sequence[str], at: int) -> tuple[int, int]:
    """Return the first and last of the fields, `Name: value`, that stand around a line."""
    if not _FIELD.match(lines[at]):
        return at, at
    first = last = at
    while first and at - first < _LONGEST and _FIELD.match(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and last - at < _LONGEST and _FIELD.match(lines[last + 1]):
        last += 1
    # More than that is no stanza but a log whose lines begin alike.
    return (first, last) if last - first < _LONGEST else (at, at)
