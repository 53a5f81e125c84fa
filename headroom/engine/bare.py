"""What of a text is looked at when it is cut: without colours, CRs, and what is around its lines.

That is a fence, a margin, and the numbers of a file that was read with them. Each line stays where
it was.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.rows.retold import retold
from headroom.core.split import lines_of
from headroom.core.terminal import render
from headroom.core.types import ContentType
from headroom.detect import prevailing
from headroom.detect.enclosure import unenclosed
from headroom.detect.numbering import unnumbered
from headroom.elide.prose.genre import is_document, is_prose
from headroom.elide.source.by_code import may_be_code
from headroom.lines.match import as_hits

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


_MARKS = " \t→:|-"
"""What may stand around the number of a line."""


class Stripped(NamedTuple):
    """A text without what stands around its lines."""

    text: str
    fenced: bool
    """Whether a fence stood around it: two lines that are empty now."""
    aside: str
    """In words what was left out of lines."""


class Retold(NamedTuple):
    """What a text says in another notation, of which the kind is known."""

    text: str
    kind: ContentType
    said: str
    """In words which notation that is."""


def bare(text: str) -> str:
    """Return a text without the colours of a terminal, and without the CR that ends lines."""
    whole = text.replace("\r\n", "\n").removesuffix("\r") if "\r" in text else text
    return render(whole) if "\x1b" in whole else whole


def stripped(text: str, query: str, router: ContentRouter) -> Stripped:
    """Return a text without the fence, the margin and the numbers that it has."""
    inner, fenced, front, timed = unenclosed(text)
    said = [f"{json.dumps(front, ensure_ascii=False)} before each"] if front else []
    said += ["their times"] * timed
    found = unnumbered(inner)
    if found is not None and _are_aside(found[0], query, router):
        inner, first = found[0], found[1].strip(_MARKS)
        said.append("their numbers" if first == "1" else f"their numbers, from {first} on,")
    elif front.isspace() and _is_told(text, inner, router):
        return Stripped(text, fenced=False, aside="")
    return Stripped(inner, fenced, f"{' and '.join(said)} left out" if said else "")


def _is_told(text: str, inner: str, router: ContentRouter) -> bool:
    """Whether a text is told as what it is by its form with its margin, too."""
    kind = prevailing(lines_of(text), router.parts(text))
    return kind in _BY_FORM and kind is prevailing(lines_of(inner), router.parts(inner))


def _are_aside(inner: str, query: str, router: ContentRouter) -> bool:
    """Whether the numbers of a file may be left out; `inner` is the file without them.

    Of source each line keeps its number, as it does where the question is about lines.
    """
    kind = prevailing(lines_of(inner), router.parts(inner))
    if kind in AS_LINES and _OF_LINES.search(query.lower()):
        return False
    if kind is ContentType.TEXT and may_be_code(inner) and not is_document(inner):
        return False
    prose = kind in AS_LINES and is_prose(inner, code=kind is not ContentType.TEXT)
    return prose or kind in _BY_FORM


def in_other_words(text: str) -> Retold | None:
    """Return a text in the notation in which it is cut best, or None where that is its own."""
    if (hits := as_hits(lines_of(text))) is not None:
        return Retold("\n".join(hits), ContentType.SEARCH, "told as path:line:text")
    records = retold(text)
    return None if records is None else Retold(records, ContentType.JSON, "told in JSON")
