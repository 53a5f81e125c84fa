"""JSON that was cut off, wherever: which of its complete records matter."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from headroom.ccr.rows.fragment import fragment
from headroom.core.types import ContentType
from headroom.elide.gapped import GAP, Gapped
from headroom.elide.rows.by_record import WHOLE, by_record

if TYPE_CHECKING:
    from headroom.ccr.rows.fragment import Fragment

_OVER = 1.2
"""What is left may take so many times its share of the text."""
_SIDE = 300
"""Characters at either end of what is no complete record that stay."""


def by_fragment(text: str, query: str, share: float, *, guess: bool = False) -> Gapped | None:
    """Return the records of broken JSON that matter and what is around them, or None.

    The records come as one JSON value, on lines of its own: so they fold to a table. Behind it
    stands what parts and follows them, of what is long its ends.
    """
    found = fragment(text)
    if found is None:
        return None
    made = by_record(found.json(text), ContentType.JSON, query, share, guess=guess)
    if made is None or made is WHOLE:
        return made
    before, *others = map(_around, _others(text, found))
    body = "\n".join([*before, made.body, *chain.from_iterable(others)])
    if len(body) > _OVER * share * len(text) + 2 * _SIDE * (1 + len(others)):
        return None  # records that are long themselves: their lines are better chosen among
    kept = f"of JSON that is cut off the complete records: {made.kept}{_holes(found)}"
    return Gapped(body, kept, f'{made.call} or lines="A-B"', made.summary)


def _others(text: str, found: Fragment) -> list[str]:
    """Return what stands before the records, between runs of them, and behind them."""
    ends = [0, *(run.spans[-1][1] for run in found.runs)]
    starts = [*(run.start for run in found.runs), len(text)]
    return [text[a:b] for a, b in zip(ends, starts, strict=True)]


def _holes(found: Fragment) -> str:
    """Return behind which records something is missing."""
    at, out = -1, list[str]()
    for run in found.runs[:-1]:
        at += len(run.spans)
        out.append(str(at))
    return f", with a hole behind {', '.join(out)}" if out else ""


def _around(text: str) -> list[str]:
    """Return what is no complete record, of a long text its beginning and its end."""
    text = text.strip(" \t\n,")
    if not text:
        return []
    if len(text) <= 2 * _SIDE:
        return [text]
    return [f"{text[:_SIDE]} {GAP}{len(text) - 2 * _SIDE} characters {text[-_SIDE:]}"]
