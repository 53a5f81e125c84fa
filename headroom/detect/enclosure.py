"""Texts that are handed over as a whole: in a fence, indented, or quoted with `> `.

A few lines of what hands them over may stand above and below.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from headroom.core.split import lines_of
from headroom.core.types import ContentType
from headroom.detect import detect
from headroom.detect.numbering import unnumbered
from headroom.lines.margin import margin, unmargined
from headroom.lines.prefix import prefixed

if TYPE_CHECKING:
    from collections.abc import Sequence

_FENCE = re.compile(r"(`{3,}|~{3,})[\w+#.-]*[ \t]*")
_STAMPED = re.compile(r"\ufeff?\[?[0-9]{4}-[0-9]{2}-[0-9]{2}T")
_FORMED = (
    *(ContentType.JSON, ContentType.TABLE, ContentType.MARKUP, ContentType.DIFF),
    *(ContentType.SEARCH, ContentType.CODE),
)
_AROUND, _LEAST_LINES = 6, 8
"""Lines that may stand above and below what is handed over, and lines that has at least."""


class Inside(NamedTuple):
    """A text without what it stood in; all lines are where they were."""

    text: str
    fenced: bool = False
    """Whether two lines, now empty, were a fence."""
    margin: str = ""
    """What stood in front of each line."""
    timed: bool = False
    """Whether a time stood there."""


def unenclosed(text: str) -> Inside:
    """Return a text without its fence, its margin, and the times that a runner gave its lines.

    Of logs and runs of tests the times stay: when something was said may be what is asked for.
    """
    fenced = False
    if "```" in text or "~~~" in text:
        inside = _without_fence(lines_of(text))
        if inside is not None:
            text, fenced = "\n".join(inside), True
    lines = lines_of(text)
    start, end = _handed_over(lines)
    found = margin(lines[start:end])
    # The margin of numbers is theirs: it gets shorter where they get longer.
    if found is None or unnumbered(text) is not None:
        untimed = _without_times(text)
        return Inside(text, fenced) if untimed is None else Inside(untimed, fenced, timed=True)
    moved = unmargined(lines[start:end], found)
    return Inside("\n".join([*lines[:start], *moved, *lines[end:]]), fenced, found.front)


def _without_times(text: str) -> str | None:
    """Return a text without a time in front of each line, if it is of a form of its own then."""
    if _STAMPED.match(text) is None:
        return None
    lines = lines_of(text)
    behind = prefixed(lines)
    if behind is None or len(set(behind.sources)) > 1 or behind.records * 2 > len(lines):
        return None
    inner = "\n".join(behind.rests)
    return inner if detect(inner) in _FORMED else None


def _without_fence(lines: Sequence[str]) -> list[str] | None:
    """Return the lines of a text that is one fence, and hardly more, its marks as empty lines."""
    for start in range(min(_AROUND, len(lines))):
        if (opening := _FENCE.fullmatch(lines[start])) is None:
            continue
        fences = [at for at, line in enumerate(lines) if line.startswith(opening[1])]
        end = fences[-1]
        if fences != [start, end] or lines[end].rstrip() != opening[1]:
            return None
        if len(lines) - end - 1 > _AROUND or end - start < _LEAST_LINES:
            return None
        return [*lines[:start], "", *lines[start + 1 : end], "", *lines[end + 1 :]]
    return None


def _handed_over(lines: Sequence[str]) -> tuple[int, int]:
    """Return where what is handed over begins and ends: empty lines part it from what is said."""
    first, last = 0, len(lines)
    if not lines[0][:1].isspace() and "" in lines[:_AROUND]:
        first = lines.index("")
    if not lines[-1][:1].isspace() and "" in lines[-_AROUND:]:
        last = len(lines) - lines[::-1].index("")
    return (first, last) if last - first >= _LEAST_LINES else (0, len(lines))
