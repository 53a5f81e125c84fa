"""`elide`: the lossy step; what a reader needs most, the rest left out by ranges.

Pure: whether it may be used, and that the original is stored first, is the pipeline's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headroom.core import fold
from headroom.core.refs import ref_of
from headroom.core.types import ContentType
from headroom.decode import CUT
from headroom.detect import prevailing
from headroom.elide.by_code import by_code
from headroom.elide.by_hunk import by_hunk
from headroom.elide.by_line import by_line
from headroom.elide.by_record import by_record
from headroom.elide.by_sentence import by_sentence, of_page
from headroom.elide.signal import TOTALS, severity
from headroom.engine.codec import fold_text

if TYPE_CHECKING:
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
    ContentType.CODE: 0.50,
    ContentType.TEXT: 0.50,
    ContentType.MARKUP: 0.40,
}
_MIN_TOKENS = 400
"""Small outputs stay whole: a gap in them saves little and costs a call."""
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
            made = by_record(text, kind, ctx.query, share)
        case ContentType.DIFF:
            made = by_hunk(text, ctx.query, share)
        case ContentType.CODE:
            made = by_code(text, ctx.query, share)
        case ContentType.MARKUP:
            made = of_page(text, ctx.query, share)
        case ContentType.TEXT if _is_prose(text):
            made = by_sentence(text, ctx.query, share)
        case _:
            made = None
    parses = kind is ContentType.CODE and made is not None
    made = made or by_line(text, kind, ctx.query, share)
    if made is None:
        return None
    # Source is not folded: what is left of it shall still parse.
    folded = None if parses else fold_text(made.body, ctx, router, margin, run)
    body = made.body if folded is None else folded.text
    ref = ref_of(text)
    call = f'headroom_retrieve("{ref}", {made.call} or query="...")'
    note = f"{ref}: {made.kept}; the rest is stored: {call}"
    cut = fold.block(CUT, body.split("\n"), note)
    return Cut(cut, ctx.count(cut), ref, made.kept, text)


def _is_prose(text: str) -> bool:
    """Whether the lines are long, as those of articles are, and no run of tests reports in them."""
    lines = [line for line in text.split("\n") if line]
    wide = sum(map(len, lines)) > _PROSE_WIDTH * len(lines)
    return wide and max(severity(lines), default=0.0) < TOTALS
