"""Terms: what a question looks for, each with its weight, and what it means without saying it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.question.synonym import synonyms

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 4_000
"""Characters of a question that are looked at: what is longer is a task, or something pasted."""
_MOST_TERMS = 48
_QUOTED = re.compile(
    r'`([^`\n]{2,200})`|"([^"\n]{2,200})"|“([^”\n]{2,200})”|«([^»\n]{2,200})»|「([^」\n]{2,200})」'
    r"|(?<!\w)'([^'\n]{2,200})'(?!\w)"
)
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
"""Scripts written without spaces, or with words too long to be looked up whole."""
_FIRST_UNSPACED = _UNSPACED[0]
_RUN = re.compile(f"[{_UNSPACED}]+")
_TOKEN = re.compile(
    rf"[^\W{_UNSPACED}](?:[\w./:@#%+\\-]*[^\W{_UNSPACED}])?(?:(?<=\w)[*+#]{{1,2}}(?=[\s?!.,;:)]|$))?"
)
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_SIGN = re.compile(r"(?<=\w)[*+#]{1,2}$")
"""What belongs to a name that ends with it: C++, MIT*."""
_OPTION = re.compile(r"(?<![\w-])-[A-Za-z]\b(?!-)")
_ORDINAL = re.compile(r"(\d{1,9})(?:st|nd|rd|th)")
_ID = re.compile(r"\d|[_./:@#\\]|[a-z][A-Z]|^[A-Z]{2,}$")
_COMPOUND = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)+")
_ENDINGS = ("ies", "ing", "ed", "es", "s", "e", "y")
"""The longest one first of those that end alike."""
_DOUBLED = re.compile(r"([bdgkmnprtv])\1$")
_STOP = frozenset(
    """a about all also an and any are as at be been but by can could did do does each exact for
    from get give had has have how i if in into is it its list look many me more most much my name
    need no not of on one only or our out please say says show so some such tell than that the
    their them then there these they this through to us use used walk want was we were what when
    where which who whom whose why will with work works would you your der die das und ist ein
    eine wie was wer le la les des du est que qui el los las de""".split()  # noqa: SIM905
)
_TROUBLED = re.compile(
    r"\b(?:fail|error|wrong|problem|broke|red\b|exception|crash|why\b|not (?:ok|pass|green)\b)"
)
_UNEASY = re.compile(
    r"\b(?:thr[eo]w|complain|abort|panic|hang(?:s|ing)?\b|hung\b|stuck\b|deadlock)"
)
"""The same, in words that may be about something else."""
_FIRST = re.compile(r"\b(?:first|root cause|original)\b")
_TROUBLE = "error fail fatal exception panic assert unable denied refused conflict raise warn"
_ABOUT_CODE = re.compile(r"\b(?:functions?|class(?:es)?|outline|symbols?|overview)\b")
_DEFINING = "def class func function fn struct interface"
_STATUS = re.compile(r"\b([1-5])xx\b")
_NEGATED, _NEGATIONS = re.compile(r"\bnot [a-z]{2,12}\b"), 4
_LEFT_OUT = re.compile(
    r"\b(?:skip\w*|ignored?|pending|left out"
    r"|(?:not|never|n't) (?:\w+ )?(?:run|executed|tested))\b"
)
_NOT_RUN = "skip pending ignored todo disabled xfail"
"""What tools call a test or a task that did not run."""
_WHAT = r"(?:the )?(?:(?:function|method|class|type|struct|macro|constant|variable|enum|trait) )?"
_ASKED_NAME = re.compile(
    rf"(?i)\b(?:definition|declaration|implementation)s? of {_WHAT}(\w+)"
    rf"|\bwhere (?:is|are|was) {_WHAT}(\w+) (?:first )?(?:defined|declared|implemented)\b"
    r"|\b(?:defines|declares|implements) (?:(?:the )?(?:function|method|class|type) )?(\w+)"
)
"""A name of which the question wants the definition; it may be a word like any other."""
_DEFINITION = re.compile(r"\b(?:defin(?:ed|es|ition)|declar(?:ed|es|ation)|implement\w+)")
_SURVEY = re.compile(
    r"\b(?:summar\w+|overview|outline|review|stands out|key facts|unusual|commit message"
    r"|contain|what happened|tell us|how did|(?:main|key) (?:points?|ideas?)|takeaways?)\b"
)
_ALSO = 0.2
"""Weight of other words for those of a question."""
_NAMED, _JOINED = 3.0, 2.0
"""Weight of ids and of what stands in quotes; of words that hyphens join, beside their own."""


class Term(NamedTuple):
    """What is searched for in texts, and how much it weighs where it is found."""

    text: str
    """In lower case; the stem for words."""
    weight: float
    spelled: str = ""
    """As in the question, for what must stand there whole; with a bonus for the same spelling."""
    anywhere: bool = False
    """Whether it may stand inside a word."""


class Asked(NamedTuple):
    """What a question says."""

    terms: list[Term]
    hints: list[Term]
    survey: bool
    alarmed: bool
    first: bool
    named: bool
    defining: bool


def goes_on(char: str) -> bool:
    """Whether a character is of the same word as one beside it: 支付98765元 holds a number."""
    return char.isalnum() and (char < _FIRST_UNSPACED or _RUN.match(char) is None)


@lru_cache(maxsize=64)
def read(query: str, *, survey: bool, wide: bool) -> Asked:
    """Return what a question says; it is put to every text of a request, and to parts of them.

    `survey` says that it asks for an overview whatever its words are, `wide` that other words for
    its own are looked for.
    """
    found: dict[str, Term] = {}
    for term in sorted(_terms(query), key=lambda term: -term.weight):
        found.setdefault(term.text, term)
    terms = list(found.values())[:_MOST_TERMS]
    said = query.lower()  # without regard to case, each word of a pattern takes many times longer
    survey = survey or _SURVEY.search(said) is not None
    alarmed = any(one.search(said) for one in (_TROUBLED, _UNEASY)[: 1 + wide])
    meant = (*(_others(query) if wide else ()), *_hints(said, survey, alarmed))
    hints = {term.text: term for term in meant if term.text not in found}
    first = alarmed and _FIRST.search(said) is not None
    named = bool(terms) and terms[0].weight >= _NAMED
    defining = named and _DEFINITION.search(said) is not None
    return Asked(terms, list(hints.values()), survey, alarmed, first, named, defining)


def plain(query: str) -> list[Term]:
    """Return what a question looks for in its own words, whatever kind of question it is."""
    return read(query[:LONGEST], survey=False, wide=False).terms


def _terms(query: str) -> Iterator[Term]:
    for match in _QUOTED.finditer(query):
        phrase = next(group for group in match.groups() if group is not None).strip()
        if len(phrase) > 1:
            yield Term(_lower(phrase), _NAMED, phrase)
    for match in _ASKED_NAME.finditer(query):
        name = next(group for group in match.groups() if group)
        if len(name) > 1 and _lower(name) not in _STOP:
            yield Term(_lower(name), _NAMED, name)
    yield from (Term(_lower(flag), _NAMED, flag) for flag in _OPTION.findall(query))
    for found in _TOKEN.finditer(query):
        stressed = query[max(0, found.start() - 1)] == "*"  # *so*, which is no sign of the word
        yield from _token(found[0].rstrip("*") if stressed else found[0])
    for run in _RUN.findall(query):
        starts = range(max(1, len(run) - 1))
        yield from (Term(run[at : at + 2], 1.0, anywhere=True) for at in starts)


def _others(query: str) -> Iterator[Term]:
    """Yield other words for those of a question, and what it says is not so."""
    yield from (Term(_stem(word), _ALSO) for word in synonyms(query))
    yield from (Term(_lower(said), 1.0, said) for said in _NEGATED.findall(query)[:_NEGATIONS])


def _hints(said: str, survey: bool, alarmed: bool) -> Iterator[Term]:  # noqa: FBT001 - private
    """Yield what answers questions of a kind, in lower case, though they do not say it."""
    for match in _STATUS.finditer(said):
        yield from (Term(code, _JOINED, code) for code in (f"{match[1]}{n:02}" for n in range(12)))
    if _LEFT_OUT.search(said):
        yield from (Term(_stem(word), 1.0) for word in _NOT_RUN.split())
    if survey or alarmed:
        yield from _OF_TROUBLE
    if survey or _ABOUT_CODE.search(said):
        yield from _OF_CODE


@lru_cache(maxsize=500)
def _token(token: str) -> tuple[Term, ...]:
    """Return what one word of a question looks for; most words come again in other questions."""
    return tuple(_of_token(token))


def _of_token(token: str) -> Iterator[Term]:
    sign, ordinal = _SIGN.search(token), _ORDINAL.fullmatch(token)
    if sign:
        yield Term(_lower(token), _NAMED, token)
        token = token[: sign.start()]
    if ordinal:
        yield Term(ordinal[1], _JOINED, ordinal[1])
    if _ID.search(token):
        if token.lower() not in _STOP:
            yield Term(_lower(token), _NAMED if len(token) > 2 else 1.5, token)
        parts, weight = _PART.findall(token), 0.5
    else:
        parts, weight = [token] if token.isalpha() else _WORD.findall(token), 1.0
        if _COMPOUND.fullmatch(token):
            yield Term(_lower(token), _JOINED, token)
    for part in parts:
        lower = _lower(part)
        if lower in _STOP or len(lower) < (3 if lower.isdigit() and weight < 1 else 2):
            continue
        yield Term(lower, weight, lower) if lower.isdigit() else Term(_stem(lower), weight)


def _stem(word: str) -> str:
    """Return a word without its ending: without the longest one that leaves enough of it."""
    for ending in filter(word.endswith, _ENDINGS):
        stem = word.removesuffix(ending)
        if ending in ("ing", "ed") and len(stem) > 4 and _DOUBLED.search(stem):
            stem = stem[:-1]  # "skipped" is about "skip".
        if len(stem) >= 4 or (len(stem) == 3 and len(word) == 4):
            return stem
        if ending == "ies":
            break  # Of "bodies" nothing is left that "body" begins with.
    return word


def _lower(text: str) -> str:
    return text.replace("\u0130", "I").lower()


_OF_TROUBLE = [Term(_stem(word), 0.7) for word in _TROUBLE.split()]
_OF_CODE = [Term(_stem(word), 0.7) for word in _DEFINING.split()]
