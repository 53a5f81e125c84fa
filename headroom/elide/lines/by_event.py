"""Logs of databases: an entry with the statement that belongs to it stays, or goes, as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.core.split import count_of
from headroom.core.types import ContentType
from headroom.elide.complete import of_named
from headroom.elide.gapped import MIN_UNITS
from headroom.elide.lines.by_line import marked, picked, summary
from headroom.elide.lines.by_piece import WIDE
from headroom.elide.lines.line import appraise
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.template import wordings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.gapped import Gapped


def by_event(
    lines: Sequence[str],
    events: Sequence[Sequence[int]],
    query: str,
    share: float,
    *,
    fill: bool = False,
) -> Gapped | None:
    """Return the entries that matter, with marks for the lines of the others, or None.

    Args:
        lines: of the log.
        events: the numbers of the lines of each entry.
        query: the question.
        share: how much of the log may stay.
        fill: whether it is used up where little is worth it.
    """
    if len(events) < MIN_UNITS or max(map(len, lines)) > WIDE:
        return None
    whole = [" ".join(lines[at].strip() for at in rows) for rows in events]
    wording = wordings(whole)
    made = appraise(Sheet(whole), ContentType.LOG, query, wording)
    chosen = picked(made, whole, whole, ContentType.LOG, share, fill=fill)
    kept = sorted(at for number in chosen for at in events[number] if at < count_of(lines))
    places = [rows[0] for rows in events]
    told = summary(whole, chosen, wording, made, places)
    return marked(lines, kept, told, of_named(whole, chosen, query))
