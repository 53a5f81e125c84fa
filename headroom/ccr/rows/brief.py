"""Brief: records on one line each, below the names of the columns in which they differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from headroom.ccr.rows.record import flat

if TYPE_CHECKING:
    from collections.abc import Sequence

_BREAK = re.compile(r"(?<!\s)(?=\s)[^\S\r\n]*+[\r\n]\s*+")
"""A line break with the blanks around it; from each of many blanks, it would take very long."""
_COLUMNS, _CELL, _SHORT = 12, 100, 40
"""Columns at most, characters of a cell, and of one that does not match where the row is long."""
_WIDTH, _LEAST = 170, 3
"""Characters of a row on average, and columns that there are at least."""
_FILLED, _LOOKED = 2, 200
"""One record in so many has to have a column; cells that are looked at for terms."""
_ADDRESS = re.compile(r"https?://")
_HASH = re.compile(r"(?!(?:[A-Za-z]+[_-]){2})(?:[0-9a-fA-F-]{20,}|[\w+/=-]{32,})")
"""Not `open_the_drawer_of_a_till`: such a name may be all that tells records apart."""
_WORD = re.compile(r"[a-z]{3,}")
_CUT = "…"


class Brief(NamedTuple):
    """Records in few columns."""

    head: str
    """The names of the columns, or nothing where records have none."""
    rows: list[str]
    """One a record; long values are cut at `…`."""


def brief(values: Sequence[Any], terms: Sequence[str]) -> Brief:
    """Return records in the columns that tell them apart, those first that hold the `terms`.

    Columns that say the same as another, addresses and hashes are left out unless their name is
    one of the terms, in lower case.
    """
    records = [flat(value) for value in values]
    columns: dict[str, list[str]] = {}
    for record in records:
        for key in record:
            columns.setdefault(key, [])
    for key, cells in columns.items():
        cells += [record.get(key, "") for record in records]
    kept = _kept(columns, len(records), terms)
    if not kept:
        return Brief("", [])
    rows = [" | ".join([_cell(record.get(key, ""), terms) for key in kept]) for record in records]
    return Brief(" | ".join(kept), rows)


def on_one_line(value: str) -> str:
    """Return a value with a blank for each of its line breaks and the blanks around it."""
    return _BREAK.sub(" ", value) if "\n" in value or "\r" in value else value


def _kept(columns: dict[str, list[str]], size: int, terms: Sequence[str]) -> list[str]:
    rated: list[tuple[float, int, str, int]] = []
    known: set[tuple[str, ...]] = set()
    for at, (key, cells) in enumerate(columns.items()):
        filled = [cell for cell in cells if cell]
        named = any(word.startswith(term) for word in _WORD.findall(key.lower()) for term in terms)
        same = tuple(cells) in known
        if not filled or len(set(cells)) < 2 or same or len(filled) * _FILLED < size:
            continue
        known.add(tuple(cells))
        if not named and (_ADDRESS.match(filled[0]) or _HASH.fullmatch(filled[0])):
            continue
        joined = "\n".join(filled[:_LOOKED]).lower()
        holds = sum(term in joined for term in terms)
        worded = _WORD.search(joined) is not None
        width = min(sum(map(len, filled)) // len(filled), _CELL)
        rated.append((-3.0 * named - holds - worded, at, key, width))
    room = _WIDTH
    kept: list[tuple[int, str]] = []
    for _, at, key, width in sorted(rated)[:_COLUMNS]:
        if width <= room or len(kept) < _LEAST:
            kept.append((at, key))
            room -= width
    return [key for _, key in sorted(kept)]


def _cell(value: str, terms: Sequence[str]) -> str:
    """Return a value on one line; of a long one the part with a term, or the beginning."""
    value = on_one_line(value)
    if len(value) <= _CELL:
        return value
    lower = value.lower()
    found = next((at for term in terms if (at := lower.find(term)) >= 0), -1)
    if found < 0:
        return value[:_SHORT] + _CUT
    start = max(0, found - _SHORT) if found > _CELL // 2 else 0
    return f"{_CUT * (start > 0)}{value[start : start + _CELL]}{_CUT}"
