"""Relevance of texts to a question: BM25 over words, with a bonus for exact ids and quoted strings.

Words are not collected from the texts: the few terms of the question are searched for in all
texts joined, which takes one pass of C code a term and looks closer only where one stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from heapq import nlargest
from html import unescape
from itertools import accumulate
from math import log
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_K1, _B = 1.2, 0.4
"""The second is milder than usual: a long line of a log is not a worse answer than a short one."""
_CONTEXT = 2
"""Lines shown on either side of a hit."""
_HITS, _WEAK = 300, 0.3
"""So many at most; below this share of the best score, only as the context of better ones."""
_HEADING = 24
"""Characters that the line in front of a passage takes."""
_LED, _REACH = 8, 300
"""Hits that are shown with what they stand under, and how many lines up that may be."""
_TITLES, _RULES = ("#", "diff ", "@@", "== "), ("===", "---", "~~~", "^^^")
_NUMBERED, _NAMING = re.compile(r"\d+[:-]"), re.compile(r"[A-Za-z]")
_LONG, _PIECE = 700, 500
"""Characters from which a line is searched piece by piece, and those of a piece."""
_PAGE = re.compile(r"(?i)<!doctype html|<html|<body|<div\b|<table\b")
_UNSEEN = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|</?[a-z!][^<>]*>")
_MOST_TERMS, _MOST_REPEATS = 48, 4
_QUOTED = re.compile(
    r'`([^`\n]{2,200})`|"([^"\n]{2,200})"|“([^”\n]{2,200})”|«([^»\n]{2,200})»|「([^」\n]{2,200})」'
    r"|(?<!\w)'([^'\n]{2,200})'(?!\w)"
)
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
"""Scripts written without spaces, or with words too long to be looked up whole."""
_RUN = re.compile(f"[{_UNSPACED}]+")
_TOKEN = re.compile(rf"[^\W{_UNSPACED}](?:[\w./:@#%+\\-]*[^\W{_UNSPACED}])?")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_ID = re.compile(r"\d|[_./:@#\\]|[a-z][A-Z]|^[A-Z]{2,}$")
_STEM = re.compile(r"(?:ies|ing|ed|es|s|e|y)$")
_STOP = frozenset(
    """a about all also an and any are as at be been but by can could did do does each exact for
    from get give had has have how i if in into is it its list look many me more most much my name
    need no not of on one only or our out please say says show so some such tell than that the
    their them then there these they this through to us use used walk want was we were what when
    where which who whom whose why will with work works would you your der die das und ist ein
    eine wie was wer le la les des du est que qui el los las de""".split()  # noqa: SIM905
)
_TROUBLED = re.compile(r"(?i)\b(?:fail|error|wrong|problem|broke|red\b|exception|crash|why\b)")
_TROUBLE = "error fail fatal exception panic assert unable denied refused conflict raise warn"
_ABOUT_CODE = re.compile(r"(?i)\b(?:functions?|class(?:es)?|outline|symbols?|overview)\b")
_DEFINING = "def class func function fn struct interface"
_STATUS = re.compile(r"(?i)\b([1-5])xx\b")
_KEYWORD = re.compile(
    r"(?:^|[^\w.])(?:def|func|fn|fun|function|class|struct|enum|union|trait|interface|type|namespace"
    r"|module|macro_rules!|#define|impl)\s(?:\s*\([^)]*\))?[^=;(){}]{0,60}$"
)
_PLACE = re.compile(r"^[^\s:]*:?\d+[:-]")
_BARE = re.compile(r"[\w\s*&:<>~,]*")
_USED = re.compile(r"\b(?:return|await|new|else|yield|not|and|or|in|throw|raise|case|if)\s+$")
_ALARM = re.compile(
    r"\b(?:ERROR|FATAL|FAIL|FAILED|FAILURES|CRITICAL|PANIC|Traceback|Warning)\b|^E  "
    r"|(?:Error|Exception|error): |\d (?:failed|failing|passed|errors?)\b"
    r'|[\[ ](?:error|critical|fatal)\b|"(?:failed|failure|error)"'
)
_WARNING = re.compile(r"(?i)\bwarn(?:ing)?\b|\bdeprecat")
_LANDMARK = re.compile(
    r"#|diff --git|commit |={3,} |[+-]?\s{0,4}(?:[a-z]+ )?(def|class|func|fn|function|struct|"
    r"interface|type|enum|trait|impl)\s+\S"
)
_SURVEY = re.compile(
    r"(?i)\b(?:summar\w+|overview|outline|review|stands out|key facts|unusual|commit message"
    r"|contain|what happened|tell us|how did)\b"
)
_NAMED = 3.0
"""Weight of ids and of what stands in quotes."""
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


class Relevance:
    """How well texts answer one question; pure, and linear in the length of the texts."""

    def __init__(self, query: str) -> None:
        query = query[:4000]
        found: dict[str, _Term] = {}
        for term in sorted(_terms(query), key=lambda term: -term.weight):
            found.setdefault(term.text, term)
        self._terms = list(found.values())[:_MOST_TERMS]
        self._hints = [term for term in _hints(query) if term.text not in found]
        self.alarmed = _TROUBLED.search(query) is not None
        """Whether the question is about something that went wrong."""
        self.named = bool(found) and self._terms[0].weight >= _NAMED
        """Whether it names something exactly."""
        self.survey = _SURVEY.search(query) is not None
        """Whether it asks for an overview, so that landmarks answer it."""

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that are looked for, weightiest first, in lower case and without endings."""
        return tuple(term.text for term in self._terms)

    def scores(self, texts: Sequence[str]) -> list[float]:
        """Return one score a text; 0.0 where no term of the question stands."""
        scores = [0.0] * len(texts)
        field = _Field(texts)
        share = _K1 * _B * len(texts) / (len(field.text) or 1)
        norms = [_K1 * (1 - _B) + share * len(text) for text in texts]
        for term in (*self._terms, *self._hints):
            places = field.places(term)
            absent = len(texts) - len(places)
            rarity = log(1 + (absent + 0.5) / (len(places) + 0.5)) * term.weight * (_K1 + 1)
            for at, strength in places.items():
                scores[at] += rarity * strength / (strength + norms[at])
                if strength >= _DEFINED:
                    scores[at] += term.weight
        return scores


class _Field:
    """Many texts joined to one, to be searched in one go."""

    def __init__(self, texts: Sequence[str]) -> None:
        # The last line end also stands before the first character, at -1.
        self.text = "\n".join([*texts, ""])
        # The only letter that grows in lower case; offsets must stay the same.
        self.lower = self.text.replace("\u0130", "I").lower()
        self.starts = list(accumulate((len(text) + 1 for text in texts), initial=0))

    def places(self, term: _Term) -> dict[int, float]:
        """Return how strongly a term stands in which texts."""
        found: dict[int, float] = {}
        lower, starts, wanted = self.lower, self.starts, term.text
        size, plain = len(wanted), not term.spelled
        fits = self._stands if term.spelled or term.anywhere else self._word
        # A term that stands everywhere tells nothing; looking at each place would cost time.
        count = lower.count(wanted)
        if count > (20 if term.spelled else 3) * len(starts) + 1000:
            return found
        at = lower.find(wanted)
        while at >= 0:
            if plain and not (lower[at - 1].isalnum() or lower[at + size].isalnum()):
                fit = 1.0
            else:
                fit = fits(term, at, at + size)
            if not fit:
                at = lower.find(wanted, at + size)
                continue
            row = bisect_right(starts, at) - 1
            end = starts[row + 1] - 1
            repeats = min(lower.count(wanted, at, end) - 1, _MOST_REPEATS)
            for _ in range(repeats if term.spelled and fit < _DEFINED else 0):
                at = lower.find(wanted, at + 1)
                fit = max(fit, fits(term, at, at + size))
            found[row] = fit + 0.3 * repeats
            at = lower.find(wanted, end)
        return found

    def _word(self, _: _Term, start: int, end: int) -> float:
        """Whether a word or a part of a camelCase one begins and, but for an ending, ends here."""
        text = self.text
        if text[start - 1].isalnum() and not (text[start - 1].islower() and text[start].isupper()):
            return 0.0
        ending = text[end : end + 5]
        if not ending[:1].isalnum() or (ending[0].isupper() and text[end - 1].islower()):
            return 1.0
        longest = 4 if end - start > 3 else 1
        size = next((n for n, letter in enumerate(ending) if not letter.islower()), len(ending))
        return 0.8 if size <= longest else 0.0

    def _stands(self, term: _Term, start: int, end: int) -> float:
        """Whether it stands here with no letter or digit on either side."""
        text = self.text
        if term.anywhere:
            return 1.0
        if text[start].isalnum() and text[start - 1].isalnum():
            return 0.0
        if text[end - 1].isalnum() and text[end].isalnum():
            return 0.0
        if not text.startswith(term.spelled, start):
            return 1.0
        return _DEFINED if self._defined(start, end) else _SAME

    def _defined(self, start: int, end: int) -> bool:
        """Whether a name is defined or a heading stands here."""
        before = self.text[max(0, start - 150) : start].rpartition("\n")[2]
        after = self.text[end : end + 300].partition("\n")[0].rstrip()
        if _KEYWORD.search(before) or (
            end - start > 3 and not before.strip('#=* \t"') and not after.strip('#=*¶: \t"')
        ):
            return True
        before = _PLACE.sub("", before)
        if not after.startswith("(") or not _BARE.fullmatch(before) or _USED.search(before):
            return False
        typed = before.strip() and not before[-1].isalnum()
        return after.endswith("{") or bool(typed and after.endswith(")"))


def weigh(relevance: Relevance, texts: Sequence[str], scores: list[float]) -> None:
    """Raise the scores of alarms and landmarks where the question is about such."""
    top = max(scores, default=0.0) or 1.0
    share = top * (0.3 if relevance.named else 1.0)
    for at, text in enumerate(texts):
        if relevance.survey:
            landmark = _LANDMARK.match(text)
            scores[at] += (top * (0.7 if landmark[1] else 2.0)) if landmark else 0.0
        if scores[at] and (relevance.alarmed or relevance.survey):
            if _ALARM.search(text):
                scores[at] += share
            elif _WARNING.search(text):
                scores[at] += share / 2


def passages(
    text: str, relevance: Relevance, room: int, rated: Sequence[float] = ()
) -> Iterator[str]:
    """Yield the passages that match best, with their places, in so many characters.

    `rated` is what else speaks for each line, as a share of the best score.
    """
    lines = text.split("\n")
    pieces = list(_pieces(lines))
    texts = [lines[at][start:end] for at, start, end in pieces]
    page = _PAGE.search(text, 0, 2000) is not None
    if page:
        texts = _visible(texts)
    scores = relevance.scores(texts)
    top = max(scores) or 1.0
    for at, (line, _, _) in enumerate(pieces):
        scores[at] += rated[line] * top if line < len(rated) else 0.0
        if page and scores[at]:  # An entry of a menu has little text below it, a heading much.
            scores[at] *= 1 + min(400, sum(map(len, texts[at + 1 : at + 8]))) / 400
    weigh(relevance, texts, scores)
    if not relevance.survey and ("\ndiff --git " in text or text.startswith("diff ")):
        _favour(texts, scores)
    for first, last in choose(texts, scores, room, 0 if relevance.survey else _CONTEXT):
        (head, start, _), (tail, _, end) = pieces[first], pieces[last]
        name = f"lines {head + 1}-{tail + 1}" if head < tail else f"line {head + 1}"
        if start or end < len(lines[tail]):
            name += f", characters {start + 1}-{end}" if head == tail else " in part"
        yield f"{name}:"
        whole = "\n".join([*lines[head:tail], lines[tail][:end]])
        yield from filter(None, texts[first : last + 1]) if page else (whole[start:],)
    if not any(scores):
        yield "[no line holds a word of the query, so these are the first]"
    tags = "; tags are left out" if page else ""
    yield f"[the text has {len(lines)} lines{tags}; ask for any with lines]"


def _favour(texts: Sequence[str], scores: list[float]) -> None:
    """Prefer the changes of a file that the question names; unchanged lines are context."""
    file = 0.0
    for at, text in enumerate(texts):
        if text.startswith("diff "):
            file = scores[at]
        elif scores[at]:
            scores[at] = (scores[at] + file) * (1.5 if text.startswith(("+", "-")) else 1.0)


def _visible(texts: list[str]) -> list[str]:
    """Return the lines of a page without tags, scripts and styles."""
    joined = "\x00".join(text.replace("\x00", "") for text in texts)
    bare = _UNSEEN.sub(lambda match: "\x00" * match[0].count("\x00"), joined)
    return [" ".join(unescape(text).split()) for text in bare.split("\x00")]


def _pieces(lines: list[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where pieces of lines stand: the line's index, the first character, the end."""
    for at, line in enumerate(lines):
        size, start = len(line), 0
        while size - start > _LONG:
            end = line.rfind(" ", start + _PIECE // 2, start + _PIECE) + 1 or start + _PIECE
            yield at, start, end
            start = end
        yield at, start, size


def best(scores: Sequence[float]) -> list[int]:
    """Return the places of the best scores, best first; nothing that is weak beside the best."""
    top = nlargest(_HITS, ((score, -at) for at, score in enumerate(scores) if score > 0))
    return [-at for score, at in top if score >= _WEAK * top[0][0]]


def choose(
    texts: Sequence[str], scores: Sequence[float], room: int, context: int = _CONTEXT
) -> list[tuple[int, int]]:
    """Return the best passages that fit into so many characters: first and last text, in order.

    Without any hit it is the beginning. Room that the hits leave is given to what follows them.
    """
    taken: set[int] = set()
    hits = best(scores)
    for rank, hit in enumerate(hits):
        more = room // 4 if rank < 2 and context else 0
        for reach in (context, 0):
            around = [*range(max(0, hit - reach), min(len(texts), hit + reach + 1))]
            while more and around[-1] + 1 < len(texts) and len(texts[around[-1] + 1]) < more:
                around.append(around[-1] + 1)
                more -= len(texts[around[-1]]) + 1
            if rank < _LED and context:
                around += _heads(texts, hit)
            new = [at for at in around if at not in taken]
            cost = sum(len(texts[at]) + 1 for at in new) + (_HEADING if new else 0)
            if cost <= room:
                taken.update(new)
                room -= cost
                break
    for hit in hits or [0]:
        at = hit
        while at < len(texts) and (at in taken or len(texts[at]) < room):
            room -= 0 if at in taken else len(texts[at]) + 1
            taken.add(at)
            at += 1
    firsts = sorted(at for at in taken if at - 1 not in taken)
    return list(zip(firsts, sorted(at for at in taken if at + 1 not in taken), strict=True))


def _heads(texts: Sequence[str], hit: int) -> list[int]:
    """Return the lines above that a line stands under, judged by what is indented less."""
    heads: list[int] = []
    numbered, depth = _NUMBERED.match(texts[hit]), _depth(texts[hit])
    for at in range(hit - 1, max(-1, hit - _REACH), -1):
        text = texts[at]
        if text.startswith(_TITLES) or texts[at + 1].startswith(_RULES):
            return [*heads, at]
        if numbered and not _NUMBERED.match(text):
            return [at]
        if depth and _NAMING.search(text) and _depth(text) < depth:
            heads.append(at)
            depth = _depth(text)
    return heads


def _depth(text: str) -> int:
    bare = text[1:] if text.startswith(("+", "-")) else text
    return len(bare) - len(bare.lstrip())


def _terms(query: str) -> Iterator[_Term]:
    for match in _QUOTED.finditer(query):
        phrase = next(group for group in match.groups() if group is not None).strip()
        if len(phrase) > 1:
            yield _Term(_lower(phrase), _NAMED, phrase)
    for token in _TOKEN.findall(query):
        yield from _token(token)
    for run in _RUN.findall(query):
        starts = range(max(1, len(run) - 1))
        yield from (_Term(run[at : at + 2], 1.0, anywhere=True) for at in starts)


def _hints(query: str) -> Iterator[_Term]:
    """Yield what answers questions of a kind, though they do not say it."""
    for match in _STATUS.finditer(query):
        yield from (_Term(code, 1.0, code) for code in (f"{match[1]}{n:02}" for n in range(12)))
    for asked, words in ((_TROUBLED, _TROUBLE), (_ABOUT_CODE, _DEFINING)):
        if asked.search(query) or _SURVEY.search(query):
            yield from (_Term(_stem(word), 0.7) for word in words.split())


def _token(token: str) -> Iterator[_Term]:
    if _ID.search(token):
        if token.lower() not in _STOP:
            yield _Term(_lower(token), _NAMED if len(token) > 2 else 1.5, token)
        parts, weight = _PART.findall(token), 0.5
    else:
        parts, weight = re.findall(r"[^\W_]+", token), 1.0
    for part in parts:
        lower = _lower(part)
        if lower in _STOP or len(lower) < (3 if lower.isdigit() and weight < 1 else 2):
            continue
        yield _Term(lower, weight, lower) if lower.isdigit() else _Term(_stem(lower), weight)


def _stem(word: str) -> str:
    stem = _STEM.sub("", word)
    return stem if len(stem) >= 4 or (len(stem) == 3 and len(word) == 4) else word


def _lower(text: str) -> str:
    return text.replace("\u0130", "I").lower()
