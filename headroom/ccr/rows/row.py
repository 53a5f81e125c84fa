"""Rows: what a list of records holds: its columns by their values, and the rows that stand out."""

from __future__ import annotations

import re
from collections import Counter
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, Any

from headroom.ccr.definition import defined
from headroom.ccr.passage import vary
from headroom.ccr.rows.brief import on_one_line
from headroom.ccr.rows.outlier import AMOUNT, is_kind, notable
from headroom.ccr.rows.record import flat
from headroom.ccr.seen import KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.ccr.seen import Seen

_NAMING = re.compile(r"(?i)(?:^|[._])(?:\w*id|name|key|number|no|sha|hash|code|title|path|file)$")
_SAYING = re.compile(r"(?i)(?:text|message|msg|title|descr\w*|summary|reason|subject|details?)$")
"""How the column is named that says in words what a record is about."""
_LINK = re.compile(r"https?://|$")
_ID = re.compile(r"[0-9a-fA-F-]{12,}")
_COLUMNS, _CELL = 14, 120
"""Columns of records at most, and characters of a cell."""
_NARROW = 6
"""Up to so many columns a row is shown by all of them, beyond by those in which it stands out."""
_LONGEST = 0.4
"""Share of the room that the columns of kinds get."""
_MOST, _NUMBER = 400, 6
"""Rows at most, and characters that the number in front of one takes."""
_ANY, _BARE = 0.1, 0.1
"""Merit of any record, and the share that one without a text keeps where others have one."""
_DEFINED = 0.5
"""What speaks for a record whose text defines something."""
_FEW, _OWN = 8, 0.9
"""Numbers from which only their span is said, and the share of rows with a value of their own."""
_TOLD = 4
"""Values at most by which a record is said to stand out."""
_NOTABLE = 0.4
"""From how far on a value is said."""


def overview_of_rows(
    values: Sequence[Any], spelled: Sequence[str], matches: Sequence[float], seen: Seen
) -> Callable[[int], str]:
    """Return what writes how often which values occur, and the records that stand out.

    Args:
        values: the records.
        spelled: the same as they stand in the text.
        matches: how well each record fits what else the question says.
        seen: what a reader has; it comes last.
    """
    records = [flat(value) for value in values]
    columns: dict[str, Counter[str]] = {}
    for record in records:
        for key, value in record.items():
            columns.setdefault(key, Counter())[value] += 1
    differ = [key for key, counts in columns.items() if counts.most_common(1)[0][1] < len(records)]
    shown = [key for key in differ if columns[key].total() * 3 >= len(records)][:_COLUMNS]
    why = notable(records)
    whole = [" | ".join(_cell(record.get(key, "")) for key in shown) for record in records]
    names = _names({key: columns[key] for key in differ}, len(records))
    scores = _scored(records, whole, names, matches, why)
    seen.lower(spelled, scores, KNOWN)
    order = nlargest(_MOST, range(len(records)), key=lambda at: (scores[at], -at))
    telling = _telling(differ, columns, records)
    kinds = [_kinds(key, columns[key]) for key in telling]
    alike = {key for key in differ if is_kind(columns[key])}.difference(telling)
    alike.update(key for key in differ if all(map(_LINK.match, columns[key])))
    why = [{key: far for key, far in each.items() if key not in alike} for each in why]
    texts, head = whole, f"row: {' | '.join(shown)}"
    if len(shown) > _NARROW:
        texts = [_said(record, names, each) for record, each in zip(records, why, strict=True)]
        head = f"row: {' | '.join([*names, 'what stands out'])}"

    def write(room: int) -> str:
        listed = _within(kinds, int(room * _LONGEST))
        left = room - len(head) - sum(len(each) + 1 for each in listed)
        taken = []
        for at in order:
            if len(texts[at]) + _NUMBER <= left:
                taken.append(at)
                left -= len(texts[at]) + _NUMBER
        rows = (f"{at}: {texts[at]}" for at in sorted(taken))
        said = f"[what stands out, where records differ; there are {len(records)} rows"
        return "\n".join([*listed, head, *rows, f"{said}; ask for any with rows]"])

    return write


def _scored(
    records: Sequence[dict[str, str]],
    whole: Sequence[str],
    names: Sequence[str],
    matches: Sequence[float],
    why: Sequence[dict[str, float]],
) -> list[float]:
    """Return the merits of records: how they match, stand out and define, less for what repeats.

    `whole` are their texts, `names` the columns that tell of which record and of what.
    """
    top = max(matches, default=0.0) or 1.0
    scores = [
        _ANY + match / top + max(each.values(), default=0.0)
        for match, each in zip(matches, why, strict=True)
    ]
    for at, record in enumerate(records):
        begun = (record.get(key, "").partition("\n")[0] for key in names[1:])
        scores[at] += _DEFINED * any(map(defined, begun))
    vary(whole, scores)
    for at, record in enumerate(records):
        bare = not any(record.get(key) for key in names[1:]) and len(names) > 1
        scores[at] *= _BARE if bare else 1.0
    return scores


def _cell(value: str) -> str:
    return on_one_line(value)[:_CELL]


def _telling(
    keys: Sequence[str], columns: dict[str, Counter[str]], records: Sequence[dict[str, str]]
) -> list[str]:
    """Return the columns of kinds, of several that divide the records alike the first."""
    found: dict[tuple[int, ...], str] = {}
    for key in keys:
        if is_kind(columns[key]) and not all(map(_ID.fullmatch, columns[key])):
            codes = {value: code for code, value in enumerate(columns[key])}
            found.setdefault(tuple(codes.get(record.get(key, ""), -1) for record in records), key)
    return list(found.values())


def _kinds(key: str, counts: Counter[str]) -> str:
    """Return how often each value stands in a column; of many numbers the span."""
    if len(counts) > _FEW and all(AMOUNT.fullmatch(value) for value in counts):
        amounts = sorted(counts, key=float)
        return f"{key}: {amounts[0]} to {amounts[-1]}"
    told = (f"{_cell(value) or '(empty)'} {count}" for value, count in counts.most_common())
    return f"{key}: {', '.join(told)}"


def _within(kinds: Sequence[str], room: int) -> list[str]:
    """Return the columns of kinds that fit, in order; of a long one the most frequent values."""
    fits: dict[int, str] = {}
    for rank, at in enumerate(sorted(range(len(kinds)), key=lambda at: (len(kinds[at]), at))):
        text, share = kinds[at], room // (len(kinds) - rank)
        if len(text) > share:
            text = text[: text.rfind(", ", 0, max(share - 3, 0)) + 1] + " …"
        if len(text) > text.find(": ") + _NUMBER and len(text) <= room:
            fits[at] = text
            room -= len(text) + 1
    return [fits[at] for at in sorted(fits)]


def _names(columns: dict[str, Counter[str]], size: int) -> list[str]:
    """Return the column that tells a record from others, and the one that says what it is about."""
    named: list[tuple[int, int, str]] = []
    own: list[tuple[int, int, str]] = []
    kinds: list[tuple[int, int, str]] = []
    texts: list[tuple[int, int, str]] = []
    for at, (key, counts) in enumerate(columns.items()):
        length = sum(map(len, counts)) // len(counts)
        amounts = all(AMOUNT.fullmatch(value) for value in counts)
        whole = not amounts or not any("." in value for value in counts)
        if len(counts) >= _OWN * size and length <= _CELL and whole:
            (named if _NAMING.search(key) else own).append((key.count("."), at, key))
        elif is_kind(counts) and not amounts and length <= _CELL:
            kinds.append((-len(counts), at, key))
        spoken = any(" " in text.strip() for text in counts)
        says = _SAYING.search(key) is not None and len(counts) > 1
        if spoken and (says or len(counts) * 2 >= counts.total()) and counts.total() > size / 2:
            texts.append((-min(length, _CELL) - _CELL * says, at, key))
    found = [min(each)[-1] for each in (named or own or kinds, texts) if each]
    return list(dict.fromkeys(found))


def _said(record: dict[str, str], names: Sequence[str], why: dict[str, float]) -> str:
    """Return what a record is and by which of its values it stands out."""
    told = [_cell(record.get(key, "")) for key in names]
    far = sorted(why, key=lambda key: (-why[key], key))
    new = (key for key in far if why[key] >= _NOTABLE and key not in names)
    told += (f"{key}={_cell(record[key])}" for key in islice(new, _TOLD))
    return " | ".join(told)
