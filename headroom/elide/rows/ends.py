"""Which records are the greatest and the least, for questions that ask for extremes of columns."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from headroom.ccr.question.superlative import superlative
from headroom.core.memo import remembered
from headroom.elide.rows.trouble import CAMEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.rows.column import Column

extreme = superlative(
    most=(
        *("top", "best", "worst", "newest", "oldest", "youngest", "earliest", "latest"),
        *("richest", "poorest", "deepest", "widest", "narrowest", "tallest", "thinnest"),
        *("thickest", "warmest", "coolest", "wettest", "quickest", "brightest", "darkest"),
        *("densest", "safest"),
        "(?!pri)[a-z]{3,}iest",
    )
)
"""Whichever end is meant, both are wanted, of times too: any superlative will do."""
_FEW_MEASURED = 6
"""A table with so few columns of numbers or times has no other extremes than theirs."""
_SUM = re.compile(r"(?i)\b(?:sub)?(?:totals?|sum|overall)\b")
_KEYS = re.compile(r"` ?([^`\n]{1,80}?) ?`")
_WORD = re.compile(r"[^\W_]+")
LEAST_SHARED = 4
"""Letters of a word by which names are told apart."""
_ASIDE = re.compile(
    r"(?i)\b(?:aside|apart from|except|excluding|exclude|ignoring|besides|other than|second|next"
    r"|not counting|non-?zero|without|but not|runner-up)\b"
)
"""The question does not want what comes first of all."""
EACH = 2
"""Records at each end, at least."""


def ends(
    columns: Sequence[Column], units: Sequence[str], query: str, among: set[int], count: int
) -> set[int]:
    """Return the records at both ends of the columns that are asked for; also of some records.

    The greatest of a column that ends with a sum is the one before that.
    """
    out: set[int] = set()
    aside = _ASIDE.search(query) is not None
    for column in _ranked(columns, query):
        places = column.times or column.ranks
        summed = len(places) > 1 and _SUM.search(units[column.at[places[-1]]]) is not None
        inside = [place for place in places if column.at[place] in among] if among else []
        both = _both(column, places, count, summed, aside=aside)
        both += _both(column, inside, max(count, EACH), aside=aside)
        out.update(column.at[place] for place in both)
    return out


def _both(
    column: Column, places: Sequence[int], count: int, more: int = 0, *, aside: bool
) -> list[int]:
    """Return the first few places of an order, and the last few and so many `more`."""
    first, last = list(places[:count]), list(places[: -1 - count - more : -1])
    if aside:
        return _behind(column, places, first) + _behind(column, places[::-1], last)
    return first + last


def _behind(column: Column, places: Sequence[int], first: Sequence[int]) -> list[int]:
    """Return the first few places of an order, and where all are the same the next that is not."""
    known = {column.texts[place] for place in first}
    if len(known) != 1:
        return [*first]
    behind = islice(places, len(first), None)
    others = (place for place in behind if column.texts[place] not in known)
    return [*first, *islice(others, 1)]


def _ranked(columns: Sequence[Column], query: str) -> list[Column]:
    """Return the columns of which a question asks the extremes; all of few where it names none.

    What has no order, as names, is none of them, even where the question names it, too.
    """
    columns = [column for column in columns if column.times or column.numbers]
    keys = set(_KEYS.findall(query))
    found = [
        column
        for column in columns
        if any(f".{column.name.strip()}".endswith(f".{key}") for key in keys)
    ]
    if found:
        return found
    said = {word.casefold() for word in re.findall(r"\w+", query)}
    # "The smallest meltingPoint" is spelled like the column, not in its words.
    found = [column for column in columns if _last(column.name).casefold() in said]
    if found:
        return found
    titles = [(column, set(title_words(column.name) or ("",))) for column in columns]
    found = [column for column, name in titles if name <= said]
    if not found:
        # "Which call is made most often" means "calls".
        singular = set(map(_singular, said))
        found = [column for column, name in titles if set(map(_singular, name)) <= singular]
    # "the most time itself (self)" means "self [us]".
    found = found or [
        column for column, name in titles if any(len(word) >= LEAST_SHARED for word in name & said)
    ]
    if not found:
        measured = [column for column in columns if column.times or _is_varied(column)]
        found = measured if len(measured) <= _FEW_MEASURED else []
    return found


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) >= LEAST_SHARED else word


def _is_varied(column: Column) -> bool:
    ranks, numbers = column.ranks, column.numbers
    return bool(ranks) and numbers[ranks[0]] != numbers[ranks[-1]]


def title_words(name: str) -> tuple[str, ...]:
    """Return the words of the last part of a column's name, in lower case."""
    return _split(_last(name))


def _last(name: str) -> str:
    return name.rpartition(".")[2].strip()


@remembered(1_000, 200)
def _split(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(CAMEL.sub("_", name).casefold()))
