"""What kind of text is this, and where does one kind end and the next begin.

Owns: the scorers of every content type and the split of mixed text into parts.
Does not own: what is done with a part (the router's table decides that).

Every scorer module offers `claim(lines) -> Iterable[tuple[int, int]]`: the runs of whole lines,
in order and without overlap, that are certainly of its type. Claimers are asked in `ORDER`, each
only about the stretches that nobody before it claimed; what nobody claims is plain text.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from headroom.core.split import lines_of
from headroom.core.types import ContentType, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Claim = Callable[[Sequence[str]], Iterable[tuple[int, int]]]

_MODE = re.compile(r"\n[-dlbcps][-rwxsStT]{9}")
"""How all lines of `ls -l` but for the first one begin."""
_FIELDS = re.compile(r"\n(?:-\[ RECORD [0-9]|\*{3,60} [0-9]|\n[^\n|:=]{1,61}[|:=](?: |\n))")
"""What stands above records with a field on each line, or how one begins below a blank line."""

ORDER: tuple[tuple[ContentType, str, tuple[str, ...] | re.Pattern[str]], ...] = (
    (ContentType.JSON, "headroom.detect.records", ("{", "[")),
    (ContentType.DIFF, "headroom.detect.diff", ("@@ -",)),
    (ContentType.LISTING, "headroom.detect.tree", ("── ", "|-- ")),
    (ContentType.TEST, "headroom.detect.runner", ()),
    (ContentType.SEARCH, "headroom.detect.search", (":",)),
    (ContentType.LISTING, "headroom.detect.listing", ("/", "\\")),
    (ContentType.LISTING, "headroom.detect.long_listing", _MODE),
    (ContentType.MARKUP, "headroom.detect.snapshot", ("[ref=", "uid=")),
    (ContentType.MARKUP, "headroom.detect.markup", ("</",)),
    (ContentType.LOG, "headroom.detect.history", ("* ",)),
    (ContentType.TABLE, "headroom.detect.vertical", _FIELDS),
    (ContentType.TABLE, "headroom.detect.table", (",", "\t", ";", "|", "│")),
    (ContentType.COLUMNS, "headroom.detect.columns", ("  ",)),
    (ContentType.LOG, "headroom.detect.log", ()),
    (ContentType.CODE, "headroom.detect.source", ()),
)
"""Each type, its claimer, and what a text must hold, one of them or the pattern, to be asked."""


def split(text: str) -> list[Part]:
    """Return the parts of a text in order; together they cover all its lines."""
    lines = lines_of(text)
    parts = [Part(0, len(lines), ContentType.TEXT)]
    for kind, module, needles in ORDER:
        if needles and not _holds(text, needles):
            continue
        if len(parts) == 1:
            if parts[0].type is not ContentType.TEXT:
                break
            parts = _divide(lines, parts[0], kind, _claimer(module))
        else:
            claim = _claimer(module)
            parts = [piece for part in parts for piece in _divide(lines, part, kind, claim)]
    return parts


@cache
def _claimer(module: str) -> Claim:
    """Return the `claim` of a module, imported when a text first needs it."""
    claim: Claim = import_module(module).claim
    return claim


def _holds(text: str, needles: Sequence[str] | re.Pattern[str]) -> bool:
    """Whether one of the needles stands in the text; a single character is found much faster."""
    if isinstance(needles, re.Pattern):
        return needles.search(text) is not None
    for needle in needles:  # noqa: SIM110 - a generator costs more than most of the searches
        if needle[0] in text and needle in text:
            return True
    return False


def detect(text: str) -> ContentType:
    """Return the content type that most characters of the text belong to."""
    return prevailing(lines_of(text), split(text))


def prevailing(lines: Sequence[str], parts: Sequence[Part]) -> ContentType:
    """Return the content type of those of the parts that hold most characters of the lines."""
    weight: dict[ContentType, int] = {}
    for part in parts:
        size = sum(map(len, lines[part.start : part.end]))
        weight[part.type] = weight.get(part.type, 0) + size
    return max(weight, key=lambda kind: weight[kind])


def _divide(lines: Sequence[str], part: Part, kind: ContentType, claim: Claim) -> list[Part]:
    if part.type is not ContentType.TEXT:
        return [part]
    pieces, at = [], part.start
    whole = part.start == 0 and part.end == len(lines)
    for start, end in claim(lines if whole else lines[part.start : part.end]):
        if part.start + start > at:
            pieces.append(Part(at, part.start + start, ContentType.TEXT))
        pieces.append(Part(part.start + start, part.start + end, kind))
        at = part.start + end
    if at < part.end:
        pieces.append(Part(at, part.end, ContentType.TEXT))
    return pieces
