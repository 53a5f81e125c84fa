"""Texts that are read line by line: the lines that matter, and marks for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.elide.choice import ranges
from headroom.elide.gapped import GAP, MIN_UNITS, Gapped, within
from headroom.elide.line import weigh

if TYPE_CHECKING:
    from headroom.core.types import ContentType


def by_line(text: str, kind: ContentType, query: str, share: float) -> Gapped | None:
    """Return the kept lines with marks for the gaps, what was kept, and how to ask for the rest."""
    lines = text.split("\n")
    if len(lines) < MIN_UNITS:
        return None
    kept = within(weigh(lines, kind, query), lines, share)
    if len(kept) == len(lines):
        return None
    out: list[str] = []
    at = 0
    for first, last in ranges(kept):
        if first > at:
            out.append(_gap(at, first - 1))
        out += lines[first : last + 1]
        at = last + 1
    if at < len(lines):
        out.append(_gap(at, len(lines) - 1))
    said = f'{len(kept):,} of {len(lines):,} lines, "{GAP}A-B" stands for lines A to B'
    return Gapped("\n".join(out), said, 'lines="A-B"')


def _gap(first: int, last: int) -> str:
    return f"{GAP}{first + 1}" if first == last else f"{GAP}{first + 1}-{last + 1}"
