"""The outline of a source text: what its rows weigh, its functions, what a question names.

Owns: weights of rows and the effect of a question on them. Does not own: how a text is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from headroom.core.split import view_of
from headroom.elide.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from headroom.elide.source.block import Block

ASKED = 1.0
"""The signature of what the question names, and of what is around it or calls it."""
NAMED = 0.95
"""The body of what the question names, and rows that mention it."""
ENDS = 0.97
"""What that comes to: what it returns and raises, which stays where not all of it can."""
SIGNATURE = 0.9
ATTRIBUTE = 0.85
IMPORT = 0.8
OUTSIDE = 0.7
"""What stands in no function: constants, fields, directives, the first line of a comment."""
TOLD = 0.65
"""What is said about what the question names, after the first words."""
MENTION = 0.6
DATA = 0.35
RAISES = 0.3
RETURNS = 0.25
REMARK = 0.2
BODY = (0.2, 0.12, 0.06)
"""Lines of a body by how far they are indented."""

LICENCE = re.compile(r"[cCLlSs\u017f](?i:(?<=c)opyright|(?<=l)icen[cs]e|(?<=[s\u017f])PDX)")
"""It begins with one of a few letters, so that the places are found fast at which to look."""
_QUOTED = re.compile(r"`([^`\n]{1,120})`")
_FILE = re.compile(
    r"[\w-]+\.(?:py|pyi|js|mjs|cjs|jsx|ts|tsx|go|rs|java|c|h|cc|cpp|hpp|hh|pl|pm|t|rb"
    r"|php|cs|kt|swift|sh|md|txt|json|toml|yaml|yml)\W*"
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_LIKE_NAME = re.compile(r"\w_\w|^_\w|^\$\w|[a-z][A-Z]|[A-Z]{2,}\d|[A-Z][a-z]+[A-Z]")
_PLAIN = """
about code class change does error errors exact exactly explain file files find from function
functions give have into key line lines list method methods module name need outline overview
please raise raises return returns show signature source statement summarise summarize test tests
that them this type types value values walk what when where which with work works
"""
_STOP = frozenset(_PLAIN.split())
"""Words of questions about code that seldom mean a function of that name."""
_KEBAB = re.compile(r"[\w$?!]+(?:-[\w$?!]+)+")
"""A name as Lisp, Clojure or a shell may have it."""
_BY_KIND = re.compile(
    r"\b(?:(?:code|body|source|implementation|definition|signature|statements) (?:of|for)"
    r"|function|method|class|proc|procedure|macro|subroutine|def)"
    r" (?:the )?(?:(?:function|method|class|proc|procedure|macro|subroutine) )?([A-Za-z_$][\w$]*)"
)
_OF_KIND = re.compile(
    r"([A-Za-z_$][\w$]*) (?:function|method|class|proc|procedure|macro|subroutine)\b"
)
_OF_ACTION = re.compile(
    r"\b(?i:what|how) (?:does |do |is |are )?([A-Za-z_$][\w$]*)"
    r" (?:do|does|works?|returns?|declared|defined|implemented|called|used)\b"
)
_BY_ACTION = re.compile(r"\b(?:through|inside|touch(?:ing)?|calls?|calling) ([A-Za-z_$][\w$]*)\b")
"""Among such words a plain word may be a name: "the code of find", "what list does"."""
_FORMS = (_BY_KIND, _OF_KIND, _OF_ACTION, _BY_ACTION)
_CALL = re.compile(r"(?<![\w$])[A-Za-z_$][\w$]*\(")
_DOTTED = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]+(?:\.[A-Za-z_$][\w$]+)+")
_WORDY = re.compile(r"\w{3}")
_TAG = re.compile(r"[\s/*#;%-]*(?:[:@\\][a-z]|[-*•] |<(?:p|li|param|returns?)\b)")
"""How what is said of one parameter begins, or one item of a list."""
_WORDLIKE = re.compile(r"[\w$]")
_PLACE = re.compile(
    r"(?:\blines? |\w\.[a-zA-Z]{1,4}:|\bL)([0-9]{1,6})(?: ?(?:-|–|to|and) ?L?([0-9]{1,6}))?",
    re.ASCII,
)
_MAX_PLACES = 20
_CLOSE = 5
"""Rows around one that is given by its number."""
_MIN_WORD = 4
_MAX_QUERY = 4000
_HALF = _MAX_QUERY // 2
_MAX_NAMES = 40
_WHOLE_TYPE = 60
"""Rows of a type that is given whole when it is asked for; of a longer one, the outline."""
_MAX_ABOVE = 40
_ENDS = 40
"""Rows that return or raise something in a function that is asked for, if it has no more."""
_FEW = 12
_MANY = 0.25
"""Share of the rows that a mere mention may make heavy."""


@dataclass(slots=True)
class Span:
    """A function or a type: its name, its rows and the last row of its signature."""

    name: str
    first: int
    signed: int
    last: int
    is_type: bool
    parent: int
    """Index of the span around it, or -1."""


@dataclass(slots=True)
class Outline:
    """The rows of a text with their weights, and the functions and types they belong to."""

    lines: Sequence[str]
    weights: list[float]
    spans: list[Span] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    """For each row the innermost span it is in, or -1."""
    start: int = 1
    """The number of the first row: not 1 in a numbered part of a file."""
    remarks: set[int] = field(default_factory=set)
    """Rows of comments and attributes: they belong to what follows."""
    blocks: Sequence[Block] = ()
    """How the rows hang on each other, where they were read by their indentation."""
    remark: str = "#"
    """What begins a comment, where they were."""
    vague: bool = False
    """Whether a question in plain words is asked: which function answers it is a guess."""
    named: bool = False
    """Whether the question names functions or types of this text."""
    faint: dict[int, float] = field(default_factory=dict)
    """What rows of signatures weigh for such a question where there is room for little."""

    def lower(self, first: int, last: int, weight: float) -> None:
        """Let no row weigh more."""
        weights = self.weights
        if first == last:  # most calls are for one row
            if first < len(weights) and weights[first] > weight:
                weights[first] = weight
            return
        for row in range(first, min(last + 1, len(weights))):
            if weights[row] > weight:  # noqa: PLR1730 - a call for each row takes longer
                weights[row] = weight

    def lift(self, first: int, last: int, weight: float) -> None:
        """Let no row weigh less."""
        weights = self.weights
        for row in range(first, min(last + 1, len(weights))):
            if weights[row] < weight:  # noqa: PLR1730 - a call for each row takes longer
                weights[row] = weight

    def add(self, span: Span) -> int:
        """Take in a function or a type; return its index."""
        self.spans.append(span)
        at = len(self.spans) - 1
        last = min(span.last + 1, len(self.lines))
        self.owners[span.first : last] = [at] * (last - span.first)
        return at

    def answer(self, query: str) -> None:
        """Make heavy what the query names: definitions whole, and the rows that mention them."""
        sure, maybe = _names(query)
        sure |= self._said(query)
        if rest := plain.unnamed(query, sure):
            self.vague = plain.lifted(self, rest)
        named = [at for at, span in enumerate(self.spans) if span.name in sure]
        if not sure:
            named = [at for at, span in enumerate(self.spans) if span.name in maybe]
        targets = set(named)
        self.named = bool(named)
        known = {self.spans[at].name for at in targets}
        for at in named:
            self._whole(self.spans[at])
        if sure:
            self._mentions(sure, known, targets)
        self._callees(targets)
        for first, last in _places(query):
            self._located(first - self.start, last - self.start)

    def _said(self, query: str) -> set[str]:
        """Return the names defined here that only their place or their spelling tells from words.

        They are plain words behind "the code of", or have signs in them that no sentence has.
        """
        query = _clipped(query)
        rest = _without_paths(query)
        words = {*_called(rest), *_KEBAB.findall(rest)}
        return {span.name for span in self.spans if span.name in words} if words else set()

    def _located(self, first: int, last: int) -> None:
        """Lift rows that a question gives by their numbers, and the function they are in."""
        if not 0 <= first <= last < len(self.lines) or last - first > _WHOLE_TYPE:
            return
        owner = self.owners[first]
        if owner >= 0 and self.spans[owner].last - self.spans[owner].first <= _WHOLE_TYPE:
            self._whole(self.spans[owner])
        self.lift(max(first - _CLOSE, 0), last + _CLOSE, NAMED)

    def _whole(self, span: Span) -> None:
        rows = span.last - span.first + 1
        if not span.is_type or rows <= max(_WHOLE_TYPE, len(self.lines) // 10):
            told = [row for row in self._rows(span) if row in self.remarks]
            ends = [row for row in self._rows(span) if RETURNS <= self.weights[row] <= RAISES]
            self.lift(span.signed + 1, span.last, NAMED)
            for row in ends if len(ends) <= _ENDS else ():
                self.lift(row, row, ENDS)
            for row in told:
                self.weights[row] = min(self.weights[row], TOLD)
        self.lift(span.first, span.signed, ASKED)
        row = span.first - 1
        while row >= 0 and row in self.remarks and span.first - row <= _MAX_ABOVE:
            self.lift(row, row, ATTRIBUTE)
            row -= 1

    def _mentions(self, names: Iterable[str], known: set[str], targets: set[int]) -> None:
        """Lift rows with the names; around names not defined here, whole functions."""
        around: set[int] = set()
        rows = self._found(names)
        few, some = len(rows) <= _FEW, len(rows) <= max(_FEW, len(self.lines) * _MANY)
        weight = NAMED if few else MENTION if some else DATA
        for row, name in rows:
            owner = self.owners[row]
            told = name in known and row in self.remarks
            self.lift(row, row, TOLD if told else weight if owner >= 0 else NAMED)
            if name not in known and owner >= 0 and not self.spans[owner].is_type:
                around.add(owner)
            while owner >= 0 and owner not in targets:
                self.lift(self.spans[owner].first, self.spans[owner].signed, ASKED)
                owner = self.spans[owner].parent
        size = sum(self.spans[at].last - self.spans[at].first + 1 for at in around)
        if size <= max(_WHOLE_TYPE, len(self.lines) * _MANY):
            for at in sorted(around):
                self._whole(self.spans[at])

    def _found(self, names: Iterable[str]) -> list[tuple[int, str]]:
        """Return the rows that names are found in as words, each with the first of them."""
        text = view_of(self.lines).text
        places: list[tuple[int, str]] = []
        for name in sorted(names):
            at = text.find(name)
            while at >= 0:
                end = at + len(name)
                if not _WORDLIKE.match(text[at - 1 : at]) and not _WORDLIKE.match(text, end):
                    places.append((at, name))
                at = text.find(name, end)
        ends = list(accumulate(len(line) + 1 for line in self.lines)) if places else []
        rows: dict[int, str] = {}
        for at, name in sorted(places):
            rows.setdefault(bisect_right(ends, at), name)
        return list(rows.items())

    def _callees(self, targets: set[int]) -> None:
        """Lift short functions that a named one calls, and the ends and errors of long ones."""
        called_from = {
            row
            for at in targets
            if not self.spans[at].is_type
            for row in self._rows(self.spans[at])
        }
        words = {word for row in called_from for word in _NAME.findall(self.lines[row])}
        for at, called in enumerate(self.spans):
            if called.name in words and at not in targets and not called.is_type:
                if called.last - called.signed <= _FEW:
                    self.lift(called.signed + 1, called.last, DATA)
                for row in self._rows(called):
                    if RETURNS <= self.weights[row] < DATA:
                        self.weights[row] = DATA

    def _rows(self, span: Span) -> range:
        return range(span.first, min(span.last + 1, len(self.lines)))


def names(query: str) -> set[str]:
    """Return the identifiers that a query names for sure: by quotes, by their spelling or kind."""
    rest = _without_paths(_clipped(query))
    return _names(query)[0] | _called(rest)


def _called(rest: str) -> set[str]:
    """Return the plain words of a query that are said to be names by those around them."""
    return {word for form in _FORMS for word in form.findall(rest)}


def _names(query: str) -> tuple[set[str], set[str]]:
    """Return the identifiers of a query, and plain words that might be names."""
    query = _clipped(query)
    found = [
        words[-1]
        for quoted in _QUOTED.findall(query)
        if " " not in quoted.strip()
        and (
            words := _KEBAB.findall(_without_paths(quoted)) or _NAME.findall(_without_paths(quoted))
        )
    ]
    rest = _without_paths(_QUOTED.sub(" ", query))
    words = _NAME.findall(rest)
    called = {call[:-1] for call in _CALL.findall(rest)}
    found += [dotted.rpartition(".")[2] for dotted in _DOTTED.findall(rest)]
    found += [word for word in words if word in called or _LIKE_NAME.search(word)]
    maybe = {word for word in words if len(word) >= _MIN_WORD and word.lower() not in _STOP}
    return set(found[:_MAX_NAMES]), maybe


def _clipped(query: str) -> str:
    """Return a query, or the beginning and the end of a long one."""
    return query if len(query) <= _MAX_QUERY else query[:_HALF] + " " + query[-_HALF:]


def _places(query: str) -> list[tuple[int, int]]:
    """Return the ranges of lines that a query names: "line 12", "a.py:88", "lines 3-9"."""
    found = _PLACE.findall(query[:_MAX_QUERY])[:_MAX_PLACES]
    return [(int(first), int(last or first)) for first, last in found]


def _without_paths(text: str) -> str:
    return " ".join(
        word
        for word in text.split()
        if "/" not in word and "\\" not in word and not _FILE.fullmatch(word)
    )


def telling(lines: Sequence[str], first: int, last: int) -> int:
    """Return the first row that says something, not only how a comment begins."""
    for row in range(first, min(last, first + 5) + 1):
        if _WORDY.search(lines[row]):
            return row
    return first


def passages(lines: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the rows of what is said in a comment: from a blank row or a tag to the next."""
    start = first
    for row in range(first + 1, last + 1):
        line = lines[row]
        if not _WORDY.search(line):
            continue
        if not _WORDY.search(lines[row - 1]) or _TAG.match(line):
            yield start, row - 1
            start = row
    yield start, last
