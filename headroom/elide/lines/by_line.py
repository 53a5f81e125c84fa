"""Texts that are read line by line: the lines that matter, and marks for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.core.colour import uncoloured
from headroom.core.split import count_of, lines_of
from headroom.core.types import ContentType
from headroom.elide.choice import ALWAYS, ranges, spelled
from headroom.elide.complete import of_named
from headroom.elide.continued import continued
from headroom.elide.gapped import GAP, MIN_UNITS, Gapped, with_marks, within
from headroom.elide.lines.answer import BESIDE
from headroom.elide.lines.by_hit import by_hit
from headroom.elide.lines.by_piece import WIDE, by_piece
from headroom.elide.lines.folder import remainder
from headroom.elide.lines.heading import headings
from headroom.elide.lines.line import UNGRADED, appraise
from headroom.elide.lines.parent import parents
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.signal import TROUBLE, WARNING
from headroom.elide.lines.template import kinds, wordings
from headroom.elide.scale import Scale
from headroom.elide.source.asked import definitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.lines.log import Appraisal

_FLOOR = 0.12
"""Weight below which a line of a log is kept only where little else is."""
_LITTLE, _EXAMPLES = 0.25, 600
"""Share of the room that is used in any case, and the characters that are enough for that."""
_TINY, _ENOUGH = 0.45, 1_000
"""Share of the smallest logs, and characters that any may keep: a failure takes as many."""
_SCALE = Scale(20_000, 0.25, 0.55, 1.6)
_NOTABLE = 0.9
"""Weight of what stays in any case where a few lines are the answer."""
_UNTYPED = 0.8
"""Share of its usual share that a text gets which turns out to be more than text."""
_AS_HITS = {ContentType.TEXT: 0.6, ContentType.CODE: 0.66}
"""The same for one that turns out to be hits of a search: as much as such get."""
_SAID = 0.05
"""Share of the kept characters that a summary may take."""
_LEAST, _MOST = 60, 260
"""Characters that a summary may take at least and at the most."""
_FAILURES = 100
"""Names of failed tests that stay beside all else: which ones failed is what a run is for."""
_TROUBLES = 6
"""Ranges of troubled lines that a summary names."""


def by_line(
    text: str, kind: ContentType, query: str, share: float, *, fill: bool = False
) -> Gapped | None:
    """Return the kept lines with marks for the gaps, what was kept, and how to ask for the rest.

    With `fill` the share is used up where a log has little that is worth it.
    """
    lines = lines_of(text)
    if max(map(len, lines)) > WIDE:
        return by_piece(lines, kind, query, share)
    if len(lines) < MIN_UNITS:
        return None
    if kind in (ContentType.SEARCH, ContentType.TEXT, ContentType.CODE):
        found = by_hit(lines, query, share * _AS_HITS.get(kind, 1.0))
        if found is not None:
            return found
    shown = uncoloured(text)
    plain = lines if shown is text else shown.split("\n")
    wording = () if kind in UNGRADED else wordings(plain)
    made = appraise(Sheet(plain), kind, query, wording)
    for row in continued(plain):
        made.weights[row] = max(made.weights[row], ALWAYS)
    if query and kind is ContentType.CODE:
        for row in (row for rows in definitions(plain, text, query) for row in rows):
            made.weights[row] = max(made.weights[row], ALWAYS)
    kept = picked(made, lines, plain, kind, share, fill=fill)
    complete = of_named(lines, kept, query)
    return marked(lines, kept, summary(plain, kept, wording, made), complete)


def picked(
    made: Appraisal,
    lines: Sequence[str],
    plain: Sequence[str],
    kind: ContentType,
    share: float,
    *,
    fill: bool = False,
) -> list[int]:
    """Return which lines to keep by what they weigh; `plain` are the same without their colours."""
    if not fill and kind in (ContentType.LOG, ContentType.TEST, ContentType.TEXT):
        kept = _chosen(made, lines, share * _UNTYPED if kind is ContentType.TEXT else share)
    else:
        kept = _kept(made.weights, lines, share, answered=made.answered)
    if not (fill or made.answered):
        kept = sorted({*kept, *made.named[:_FAILURES]})
    if kind not in UNGRADED:
        kept = sorted(parents(plain, kept, made.weights).union(headings(plain, kept), kept))
    if made.few and not made.answered:
        kept = sorted(made.few.union(kept))
    return kept


def _chosen(made: Appraisal, lines: Sequence[str], share: float) -> list[int]:
    """Return which lines to keep: those worth it, or a few others where hardly any are."""
    size = sum(map(len, lines)) + len(lines)
    share *= _SCALE.of(size)
    share = max(share, min(_TINY, _ENOUGH / size))
    worth = [weight if weight >= _FLOOR else 0.0 for weight in made.weights]
    kept = _kept(worth, lines, share, answered=made.answered)
    routine = 2 * len(made.passed) > len(lines)
    little = min(_LITTLE * share, _EXAMPLES / size)
    if not routine and sum(len(lines[at]) + 1 for at in kept) < little * size:
        return within(made.weights, lines, little)
    return kept


def _kept(
    worth: Sequence[float], lines: Sequence[str], share: float, *, answered: bool
) -> list[int]:
    """Return which lines stay; where the question is answered, little beside what matters."""
    if not answered:
        return within(worth, lines, share)
    size = sum(map(len, lines)) + len(lines)
    telling = [weight if weight >= _NOTABLE else 0.0 for weight in worth]
    kept = within(telling, lines, share)
    if sum(len(lines[at]) + 1 for at in kept) >= BESIDE * share * size:
        return kept
    return within(worth, lines, BESIDE * share)


def marked(
    lines: Sequence[str], kept: Sequence[int], summary: str = "", complete: str = ""
) -> Gapped | None:
    """Return the kept lines with a mark in each gap, or None where there is no gap.

    `complete` says how much is kept of what the question names: see `of_named`.
    """
    size = count_of(lines)
    kept = [*(at for at in kept if at < size), *range(size, len(lines))]
    if len(kept) == len(lines):
        return None
    left = len(kept) - (len(lines) - size)
    said = f'{left:,} of {size:,} lines{complete}, "{GAP}A-B" stands for lines A to B'
    return Gapped("\n".join(with_marks(lines, kept)), said, 'lines="A-B"', summary)


def _warned(
    lines: Sequence[str], left: Sequence[int], made: Appraisal, named: Sequence[str]
) -> list[str]:
    """Return how many warnings are left out, unless a kind of line that is named is one."""
    if any("warn" in shown.lower() for shown in named):
        return []
    mild = (at for at in left if WARNING <= made.grades[at] < TROUBLE)
    count = sum("warning" in lines[at].lower() for at in mild)
    return [f"{count:,} with a warning"] if count else []


def summary(
    lines: Sequence[str],
    kept: Sequence[int],
    wording: Sequence[str],
    made: Appraisal,
    places: Sequence[int] | None = None,
) -> str:
    """Return one line about the lines that were left out: how many of which kinds.

    `places` says where each line stands, if these are not all, or not in their order.
    """
    if not made.grades and not made.folders:
        return ""
    inside = set(kept)
    if made.folders:
        return remainder(made.folders, (at for at in range(len(lines)) if at not in inside))
    left = [at for at in range(len(lines)) if at not in inside and lines[at].strip()]
    passed = len(made.passed.intersection(left))
    frames = len(made.frames.intersection(left))
    bad = [at for at in left if made.grades[at] >= TROUBLE and at not in made.frames]
    parts = []
    if passed:
        parts.append(f"{passed:,} x passed or started")
    if frames:
        parts.append(f"{frames:,} lines of stack traces")
    room = int(_SAID * sum(len(lines[at]) for at in kept))
    data = len(made.encoded.intersection(left))
    if data:
        parts.append(f"{data:,} lines of encoded data")
    told = made.passed | made.frames | made.encoded
    others = [at for at in left if at not in told] if told else left
    named = kinds(wording, lines, others, max(_LEAST, min(room, _MOST)))
    parts += [f"{count:,} x {shown}" for count, shown in named]
    rest = len(others) - sum(count for count, _ in named)
    if rest and parts:
        parts.append(f"{rest:,} other lines" if rest > 1 else "1 other line")
    parts += _warned(lines, left, made, [shown for _, shown in named])
    if bad:
        runs = ranges(bad if places is None else sorted(places[at] for at in bad))
        more = f" and {len(runs) - _TROUBLES} more" if len(runs) > _TROUBLES else ""
        spots = spelled((a + 1, b + 1) for a, b in runs[:_TROUBLES])
        parts.append(f"{len(bad):,} with trouble: {spots}{more}")
    return f"left out: {'; '.join(parts)}" if parts else ""
