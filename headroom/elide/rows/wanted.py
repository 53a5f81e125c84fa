"""Which records a question asks for: by values, ids, extremes, place, or what it is about."""

from __future__ import annotations

import re
from heapq import nlargest
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from headroom.ccr.question.bm25 import Relevance
from headroom.ccr.question.term import LONGEST
from headroom.elide.choice import ALWAYS, STRONG
from headroom.elide.lines.line import RELEVANCE
from headroom.elide.rows.ends import EACH, LEAST_SHARED, ends, extreme, title_words
from headroom.elide.rows.facet import meant
from headroom.elide.rows.many import how_many

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.elide.rows.column import Column

_RARE = 3
"""An id names something if so few records have it."""
_TELLING = 3.0
"""Relevance that no single word has."""
# Questions are searched for these in lower case.
_FIRST = re.compile(r"\b(?:first|begin\w*|start\w*|earliest|top|initial\w*|original\w*)\b")
_LAST = re.compile(r"\b(?:last|end(?:ed|s|ing)?|latest|newest|final\w*|bottom|most recent)\b")
_NEXT = re.compile(
    r"\b(?:next|after|before|previous\w*|preced\w+|follow\w+|above|below|between|prior)\b"
)
_SAME = re.compile(
    r"\b(?:same|equal\w*|identical\w*|as (?:many|much)|also|other than|share[sd]?)\b"
)
_ENDS = 3
"""Records at an end that a question about it may mean."""
_ASKED = re.compile(
    r"(?:`([^`\n]{1,80})`\s*(?:=+|:|is|equals)?|([\w.\[\]-]+)\s*==?)\s*"
    r"(?:\"((?:[^\"\\\n]|\\.)*)\"|`([^`\n]*)`|'([^'\n]*)'(?!\w)|([^\s\"'`?,]*[^\s\"'`?,.]))"
)
"""A key and its value: `age` = 7, `status` is "late", owner=ann."""
_WORD = re.compile(r"[^\W_]+")
_EXACT = re.compile(
    r"`([^`\n]{1,200})`|\"([^\"\n]{1,200})\"|(?<![\w.])'([^'\n]{1,200})'(?!\w)"
    r"|(?<![\w#-])(#?[\w@][\w./:@#+-]*\w|\w)"
)
_SHORT = 3
"""Shorter ids and numbers name nothing by themselves."""
_CANDIDATES = 5
"""Records that may be the definition that is asked for."""
_CROWD, _SOME = 6, 0.25
"""Relevance that more than one record in the first shares counts less, but for the second."""
_MOST_EXACT = 40
_MOST_AMONG = 6
"""Of more records than the first with a value that is asked for, only the extremes are sure."""
_KINDS, _MOST_OF_KIND = 20, 15
"""Different values of a column that are kinds of records, and records of one that all stay."""
_MARKS = "?!.,;:\"'`()"
_LINKS = frozenset(("is", "=", "==", "of", "are", "was", "equals", "named", "called"))
"""Words between a key and its value."""


def wanted(columns: Sequence[Column], units: Sequence[str], query: str) -> list[float]:
    """Return what records weigh for a question; `units` are their texts.

    Records that have all the values that it gives for keys by name are always kept, as are those
    with an id that it names, and the extremes that it asks for.
    """
    size = len(units)
    if not query:
        return [0.0] * size
    query = query[:LONGEST]
    asked = query.lower()
    weights = _relevance(units, query)
    told = named(columns, units, query)
    of_kind = _of_kinds(columns, size, query)
    if len(of_kind) <= _MOST_OF_KIND:
        told |= of_kind
    best = min(told) if len(told) == 1 else max(range(size), key=weights.__getitem__)
    if weights[best] >= RELEVANCE or told == {best}:
        if _NEXT.search(asked):
            for at in (best - 1, best + 1):
                if 0 <= at < size:
                    weights[at] += RELEVANCE
        if _SAME.search(asked):
            for at in _alike(columns, best, query):
                weights[at] += RELEVANCE
    first, last = _FIRST.search(asked) is not None, _LAST.search(asked) is not None
    for place in range(min(_ENDS, size)):
        weights[place] += 1.0 / (1 + place) if first else 0.0
        weights[-1 - place] += 1.0 / (1 + place) if last else 0.0
    for at in of_kind:
        weights[at] += RELEVANCE
    for at in told:
        weights[at] = max(weights[at], ALWAYS)
    return weights


def _relevance(units: Sequence[str], query: str) -> list[float]:
    """Return what records weigh for what a question says; more where few answer it far best."""
    relevance = Relevance(query)
    scores = relevance.scores(units)
    most = max(scores, default=0.0)
    if not most:
        return scores
    best = [at for at, score in enumerate(scores) if score * 2 >= most]
    # What many records have in common with the question tells them apart from few others.
    worth = RELEVANCE * min(1.0, max(_SOME, len(units) / len(best) / _CROWD)) / most
    weights = [worth * score for score in scores]
    if most > _TELLING and len(best) <= max(1, len(units) // 10) and not relevance.survey:
        for at in best:
            weights[at] += STRONG
    if relevance.defining:
        # Where several are given a value, no single one of them is told from the others.
        for at in nlargest(_CANDIDATES, range(len(scores)), key=scores.__getitem__):
            weights[at] += RELEVANCE if scores[at] else 0.0
    return weights


def _alike(columns: Sequence[Column], best: int, query: str) -> set[int]:
    """Return the records that agree with one in a column of which the question names a word."""
    words = {word for word in re.findall(r"\w+", query.casefold()) if len(word) >= LEAST_SHARED}
    out: set[int] = set()
    for column in columns:
        if not words.isdisjoint(title_words(column.name)) and best in column.at:
            text = column.texts[column.at.index(best)]
            alike = [at for at, each in zip(column.at, column.texts, strict=True) if each == text]
            out.update(alike if text and len(alike) * 3 <= len(column.at) else ())
    return out - {best}


def named(columns: Sequence[Column], units: Sequence[str], query: str) -> set[int]:
    """Return the records that the question names, by values, ids or as the extremes of a column."""
    size = len(units)
    told = pointed(columns, units, query)
    return told | _with_ids(columns, units, query) | _with_words(columns, size, query)


def pointed(columns: Sequence[Column], units: Sequence[str], query: str) -> set[int]:
    """Return the records with the values that the question gives, and the extremes that it asks."""
    among = _with_values(columns, len(units), query)
    asked = extreme(query)
    most: set[int] = set()
    if asked:
        some = among or meant(columns, len(units), query)
        count = how_many(query, asked.end())
        # What the question sets aside in words of its own may be the first.
        most = ends(columns, units, query, some, count if among else max(count, EACH))
    if len(among) <= _MOST_AMONG or among.isdisjoint(most):
        most |= among
    return most


def _in_lower_case(columns: Sequence[Column], query: str) -> set[int]:
    """Return the records with a cell that is a word of the question but for case and accents."""
    words = {f"\n{word}\n" for word in re.findall(r"\w+", _bare(query)) if len(word) > _SHORT}
    out: set[int] = set()
    for column in columns:
        if column.numbers or column.times:
            continue
        different = _bare("\n".join(["", *column.counts, ""]))
        if not any(word in different for word in words):
            continue
        texts = _bare("\n".join(["", *column.texts, ""]))
        if texts.count("\n") != len(column.texts) + 1:
            continue
        for word in words:
            rows = list(_lines(texts, word)) if word in texts else []
            if 0 < len(rows) <= _RARE:
                out.update(column.at[row] for row in rows)
    return out


def _lines(text: str, line: str) -> Iterator[int]:
    """Yield the numbers of some of the lines that are a line, up to one more than are few."""
    at, number = 0, 0
    for _ in range(_RARE + 1):
        found = text.find(line, at)
        if found < 0:
            return
        number += text.count("\n", at, found)
        yield number
        number += line.count("\n")
        at = found + len(line)


def _bare(text: str) -> str:
    """Return a text in lower case and without accents."""
    if not text.isascii():
        text = normalize("NFKD", text)
        accents = [ord(sign) for sign in set(text) if combining(sign)]
        text = text.translate(dict.fromkeys(accents)) if accents else text
    return text.casefold()


def _with_values(columns: Sequence[Column], size: int, query: str) -> set[int]:
    """Return the records that have every value that is given for a key, unless most do."""
    hits: set[int] | None = None
    for match in _ASKED.finditer(query):
        key, value = [group for group in match.groups() if group is not None][:2]
        key, value = key.strip("."), value.replace('\\"', '"').casefold()
        found = set()
        for column in columns:
            if column.name == key or column.name.endswith(f".{key}"):
                texts = {text for text in column.counts if text.casefold() == value}
                found.update(column.rows(texts))
        if found:
            hits = found if hits is None else hits & found
    return hits if hits and len(hits) * 3 <= size else set()


def _proper(query: str) -> list[str]:
    """Return what may be a proper name in a question: up to three words, the first capitalised."""
    words = [word.strip(_MARKS) for word in query.split()]
    return [
        " ".join(words[at:end])
        for at, word in enumerate(words)
        if word[:1].isupper()
        for end in range(at + 1 + (not at), min(at + 3, len(words)) + 1)
    ][:_MOST_EXACT]


def _with_words(columns: Sequence[Column], size: int, query: str) -> set[int]:
    """Return the records of which the question says key and value in words: "with state IN"."""
    words = [word.strip(_MARKS) for word in query.split()]
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word.casefold(), []).append(at + 1)
    out: set[int] = set()
    for column in columns:
        for at in places.get("".join(title_words(column.name)[-1:]), ())[:_RARE]:
            start = at + (words[at : at + 1] != [] and words[at].casefold() in _LINKS)
            for end in range(start + 1, min(start + 3, len(words)) + 1):
                text = " ".join(words[start:end])
                if 0 < column.counts.get(text, 0) <= max(_RARE, size // 10):
                    cells = zip(column.at, column.texts, strict=True)
                    out.update(row for row, each in cells if each == text)
    return out if len(out) * 3 <= size else set()


def _of_kinds(columns: Sequence[Column], size: int, query: str) -> set[int]:
    """Return the records of a kind that the question names beside its column: "high severity".

    Kinds are the values of a column with few different ones; case does not matter.
    """
    words = [word for word in _WORD.findall(query.casefold()) if word not in _LINKS]
    beside: dict[str, set[str]] = {}
    for one, other in pairwise(words):
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    out: set[int] = set()
    for column in columns:
        near = set().union(*(beside.get(word, ()) for word in title_words(column.name)))
        if near and len(column.counts) <= _KINDS and not column.numbers:
            found = column.rows({text for text in column.counts if text.casefold() in near})
            out.update(found if len(found) * 3 <= size else ())
    return out


def _with_ids(columns: Sequence[Column], units: Sequence[str], query: str) -> set[int]:
    """Return the records with a value that the question names, where only few have it."""
    wanted: list[str] = []
    for match in _EXACT.finditer(query):
        text = next(group for group in match.groups() if group)
        if match.lastindex != 4 or not (text.isalpha() or len(text) < _SHORT):
            wanted += [text, text.rstrip(".:")] if text[-1] in ".:" else [text]
    quoted = set(wanted[:_MOST_EXACT])
    everything = "\n".join(units) if quoted else ""
    out: set[int] = set()
    for text in dict.fromkeys([*wanted[:_MOST_EXACT], *_proper(query)]):
        rows: set[int] = set()
        for column in columns:
            if 0 < column.counts.get(text, 0) <= _RARE:
                rows.update(
                    at for at, each in zip(column.at, column.texts, strict=True) if each == text
                )
        if not rows and len(text) >= _SHORT and text in quoted and f'"{text}"' in everything:
            # Keys, and what lies too deep to be in a column.
            rows.update(at for at, unit in enumerate(units) if f'"{text}"' in unit)
        if len(rows) <= 2 * _RARE:
            out |= rows
    out = out or _in_lower_case(columns, query)
    return out if len(out) * 3 <= len(units) else set()
