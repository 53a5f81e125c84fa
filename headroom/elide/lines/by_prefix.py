"""Lines behind what a container or a runner put in front: read as what stands there.

The lines of one source are read together, as it wrote them: those of others stand in between.
Who wrote, and when, is shown where that changes, and not on each line.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.question.bm25 import Relevance
from headroom.core.split import count_of
from headroom.core.types import ContentType
from headroom.detect import detect
from headroom.elide.complete import of_named
from headroom.elide.gapped import GAP, MIN_UNITS, Gapped, with_marks
from headroom.elide.lines.by_line import picked, summary
from headroom.elide.lines.by_piece import WIDE
from headroom.elide.lines.line import appraise
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.template import wordings
from headroom.lines.prefix import changes, clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.lines.log import Appraisal
    from headroom.lines.prefix import Prefixed

_OWN_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}")
_STAMPED = 48
"""Characters of a line in which its own time stands."""
_INLINE = 4
"""Where the source changes with one in so many lines it stands in each, else in a line above."""
_OTHERS = 0.4
"""Share of its weight that a line keeps where the question names another source than its own."""
_READ_AS = (ContentType.TEST, ContentType.TEXT)
"""What lines may turn out to be, besides a log."""
_MOST_NAMED = 12
"""Sources of which it is said how many lines they have."""


def by_prefix(behind: Prefixed, query: str, share: float, *, fill: bool = False) -> Gapped | None:
    """Return the lines that matter, by what stands behind their prefixes, or None.

    Args:
        behind: the lines, taken apart.
        query: the question.
        share: how much of what stands behind the prefixes may stay.
        fill: whether the share is used up where little is worth it.
    """
    size = count_of(behind.rests)
    if size < MIN_UNITS or max(map(len, behind.rests)) > WIDE:
        return None
    made = weightiest(behind, range(size), query, share, fill=fill)
    if len(made.rows) == size:
        return None
    said = f'{len(made.rows):,} of {size:,} lines{made.named}, "{GAP}A-B" stands for lines A to B'
    left = "\n".join(filter(None, [made.left_out, counted(behind.sources)]))
    shown = behind.rests[:size]
    for at, lines in zip(made.rows, spelled_out(behind, made.rows), strict=True):
        shown[at] = "\n".join(lines)
    return Gapped("\n".join(with_marks(shown, made.rows)), said, 'lines="A-B"', left)


class Weightiest(NamedTuple):
    """Lines that matter."""

    rows: list[int]
    left_out: str
    """A line about the others: see `summary`."""
    named: str
    """How much is kept of what the question names: see `of_named`."""


def weightiest(
    behind: Prefixed, rows: Sequence[int], query: str, share: float, *, fill: bool = False
) -> Weightiest:
    """Return which of some lines to keep, those of each source read by themselves."""
    order = _by_source(behind.sources, rows)
    lines = [behind.rests[at] for at in order]
    kind = detect("\n".join(lines))
    kind = kind if kind in _READ_AS else ContentType.LOG
    wording = wordings(lines)
    made = appraise(Sheet(lines), kind, query, wording)
    _turned_to(made, [behind.sources[at] for at in order], query)
    kept = picked(made, lines, lines, kind, share, fill=fill)
    left_out = summary(lines, kept, wording, made, order)
    return Weightiest(sorted(order[at] for at in kept), left_out, of_named(lines, kept, query))


def spelled_out(behind: Prefixed, rows: Sequence[int]) -> list[list[str]]:
    """Return each of some lines with its source and its time where these change.

    What stands above a line, if anything, comes first.
    """
    several = len({*filter(None, behind.sources)}) > 1
    inline = changes([behind.sources[at] for at in rows]) * _INLINE > len(rows)
    timed = not _have_times(behind.rests)
    source = second = ""
    out: list[list[str]] = []
    for at in rows:
        above, ahead, own = [], "", behind.sources[at]
        if timed and (time := clock(behind.times[at])) and time[:8] != second:
            ahead, second = f"{time} ", time[:8]
        if several and own and inline:
            ahead += f"{own} | "
        elif several and own and own != source:
            above = [f"[{own}]"]
        source = own
        out.append([*above, ahead + behind.rests[at]])
    return out


def _by_source(sources: Sequence[str], rows: Sequence[int]) -> list[int]:
    """Return the places of lines so that those of one source stand together, in their order."""
    first: dict[str, int] = {}
    for at in rows:
        first.setdefault(sources[at], at)
    return sorted(rows, key=lambda at: first[sources[at]])


def _turned_to(made: Appraisal, sources: Sequence[str], query: str) -> None:
    """Lower what lines weigh of other sources than the question names, if it names any."""
    known = sorted({*sources})
    if len(known) < 2 or not query:
        return
    scores = Relevance(query).scores(known)
    asked = [source for source, score in zip(known, scores, strict=True) if score]
    if not asked or len(asked) == len(known):
        return
    meant = {*asked}
    for at, source in enumerate(sources):
        if source not in meant:
            made.weights[at] *= _OTHERS


def _have_times(rests: Sequence[str]) -> bool:
    """Whether most lines have a time of their own."""
    filled = [rest[:_STAMPED] for rest in rests if rest]
    return sum(map(bool, map(_OWN_TIME.search, filled))) * 2 > len(filled)


def counted(sources: Sequence[str]) -> str:
    """Return how many lines each source has, where there are a few of them."""
    counts = Counter(filter(None, sources))
    if not 1 < len(counts) <= _MOST_NAMED:
        return ""
    named = (f"{source} ({count:,})" for source, count in counts.items())
    return f"all lines by source: {', '.join(named)}"
