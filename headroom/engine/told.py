"""Texts of one form from their beginning to their end: their kind, and what is kept of some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.core.split import lines_of
from headroom.core.types import ContentType
from headroom.detect.snapshot import is_snapshot
from headroom.elide.diff.by_context import is_context
from headroom.elide.lines.by_event import by_event
from headroom.elide.lines.by_mail import by_mail
from headroom.elide.lines.by_tree import by_tree
from headroom.elide.rows.by_logged import by_logged
from headroom.elide.rows.by_ruled import by_ruled, ruled
from headroom.elide.rows.element import elements
from headroom.elide.rows.excerpt import Demand
from headroom.elide.rows.grid import is_table
from headroom.elide.rows.loose import is_remarked
from headroom.elide.rows.stacked import is_stacked
from headroom.lines.event import events
from headroom.lines.hierarchy import hierarchy
from headroom.lines.mail import mails
from headroom.lines.prefix import prefixed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.core.types import Context
    from headroom.elide.gapped import Gapped

_BY_LINES: tuple[tuple[ContentType, Callable[[Sequence[str]], object]], ...] = (
    (ContentType.LOG, prefixed),
    (ContentType.LISTING, hierarchy),
    (ContentType.TEXT, mails),
    (ContentType.LOG, events),
)
"""Kinds with what reads the lines of a text of one of their forms, None if they are of another."""


def told(text: str) -> ContentType | None:
    """Return the kind of a text that is of one form from its beginning to its end, or None."""
    lines = lines_of(text)
    for kind, read in _BY_LINES:
        if read(lines) is not None:
            return kind
    if ruled(text) is not None:
        return ContentType.LOG
    if is_table(text) or is_remarked(text) or is_stacked(text):
        return ContentType.TABLE
    if is_context(text):
        return ContentType.DIFF
    return ContentType.MARKUP if is_snapshot(text) or elements(text) is not None else None


def of_known(
    text: str, kind: ContentType, ctx: Context, share: float, of_rows: Callable[[], float]
) -> Gapped | None:
    """Return what is kept of lines behind prefixes, of entries of several, of files; or None.

    Args:
        text: the text.
        kind: what it is.
        ctx: the question, and what is asked for.
        share: how much of it may stay.
        of_rows: the same if it is of records.
    """
    asked, guess = ctx.options.get("keep"), bool(ctx.options.get("guess"))
    lines = lines_of(text)
    if kind is ContentType.LOG and (behind := prefixed(lines)):
        rows = of_rows() if asked is None else share
        return by_logged(behind, Demand(ctx.query, rows, asked is not None, guess), share)
    if kind is ContentType.LOG and (entries := events(lines)):
        return by_event(lines, entries, ctx.query, share, fill=asked is not None)
    if kind is ContentType.LOG and (report := ruled(text)):
        return by_ruled(text, report, ctx.query, of_rows() if asked is None else share, guess=guess)
    if kind is ContentType.TEXT and (found := mails(lines)):
        return by_mail(lines, found, ctx.query, share)
    if kind is ContentType.LISTING and (files := hierarchy(lines)):
        return by_tree(text, files, ctx.query, share, fill=asked is not None)
    return None
