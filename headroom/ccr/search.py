"""What of an original answers a question: rows of a list, values of JSON, passages of a text."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cache
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from headroom.ccr.bm25 import Relevance
from headroom.ccr.outlier import unusual
from headroom.ccr.overview import META, overview
from headroom.ccr.passage import best, choose, passages, vary, weigh
from headroom.ccr.record import Steps, children
from headroom.ccr.row import overview_of_rows
from headroom.ccr.seen import Seen
from headroom.ccr.value import Number, steps_of, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PLAIN_KEY = re.compile(r"[^.\[\]\s]{1,100}")
_LEAF = 600
"""Characters of a JSON value that are searched and shown as one."""
_ROW = re.compile(r"[^\[]*\[(\d+)\]")
_FIELD = re.compile(r"`([^`\n]{1,200})`")
_EQUAL = re.compile(
    r"`([^`\n]{1,200})`\s*(?:=+|:|is|equals)?\s*(\"[^\"\n]*\"|`[^`\n]*`|[\w./:@#%+'-]*\w)"
)
_EXTREME = re.compile(
    r"(?i)\b(?:(lowest|smallest|least|minimum|min|shortest|earliest|fewest)"
    r"|highest|largest|greatest|biggest|most|maximum|max|longest|latest)\b"
)
_AMOUNT = re.compile(r"[+-]?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,2})?")
_LAST = re.compile(
    r"(?:^|[\s=:($€£])([+-]?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,2})?)\s*\S{0,3}$"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def search(text: str, query: str, shown: Sequence[str] = ()) -> Callable[[int], str]:
    """Return what writes the best of a text in so many characters: rows, values or passages.

    `shown` are forms of it that readers got.

    Raises:
        ValueError: the query is empty.
    """
    if not query.strip():
        raise ValueError("the query is empty")
    relevance = Relevance(query)
    if relevance.survey:
        relevance = Relevance(META.sub(" ", query), survey=True)
    found, seen = table(text), Seen(*shown)
    if found is None and relevance.survey:
        return _unless_whole(text, overview(text, relevance, seen, unusual(_cells(text))))
    if found is None:
        asks = _EXTREME.search(query) or _EQUAL.search(query)
        rated = _rated(_cells(text), query) if asks else []
        return _unless_whole(text, passages(text, relevance, seen, rated))
    return _unless_whole(text, _rows(text, query, relevance, found, seen))


def _unless_whole(text: str, write: Callable[[int], str]) -> Callable[[int], str]:
    return lambda room: text if len(text) <= room else write(room)


def _rows(
    text: str,
    query: str,
    relevance: Relevance,
    found: tuple[Any, list[str], list[Any]],
    seen: Seen,
) -> Callable[[int], str]:
    tree, records, values = found
    if sum(map(len, records)) * 4 < len(text):
        return _leaves(tree, relevance, [], ())
    texts = [_ESCAPE.sub(lambda match: chr(int(match[1], 16)), record) for record in records]
    scores = relevance.scores(texts)
    weigh(relevance, texts, scores)
    if relevance.survey:
        return overview_of_rows(values, records, scores, seen)
    top = max(scores) or 1.0
    for at, share in enumerate(_rated(values, query)):
        scores[at] += share * top
    vary(texts, scores)
    ranked = best(scores)
    leaves = cache(lambda: _leaves(tree, relevance, scores, _FIELD.findall(query)))

    def write(room: int) -> str:
        if any(len(records[at]) * 2 > room for at in ranked[:3] or [0]):
            return leaves()(room)
        shown = []
        for at in ranked or range(len(records)):
            if len(records[at]) + 8 < room:
                shown.append(f"{at}: {records[at]}")
                room -= len(shown[-1]) + 1
        kind = (
            f"the best of {len(ranked)} that match"
            if ranked
            else "no row holds a word of the query"
        )
        return "\n".join([*shown, f"[{kind}; there are {len(records)}; ask for any with rows]"])

    return write


def _leaves(
    tree: Any, relevance: Relevance, rated: list[float], named: Sequence[str]
) -> Callable[[int], str]:
    """Return what writes the values of a JSON text that match best, each behind its path.

    `rated` is what speaks for each row, `named` are the fields that the question names.
    """
    leaves: list[str] = []
    stack: list[tuple[str, Any]] = [("", tree)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict | list) and value:
            if len(path) < _LEAF:
                stack += reversed([(path + _spelled(step), v) for step, v in children(value)])
                continue
            value = "(more inside)"
        text = value if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)
        name = path.removeprefix(".")
        leaves.append(f"{name}: {text[:_LEAF]}")
        rest = range(_LEAF, len(text), _LEAF)
        leaves += (f"{name}, from character {at}: {text[at : at + _LEAF]}" for at in rest)
    scores = relevance.scores(leaves)
    most = (max(scores) or 1.0) / (max(rated, default=0.0) or 1.0)
    for at, leaf in enumerate(leaves if rated else ()):
        row = _ROW.match(leaf)
        if row and int(row[1]) < len(rated):
            asked = leaf[row.end() :].partition(": ")[0].removeprefix(".") in named
            scores[at] += most * rated[int(row[1])] * (1.2 if asked else 0.3)

    hits = best(scores)

    def write(room: int) -> str:
        chosen = (leaves[first : last + 1] for first, last in choose(leaves, scores, hits, room))
        shown = [leaf for run in chosen for leaf in run]
        return "\n".join([*shown, f"[of {len(leaves)} values; ask for any with path]"])

    return write


def _spelled(step: str | int) -> str:
    plain = isinstance(step, str) and _PLAIN_KEY.fullmatch(step)
    return f".{step}" if plain else f"[{json.dumps(step)[:_LEAF]}]"


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
    extreme = _EXTREME.search(query)
    fields = _FIELD.findall(query)[:8] if extreme else []
    columns = [_named(name) for name in fields]
    if extreme and not fields:
        columns = [(name,) for name in _spoken(records, query)]
    for steps in columns:
        found = ((_dig(record, steps), -at) for at, record in enumerate(records))
        known = ((float(amount[1]), at) for value, at in found if (amount := _LAST.search(value)))
        sign = -1 if extreme and extreme[1] else 1
        for rank, (_, at) in enumerate(nlargest(3, ((sign * value, at) for value, at in known))):
            out[-at] += 1.2 - rank / 10
    return out


def _spoken(records: Sequence[Any], query: str) -> list[str]:
    """Return the column whose name has most words of the question, if one has any."""
    asked = set(_WORD.findall(query.lower()))
    names = next((record for record in records if isinstance(record, dict)), {})
    shares = {name: len(asked.intersection(_WORD.findall(name.lower()))) for name in names}
    most = max(shares.values(), default=0)
    return [name for name, share in shares.items() if share == most][:1] if most else []


def _named(field: str) -> Steps:
    with suppress(ValueError):
        return steps_of(field)
    return ()


def _dig(value: Any, steps: Steps) -> str:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return ""
    return value if isinstance(value, str) else json.dumps(value) if value in (True, False) else ""
