"""Hints: which lines of a text a question means without having a word in common with them."""

from __future__ import annotations

import re
from collections import Counter
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING

from headroom.ccr.question.superlative import superlative
from headroom.ccr.question.term import LONGEST
from headroom.ccr.rows.tabular import Table
from headroom.core.types import ContentType
from headroom.detect import detect
from headroom.elide.extreme import extremes
from headroom.elide.lines import log
from headroom.elide.lines.run import report
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.signal import ERROR, TROUBLE, graded
from headroom.elide.lines.template import wordings
from headroom.elide.rows.column import Column, columns
from headroom.elide.rows.grid import Grid, aligned, grid, is_table, typed
from headroom.elide.rows.stacked import stacked
from headroom.elide.rows.wanted import named, pointed, wanted
from headroom.records.spelling import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REASONS = {
    "301": "moved permanently",
    "304": "not modified",
    "400": "bad request",
    "401": "unauthorized|not authenticated",
    "403": "forbidden|not allowed to",
    "404": "not found|missing page",
    "405": "method not allowed",
    "408": "request timeout|request timed out",
    "409": "conflict",
    "413": "too large|too big",
    "414": "uri too long",
    "415": "unsupported media",
    "422": "unprocessable",
    "429": "too many requests|rate limit",
    "500": "internal server error",
    "502": "bad gateway",
    "503": "unavailable",
    "504": "gateway timeout",
}
"""What status codes of HTTP mean, in the words in which people ask."""
_STATUS = re.compile(r"\" ([1-5][0-9]{2})(?= |$)|\bstatus\"?[=: ]{1,2}([1-5][0-9]{2})\b")
_SPOKEN = (
    (
        re.compile(r"(?i)\b(?:completely|fully|entirely|absolutely|totally)\b"),
        re.compile(r"(?<![\d.])100(?:\.0{1,6})? ?%"),
    ),
    (
        re.compile(r"(?i)\b(?:wip(?:e|es|ed|ing)|clear(?:s|ed|ing)?|empt(?:y|ied)|purged?)\b"),
        re.compile(r"(?i)flush|truncat|purge|wipe|(?<![a-z])clear|drop (?:table|database)|rm -rf"),
    ),
    (
        re.compile(r"(?i)\b(?:limit|threshold|ceiling|cap)\b"),
        re.compile(r"[<>]=? {0,3}-?\d[\d_]{1,15}|\bMAX_|\b[A-Z_]{0,40}_(?:LIMIT|MAX)\b"),
    ),
    (
        re.compile(r"(?i)\b(?:new|adds?|added|introduces?d?)\b.{0,40}\b(?:errors?|exceptions?)\b"),
        re.compile(r"\+.{0,120}\b(?:throw|raise)\b"),
    ),
    (
        re.compile(r"(?i)\bhow (?:long|much time|quick(?:ly)?|soon)\b"),
        re.compile(
            r"(?i)elapsed|duration|time-?out|\btook\b|\blast(?:s|ed)\b|_(?:sec(?:ond)?s|ms)\b"
            r"|\b(?:with)?in \(?(?:\d[\d.]{0,9} ?)?(?:milli)?(?:sec(?:ond)?s?|minutes|hours|days)\b"
        ),
    ),
    (
        re.compile(r"(?i)\b(?:config\w*|settings?|preferences?) files?\b|\bconfigured?\b"),
        re.compile(r"\w(?:rc|\.(?:conf|cfg|cnf|ini|toml|properties|config))(?![\w.-])"),
    ),
    (
        re.compile(r"(?i)\bhow (?:often|frequently)\b"),
        re.compile(
            r"(?i)interval|period|\bevery\b|frequen|schedul|\bcron"
            r"|\b(?:per|a) (?:second|minute|hour|day|week|month|year)\b"
        ),
    ),
)
"""What questions say, and what texts have for it that is spelled in no word of the question."""
_FREQUENT = re.compile(
    r"(?i)\b(?:(?:most|more) (?:frequent|common|often)|commonest|most frequently|how often"
    r"|(?:main|usual|typical|frequent|common) (?:problem|kind|type|error|warning|violation)s?)\b"
)
"""A question for what comes again and again."""
_TAG = re.compile(
    r"[(\[](@?[a-z][\w./-]{2,60})[)\]]\s*$|(?<![\w./-])([A-Z]{1,6}[0-9]{2,5})(?![\w.-])"
)
"""What a checker calls a kind of problem: a name in brackets at the end, or a code."""
_KINDS, _KIND, _LESS = 6, 1.0, 0.05
"""Kinds of which a line is named, what speaks for that of the commonest, and less for the next."""
_SUPERLATIVE = superlative(most=("oldest",))
"""Behind a key in a text stands an age; what stands in records is a date."""
_LARGE = re.compile(r"(?i)\b(?:larg|bigg|small|heavi)est\b")
_KEYED = re.compile(
    r"[\s*-]{0,40}([A-Za-z][\w /-]{1,40}?)\s{0,20}[:=]\s{0,20}(-?[0-9]{1,15}(?:\.[0-9]{1,9})?)"
)
_MIN_KEYED, _PLACES = 4, 3
"""Lines with the same key that make it a field of entries, and how many of them are named."""
_TABLES = (ContentType.TABLE, ContentType.COLUMNS)
_FULL = 0.7
"""Share of the cells of a table that hold something."""
_LIKELY = 0.6
"""What speaks for the row that the question is most about, where none is surely meant."""
_MIN_ROWS, _MOST_ROWS = 4, 12
"""Rows of a table, and those of it that a question names."""
_CODE = 0.8
_SOME, _SELDOM = 12, 5
"""Lines up to which another spelling tells, or one in so many: what most have tells nothing."""
_MEANT = 2.0
"""Weight of an extreme number from which on it is the one that the question means."""
_WIDEST = 1_000
"""Characters of a line that are looked at."""
_SURE, _VAGUE = 1.2, 0.4
_ENDED = re.compile(r"(?i)\b(?:stop|abort|exit|terminat|quit|die|end(?:s|ed)?\b|g[ai]ves? up)")
"""A question about what something ended with."""
_LAST, _FINAL = 2, 0.6
"""The last errors, and what speaks for them, where the question is about the end."""
_SAID, _RAISED = ("E  ", ">  "), 0.2
"""How lines begin that say what was raised and where, and what they weigh more than assertions."""
_ALARM, _DOUBT = 0.3, 0.1
"""Shares of the score of the best line: of what is a failure by its level, and by its words."""


def hints(lines: Sequence[str], query: str, *, alarmed: bool) -> list[float]:
    """Return what speaks for each line, as a share of the score of the best.

    It is being an extreme where the question asks for one, an answer of HTTP with the code that
    the question describes, another spelling of what it says, and telling of trouble where it is
    about such (`alarmed`).
    """
    out = [0.0] * len(lines)
    for at, weight in extremes(lines, query).items():
        sure = weight >= _MEANT
        out[at] = (_SURE if sure else _VAGUE) * (1 - 0.1 * (3.0 - weight if sure else 0.0))
    for at, weight in _highest(lines, query):
        out[at] = max(out[at], weight)
    asked = query.lower()
    for at in _of_table(lines, query):
        out[at] = max(out[at], _SURE)
    codes = {code for code, reason in _REASONS.items() if re.search(rf"\b(?:{reason})\b", asked)}
    for at, line in enumerate(lines) if codes else ():
        found = _STATUS.search(line, 0, _WIDEST)
        out[at] += _CODE * (found is not None and (found[1] or found[2]) in codes)
    for meant in (spelled for asks, spelled in _SPOKEN if asks.search(query)):
        met = [at for at, line in enumerate(lines) if meant.search(line, 0, _WIDEST)]
        for at in met if len(met) <= max(_SOME, len(lines) // _SELDOM) else ():
            out[at] += _CODE
    for at, weight in _commonest(lines) if _FREQUENT.search(query) else ():
        out[at] += weight
    grades = graded(Sheet(lines)) if alarmed else []
    for at, grade in enumerate(grades):
        if grade >= TROUBLE:
            out[at] += _ALARM if grade >= ERROR else _DOUBT
    if alarmed and _ENDED.search(query):
        gravest = max(grades, default=0.0)
        last = (at for at in range(len(lines) - 1, -1, -1) if grades[at] >= max(gravest, TROUBLE))
        for at in islice(last, _LAST):
            out[at] += _FINAL
    return out


def table(text: str, query: str) -> Table | None:
    """Return the table that a text is but for a few lines, with what speaks for its rows."""
    found = _grid(text)
    if found is None or not _is_full(found):
        return None
    if detect(text) not in _TABLES and not is_table(text):
        return None
    lines = text.split("\n")
    made = found.read()
    units = ["\n".join(lines[first:end]) for first, end in found.rows]
    query = query[:LONGEST]
    asked = wanted(made, units, query)
    few = _few(named(made, units, query))
    likely = _LIKELY / (max(asked, default=0.0) or 1.0)
    weights = [1.0 if at in few else likely * weight for at, weight in enumerate(asked)]
    return Table(found.head, found.rows, weights, _ends(made))


def _grid(text: str) -> Grid | None:
    """Return the table that a text is, however it is drawn, if it has more than a few rows."""
    found = stacked(text) or grid(text) or aligned(typed(text))
    return found if found is not None and len(found.rows) >= _MIN_ROWS else None


def _few(told: set[int]) -> set[int]:
    """Return the rows that a question names, or none where it names many."""
    return told if len(told) <= _MOST_ROWS else set()


def _is_full(table: Grid) -> bool:
    """Whether nearly all rows have cells in nearly all columns: source with commas has not."""
    filled = sum(sum(map(bool, cells)) for cells in table.columns)
    return len(table.columns) > 1 and filled > _FULL * len(table.columns) * len(table.rows)


def _ends(columns: Sequence[Column]) -> list[int]:
    """Return the rows with the greatest and the least of each column of numbers or times."""
    found = [[column.at[place] for place in column.times or column.ranks] for column in columns]
    sides = ((order[-1], order[0]) for order in found if len(order) > 1)
    return list(dict.fromkeys(at for side in sides for at in side))


def _of_table(lines: Sequence[str], query: str) -> Iterator[int]:
    """Yield where the rows of a table begin that the question names, if they are few."""
    found = _grid("\n".join(lines))
    if found is None:
        return
    units = ["\n".join(lines[first:end]) for first, end in found.rows]
    yield from (found.rows[at][0] for at in _few(named(found.read(), units, query[:LONGEST])))


def rows(records: Sequence[str], query: str) -> set[int]:
    """Return which records in JSON the question gives values of, or asks as extremes."""
    try:
        found = columns([parse(each) for each in records])
        return _few(pointed(found, records, query[:LONGEST]))
    except (ValueError, RecursionError):
        return set()


def _highest(lines: Sequence[str], query: str) -> Iterator[tuple[int, float]]:
    """Yield the lines with the most extreme numbers behind the key that the question names."""
    asked = _SUPERLATIVE(query)
    if asked is None:
        return
    words = set(re.findall(r"[a-z]{3,}", query.lower()))
    words |= {"size"} if _LARGE.search(query) else set()
    fields: dict[str, list[tuple[float, int]]] = {}
    for at, line in enumerate(lines):
        found = _KEYED.match(line)
        if found and words.intersection(re.findall(r"[a-z]{3,}", found[1].lower())):
            value = float(found[2]) * (-1 if asked[1] else 1)
            fields.setdefault(found[1], []).append((value, -at))
    for values in fields.values():
        if len(values) >= _MIN_KEYED:
            for rank, (_, at) in enumerate(nlargest(_PLACES, values)):
                yield -at, _SURE - rank / 10


def _commonest(lines: Sequence[str]) -> Iterator[tuple[int, float]]:
    """Yield the first line of each of the commonest kinds, and what speaks for it.

    Of which kind a line is, its tag says; where hardly any has one, its wording.
    """
    tags = [_TAG.search(line[-_WIDEST:]) for line in lines]
    kinds = [(found[1] or found[2]) if found else "" for found in tags]
    if 2 * sum(map(bool, kinds)) < sum(map(bool, lines)):
        kinds = wordings(lines)
    counts = Counter(filter(None, kinds))
    for rank, (kind, count) in enumerate(counts.most_common(_KINDS)):
        if count > 1:
            yield kinds.index(kind), _KIND - _LESS * rank


def standing(lines: Sequence[str]) -> log.Appraisal:
    """Return how much each line of a log or a run of tests matters, whatever is asked."""
    sheet = Sheet(lines)
    made = log.appraise(sheet, wordings(lines))
    run = report(sheet) if made.failed else None
    # Each failure counts in full, however many there were before it.
    for at, weight in run.weights.items() if run else ():
        if at not in made.frames:
            raised = _RAISED if lines[at].startswith(_SAID) else 0.0
            made.weights[at] = max(made.weights[at], weight + raised)
    return made
