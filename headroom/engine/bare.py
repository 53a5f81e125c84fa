"""What of a text is looked at when it is cut: without colours, CRs and the numbers of its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.core.split import lines_of
from headroom.core.terminal import render
from headroom.core.types import ContentType
from headroom.detect import prevailing
from headroom.detect.numbering import unnumbered
from headroom.elide.prose.genre import is_document, is_prose
from headroom.elide.source.by_code import may_be_code
from headroom.engine.codec import without_cr

if TYPE_CHECKING:
    from headroom.engine.router import ContentRouter

AS_LINES = (ContentType.TEXT, ContentType.CODE, ContentType.LOG, ContentType.COLUMNS)
"""Kinds for which options with what they do, and pairs of lines, are taken."""
_BY_FORM = (
    *(ContentType.JSON, ContentType.TABLE, ContentType.COLUMNS, ContentType.MARKUP),
    *(ContentType.LOG, ContentType.TEST, ContentType.DIFF, ContentType.SEARCH, ContentType.LISTING),
)
"""Kinds that are told by their form, not by the numbers of their lines."""
_OF_LINES = re.compile(
    r"\b(?:which|what|on|at|from|per|the) lines?\b|\blines? (?:numbers?\b|[0-9])"
    r"|\bzeilen?(?:nummern?)?\b|\blignes?\b|\bl[ií]neas?\b"
)
"""A question about lines, for whose answer their numbers are wanted."""


def bare(text: str) -> str:
    """Return a text without the colours of a terminal, and without the CR that ends each line."""
    whole = without_cr(text)
    return render(whole) if "\x1b" in whole else whole


def without_numbers(text: str, query: str, router: ContentRouter) -> tuple[str, str] | None:
    """Return a file read with the numbers of its lines without them, and the first; or None.

    Of source each line keeps its number, as it does where the question is about lines.
    """
    found = unnumbered(text)
    if found is None:
        return None
    inner = found[0]
    kind = prevailing(lines_of(inner), router.parts(inner))
    if kind in AS_LINES and _OF_LINES.search(query.lower()):
        return None
    if kind is ContentType.TEXT and may_be_code(inner) and not is_document(inner):
        return None
    prose = kind in AS_LINES and is_prose(inner, code=kind is not ContentType.TEXT)
    return found if prose or kind in _BY_FORM else None
