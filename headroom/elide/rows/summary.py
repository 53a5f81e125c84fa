"""What all records of a list have in common: counts, ranges and kinds of values by column.

One line, so that "how many", "what kinds" and "is there any" are answered without a call:

    all 215 rows: status ok (212), degraded (3); ms 1 to 400, median 11; name all different
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from headroom.elide.rows.trouble import is_fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from headroom.elide.rows.column import Column

_MOST = 420
"""Characters of a summary, and the share of what is left out that it may take."""
_SHARE = 12
_LONGEST, _SMALL_SHARE = 1_200, 50
"""The same of the names of records that are left out: of large ones, a catalogue of tools say."""
_LEAST = 60
_KINDS = 6
"""Values of a column that are counted by name."""
_STATES = 20
"""Different values of a column of states, at most."""
_LISTED = 200
"""Characters of the values of a column that are counted by name, but for the commonest two."""
_LONE = 3
"""A column that so few records have is not worth a word, but for faults."""
_FEW = 5
_BAD = 3
"""Rarer values that are counted by name because they tell of trouble."""
_PAIR, _TOLD = 2, 4
"""Values that are named in any case, and the share that those named have to make up: one in so
many of a column of states."""
_WIDE = 60
_NAME = 40
_DULL = frozenset(("", "null", "false", "0", "{}", "[]"))
"""What is nothing to speak of if all records have it."""
_LEAST_NAME = 6
"""Characters of a short name with its number."""
_NAMING = frozenset(("name", "title", "displayname", "display_name", "fullname", "full_name"))
_ASKED = -1
"""How much a column tells that the question names: more than any other."""
_WORD = re.compile(r"\w+")
_INDEX = re.compile(r"\[[0-9]+\]")
_OF_ITSELF = re.compile(
    r"(?:[^.]*\[\]\.)?(?:(?:metadata|properties|attributes|fields|labels|[tT]ags)\.)?[^.]*"
)
"""The name of a column that tells something of the record, not of what it has to do with."""
_QUOTED = re.compile(r'^$|^[\s"(]|[,;]|\s$|\)$|\([0-9]+\)')


class _Told(NamedTuple):
    """What is said of one column; sorted by how much it tells."""

    rank: int
    depth: int
    at: int
    said: str


def summary(columns: Sequence[Column], size: int, noun: str, left_out: int, query: str = "") -> str:
    """Return the summary of `size` records of which so many characters are left out, or "".

    Every figure is of all records, kept or not. Columns that the question names come first, then in
    the order of what they tell: states with counts, times, ranges, numbers of different values,
    what is the same in all. Items of lists are not summed up.
    """
    room = min(_MOST, left_out // _SHARE)
    if room < _LEAST:
        return ""
    head = f"all {size} {noun}: "
    room -= len(head)
    parts: list[str] = []
    asked = set(_WORD.findall(query.casefold()))
    for told in sorted(_all_told(columns, size, asked)):
        if len(told.said) + 2 <= room:
            parts.append(told.said)
            room -= len(told.said) + 2
    return head + "; ".join(parts) if parts else ""


def index(columns: Sequence[Column], gone: Sequence[int], left_out: int) -> str:
    """Return the names of the records that are left out, with their numbers, or "".

    Only where all of them fit: records that are long beside their names, and not too many.
    """
    room = max(min(_MOST, left_out // _SHARE), min(_LONGEST, left_out // _SMALL_SHARE))
    room -= len("left out: ")
    if not gone or room < len(gone) * _LEAST_NAME:
        return ""
    for column in sorted(columns, key=_is_name, reverse=True):
        if not _names_records(column, gone[-1]):
            continue
        texts = dict(zip(column.at, column.texts, strict=True))
        said = ", ".join(f"{at} {_shown(texts[at])}" for at in gone if at in texts)
        if len(said) <= room:
            return f"left out: {said}"
    return ""


def _is_name(column: Column) -> bool:
    """Whether a column says itself that it names records; people know them by that, not by ids."""
    return column.name.rpartition(".")[2].casefold() in _NAMING


def _names_records(column: Column, last: int) -> bool:
    """Whether a column tells records apart in words."""
    counts, present = column.counts, len(column.values)
    return (
        len(counts) == present > last
        and not column.numbers
        and not column.times
        and _OF_ITSELF.fullmatch(column.name) is not None
        and all(map(_plain, counts))
    )


def _all_told(columns: Sequence[Column], size: int, asked: AbstractSet[str]) -> list[_Told]:
    out = []
    for at, column in enumerate(columns):
        if len(column.name) > _NAME or "\n" in column.name or _INDEX.search(column.name):
            continue
        fault = is_fault(column.name)
        if len(column.at) <= _LONE < size // 2 and not fault:
            continue
        absent = size - (len(column.at) if type(column.at) is range else len(set(column.at)))
        rank, said = _told(column, everywhere=not absent)
        if said:
            if absent * 2 > size and not fault:
                rank += 4
            said += f", missing in {absent}" if absent else ""
            if column.name.rpartition(".")[2].casefold() in asked:
                rank = _ASKED
            out.append(_Told(rank, column.name.count("."), at, said))
    return out


def _told(column: Column, *, everywhere: bool) -> tuple[int, str]:
    """Return how much a column tells (less is more), and what; "" where it is not worth a word."""
    counts, present = column.counts, len(column.values)
    few = len(counts) <= (_FEW if column.numbers else _STATES) and len(counts) * 3 <= 2 * present
    kinds = _kinds(column) if not column.times and (few or not column.numbers) else ""
    rank, said = 9, ""
    if len(counts) == 1:
        text = next(iter(counts))
        if kinds and text not in _DULL:
            rank, said = (6, f"{_shown(text)} in all") if everywhere else (0, kinds)
    elif column.times:
        nulls = present - len(column.times)
        first, last = (column.texts[column.times[end]] for end in (0, -1))
        rank, said = 1, f"{first} to {last}"
        said += f", null {nulls}" if nulls else ""
    elif kinds and few:
        rank, said = 1 if column.numbers else 0, kinds
    elif column.numbers:
        rank, said = 2, _range(column)
    elif shapes := _shapes(column):
        rank, said = 3, f"like {shapes}"
    elif len(counts) == present:
        worth = "." not in column.name and all(map(_short, list(counts)[:_KINDS]))
        rank, said = 5, "all different" if worth else ""
    elif any(map(_plain, list(counts)[:_KINDS])):
        rank, said = 3 if kinds else 4, f"{len(counts)} different{kinds and f': {kinds}'}"
    return rank, said and f"{column.name or 'values'} {said}"


def _range(column: Column) -> str:
    """Return the least, greatest and middle number of a column, as they are spelled."""
    ranks, texts = column.ranks, column.texts
    low, middle, high = (texts[ranks[at]].strip() for at in (0, (len(ranks) - 1) // 2, -1))
    other = len(texts) - len(ranks)
    spelled = f"{low} to {high}"
    if len(column.counts) < len(texts):
        spelled += f", median {middle}"
    return spelled + (f", no number in {other}" if other else "")


def _kinds(column: Column) -> str:
    """Return the commonest values of a column with their counts, or "" if they tell little."""
    if _KINDS * max(column.counts.values()) * 2 < len(column.values):
        return ""
    common = column.counts.most_common()
    shown, bad = common, []
    if len(common) > _KINDS:
        bad = [each for each in common[_KINDS - 1 :] if each[0] in column.troubled][:_BAD]
        shown = common[: _KINDS - 1 - len(bad)]
    while len(shown) > _PAIR and sum(len(text) for text, _ in shown) > _LISTED:
        shown = shown[:-1]
    shown = shown + bad
    told = sum(count for _, count in shown)
    often = max(count for text, count in common if text or len(common) == 1)
    listed = len(common) <= _STATES and told * _TOLD >= len(column.values)
    if not (listed or told * 2 >= len(column.values)) or often < min(2, len(column.values)):
        return ""
    if any(len(text) > _WIDE or not _plain(text) for text, _ in shown):
        return ""
    spelled = ", ".join(f"{_shown(text)} ({count})" for text, count in shown)
    rest = len(column.values) - told
    return spelled + (f", {len(common) - len(shown)} others ({rest})" if rest else "")


def _shapes(column: Column) -> str:
    """Return the shapes of the values with their counts, or "" if they tell little."""
    counts = column.counts
    found = [(shape, sum(map(counts.__getitem__, texts))) for shape, texts in column.shapes.items()]
    if any(len(shape) > _NAME or not _plain(shape) for shape, _ in found):
        return ""
    if not all(any(map(str.isalpha, shape)) for shape, _ in found if shape):
        return ""
    ordered = sorted(found, key=lambda each: -each[1])
    return ", ".join(f"{_shown(shape)} ({count})" for shape, count in ordered)


def _plain(text: str) -> bool:
    return "\n" not in text and not text.startswith(("http://", "https://", "{", "["))


def _short(text: str) -> bool:
    return len(text) <= _NAME and _plain(text)


def _shown(text: str) -> str:
    """Return a value, in quotes where it could be taken for a count or for several values."""
    return f'"{text}"' if _QUOTED.search(text) else text
