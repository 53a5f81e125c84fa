"""Relevance of texts to a question: BM25 over words, with a bonus for exact ids and quoted strings.

Words are not collected from the texts: the few terms of the question are searched for in all
texts joined, which takes one pass of C code a term and looks closer only where one stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.synonym import synonyms
from headroom.core.split import view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_K1, _B = 1.2, 0.4
"""The second is milder than usual: a long line of a log is not a worse answer than a short one."""
_MOST_TERMS, _MOST_REPEATS = 48, 4
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
_DEFINERS = (
    "def sub func fn fun function procedure class struct enum union trait interface type namespace"
    " module macro_rules! #define impl proc defun defmacro"
)
_BY_LETTER: dict[str, list[str]] = {}
for _word in _DEFINERS.split():
    _BY_LETTER.setdefault(_word[0], []).append(_word[1:])
# What may not stand in front is looked at behind the first letter: a pattern that begins with one
# of a few letters is searched for far faster.
_KEYWORDS = "|".join(
    rf"{letter}(?<![\w.].)(?:{'|'.join(rest)})" for letter, rest in _BY_LETTER.items()
)
_KEYWORD = re.compile(rf"(?:{_KEYWORDS})\s(?:\s*\([^)]*\))?[^=;(){{}}]{{0,60}}$")
_WHAT = r"(?:the )?(?:(?:function|method|class|type|struct|macro|constant|variable|enum|trait) )?"
_ASKED_NAME = re.compile(
    rf"(?i)\b(?:definition|declaration|implementation)s? of {_WHAT}(\w+)"
    rf"|\bwhere (?:is|are|was) {_WHAT}(\w+) (?:first )?(?:defined|declared|implemented)\b"
    r"|\b(?:defines|declares|implements) (?:(?:the )?(?:function|method|class|type) )?(\w+)"
)
"""A name of which the question wants the definition; it may be a word like any other."""
_DEFINITION = re.compile(r"\b(?:defin(?:ed|es|ition)|declar(?:ed|es|ation)|implement\w+)")
_HEIR = re.compile(r"\b(?:extends|implements|where|with|permits)\b|\w\s*:\s")
"""Behind one of these stands what the thing is made from, not its name."""
_PLACE = re.compile(r"^[^\s:]*:?\d+[:-]")
_BOUND = re.compile(r"(?:(?:export|pub|public|static|final) )*(?:const|let|var|val|static) ")
"""What stands before a name that is given a value once and for all, at the start of a line."""
_BARE = re.compile(r"[\w\s*&:<>~,]*")
_USED = re.compile(r"\b(?:return|await|new|else|yield|not|and|or|in|throw|raise|case|if)\s+$")
_SURVEY = re.compile(
    r"\b(?:summar\w+|overview|outline|review|stands out|key facts|unusual|commit message"
    r"|contain|what happened|tell us|how did|(?:main|key) (?:points?|ideas?)|takeaways?)\b"
)
_ALSO = 0.2
"""Weight of other words for those of a question."""
_NAMED, _JOINED = 3.0, 2.0
"""Weight of ids and of what stands in quotes; of words that hyphens join, beside their own."""
_LOOKED_AT = 50
"""Places of a term after which the others are counted before they are looked at."""
_SAME, _DEFINED = 1.5, 4.0
"""Strength of a name that is spelled as in the question, and of one that is defined there."""


class _Term(NamedTuple):
    text: str
    """In lower case; the stem for words."""
    weight: float
    spelled: str = ""
    """As in the question, for what must stand there whole; with a bonus for the same spelling."""
    anywhere: bool = False
    """Whether it may stand inside a word."""


class _Asked(NamedTuple):
    """What a question says."""

    terms: list[_Term]
    hints: list[_Term]
    survey: bool
    alarmed: bool
    first: bool
    named: bool
    defining: bool


class Relevance:
    """How well texts answer one question; pure, and linear in the length of the texts."""

    def __init__(self, query: str, *, survey: bool = False, wide: bool = False) -> None:
        """Read a question, with other words for its own where it is read widely."""
        asked = _read(query[:4000], survey, wide)
        self._asked = asked
        self.survey = asked.survey
        """Whether it asks for an overview, so that landmarks answer it."""
        self.alarmed = asked.alarmed
        """Whether the question is about something that went wrong."""
        self.first = asked.first
        """Whether it asks for the first of what went wrong."""
        self.named = asked.named
        """Whether it names something exactly."""
        self.defining = asked.defining
        """Whether it asks for what defines something."""

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that are looked for, weightiest first, in lower case and without endings."""
        return tuple(term.text for term in self._asked.terms)

    def scores(
        self, texts: Sequence[str], defined: set[int] | None = None, *, words: str | None = None
    ) -> list[float]:
        """Return one score a text; 0.0 where no term of the question stands.

        Where a set is given, the texts that define what the question names are put into it. In
        `words`, where they are given, stands every run of letters of the texts, in lower case.
        """
        scores = [0.0] * len(texts)
        field = _Field(texts)
        share = _K1 * _B * len(texts) / (len(field.text) or 1)
        least = _K1 * (1 - _B)
        for term in (*self._asked.terms, *self._asked.hints):
            if words is not None and term.text.isalpha() and term.text not in words:
                continue
            places = field.places(term)
            if not places:
                continue
            absent = len(texts) - len(places)
            rarity = log(1 + (absent + 0.5) / (len(places) + 0.5)) * term.weight * (_K1 + 1)
            for at, strength in places.items():
                norm = least + share * len(texts[at])
                scores[at] += rarity * strength / (strength + norm)
                if strength >= _DEFINED:
                    scores[at] += term.weight
                    if defined is not None:
                        defined.add(at)
        return scores


class _Field:
    """Many texts joined to one, to be searched in one go."""

    def __init__(self, texts: Sequence[str]) -> None:
        # The last line end also stands before the first character, at -1.
        view = view_of(texts)
        self.text = f"{view.text}\n" if texts else ""
        self.lower = f"{view.lower}\n" if texts else ""
        self.starts = view.starts

    def places(self, term: _Term) -> dict[int, float]:
        """Return how strongly a term stands in which texts."""
        found: dict[int, float] = {}
        text, lower, starts, wanted = self.text, self.lower, self.starts, term.text
        size, plain, find = len(wanted), not term.spelled, lower.find
        fits = self._stands if term.spelled or term.anywhere else self._word
        begins = fits == self._word
        at = find(wanted)
        # A term that stands everywhere tells nothing; looking at each place would cost time.
        most = (20 if term.spelled else 3) * len(starts) + 1000
        met, few = 0, _LOOKED_AT
        while at >= 0:
            if met >= few:
                if met + lower.count(wanted, at) > most:
                    return {}
                few = most + 1  # There are no more: so much is known now.
            met += 1
            after = at + size
            if begins and _goes_on(lower[at - 1]) and not text[at].isupper():
                at = find(wanted, after)  # Within a word, as most places of a short stem are.
                continue
            if plain and not (lower[at - 1].isalnum() or lower[after].isalnum()):
                fit = 1.0
            elif not (fit := fits(term, at, after)):
                at = find(wanted, after)
                continue
            row = bisect_right(starts, at) - 1
            end = starts[row + 1] - 1
            following = find(wanted, after)
            if 0 <= following < end:
                repeats = lower.count(wanted, after, end)
                met += repeats
                repeats = min(repeats, _MOST_REPEATS)
                for _ in range(repeats if not plain and fit < _DEFINED else 0):
                    at = find(wanted, at + 1)
                    fit = max(fit, fits(term, at, at + size))
                fit += 0.3 * repeats
                following = find(wanted, end)
            found[row] = fit
            at = following
        return found if met <= most else {}

    def _word(self, _: _Term, start: int, end: int) -> float:
        """Whether a word or a part of a camelCase one begins and, but for an ending, ends here."""
        text = self.text
        if _goes_on(text[start - 1]) and not (text[start - 1].islower() and text[start].isupper()):
            return 0.0
        ending = text[end : end + 5]
        if not _goes_on(ending[:1]) or (ending[0].isupper() and text[end - 1].islower()):
            return 1.0
        if ending.startswith("rc") and not ending[2:3].isalnum():
            return 0.8  # ".npmrc" configures npm.
        # A short word may have one letter more, a longer one four.
        further = ending if end - start > 3 else ending[:2]
        return 0.0 if all(map(str.islower, further)) else 0.8

    def _stands(self, term: _Term, start: int, end: int) -> float:
        """Whether it stands here with no letter or digit on either side."""
        text = self.text
        if term.anywhere:
            return 1.0
        if (text[start].isalnum() or text[start] == "-") and _goes_on(text[start - 1]):
            return 0.0
        if text[end - 1].isalnum() and _goes_on(text[end]):
            return 0.0
        if not text.startswith(term.spelled, start):
            return 1.0
        return _DEFINED if self._defined(start, end) else _SAME

    def _defined(self, start: int, end: int) -> bool:
        """Whether a name is defined or a heading stands here."""
        text = self.text
        near = max(0, start - 150)
        before = text[max(near, text.rfind("\n", near, start) + 1) : start]
        place = _PLACE.match(before)
        bare = before[place.end() :] if place else before
        if _introduces(bare):
            return True
        heads = end - start > 3 and not before.strip('#=* \t"')
        if not heads and text[end] != "(":
            return False
        after = text[end : end + 300].partition("\n")[0].rstrip()
        if heads and not after.strip('#=*¶: \t"'):
            return True
        if not after.startswith("("):
            return False
        if not _BARE.fullmatch(bare) or _USED.search(bare):
            return False
        typed = bare.strip() and not bare[-1].isalnum()
        return after.endswith("{") or bool(typed and after.endswith(")"))


def _goes_on(char: str) -> bool:
    """Whether a character is of the same word as one beside it: 支付98765元 holds a number."""
    return char.isalnum() and (char < _FIRST_UNSPACED or _RUN.match(char) is None)


@lru_cache(maxsize=2_000)
def _introduces(before: str) -> bool:
    """Whether a name is defined, or bound for good, behind what stands before it on its line.

    Of the lines that hold one name, many begin alike.
    """
    if before.rstrip()[-1:] not in "=;({}":  # nor nothing at all
        named = _KEYWORD.search(before)
        if named and not _HEIR.search(named[0]):
            return True
    # A line may be the value of a key: {"text": "export const limit = 3"}.
    return before[-1:] == " " and _BOUND.fullmatch(before.rpartition('"')[2]) is not None


@lru_cache(maxsize=64)
def _read(query: str, survey: bool, wide: bool) -> _Asked:  # noqa: FBT001 - private
    """Return what a question says; it is put to every text of a request, and to parts of them."""
    found: dict[str, _Term] = {}
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
    return _Asked(terms, list(hints.values()), survey, alarmed, first, named, defining)


def _terms(query: str) -> Iterator[_Term]:
    for match in _QUOTED.finditer(query):
        phrase = next(group for group in match.groups() if group is not None).strip()
        if len(phrase) > 1:
            yield _Term(_lower(phrase), _NAMED, phrase)
    for match in _ASKED_NAME.finditer(query):
        name = next(group for group in match.groups() if group)
        if len(name) > 1 and _lower(name) not in _STOP:
            yield _Term(_lower(name), _NAMED, name)
    yield from (_Term(_lower(flag), _NAMED, flag) for flag in _OPTION.findall(query))
    for found in _TOKEN.finditer(query):
        stressed = query[max(0, found.start() - 1)] == "*"  # *so*, which is no sign of the word
        yield from _token(found[0].rstrip("*") if stressed else found[0])
    for run in _RUN.findall(query):
        starts = range(max(1, len(run) - 1))
        yield from (_Term(run[at : at + 2], 1.0, anywhere=True) for at in starts)


def _others(query: str) -> Iterator[_Term]:
    """Yield other words for those of a question, and what it says is not so."""
    yield from (_Term(_stem(word), _ALSO) for word in synonyms(query))
    yield from (_Term(_lower(said), 1.0, said) for said in _NEGATED.findall(query)[:_NEGATIONS])


def _hints(said: str, survey: bool, alarmed: bool) -> Iterator[_Term]:  # noqa: FBT001 - private
    """Yield what answers questions of a kind, in lower case, though they do not say it."""
    for match in _STATUS.finditer(said):
        yield from (_Term(code, _JOINED, code) for code in (f"{match[1]}{n:02}" for n in range(12)))
    if _LEFT_OUT.search(said):
        yield from (_Term(_stem(word), 1.0) for word in _NOT_RUN.split())
    if survey or alarmed:
        yield from _OF_TROUBLE
    if survey or _ABOUT_CODE.search(said):
        yield from _OF_CODE


@lru_cache(maxsize=500)
def _token(token: str) -> tuple[_Term, ...]:
    """Return what one word of a question looks for; most words come again in other questions."""
    return tuple(_of_token(token))


def _of_token(token: str) -> Iterator[_Term]:
    sign, ordinal = _SIGN.search(token), _ORDINAL.fullmatch(token)
    if sign:
        yield _Term(_lower(token), _NAMED, token)
        token = token[: sign.start()]
    if ordinal:
        yield _Term(ordinal[1], _JOINED, ordinal[1])
    if _ID.search(token):
        if token.lower() not in _STOP:
            yield _Term(_lower(token), _NAMED if len(token) > 2 else 1.5, token)
        parts, weight = _PART.findall(token), 0.5
    else:
        parts, weight = [token] if token.isalpha() else _WORD.findall(token), 1.0
        if _COMPOUND.fullmatch(token):
            yield _Term(_lower(token), _JOINED, token)
    for part in parts:
        lower = _lower(part)
        if lower in _STOP or len(lower) < (3 if lower.isdigit() and weight < 1 else 2):
            continue
        yield _Term(lower, weight, lower) if lower.isdigit() else _Term(_stem(lower), weight)


def _stem(word: str) -> str:
    ending = next(filter(word.endswith, _ENDINGS), "")
    stem = word.removesuffix(ending)
    if ending in ("ing", "ed") and len(stem) > 4 and _DOUBLED.search(stem):
        stem = stem[:-1]  # "skipped" is about "skip".
    return stem if len(stem) >= 4 or (len(stem) == 3 and len(word) == 4) else word


def _lower(text: str) -> str:
    return text.replace("\u0130", "I").lower()


_OF_TROUBLE = [_Term(_stem(word), 0.7) for word in _TROUBLE.split()]
_OF_CODE = [_Term(_stem(word), 0.7) for word in _DEFINING.split()]
