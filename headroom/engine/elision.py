"""`elide`: the lossy step; what a reader needs most, the rest left out by ranges.

Pure: whether it may be used, and that the original is stored first, is the pipeline's business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.ccr.bm25 import Relevance
from headroom.ccr.record import record_list
from headroom.core import fold
from headroom.core.refs import ref_of
from headroom.core.types import ContentType
from headroom.decode import CUT
from headroom.detect import prevailing
from headroom.detect.table import fields
from headroom.elide import code, prose, record, sentence
from headroom.elide.choice import choose, ranges, spelled
from headroom.elide.line import RELEVANCE, weigh
from headroom.elide.page import text_of
from headroom.elide.patch import trimmed
from headroom.elide.signal import TOTALS, severity
from headroom.engine.codec import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.types import Context
    from headroom.engine.codec import Attempts
    from headroom.engine.guard import Margin
    from headroom.engine.router import ContentRouter

_SHARES = {
    ContentType.JSON: 0.40,
    ContentType.TABLE: 0.70,
    ContentType.LOG: 0.38,
    ContentType.TEST: 0.40,
    ContentType.SEARCH: 0.60,
    ContentType.DIFF: 0.56,
    ContentType.CODE: 0.60,
    ContentType.TEXT: 0.50,
    ContentType.MARKUP: 0.40,
}
_MIN_TOKENS = 400
"""Small outputs stay whole: a gap in them saves little and costs a call."""
_MIN_UNITS = 12
_MIN_RECORDS = 6
_GAP = "… "
_PROSE_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Cut:
    """A text with gaps, and what has to be stored before it may be sent."""

    text: str
    tokens: int
    ref: str
    note: str
    original: str


def elide(
    text: str, ctx: Context, router: ContentRouter, margin: Margin, run: Attempts
) -> Cut | None:
    """Return the text with what matters least left out, or None where that does not pay."""
    if ctx.count(text) < _MIN_TOKENS:
        return None
    kind = prevailing(text, router.parts(text))
    share = _SHARES.get(kind, 0.6) * float(ctx.options.get("share", 1.0))
    match kind:
        case ContentType.JSON | ContentType.TABLE:
            made = _records(text, kind, ctx.query, share)
        case ContentType.DIFF:
            made = _patch(text)
        case ContentType.MARKUP:
            made = _page(text, ctx.query, share)
        case ContentType.TEXT if _is_prose(text):
            made = _passages(text, ctx.query, share)
        case _:
            made = None
    made = made or _lines(text, kind, ctx.query, share)
    if made is None:
        return None
    body, kept, call = made
    folded = fold_text(body, ctx, router, margin, run)
    body = body if folded is None else folded.text
    ref = ref_of(text)
    note = f'{ref}: {kept}; the rest is stored: headroom_retrieve("{ref}", {call} or query="...")'
    cut = fold.block(CUT, body.split("\n"), note)
    return Cut(cut, ctx.count(cut), ref, kept, text)


def _lines(text: str, kind: ContentType, query: str, share: float) -> tuple[str, str, str] | None:
    """Return the kept lines with marks for the gaps, what was kept, and how to ask for the rest."""
    lines = text.split("\n")
    if len(lines) < _MIN_UNITS:
        return None
    weights = code.weigh(lines, query) if kind is ContentType.CODE else None
    kept = _kept(weights or weigh(lines, kind, query), lines, share)
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
    said = f'{len(kept):,} of {len(lines):,} lines, "{_GAP}A-B" stands for lines A to B'
    return "\n".join(out), said, 'lines="A-B"'


def _patch(text: str) -> tuple[str, str, str] | None:
    """Return a diff without context; every changed line stays."""
    lines = text.split("\n")
    kept = trimmed(lines, 0)
    if len(kept) >= len(lines):
        return None
    return "\n".join(kept), "every changed line, without the lines around it", 'lines="A-B"'


def _is_prose(text: str) -> bool:
    """Whether the lines are long, as those of articles are, and no run of tests reports in them."""
    lines = [line for line in text.split("\n") if line]
    wide = sum(map(len, lines)) > _PROSE_WIDTH * len(lines)
    return wide and max(severity(lines), default=0.0) < TOTALS


def _page(text: str, query: str, share: float) -> tuple[str, str, str] | None:
    """Return the text of a page without its tags; where that is long, the passages that matter."""
    shown = text_of(text)
    room = share * len(text) / max(len(shown), 1)
    made = _passages(shown, query, room) if room < 1.0 else None
    body, said = (shown, "all of its text") if made is None else (made[0], made[1])
    return body, f"a page without its tags, {said}", 'lines="A-B"'


def _passages(text: str, query: str, share: float) -> tuple[str, str, str] | None:
    """Return the sentences that matter, with "…" for the others."""
    spans = sentence.split(text)
    if len(spans) < _MIN_UNITS:
        return None
    weights = prose.weigh(text, spans, query)
    kept = _kept(weights, [text[a:b] for a, b in spans], share)
    if len(kept) == len(spans):
        return None
    out: list[str] = []
    for first, last in ranges(kept):
        out.append(text[spans[first][0] : spans[last][1]].strip("\n"))
    body = f" {_GAP.strip()}\n".join(out)
    said = f'{len(kept):,} of {len(spans):,} sentences, "{_GAP.strip()}" stands for others'
    return body, said, 'lines="A-B"'


def _gap(first: int, last: int) -> str:
    return f"{_GAP}{first + 1}" if first == last else f"{_GAP}{first + 1}-{last + 1}"


def _kept(weights: Sequence[float], units: Sequence[str], share: float) -> list[int]:
    costs = [len(unit) // 3 + 1 for unit in units]
    return choose(weights, costs, int(sum(costs) * share))


def _records(text: str, kind: ContentType, query: str, share: float) -> tuple[str, str, str] | None:
    """Return the kept records of a list, what was kept, and how to ask for the rest."""
    found = _json_list(text) if kind is ContentType.JSON else None
    found = _csv_rows(text) if kind is ContentType.TABLE else found
    if found is None:
        return None
    units, values, joined = found
    if len(units) < _MIN_RECORDS:
        return None
    weights = record.weigh([record.flat(value) for value in values], query)
    if query:
        scores = Relevance(query).scores(units)
        most = max(scores, default=0.0) or 1.0
        weights = [a + RELEVANCE * b / most for a, b in zip(weights, scores, strict=True)]
    kept = _kept(weights, units, share)
    if len(kept) == len(units):
        return None
    body = joined([units[at] for at in kept])
    if kind is ContentType.TABLE:
        said = f"lines 1, {spelled(ranges(at + 2 for at in kept))} of {len(units) + 1}"
        return body, said, 'lines="A-B"'
    said = f"rows {spelled(ranges(kept))} of 0-{len(units) - 1}"
    return body, said, 'rows="A-B"'


def _json_list(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _json_lines(text)
    steps = record_list(value)
    if steps is None:
        return None
    found = value
    for step in steps:
        found = found[step]
    units = [json.dumps(item, ensure_ascii=False) for item in found]

    def joined(kept: list[str]) -> str:
        if found is value:
            return f"[{', '.join(kept)}]"
        return json.dumps(_with(value, found, [json.loads(unit) for unit in kept]))

    return units, found, joined


def _with(value: Any, old: list[Any], new: list[Any]) -> Any:
    """Return the value with one list in it replaced."""
    if value is old:
        return new
    if isinstance(value, dict):
        return {key: _with(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(item, old, new) for item in value]
    return value


def _json_lines(text: str) -> Any:
    lines = text.rstrip("\n").split("\n")
    try:
        return lines, [json.loads(line) for line in lines], "\n".join
    except (ValueError, RecursionError):
        return None


def _csv_rows(text: str) -> Any:
    lines = text.rstrip("\n").split("\n")
    delimiter = max(",\t;", key=lines[0].count)
    head = fields(lines[0], delimiter)
    rows = [fields(line, delimiter) for line in lines[1:]]
    if len(head) < 2 or any(len(row) != len(head) for row in rows):
        return None
    values = [dict(zip(head, row, strict=True)) for row in rows]
    return lines[1:], values, lambda kept: "\n".join([lines[0], *kept])
