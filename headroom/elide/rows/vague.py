"""Whether a question tells in the words of a list which of its records it asks for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from headroom.ccr.question import survey, term
from headroom.elide.rows.trouble import CAMEL

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOLD, _SAID = 0.5, 0.75
"""Share of what a question says that has to stand in the records that it fits best, or in the
names of columns; more where it names nothing exactly."""
_TROUBLE = re.compile(r"fail|error|wrong|problem|broke|exception|crash|fault")
_GENERIC = frozenset(
    found.text
    for found in term.plain(
        "report result output file row line name number value list entry item record table data"
        " anything something anywhere anybody somebody else here every ones thing things find"
        " found called kind sort main just overall please total count"
    )
)
"""Words for any record, or for what is wanted of it: they tell none from another."""
_LONGEST = 20_000
"""Characters of the records that are looked at."""


@lru_cache(maxsize=64)
def _terms(query: str) -> tuple[term.Term, ...]:
    """Return what a question says of records; nothing if it asks for an overview."""
    if survey.read(query).survey:
        return ()
    terms = term.plain(query)
    return tuple(
        each for each in terms if each.text not in _GENERIC and not _TROUBLE.match(each.text)
    )


def is_vague(query: str, best: Iterable[str], names: Iterable[str], *, told: bool) -> bool:
    """Whether little of what a question says stands where its answer would.

    Args:
        query: the question; one for an overview is not vague.
        best: the records that it fits best.
        names: the names of columns.
        told: whether some of these records are named by it: by an id, a value or as an extreme.
    """
    terms = _terms(query)
    if not terms:
        return False
    shown = "\n".join([*best, *(CAMEL.sub("_", name) for name in names), *names])
    low = shown[:_LONGEST].lower()
    said = sum(each.weight for each in terms)
    found = sum(each.weight for each in terms if _stands(each.text, low))
    return found < (_TOLD if told else _SAID) * said


def _stands(text: str, low: str) -> bool:
    """Whether a word begins somewhere with a term."""
    at = low.find(text)
    while at >= 0:
        if not at or not low[at - 1].isalnum() or not text[0].isalnum():
            return True
        at = low.find(text, at + 1)
    return False
