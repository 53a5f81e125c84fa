"""Texts with very long lines: minified code, encoded data, one record on one line.

Such a line is cut inside. A mark "… 3:1201-48000" stands for characters 1,201 to 48,000 of line 3,
spelled as the call for them takes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.question.bm25 import Relevance
from headroom.elide.gapped import GAP, MIN_UNITS, Gapped, within
from headroom.elide.lines.line import RELEVANCE, appraise
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.template import wordings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.core.types import ContentType

WIDE = 2000
"""Characters from which a line is cut inside."""
_PIECE = 320
"""Characters of a piece, about; it ends where a word or a statement does."""
_ENDS = (" ", ";", ",", "}", "&")
_FIRST, _LAST, _BESIDE = 0.8, 0.5, 0.4
"""Weights of the first and the last piece of a line; share that pieces beside an answer get."""
_FLOOR = 0.1
_ANSWER = 0.6
"""Share of the best score from which a piece is taken for an answer."""


class Piece(NamedTuple):
    """A stretch of a line: characters start to end of line `line`, all counted from 0."""

    line: int
    start: int
    end: int
    whole: bool


def by_piece(lines: Sequence[str], kind: ContentType, query: str, share: float) -> Gapped | None:
    """Return the pieces of lines that matter, with marks for the others; None where all do."""
    pieces = list(_pieces(lines))
    if len(pieces) < MIN_UNITS:
        return None
    texts = [lines[piece.line][piece.start : piece.end] for piece in pieces]
    weights = _weigh(pieces, texts, kind, query)
    kept = set(within(weights, texts, share))
    if len(kept) == len(pieces):
        return None
    out: list[str] = []
    gap: list[Piece] = []
    for at, piece in enumerate(pieces):
        if at not in kept:
            gap.append(piece)
            continue
        if not gap and out and piece.start:
            out[-1] += texts[at]
            continue
        out += _marks(gap, lines)
        gap = []
        out.append(texts[at])
    out += _marks(gap, lines)
    size = sum(map(len, texts))
    said = (
        f"{sum(len(texts[at]) for at in kept):,} of {size:,} characters,"
        f' "{GAP}A-B" stands for lines A to B, "{GAP}A:B-C" for characters B to C of line A'
    )
    return Gapped("\n".join(out), said, 'lines="A-B" or "A:B-C"')


def _pieces(lines: Sequence[str]) -> Iterator[Piece]:
    for at, line in enumerate(lines):
        size, start = len(line), 0
        while size > WIDE and size - start > 2 * _PIECE:
            ends = (line.rfind(end, start + _PIECE // 2, start + _PIECE) for end in _ENDS)
            cut = max(ends) + 1 or start + _PIECE
            yield Piece(at, start, cut, whole=False)
            start = cut
        yield Piece(at, start, size, whole=size <= WIDE)


def _weigh(
    pieces: Sequence[Piece], texts: Sequence[str], kind: ContentType, query: str
) -> list[float]:
    """Return weights: whole lines as ever, pieces by the question and by where they stand."""
    scores = Relevance(query).scores(texts) if query else [0.0] * len(texts)
    most = max(scores, default=0.0) or 1.0
    asked = [score / most for score in scores]
    own = appraise(Sheet(texts), kind, query, wordings(texts)).weights
    out = []
    for at, piece in enumerate(pieces):
        if piece.whole:
            out.append(own[at])
            continue
        edge = 0.0 if piece.start else _FIRST
        if at + 1 == len(pieces) or pieces[at + 1].line != piece.line:
            edge = max(edge, _LAST)
        beside = max((asked[n] for n in (at - 1, at + 1) if 0 <= n < len(asked)), default=0.0)
        beside = beside if beside >= _ANSWER else 0.0
        out.append(RELEVANCE * max(asked[at] ** 2, _BESIDE * beside) + edge)
    return [weight if weight >= _FLOOR else 0.0 for weight in out]


def _marks(gap: Sequence[Piece], lines: Sequence[str]) -> Iterator[str]:
    """Yield the marks of a gap: the end of a line, whole lines, the beginning of another."""
    if not gap:
        return
    first, last = gap[0], gap[-1]
    start, end = first.line, last.line
    tail = last.end < len(lines[end])
    if start == end and (first.start or tail):
        yield f"{GAP}{start + 1}:{first.start + 1}-{last.end}"
        return
    if first.start:
        yield f"{GAP}{start + 1}:{first.start + 1}-{len(lines[start])}"
        start += 1
    full = end - tail
    if start <= full:
        yield f"{GAP}{start + 1}" if start == full else f"{GAP}{start + 1}-{full + 1}"
    if tail:
        yield f"{GAP}{end + 1}:1-{last.end}"
