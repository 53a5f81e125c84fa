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

from headroom.ccr.question.term import LONGEST, goes_on, read
from headroom.core.split import view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.ccr.question.term import Term

_K1, _B = 1.2, 0.4
"""The second is milder than usual: a long line of a log is not a worse answer than a short one."""
_DEFINERS = (
    "def sub func fn fun function procedure class struct enum union trait interface type namespace"
    " module macro_rules! #define impl proc defun defmacro extension protocol mixin typealias"
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
_HEIR = re.compile(r"\b(?:extends|implements|where|with|permits)\b|\w\s*:\s")
"""Behind one of these stands what the thing is made from, not its name."""
_PLACE = re.compile(r"^[^\s:]*:?\d+[:-]")
_BOUND = re.compile(r"(?:(?:export|pub|public|static|final) )*(?:const|let|var|val|static) ")
"""What stands before a name that is given a value once and for all, at the start of a line."""
_BARE = re.compile(r"[\w\s*&:<>~,]*")
_USED = re.compile(r"\b(?:return|await|new|else|yield|not|and|or|in|throw|raise|case|if)\s+$")
_MOST_REPEATS = 4
_MANY = 50
"""Places of a name from which on those are passed over quickly that are parts of others."""
_VALUE = re.compile(r"(?:: ?[\w\[\], .|<>]{1,40})? ?:?=(?![=~>])")
_OWNER = re.compile(r"(?:^|\"|\\n)\s*(?:[\w.$]+\.)?$")
"""What stands behind a name that is given a value, and before it: `exports.size = 3`, also where
the line is one of a text in JSON."""
_SAME, _GIVEN, _DEFINED = 1.5, 2.5, 4.0
"""Strength of a name that is spelled as in the question, of one that is given a value, and of one
that is defined there."""


class Told(NamedTuple):
    """In which texts a term of a question stands, and how strongly."""

    weight: float
    places: dict[int, float]


def near(told: Sequence[Told], size: int, reach: int) -> list[float]:
    """Return how well each of `size` texts answers together with so many on either side.

    BM25 over windows of one length; linear in the places where terms stand.
    """
    scores = [0.0] * size
    for weight, places in told:
        strengths: dict[int, float] = {}
        for row, strength in places.items():
            for at in range(max(0, row - reach), min(size, row + reach + 1)):
                strengths[at] = max(strengths.get(at, 0.0), strength) + 0.3 * (at in strengths)
        absent = size - len(strengths)
        rarity = log(1 + (absent + 0.5) / (len(strengths) + 0.5)) * weight * (_K1 + 1)
        for at, strength in strengths.items():
            scores[at] += rarity * strength / (strength + _K1)
    return scores


class Relevance:
    """How well texts answer one question; pure, and linear in the length of the texts."""

    def __init__(self, query: str, *, survey: bool = False, wide: bool = False) -> None:
        """Read a question, with other words for its own where it is read widely."""
        asked = read(query[:LONGEST], survey=survey, wide=wide)
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

    @property
    def names(self) -> tuple[str, ...]:
        """What is looked for as it is spelled: ids, paths, what stands in quotes."""
        return tuple(term.spelled for term in self._asked.terms if term.spelled)

    def scores(
        self,
        texts: Sequence[str],
        defined: set[int] | None = None,
        *,
        words: str | None = None,
        told: list[Told] | None = None,
    ) -> list[float]:
        """Return one score a text; 0.0 where no term of the question stands.

        Where a set is given, the texts that define what the question names are put into it. In
        `words`, where they are given, stands every run of letters of the texts, in lower case.
        Into `told` goes where each term stands that stands anywhere.
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
            if told is not None:
                told.append(Told(term.weight, places))
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

    def places(self, term: Term) -> dict[int, float]:
        """Return how strongly a term stands in which texts."""
        found: dict[int, float] = {}
        text, lower, starts, wanted = self.text, self.lower, self.starts, term.text
        size, plain, find = len(wanted), not term.spelled, lower.find
        fits = self._stands if term.spelled or term.anywhere else self._word
        begins = fits == self._word
        # A term that stands everywhere tells nothing; looking at each place would cost time.
        count = lower.count(wanted)
        if count > (20 if term.spelled else 3) * len(starts) + 1000:
            return {}
        seek: Callable[[str, int], int] = find
        if count >= _MANY and fits == self._stands and not term.anywhere:
            seek = _seeker(lower, wanted)
        at = seek(wanted, 0) if count else -1
        while at >= 0:
            after = at + size
            if begins and goes_on(lower[at - 1]) and not text[at].isupper():
                at = seek(wanted, after)  # Within a word, as most places of a short stem are.
                continue
            if plain and not (lower[at - 1].isalnum() or lower[after].isalnum()):
                fit = 1.0
            elif not (fit := fits(term, at, after)):
                at = seek(wanted, after)
                continue
            row = bisect_right(starts, at) - 1
            end = starts[row + 1] - 1
            following = find(wanted, after)
            if 0 <= following < end:
                repeats = min(lower.count(wanted, after, end), _MOST_REPEATS)
                for _ in range(repeats if not plain and fit < _DEFINED else 0):
                    at = find(wanted, at + 1)
                    fit = max(fit, fits(term, at, at + size))
                fit += 0.3 * repeats
                following = seek(wanted, end)
            found[row] = fit
            at = following
        return found

    def _word(self, _: Term, start: int, end: int) -> float:
        """Whether a word or a part of a camelCase one begins and, but for an ending, ends here."""
        text = self.text
        if goes_on(text[start - 1]) and not (text[start - 1].islower() and text[start].isupper()):
            return 0.0
        ending = text[end : end + 5]
        if not goes_on(ending[:1]) or (ending[0].isupper() and text[end - 1].islower()):
            return 1.0
        if ending.startswith("rc") and not ending[2:3].isalnum():
            return 0.8  # ".npmrc" configures npm.
        # A short word may have one letter more, a longer one four.
        further = ending if end - start > 3 else ending[:2]
        return 0.0 if all(map(str.islower, further)) else 0.8

    def _stands(self, term: Term, start: int, end: int) -> float:
        """Whether it stands here with no letter or digit on either side."""
        text = self.text
        if term.anywhere:
            return 1.0
        if (text[start].isalnum() or text[start] == "-") and goes_on(text[start - 1]):
            return 0.0
        if text[end - 1].isalnum() and goes_on(text[end]):
            return 0.0
        if not text.startswith(term.spelled, start):
            return 1.0
        if self._defined(start, end):
            return _DEFINED
        return _GIVEN if self._given(start, end) else _SAME

    def _given(self, start: int, end: int) -> bool:
        """Whether a name is given a value here, at the beginning of a line."""
        text = self.text
        if _VALUE.match(text, end) is None:
            return False
        near = max(0, start - 80)
        before = text[max(near, text.rfind("\n", near, start) + 1) : start]
        place = _PLACE.match(before)
        return _OWNER.search(before[place.end() :] if place else before) is not None

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


def _seeker(lower: str, wanted: str) -> Callable[[str, int], int]:
    """Return what `lower.find` does, but for places with a letter or digit of ASCII beside them."""
    search = _alone(wanted).search

    def seek(_: str, start: int) -> int:
        match = search(lower, start)
        return -1 if match is None else match.start()

    return seek


@lru_cache(maxsize=64)
def _alone(wanted: str) -> re.Pattern[str]:
    """Return a pattern for a name, in lower case, that is no part of a longer one."""
    name = re.escape(wanted)
    # Behind the name, as a pattern that begins with letters is searched for far faster.
    before = f"(?<![0-9a-z]{name})" if wanted[0].isalnum() or wanted[0] == "-" else ""
    return re.compile(f"{name}{before}{'(?![0-9a-z])' if wanted[-1].isalnum() else ''}")


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
