"""What a question asks for: its words, its literal strings, the kind of its answer."""

import re
from collections.abc import Collection, Iterable
from itertools import product
from typing import NamedTuple
from unicodedata import normalize

from headroom.elide.prose.piece import words as words_of
from headroom.elide.prose.vocabulary import listed

_CJK = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_QUOTED = re.compile(r"[\"“„«`]+([^\"“”„«»`]{2,120})[\"”“»`]+|(?<!\w)'([^']{2,120})'(?!\w)")
_LITERAL = re.compile(r"(?:-{1,2})?\w+(?:[./:\-#@]+\w+)+(?:\(\))?|\w*_\w+(?:\(\))?|--\w+")
_STOP, _ASK = (frozenset(listed("question", what)) for what in ("stop", "ask"))
"""Words of the question that say nothing about its subject."""
_STOP_CJK = frozenset("的了是在和有吗呢么什哪谁为被何の は が を に で と か？".replace(" ", ""))
_SUFFIXES = {
    size: frozenset(
        plain
        for suffix in listed("question", "suffixes")
        if len(plain := "".join(filter(str.isalnum, normalize("NFKD", suffix)))) == size
    )
    for size in range(7, 0, -1)
}
_SPELLED = re.compile(r"\b(?:names?|options?|commands?|flags?|parameters?|arguments?)\b")
_LIKE_CODE = re.compile(r"`|(?<!\w)--?[a-z]|\w\(|\w_\w|\w\.[a-z]|[a-z][A-Z]")
# What the answer to a question looks like, by the question's words in lower case: without regard to
# case, each of them takes many times longer.
_EXPECTED = (
    (
        re.compile(
            r"\b(?:when|what year|which year|what date|wann|welche\w* jahr|cuándo|qué año|"
            r"quand|quelle année|когда|каком году)\b|何时|哪一?年|什么时候|いつ",
        ),
        re.compile(
            r"\b(?:1\d|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,4}\s?[年月日]|"
            r"\b\d{1,2}(?:st|nd|rd|th)? (?:January|February|March|April|May|June|July|August|"
            r"September|October|November|December)|century|jahrhundert|siglo|siècle|\bвек"
        ),
    ),
    (
        re.compile(
            r"\b(?:how (?:many|much|long|old|far|high|large|big|tall)|percent\w*|wie ?viele?|"
            r"wie (?:lang|hoch|groß|alt)\w*|cuánt[oa]s?|combien|сколько)\b|多少|几[个年次]|"
            r"いくつ|何人",
        ),
        re.compile(
            r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|"
            r"thousands?|millions?|billions?|half|zwei|drei|vier|fünf|dos|tres|cuatro|deux|"
            r"trois|quatre|два|две|три|четыре|пять)\b|[一二三四五六七八九十百千万亿]"
        ),
    ),
    (
        re.compile(
            r"\b(?:who|whom|whose|wer|wem|wen|wessen|quién|quiénes|qui|кто|кого|кем|кому)\b|"
            r"谁|誰",
        ),
        re.compile(
            r"(?<=[\w,(] )[A-ZÀ-ÞА-Я]\w+|[\u3400-\u9fff]·[\u3400-\u9fff]|\s[\u3400-\u9fff•·]{2,8}\s"
        ),
    ),
)
_MARK = re.compile(r"[^\w\n]|_")
_MOST_TERMS = 48
_INNER = 5
"""Letters of a stem from which it is looked for inside words: "gründ" in "gegründet"."""
_SURFACE = 4_000  # characters of a query that are looked at


class Terms(NamedTuple):
    """What a question asks for."""

    words: dict[str, tuple[float, int]]  # folded word: its boost and its place in the question
    bigrams: dict[str, float]  # pairs of characters of scripts without spaces
    literals: tuple[str, ...]  # lower-case strings to be found as they are
    answers: tuple[re.Pattern[str], ...]  # what the answer looks like


def terms(query: str) -> Terms:
    """Return what the question asks for."""
    query = query[:_SURFACE]
    quoted = [first or second for first, second in _QUOTED.findall(query)]
    literals = [" ".join(part.casefold().split()) for part in quoted + _LITERAL.findall(query)]
    boost_of_quoted = {_plain(word) for part in literals for word in words_of(part)}
    words: dict[str, tuple[float, int]] = {}
    for place, word in enumerate(words_of(query)):
        low = _plain(word)
        boost = 1.6 if any(map(str.isdigit, low)) else 1.3 if place and not word.islower() else 1.0
        if low in boost_of_quoted:
            boost = 3.0
        elif (
            word.casefold() in _STOP
            or word.casefold() in _ASK
            or (len(low) < 2 and not low.isdigit())
        ):
            continue
        elif boost_of_quoted:
            boost = 0.5
        if len(words) < _MOST_TERMS and not _CJK.search(low):
            words.setdefault(low, (boost, place))
    bigrams: dict[str, float] = {}
    for run in _CJK.findall(query):
        for at in range(len(run) - 1):
            pair = run[at : at + 2]
            if len(bigrams) < _MOST_TERMS and _STOP_CJK.isdisjoint(pair):
                bigrams[pair] = 1.0
    said = query.lower()
    answers = [_LIKE_CODE] if _SPELLED.search(query) else []
    answers += [answer for asked, answer in _EXPECTED if asked.search(said)]
    found = tuple(dict.fromkeys(part for part in literals if len(part) > 2))[:_MOST_TERMS]
    return Terms(words, bigrams, found, tuple(answers))


def _plain(word: str) -> str:
    """Return a word in lower case and without accents."""
    if word.isascii():
        return word.lower()
    return "".join(filter(str.isalnum, normalize("NFKD", word.casefold())))


def _plain_lines(words: str) -> str:
    """Return words, each on a line, in lower case and without accents."""
    return _MARK.sub("", normalize("NFKD", words.casefold()))


def _fold(word: str) -> str:
    """Return the stem of a lower-case word by taking off one known suffix."""
    for size in range(min(7, len(word) - 3), 0, -1):
        if word[-size:] in _SUFFIXES[size]:
            return word[:-size]
    return word


def matches(
    vocabulary: Collection[str], words: dict[str, tuple[float, int]]
) -> dict[str, tuple[str, float]]:
    """Return the words of the text that mean a word of the question, and how surely."""
    stems = {_fold(word): word for word in reversed(words)}
    heads = {word[: _head(len(word))]: word for word in reversed(words) if len(word) > 4}
    begins = {word[:3] for word in words}
    cased = {spelled for begin in begins for spelled in _spellings(begin)}
    table: dict[str, tuple[str, float]] = {}
    joined = "\n".join(vocabulary) + "\n"
    # Most words are none that is asked for: their first letters tell, where these are plain.
    likely = (
        [word for word in vocabulary if word[:3] in cased]
        if joined.isascii()
        else [word for word in vocabulary if word[:3] in cased or not word[:3].isascii()]
    )
    for word in likely:
        low = _plain(word)
        if low[:3] not in begins:
            continue
        if low in words:
            table[word] = (low, 1.0)
            continue
        if (stem := _fold(low)) in stems:
            table[word] = (stems[stem], 0.9)
        elif (term := heads.get(low[: _head(len(low))])) and low.isalpha() and term.isalpha():
            table[word] = (term, 0.5)
    met = {term for term, _ in table.values()}
    missed = [word for word in words if word not in met and len(_fold(word)) >= _INNER]
    if missed:
        table |= _within_words(vocabulary, joined, missed)
    return table


def _spellings(letters: str) -> Iterable[str]:
    """Return a few letters in all their spellings with capitals."""
    return map("".join, product(*((letter, letter.upper()) for letter in letters)))


def _within_words(
    vocabulary: Collection[str], joined: str, missed: Iterable[str]
) -> dict[str, tuple[str, float]]:
    """Return the words of the text that have the stem of a word of the question inside."""
    # All at once, one on a line: hardly any word has a stem inside.
    joined = joined.lower() if joined.isascii() else _plain_lines(joined)
    spelled: list[str] = []
    table: dict[str, tuple[str, float]] = {}
    for word in missed:
        stem = _fold(word)
        found: dict[str, str] = {}  # one of those that differ in capitals and accents only
        line = end = 0
        while (at := joined.find(stem, end)) >= 0:
            line += joined.count("\n", end, at)
            end = joined.find("\n", at)
            spelled = spelled or list(vocabulary)
            if len(spelled[line]) > _INNER:
                found[joined[joined.rfind("\n", 0, at) + 1 : end]] = spelled[line]
        table |= dict.fromkeys(found.values(), (word, 0.4))
    return table


def _head(length: int) -> int:
    """Return how many first letters of a word of `length` stand for it."""
    return 5 if length < 8 else 6
