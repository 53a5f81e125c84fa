"""What a text says again of one of which parts were left out: only what is new stays.

A page that an agent looks at after each click, a log that it follows, a list that it asks for once
more: most lines stood in an earlier text, which was cut to what matters. What mattered there still
stands there; what is new is what the agent looks for.

    [headroom:excerpt 9 lines; REF: 8 of 196 lines, "... A-B: as in message N" stands for lines ...]
    ... 11-182: as in message 14
      - dialog "Edit record" [ref=e582]:
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headroom.core.types import ContentType
from headroom.elide.gapped import GAP, Gapped, gap
from headroom.engine.cut import looks_marked, sealed
from headroom.engine.echo import runs, shared
from headroom.engine.source import AGAIN, ANCHOR, AS_IN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.types import Context
    from headroom.engine.cut import Cut
    from headroom.engine.router import ContentRouter
    from headroom.engine.source import Source

_LEAST = 1_500
"""Characters of a text that is looked at."""
_MOSTLY = 0.5
"""Share of a text that has stood earlier for the rest of it to be news."""
_SAMPLE, _MET = 12, 0.4
"""Lines by which it is told fast that a text has nothing to do with an earlier one."""
Stood = list[tuple[int, int, "Source"]]
"""Runs of lines of a text, and the earlier text that each of them stood in."""


def renewed(
    text: str, cut: Cut | None, sources: Sequence[Source], ctx: Context, router: ContentRouter
) -> Cut | None:
    """Return what is new in a text, or its cut where that is shorter or tells more.

    A run of tests shall tell each time what failed.

    Args:
        text: what is to be sent.
        cut: what it is cut to for itself, if that pays.
        sources: earlier texts as they were before parts of them were left out.
        ctx: whose reader it is for.
        router: tells kinds of text.
    """
    found = stood(text, sources)
    if not found or any(part.type is ContentType.TEST for part in router.parts(text)):
        return cut
    made = news(text, found, ctx)
    return made if cut is None or made.tokens < cut.tokens else cut


def stood(text: str, sources: Sequence[Source]) -> Stood:
    """Return the runs of a text's lines that stood in earlier ones, [] if these are not most of it.

    Args:
        text: what is to be sent.
        sources: earlier texts as they were before parts of them were left out.
    """
    if len(text) < _LEAST or not sources or "\x1b" in text or "\r" in text or looks_marked(text):
        return []
    lines = text.split("\n")
    anchors = [line for line in lines if len(line) >= ANCHOR]
    sample = [hash(line) for line in anchors[:: len(anchors) // _SAMPLE + 1]]
    alike = [
        source
        for source in sources
        # Lines that a message has only behind numbers are not found there as they are.
        if source.bare is source.lines
        and sum(mark in source.digests for mark in sample) >= _MET * max(len(sample), 1)
    ]
    if not alike:
        return []
    marks = [hash(line) if len(line) >= ANCHOR else None for line in lines]
    near = shared(lines, marks, set().union(*(source.digests for source in alike)))
    found = runs(lines, marks, near, alike, lambda source, at, _, size: (at, at + size, source))
    again = sum(len(line) + 1 for start, end, _ in found for line in lines[start:end])
    return found if again >= _MOSTLY * len(text) else []


def news(text: str, found: Stood, ctx: Context) -> Cut:
    """Return a text with marks in place of the runs that stood earlier."""
    lines = text.split("\n")
    out: list[str] = []
    at = 0
    for start, end, source in [*found, (len(lines), len(lines), None)]:
        out += lines[at:start]
        if source is not None:
            out.append(f"{gap(start, end - 1)}{AS_IN}{source.place}")
        at = end
    left = len(lines) - sum(end - start for start, end, _ in found)
    said = (
        f'{left:,} of {len(lines):,} lines, "{GAP}A-B{AGAIN}N" stands for lines A to B, which that '
        "message had"
    )
    made = Gapped("\n".join(out), said, 'lines="A-B"')
    return replace(sealed(made, made.body, ctx, text), points=True)
