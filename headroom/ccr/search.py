"""What of an original answers a question: rows of a list, values of JSON, passages of a text."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cache
from heapq import nlargest
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from headroom.ccr import tabular
from headroom.ccr.brief import Brief, brief
from headroom.ccr.excerpt import MARK as _MARK
from headroom.ccr.excerpt import side_by_side
from headroom.ccr.leaf import LEAF, leaves
from headroom.ccr.outlier import AMOUNT, flat, unusual
from headroom.ccr.overview import definitions_of_diff, failures, overview
from headroom.ccr.passage import best, covering, passages, vary, weigh
from headroom.ccr.row import overview_of_rows
from headroom.ccr.seen import Seen
from headroom.ccr.superlative import superlative
from headroom.ccr.survey import read
from headroom.ccr.value import steps_of, table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from headroom.ccr.bm25 import Told
    from headroom.ccr.judge import Judge
    from headroom.ccr.record import Steps
    from headroom.ccr.survey import Question

_FIELDS, _BRIEF, _STRONG = 8, 60, 0.7
"""Fields of a question at most; rows of which those are shown at least, and their least score."""
_CLEAR = 1.2
"""How far the best row is before the next where it is shown whole if any is."""
_SEVERAL = 3
"""Rows that match about as well as the best from which on they are the answer, if they fit."""
_NAMED = 1.2
"""What speaks for a record that the question names by a value or as an extreme."""
_AT_END = 0.8
"""What speaks for the first and the last record where the question asks for either."""
_FIELD = re.compile(r"`([^`\n]{1,200})`")
_EQUAL = re.compile(
    r"`([^`\n]{1,200})`\s*(?:=+|:|is|equals)?\s*(\"[^\"\n]*\"|`[^`\n]*`|[\w./:@#%+'-]*\w)"
)
_EXTREME = superlative(("earliest",), ("latest",))
"""Times in records are numbers, too."""
_EDGE = re.compile(
    r"(?i)\b(?:first|last|earliest|latest|final|newest|oldest|most recent|initial)\b"
)
_LAST = re.compile(
    r"(?:^|[\s=:($€£])([+-]?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,2})?)\s*\S{0,3}$"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDS = 2
"""Steps at the end of a path that name a value."""
_COLOUR = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def search(
    text: str,
    query: str,
    shown: Sequence[str] = (),
    judge: Judge | None = None,
) -> Callable[[int], str]:
    """Return what writes the best of a text in so many characters: rows, values or passages.

    `shown` are forms of it that readers got; `judge` knows kinds of text.

    Raises:
        ValueError: the query is empty.
    """
    if not query.strip():
        raise ValueError("the query is empty")
    text, shown = _plain(text), [*map(_plain, shown)]
    asked, seen = read(query), Seen(*shown)
    found = table(text)
    if found is not None:
        named = judge.rows(found[1], query) if judge and not asked.survey else ()
        rows = _rows(text, query, asked, found, seen, named)
        return _unless_whole(text, _behind(_pointed(found[0], query), rows))
    if asked.survey:
        rated = unusual(_cells(text))
        return _unless_whole(text, overview(text, asked, seen, rated, judge))
    relevance, lines = asked.relevance, text.split("\n")
    listed = definitions_of_diff(lines, query, relevance, seen)
    if not listed and judge:
        listed = failures(lines, relevance, seen, judge)
    if listed:
        return _unless_whole(text, listed)
    tabled = judge.table(text, query) if judge else None
    if tabled is not None:
        return _unless_whole(text, tabular.rows(lines, tabled, relevance, seen))
    asks = _EXTREME(query) or any(each.search(query) for each in (_EQUAL, _EDGE))
    rated = _rated(_cells(text), query) if asks else []
    told = judge.hints(lines, query, alarmed=relevance.alarmed) if judge else []
    rated = [max(each) for each in zip_longest(rated, told, fillvalue=0.0)]
    return _unless_whole(text, passages(text, relevance, seen, rated))


def _behind(first: str, write: Callable[[int], str]) -> Callable[[int], str]:
    """Return what writes something after what comes first, which is there if it fits."""

    def both(room: int) -> str:
        left = room - len(first) - 1
        return f"{first}\n{write(left)}" if first and left > 0 else write(room)

    return both


def _pointed(tree: Any, query: str) -> str:
    """Return the values at the paths of several steps that a query names, each behind its path."""
    told = []
    for path in dict.fromkeys(_FIELD.findall(query)[:_FIELDS]):
        steps = _named(path)
        value = _dig(tree, steps) if len(steps) > 1 else ""
        told += [f"{path}: {value[:LEAF]}"] if value else []
    return "\n".join(told)


def _plain(text: str) -> str:
    """Return a text without what colours it in a terminal: it stands between the words."""
    return _COLOUR.sub("", text) if "\x1b[" in text else text


def _unless_whole(text: str, write: Callable[[int], str]) -> Callable[[int], str]:
    return lambda room: text if len(text) <= room else write(room)


def _rows(
    text: str,
    query: str,
    asked: Question,
    found: tuple[Any, list[str], list[Any]],
    seen: Seen,
    named: Collection[int] = (),
) -> Callable[[int], str]:
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
    for at, share in enumerate(_rated(values, query)):
        scores[at] += max(share, _NAMED * (at in named)) * top
    least = _STRONG * max(scores, default=0.0)
    strong = {at for at, score in enumerate(scores) if score >= least > 0}
    ahead = nlargest(2, range(len(scores)), key=scores.__getitem__)
    clear = len(ahead) > 1 and scores[ahead[0]] > _CLEAR * scores[ahead[1]]
    few = {ahead[0]} if clear else strong
    vary(texts, scores)
    seen.matched(records, scores)
    ranked = covering(best(scores), terms, scores)
    fields = _FIELD.findall(query)[:_FIELDS]
    inside = cache(lambda: leaves(tree, asked, seen, scores, fields))
    told = ((at, _brief(values[at], fields)) for at in ranked[:_BRIEF] if at in strong)
    briefs = {at: said for at, said in told if said}

    short = cache(lambda: brief(values, relevance.terms))

    def write(room: int) -> str:
        forms = side_by_side(ranked, values, records, few, relevance.terms, room)
        if any(len(forms[at]) * 2 > room for at in ranked[:3] or [0]):
            return inside()(room)
        rows = _fitting(ranked or range(len(records)), forms, briefs, room)
        several = len(strong) >= _SEVERAL and strong <= rows.keys()
        if len(rows) < len(records) and not several and not (clear and rows):
            odd = unusual([flat(value) for value in values])
            rest = sorted(range(len(records)), key=lambda at: -odd[at])
            more = _side_by_side(short(), [*ranked, *rest], forms, len(strong), room)
            if more:
                return more
        kind = (
            f"the best of {len(ranked)} that match"
            if ranked
            else "no row holds a word of the query"
        )
        cut = any(row is briefs.get(at) for at, row in rows.items())
        part = "; of rows in round brackets the fields that are asked for" if cut else ""
        long = any(row is not records[at] and row is forms[at] for at, row in rows.items())
        part += "; long values are cut at …" if long else ""
        said = f"[{kind}{part}; there are {len(records)}; ask for any with rows]"
        return "\n".join([*(f"{at}: {row}" for at, row in rows.items()), said])

    return write


def _side_by_side(
    short: Brief, ranked: Sequence[int], forms: dict[int, str], strong: int, room: int
) -> str:
    """Return the best rows as they are, and as many as fit in the columns in which they differ."""
    if not short.head:
        return ""
    said = (
        "[rows in the columns in which they differ, long values cut at …; "
        f"there are {len(short.rows)}; ask for any with rows]"
    )
    half, first = room // 2, []
    for at in ranked[:strong]:
        if len(forms[at]) + _MARK > half:
            break
        first.append(at)
        half -= len(forms[at]) + _MARK
    room -= len(short.head) + len(said) + _MARK
    room -= sum(len(forms[at]) + _MARK for at in first)
    taken = []
    for at in dict.fromkeys(ranked):
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
    found = {name: _dig(value, _named(name)) for name in fields}
    told = ", ".join(f"{name}: {said}" for name, said in found.items() if said)
    return f"({told})" if told else ""


def _cells(text: str) -> list[dict[str, str]]:
    """Return the cells of each line of a table by column; nothing where it is none."""
    lines = text.split("\n")
    for mark in (",", "\t", ";", "|"):
        names = [name.strip(' "') for name in lines[0].split(mark)]
        if len(names) > 1 and all(mark in line for line in lines[1:8]):
            rows = ([cell.strip(' "') for cell in line.split(mark)] for line in lines)
            return [dict(zip(names, row, strict=False)) for row in rows]
    return []


def _rated(records: Sequence[Any], query: str) -> list[float]:
    """Return what the fields that a query names say for each record: `age` = 7, highest `size`."""
    out = [0.0] * len(records)
    for name, wanted in _EQUAL.findall(query)[:8]:
        steps = _named(name)
        for at, record in enumerate(records):
            out[at] += 0.8 * (_dig(record, steps) == wanted.strip("\"`'"))
    filled = [at for at, record in enumerate(records) if record]
    for at in (*filled[1:2], *filled[-1:]) if _EDGE.search(query) else ():
        out[at] += _AT_END
    extreme = _EXTREME(query)
    fields = _FIELD.findall(query)[:8] if extreme else []
    columns = [_named(name) for name in fields]
    if extreme and not fields:
        columns = list(_spoken(records, query))
    for steps in columns:
        found = ((_dig(record, steps), -at) for at, record in enumerate(records))
        known = ((float(amount[1]), at) for value, at in found if (amount := _LAST.search(value)))
        sign = -1 if extreme and extreme[1] else 1
        for rank, (_, at) in enumerate(nlargest(3, ((sign * value, at) for value, at in known))):
            out[-at] += 1.2 - rank / 10
    return out


def _spoken(records: Sequence[Any], query: str) -> Iterator[Steps]:
    """Yield where the value stands whose name has most words of the question, if one has any.

    Of a name with steps, `stats.deletions`, the last ones tell.
    """
    asked = set(_WORD.findall(query.lower()))
    first = next((record for record in records if isinstance(record, dict)), {})
    shares = {name: len(asked.intersection(_WORD.findall(name.lower()))) for name in first}
    inner = {
        name: len(asked.intersection(_WORD.findall(".".join(name.lower().split(".")[-_ENDS:]))))
        for name, value in flat(first).items()
        if name not in first and AMOUNT.fullmatch(value)
    }
    most = max((*shares.values(), *inner.values()), default=0)
    if not most:
        return
    for name, share in (*shares.items(), *inner.items()):
        if share == most:
            yield (name,) if name in first else _named(name)
            return


def _named(field: str) -> Steps:
    with suppress(ValueError):
        return steps_of(field)
    return ()


def _dig(value: Any, steps: Steps) -> str:
    """Return what stands at a path in a record; a key may have points in its name."""
    while steps:
        step, steps = steps[0], steps[1:]
        if isinstance(value, dict):
            ends = range(len(steps), 0, -1) if str(step) not in value else ()
            names = ((end, ".".join(map(str, (step, *steps[:end])))) for end in ends)
            taken, key = next((each for each in names if each[1] in value), (0, str(step)))
            value, steps = value.get(key), steps[taken:]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return ""
    return value if isinstance(value, str) else json.dumps(value) if value in (True, False) else ""
