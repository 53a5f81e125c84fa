"""Listed: which records of a list in JSON answer a question, and how they are shown."""

from __future__ import annotations

import re
from functools import cache
from heapq import nlargest
from typing import TYPE_CHECKING, Any, NamedTuple

from headroom.ccr.passage import best, covering, vary, weigh
from headroom.ccr.rows.brief import Brief, brief
from headroom.ccr.rows.excerpt import MARK as _MARK
from headroom.ccr.rows.excerpt import side_by_side
from headroom.ccr.rows.field import dig, fields_of, named, rated
from headroom.ccr.rows.leaf import leaves
from headroom.ccr.rows.outlier import unusual
from headroom.ccr.rows.record import flat
from headroom.ccr.rows.row import overview_of_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from headroom.ccr.question.bm25 import Told
    from headroom.ccr.question.survey import Question
    from headroom.ccr.seen import Seen

_BRIEF, _STRONG = 60, 0.7
"""Rows of which the fields of a question are shown at least, and their least score."""
_CLEAR = 1.2
"""How far the best row is before the next where it is shown whole if any is."""
_SEVERAL = 3
"""Rows that match about as well as the best from which on they are the answer, if they fit."""
_NAMED = 1.2
"""What speaks for a record that the question names by a value or as an extreme."""
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


class _Ranked(NamedTuple):
    """Rows in the order in which they answer a question."""

    rows: list[int]
    strong: set[int]
    """Those that answer about as well as the best."""
    clear: bool
    """Whether the best is far before the next."""


def rows(
    text: str,
    query: str,
    asked: Question,
    found: tuple[Any, list[str], list[Any]],
    seen: Seen,
    meant: Collection[int] = (),
) -> Callable[[int], str]:
    """Return what writes the records of a JSON text that match best, in so many characters.

    `found` is its value, its records as they stand there, and their values; `meant` are those
    that the question names or asks as extremes.
    """
    tree, records, values = found
    relevance = asked.relevance
    if sum(map(len, records)) * 4 < len(text):
        return leaves(tree, asked, seen)
    texts = [_ESCAPE.sub(lambda match: chr(int(match[1], 16)), record) for record in records]
    terms: list[Told] = []
    scores = relevance.scores(texts, told=terms)
    weigh(relevance, texts, scores)
    if asked.survey:
        return overview_of_rows(values, records, scores, seen)
    top = max(scores) or 1.0
    for at, share in enumerate(rated(values, query)):
        scores[at] += max(share, _NAMED * (at in meant)) * top
    ranked = _ranked(texts, records, scores, terms, seen)
    fields = fields_of(query)
    inside = cache(lambda: leaves(tree, asked, seen, scores, fields))
    told = ((at, _brief(values[at], fields)) for at in ranked.rows[:_BRIEF] if at in ranked.strong)
    briefs = {at: said for at, said in told if said}
    short = cache(lambda: _in_columns(values, relevance.terms))
    few = {*ranked.rows[:1]} if ranked.clear else ranked.strong

    def write(room: int) -> str:
        forms = side_by_side(ranked.rows, values, records, few, relevance.terms, room)
        if any(len(forms[at]) * 2 > room for at in ranked.rows[:3] or [0]):
            return inside()(room)
        shown = _fitting(ranked.rows or range(len(records)), forms, briefs, room)
        several = len(ranked.strong) >= _SEVERAL and ranked.strong <= shown.keys()
        if len(shown) < len(records) and not several and not (ranked.clear and shown):
            more = _side_by_side(*short(), ranked, forms, room)
            if more:
                return more
        said = _said(ranked.rows, shown, briefs, records, forms)
        return "\n".join([*(f"{at}: {row}" for at, row in shown.items()), said])

    return write


def _ranked(
    texts: Sequence[str],
    records: Sequence[str],
    scores: list[float],
    terms: Sequence[Told],
    seen: Seen,
) -> _Ranked:
    """Return the rows by their scores, which sink where rows repeat others or were shown."""
    least = _STRONG * max(scores, default=0.0)
    strong = {at for at, score in enumerate(scores) if score >= least > 0}
    ahead = nlargest(2, range(len(scores)), key=scores.__getitem__)
    clear = len(ahead) > 1 and scores[ahead[0]] > _CLEAR * scores[ahead[1]]
    vary(texts, scores)
    seen.matched(records, scores)
    return _Ranked(covering(best(scores), terms, scores), strong, clear)


def _said(
    ranked: Sequence[int],
    shown: dict[int, str],
    briefs: dict[int, str],
    records: Sequence[str],
    forms: dict[int, str],
) -> str:
    """Return what the reader has to know of the rows that are shown."""
    kind = f"the best of {len(ranked)} that match" if ranked else "no row holds a word of the query"
    cut = any(row is briefs.get(at) for at, row in shown.items())
    part = "; of rows in round brackets the fields that are asked for" if cut else ""
    long = any(row is not records[at] and row is forms[at] for at, row in shown.items())
    part += "; long values are cut at …" if long else ""
    return f"[{kind}{part}; there are {len(records)}; ask for any with rows]"


def _in_columns(values: Sequence[Any], terms: Sequence[str]) -> tuple[Brief, list[int]]:
    """Return records in the columns in which they differ, and their order, the oddest first."""
    odd = unusual([flat(value) for value in values])
    return brief(values, terms), sorted(range(len(values)), key=lambda at: -odd[at])


def _side_by_side(
    short: Brief, oddest: Sequence[int], ranked: _Ranked, forms: dict[int, str], room: int
) -> str:
    """Return the best rows as they are, and as many as fit in the columns in which they differ.

    Behind those that match come those that are least like the others.
    """
    if not short.head:
        return ""
    order = [*ranked.rows, *oddest]
    said = (
        "[rows in the columns in which they differ, long values cut at …; "
        f"there are {len(short.rows)}; ask for any with rows]"
    )
    half, first = room // 2, []
    for at in ranked.rows[: len(ranked.strong)]:
        if len(forms[at]) + _MARK > half:
            break
        first.append(at)
        half -= len(forms[at]) + _MARK
    room -= len(short.head) + len(said) + _MARK
    room -= sum(len(forms[at]) + _MARK for at in first)
    taken = []
    for at in dict.fromkeys(order):
        cost = len(short.rows[at]) + _MARK
        if at not in first and cost <= room:
            taken.append(at)
            room -= cost
    whole = (f"{at}: {forms[at]}" for at in first)
    rows = (f"{at}: {short.rows[at]}" for at in sorted(taken))
    return "\n".join([*whole, f"row: {short.head}", *rows, said]) if taken else ""


def _fitting(
    ranked: Sequence[int], records: dict[int, str], briefs: dict[int, str], room: int
) -> dict[int, str]:
    """Return the rows that fit, best first.

    Of those with a brief form at least that is there, as far as they fit.
    """
    out: dict[int, str] = {}
    for at, fields in briefs.items():
        if len(fields) + _MARK <= room:
            out[at] = fields
            room -= len(fields) + _MARK
    for at in ranked:
        more = len(records[at]) + _MARK - (len(out[at]) + _MARK if at in out else 0)
        if more <= room:
            out[at] = records[at]
            room -= more
    return {at: out[at] for at in ranked if at in out}


def _brief(value: Any, fields: Sequence[str]) -> str:
    """Return the fields of a record that a query names."""
    found = {name: dig(value, named(name)) for name in fields}
    told = ", ".join(f"{name}: {said}" for name, said in found.items() if said)
    return f"({told})" if told else ""
