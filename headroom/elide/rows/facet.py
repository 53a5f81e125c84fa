"""What a question may mean that does not name its records: kinds, limits, the first of each kind.

"the biggest African country"      the largest of the region "Africa", by any number
"the best paid woman"              the first and last of each sex, by any number
"which ones came after 1998"       the records whose year is greater
"which of them are landlocked"     those with "yes" in the column of that name
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from headroom.ccr.question import term
from headroom.ccr.question.superlative import superlatives
from headroom.ccr.question.synonym import synonyms
from headroom.elide.rows.figure import as_number
from headroom.elide.rows.many import FIGURES, how_many
from headroom.elide.rows.order import MONTHS, order
from headroom.elide.rows.trouble import CAMEL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from headroom.elide.rows.column import Column

_MOST_KINDS, _MOST_GROUPS = 40, 8
"""Different values of a column that are kinds of records; of one by which records are ranked."""
_REPEATED = 2
"""Each kind has so many records on average, at least."""
_MOST_COLUMNS, _MOST_MEASURES = 8, 24
"""Columns of kinds, and of what has an order, that are looked at."""
_OF_EACH = 4
"""Records of which one is kept as the extreme of its kind, where there are many kinds."""
_STATES = 6
"""Different numbers that are no measure."""
_SURE, _LIKELY, _GROUP, _KIND = 2.0, 1.4, 1.1, 1.0
"""Weights: of the few records that are meant, of the extremes among many, of the extremes of each
kind, of one record of each kind."""
_ALL = 20
"""So many records that are meant all stay."""
_ENDS = 2
_MARKS, _LISTED, _ITEM = ",;|", 20, 24
"""What divides lists in cells, of which one in so many holds one, with items of so many characters
on average."""
_SHORT, _ENDING = 4, 3
"""Characters of a word that may have another ending than the question's, and of that."""
_YES = frozenset(("1", "true", "yes", "y", "t", "x"))
_NO = frozenset(("0", "false", "no", "n", "f", "", "-", "null", "none"))
_FIRST = 2
"""From this number on its word says a number: "which one" says none."""
_STRIPPED = "?!.,;:\"'`()"
_WORD = re.compile(r"[^\W_]+")
_NO_SUPERLATIVES = "re|inte|for|man|con|har|ear|inv|dig|hon|mod|sug|prot|att|arr|cont|unr|pri"
_RANKED = superlatives(
    most=(
        *("top", "best", "worst", "bottom", "newest", "oldest", "youngest", "earliest", "latest"),
        rf"(?!(?:{_NO_SUPERLATIVES})\w{{0,2}}est\b)[a-z]{{3,9}}est",
        r"(?!al|ut|fore)\w{2,9}most",
    )
)
_GREATEST = frozenset(
    ("highest", "largest", "greatest", "biggest", "most", "maximum", "max", "longest", "heaviest")
)
_LIMIT = re.compile(
    r"\b(?P<over>(?:more|greater|higher|bigger|larger|longer|older|later|heavier|deeper|faster|"
    r"newer) than|over|above|after|since|from|exceed\w*|beyond|at least|minimum of|between)"
    r"|\b(?P<under>(?:less|lower|smaller|shorter|younger|earlier|lighter|fewer|slower|cheaper)"
    r" than|under|below|before|until|up to|at most|within|maximum of|and(?= [0-9]))"
)
_ABOUT = re.compile(r"\b(?:about|around|near|nearest|close|closest|roughly|approximately|some)\b")
_FIGURE = re.compile(r"[^.;?!\d]{0,16}?[$€£]?(\d[\d,]*(?:\.\d+)?)")
_NEAREST = 3
_NOT = re.compile(r"\b(?:no|not|without|missing|lack\w*|empty|blank|unknown|absent|n't|never)\b")
_SELDOM = 4
"""Cells that say no are told of where one in so many does at most, or the question names them."""
_MONTH = re.compile(
    r"\b(?:(?:in|of|on|by|during|since|until|late|early|mid|\d{1,2}\.?) )"
    rf"({'|'.join(MONTHS)})[a-z]*\b(?:[ ,]+(?:\d{{1,2}},? )?(\d{{4}}))?"
)
_MOST_RANKED, _RANKS = 10, 3
"""Records that a question may ask of one end, and those that it gets where it gives no number."""


def hinted(columns: Sequence[Column], size: int, query: str) -> dict[int, float]:
    """Return weights for the records that a question may mean which does not name them."""
    kinds = [column for column in columns if _is_kinds(column)][:_MOST_COLUMNS]
    among = meant(columns, size, query)
    limited = _limited(columns, size, query)
    among = among & limited or among or limited
    among = among or _dated(columns, size, query)
    ends = _ends(query)
    measures = _measures(columns, query) if ends or len(among) > _ALL else []
    count = max(_RANKS, how_many(query))
    out: dict[int, float] = {}

    def add(rows: Iterable[int], weight: float) -> None:
        for at in rows:
            out[at] = max(out.get(at, 0.0), weight)

    if len(among) <= _ALL:
        add(among, _SURE)
    else:
        for ordered in (sorted(among), *measures):
            within = [at for at in ordered if at in among]
            add((*within[:_ENDS], *within[-_ENDS:]), _LIKELY)
        add(among, _KIND)
    for ordered in measures if ends else ():
        add((*ordered[:_ENDS], *ordered[-_ENDS:]), _GROUP)
        add((at for end in ends for at in ordered[::end][:count]), _GROUP)
    for column in kinds:
        if ends and column.ranks:
            # Of a few different numbers, as of doors or stars, many records have the greatest.
            extremes = ({column.texts[column.ranks[end]]} for end in (0, -1))
            add(chain.from_iterable(column.rows(one)[:_MOST_RANKED] for one in extremes), _GROUP)
        of = dict(zip(column.at, column.texts, strict=True))
        add(_firsts(range(size), of), _KIND)
        ranked = measures[: max(1, size // (_OF_EACH * len(ends) * len(of)))] if ends else ()
        if len(column.counts) <= _MOST_GROUPS:
            ranked = measures if ends else ()
        for ordered in ranked[:_MOST_COLUMNS]:
            add((at for end in ends for at in _firsts(ordered[::end], of)), _GROUP)
    return out


def _measures(columns: Sequence[Column], query: str) -> list[list[int]]:
    """Return the records in the order of each column that has one, those that are named first.

    Of a text that the question names it is that of its length, of lists in cells how many they
    hold: "AE,OM,RE".
    """
    terms = [each.text for each in term.plain(query)]
    out: tuple[list[list[int]], list[list[int]]] = [], []
    for column in columns:
        named = _is_title(column.name, terms)
        if _is_measure(column):
            out[not named].append([column.at[place] for place in order(column)])
        elif found := _lengths(column, named=named):
            places = sorted(range(len(found)), key=found.__getitem__)
            out[not named].append([column.at[place] for place in places])
    return (out[0] + out[1])[:_MOST_MEASURES]


def _lengths(column: Column, *, named: bool) -> list[int]:
    """Return how many items stand in each cell of a column of lists, or how long its texts are."""
    texts = column.texts
    for mark in _MARKS:
        items = [text.count(mark) for text in texts]
        listed = len(items) - items.count(0)
        if listed * _LISTED >= len(items) and sum(map(len, texts)) <= _ITEM * (
            sum(items) + len(items)
        ):
            return items
    return list(map(len, texts)) if named and len(column.counts) > _MOST_KINDS else []


def meant(columns: Sequence[Column], size: int, query: str) -> set[int]:
    """Return the records of the kinds that a question says in whatever form, or none.

    Where it says kinds of several columns, those that are of most of them; nothing if that is most
    records.
    """
    terms = [each.text for each in term.plain(query)]
    negated = _NOT.search(query.lower()) is not None
    exact = {word.strip(_STRIPPED) for word in query.split()} | set(synonyms(query))
    exact.discard("")
    exact |= {str(FIGURES.index(word)) for word in exact.intersection(FIGURES[_FIRST:])}
    score = [0] * size
    for column in columns:
        texts: Collection[str] = ()
        if not (column.numbers or column.times) or _is_kinds(column):
            texts = _said(column, terms, exact)
        if not texts and (named := _is_title(column.name, terms)) | negated:
            texts = _affirmed(column, negated=negated, named=named)
        for at in set(column.rows(texts)) if len(texts) < len(column.counts) else ():
            score[at] += 1
    most = max(score, default=0)
    found = {at for at, each in enumerate(score) if each == most} if most else set()
    return found if len(found) * 2 <= size else set()


def _is_kinds(column: Column) -> bool:
    counts = column.counts
    return (
        1 < len(counts) <= _MOST_KINDS
        and len(counts) * _REPEATED <= len(column.values)
        and not column.times
        and not (column.numbers and len(counts) > _STATES)
    )


def _is_measure(column: Column) -> bool:
    """Whether a column has an order that a question may mean; a mere number of the row has none."""
    if column.times:
        return True
    ranks, numbers = column.ranks, column.numbers
    if len(column.counts) <= _STATES:
        return False
    if len(ranks) < 2:
        return bool(order(column))
    running = numbers[ranks[-1]] - numbers[ranks[0]] == len(ranks) - 1
    return not (running and ranks == list(range(len(ranks))))


def _ends(query: str) -> list[int]:
    """Return in which directions records are ranked: 1 from the least, -1 from the greatest."""
    ends: set[int] = set()
    for match in _RANKED(query):
        least = match[1] is not None and match[0] != "fastest"
        ends |= {1} if least else {-1} if match[0] in _GREATEST else {1, -1}
    return sorted(ends)


def _firsts(order: Sequence[int], of: dict[int, str]) -> list[int]:
    """Return the first record of each kind in an order."""
    found: dict[str, int] = {}
    for at in order:
        if at in of:
            found.setdefault(of[at], at)
    return list(found.values())


def _said(column: Column, terms: Sequence[str], exact: set[str]) -> set[str]:
    """Return the values of which a question says a word, in whatever form."""
    counts = column.counts
    everything = "\n".join(counts).casefold()
    said = [one for one in terms if len(one) >= _SHORT and one[:_SHORT] in everything]
    found = counts.keys() & exact
    # "IN" is a place, "in" is none.
    low = {word.casefold() for word in exact if len(word) >= _SHORT}
    if any(word in everything for word in low):
        found |= {text for text in counts if text.casefold() in low}
    if said:
        found.update(
            text
            for text in counts
            if any(_akin(word, one) for word in _WORD.findall(text.casefold()) for one in said)
        )
    return found


def _is_title(name: str, terms: Sequence[str]) -> bool:
    """Whether a question says each word of the last part of a column's name."""
    words = _WORD.findall(CAMEL.sub("_", name.rpartition(".")[2]).casefold())
    return bool(words) and all(
        any(word in (said, f"{said}e", f"{said}s") or _akin(word, said) for said in terms)
        for word in words
    )


def _affirmed(column: Column, *, negated: bool, named: bool) -> set[str]:
    """Return the values that say yes in a column of such, or that are there where few are.

    If the question is `negated`, those that say no, where few do or it names the column.
    """
    if negated:
        no = {text for text in column.counts if text.casefold() in _NO - {"0"}}
        told = sum(map(column.counts.__getitem__, no))
        return no if told * (2 if named else _SELDOM) <= len(column.at) else set()
    low = {text.casefold() for text in column.counts}
    if not low <= _YES | _NO and len(column.counts) * _REPEATED > len(column.values):
        return set()
    no = {text for text in column.counts if text.casefold() in _NO}
    rest = set(column.counts) - no
    return rest if no and sum(map(column.counts.__getitem__, rest)) * 2 <= len(column.at) else set()


def _akin(word: str, said: str) -> bool:
    """Whether two words differ in their ending alone: "africa", "african"."""
    if word[:_SHORT] != said[:_SHORT] or len(word) < _SHORT:
        return False
    least = max(len(word), len(said)) - _ENDING
    return least <= _SHORT or word[:least] == said[:least]


def _dated(columns: Sequence[Column], size: int, query: str) -> set[int]:
    """Return the records of a month that the question names, of a year if it gives one."""
    found = _MONTH.search(query.lower())
    if found is None:
        return set()
    month = f"{MONTHS.index(found[1]) + 1:02}"
    out = {
        column.at[place]
        for column in columns
        for place in column.times
        if column.texts[place][5:7] == month and column.texts[place].startswith(found[2] or "")
    }
    return out if len(out) * 2 <= size else set()


def _near(column: Column, figure: str) -> list[int]:
    """Return the records of which a number is nearest to one."""
    limit = as_number(figure)
    if limit is None or not _is_measure(column) or not column.numbers:
        return []
    numbers, ranks = column.numbers, column.ranks
    if not numbers[ranks[0]] <= limit <= numbers[ranks[-1]]:
        return []
    nearest = sorted(ranks, key=lambda place: abs(numbers[place] - limit))
    return [column.at[place] for place in nearest[:_NEAREST]]


def _limited(columns: Sequence[Column], size: int, query: str) -> set[int]:
    """Return the records beyond the limits that a question sets: "over 500", "before 1998".

    Of the columns that it names, or of all numbers and times on both sides of the limit; nothing
    if that is most records.
    """
    out: set[int] = set()
    low = query.lower()
    terms = [each.text for each in term.plain(query)]
    for match in _LIMIT.finditer(low):
        figure = _FIGURE.match(low, match.end())
        if figure is None:
            continue
        rows = [
            (_is_title(column.name, terms), beyond)
            for column in columns
            if (beyond := set(_beyond(column, figure[1], over=match["over"] is not None)))
        ]
        named = any(is_named for is_named, _ in rows)
        found = set().union(*(beyond for is_named, beyond in rows if is_named >= named))
        out = out & found or found if out else found
    for match in _ABOUT.finditer(low) if not out else ():
        figure = _FIGURE.match(low, match.end())
        if figure is not None:
            out.update(at for column in columns for at in _near(column, figure[1]))
    return out if len(out) * 2 <= size else set()


def _beyond(column: Column, figure: str, *, over: bool) -> Iterator[int]:
    """Yield the records of which a number or a time is beyond a limit, or at it."""
    if column.times:
        if len(figure) == _SHORT:
            for place in column.times:
                year = column.texts[place][:_SHORT]
                if year >= figure if over else year <= figure:
                    yield column.at[place]
        return
    limit = as_number(figure)
    if limit is None or not column.ranks or not _is_measure(column):
        return
    numbers = column.numbers
    if not numbers[column.ranks[0]] <= limit <= numbers[column.ranks[-1]]:
        return
    for place in column.ranks:
        if numbers[place] >= limit if over else numbers[place] <= limit:
            yield column.at[place]
