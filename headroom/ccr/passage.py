"""Passages: which lines of a text answer a question, and how they are shown."""

from __future__ import annotations

import re
from collections import Counter
from heapq import nlargest
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import near
from headroom.ccr.section import Sections
from headroom.ccr.seen import UNKNOWN, Seen
from headroom.ccr.window import HEADING, REACH, Frame, choose, indent_of
from headroom.core.split import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headroom.ccr.question.bm25 import Relevance, Told

_HITS, _WEAK = 300, 0.3
"""So many at most; below this share of the best score, only as the context of better ones."""
_AS_GOOD, _SEVERAL, _SURELY = 0.9, 12, 0.5
"""Share of the best score with which hits are as good, how many such are all shown, and the share
of the room that they may take."""
_AHEAD, _TELLING = 4, 12
"""Places that come before those that hold what the question says besides; and in how many a term
may stand to tell anything."""
_AROUND, _BESIDE = 6, 0.3
"""Lines on either side that a line is taken together with, and what that counts beside its own."""
_OFTEN, _MOSTLY = 5, 0.8
"""Texts of one kind that are many, and the share of all that are of such kinds where what is of
none is odd."""
_DEFINITIONS = 20
"""Definitions at most whose insides count more."""
_LONG, _PIECE = 700, 500
"""Characters from which a line is searched piece by piece, and those of a piece."""
_PAGE = re.compile(r"(?i)<!doctype html|<html[\s>]")
_FRAGMENT = re.compile(r"(?i)<(?:body|div|table)\b")
"""What stands in a page, and in a part of one; of code only the second, and not at its start."""
_BEGINNING = 2000
_UNSEEN = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|</?[a-z!][^<>]*>")
_ALARM = re.compile(
    r"\b(?:ERROR|FATAL|FAIL|FAILED|FAILURES|CRITICAL|PANIC|Traceback|Warning)\b|^E  "
    r"|(?:Error|Exception|error): |\d (?:failed|failing|passed|errors?)\b"
    r"|^ {0,6}\d+\) \S"
    r"|^error(?:\[\w+\])?:"
    r'|[\[ ](?:error|critical|fatal)\b|"(?:failed|failure|error)"'
)
_EARLY = 2
"""Alarms that count as the first: the first line may only announce it."""
_VARIABLE = re.compile(r"\S*\d\S*|[^\w\s]+")
_VARIED, _SHAPE = 3000, 200
"""Hits that are compared, by so many characters without what varies."""
_PASSED = re.compile(r"[✔✓]|--- PASS|\bPASSED\b|\.\.\. ok$")
_BEGUN = re.compile(r"=== (?:RUN|PAUSE|CONT)\b")
_WARNING = re.compile(r"(?i)\bwarn(?:ing)?\b|\bdeprecat")
_OF_ALARM, _OF_WARNING, _OF_PASSED = 0.3, 0.5, 0.2
"""What an alarm gets of the best score beside what is named (all of it where nothing is), what a
warning gets of that, and what is left of its score to what says that something passed."""
_OF_INSIDE, _OF_CHANGE = 0.5, 1.5
"""What a line in what is defined gets of the best score; how much more changes of a diff count."""
_BELOW, _MUCH = 7, 400
"""Lines of a page below one that speak for it by their length, twice as much from there on."""
_REPEATED = 0.3
"""How much less a text is worth for each better one that it repeats."""


def weigh(relevance: Relevance, texts: Sequence[str], scores: list[float]) -> None:
    """Raise the scores of alarms where the question is about such."""
    if not (relevance.alarmed or relevance.survey):
        return
    top = max(scores, default=0.0) or 1.0
    share = top * (_OF_ALARM if relevance.named else 1.0)
    if relevance.first:
        early = (at for at, text in enumerate(texts) if scores[at] and _ALARM.search(text))
        for at in islice(early, _EARLY):
            scores[at] += top
    for at, text in enumerate(texts):
        if relevance.alarmed and _PASSED.search(text):
            scores[at] *= _OF_PASSED
        elif scores[at] and _ALARM.search(text):
            scores[at] += share
        elif scores[at] and _WARNING.search(text):
            scores[at] += share * _OF_WARNING


def passages(
    text: str, relevance: Relevance, seen: Seen = UNKNOWN, rated: Sequence[float] = ()
) -> Callable[[int], str]:
    """Return what writes the passages that match best, with their places, in so many characters.

    Of two that are as good, that which the reader has not seen comes first. `rated` is what else
    speaks for each line, as a share of the best score.
    """
    lines = text.split("\n")
    pieces = list(_pieces(lines))
    texts = [lines[at][start:end] for at, start, end in pieces]
    page = is_page(text)
    if page:
        texts = visible(texts)
    own = [rated[line] if line < len(rated) else 0.0 for line, _, _ in pieces]
    told: list[Told] = []
    scores, defined = _scored(texts, relevance, own, told, page=page)
    _favour(texts, scores, diff="\ndiff --git " in text or text.startswith("diff "))
    sure = _sure(texts, scores)
    vary(texts, scores)
    known = seen.matched(texts, scores, defined)
    hits = [*sure, *(at for at in covering(best(scores), told, scores) if at not in sure)]
    matched = bool(hits)
    if not matched:
        sure, hits = _unmatched(texts, seen)
    passed = (at for at, line in enumerate(texts) if _PASSED.search(line) or _BEGUN.match(line))
    dull = set(passed if relevance.alarmed else ())
    frame = _framed(texts, defined, dull, known)

    def shown(first: int, last: int) -> Iterator[str]:
        (head, start, _), (tail, _, end) = pieces[first], pieces[last]
        name = f"lines {head + 1}-{tail + 1}" if head < tail else f"line {head + 1}"
        if start or end < len(lines[tail]):
            name += f", characters {start + 1}-{end}" if head == tail else " in part"
        yield f"{name}:"
        whole = "\n".join([*lines[head:tail], lines[tail][:end]])
        yield from filter(None, texts[first : last + 1]) if page else (whole[start:],)

    def write(room: int) -> str:
        few = sum(len(texts[at]) + HEADING for at in sure) <= room * _SURELY
        chosen = choose(texts, scores, hits, room, frame, sure if few else ())
        out = [part for first, last in chosen for part in shown(first, last)]
        if not matched:
            odd = ["those unlike all others"] if sure else []
            first = ["the first that were not shown" if seen and hits else "the first"]
            which = " and ".join([*odd, *(first if seen or not odd else ())])
            no = "no other line" if known else "no line"
            out.append(f"[{no} holds a word of the query, so these are {which}]")
        tags = "; tags are left out" if page else ""
        return "\n".join(
            [*out, f"[the text has {count_of(lines)} lines{tags}; ask for any with lines]"]
        )

    return write


def _scored(
    texts: Sequence[str],
    relevance: Relevance,
    rated: Sequence[float],
    told: list[Told],
    *,
    page: bool,
) -> tuple[list[float], list[int]]:
    """Return how well each text answers the question, and those that define what it names."""
    defined: set[int] = set()
    scores = relevance.scores(texts, defined, told=told)
    around = near(told, len(texts), _AROUND)
    scores = [own + _BESIDE * beside for own, beside in zip(scores, around, strict=True)]
    top = max(scores) or 1.0
    for at in defined if relevance.defining else ():
        scores[at] += top
    definitions = sorted(defined)[:_DEFINITIONS]
    for at in {row for start in definitions for row in _inside(texts, start)}:
        scores[at] += _OF_INSIDE * top if scores[at] else 0.0
    for at, share in enumerate(rated):
        scores[at] += share * top
        if page and scores[at]:  # An entry of a menu has little text below it, a heading much.
            below = sum(map(len, texts[at + 1 : at + 1 + _BELOW]))
            scores[at] *= 1 + min(_MUCH, below) / _MUCH
    weigh(relevance, texts, scores)
    return scores, definitions


def vary(texts: Sequence[str], scores: list[float], share: float = _REPEATED) -> None:
    """Lower the scores of texts that repeat better ones, but for their numbers and ids."""
    seen = Counter[str]()
    for at in nlargest(_VARIED, range(len(texts)), key=lambda at: (scores[at], -at)):
        if not scores[at]:
            break
        kind = _VARIABLE.sub("", texts[at][:_SHAPE])
        scores[at] /= 1 + share * seen[kind]
        seen[kind] += 1


def is_page(text: str) -> bool:
    """Whether a text is HTML, by its beginning."""
    if _PAGE.search(text, 0, _BEGINNING):
        return True
    part = text[:_BEGINNING].lstrip().startswith("<")
    return part and _FRAGMENT.search(text, 0, _BEGINNING) is not None


def _favour(texts: Sequence[str], scores: list[float], *, diff: bool) -> None:
    """Prefer, in a diff, the changes of a file that the question names; other lines are context."""
    file = 0.0
    for at, text in enumerate(texts if diff else ()):
        if text.startswith("diff "):
            file = scores[at]
        elif scores[at]:
            scores[at] = (scores[at] + file) * (_OF_CHANGE if text.startswith(("+", "-")) else 1.0)


def visible(texts: list[str]) -> list[str]:
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


def _sure(texts: Sequence[str], scores: Sequence[float]) -> list[int]:
    """Return the texts that match about as well as the best, if they are few and of one kind."""
    least = _AS_GOOD * max(scores, default=0.0)
    found = [at for at, score in enumerate(scores) if score >= least > 0]
    if not 1 < len(found) <= _SEVERAL:
        return []
    kinds = {" ".join(_VARIABLE.sub("", texts[at][:_SHAPE]).split()) for at in found}
    return found if len(kinds) == 1 else []


def _unmatched(texts: Sequence[str], seen: Seen) -> tuple[list[int], list[int]]:
    """Return what is shown where nothing matches: what is odd, and that and what was not shown."""
    sure = [at for at in _odd(texts) if not seen.holds(texts[at])][:_SEVERAL]
    new = (at for at, text in enumerate(texts) if text.strip() and not seen.holds(text))
    return sure, [*sure, *(islice(new, _HITS) if seen else ())]


def _odd(texts: Sequence[str]) -> list[int]:
    """Return the texts that are unlike all others, where most are like many; but for values."""
    kinds = [" ".join(_VARIABLE.sub(" ", text[:_SHAPE]).split()) for text in texts]
    counts = Counter(filter(None, kinds))
    often = sum(count for count in counts.values() if count >= _OFTEN)
    if often < _MOSTLY * counts.total():
        return []
    return [at for at, kind in enumerate(kinds) if counts[kind] == 1]


def best(scores: Sequence[float]) -> list[int]:
    """Return the places of the best scores, best first; nothing that is weak beside the best."""
    top = nlargest(_HITS, ((score, -at) for at, score in enumerate(scores) if score > 0))
    return [-at for score, at in top if score >= _WEAK * top[0][0]]


def covering(ranked: Sequence[int], told: Sequence[Told], scores: Sequence[float]) -> list[int]:
    """Return places, best first, behind the best ones the best for each term of the question.

    A question of two parts has two answers; one of them may fit far better.
    """
    ahead = list(ranked[:_AHEAD])
    for weight, places in sorted(told, key=lambda each: -each.weight):
        if weight >= 1.0 and len(places) <= _TELLING:
            leader = max(places, key=lambda at: (scores[at], -at))
            if scores[leader] > 0 and places.keys().isdisjoint(ahead):
                ahead.append(leader)
    return list(dict.fromkeys([*ahead, *ranked]))


def _framed(
    texts: Sequence[str], definitions: Sequence[int], dull: set[int], known: set[int]
) -> Frame:
    """Return what definitions and headings span, and the headings."""
    sections = Sections(texts)
    spans = {}
    for at in definitions:
        end = sections.end(at)
        spans[at] = end if end > at else max(_inside(texts, at), default=at) + 1
    blank = {at for at, text in enumerate(texts) if not text.strip()} if known else set()
    return Frame(spans, sections, dull, known | blank)


def _inside(texts: Sequence[str], start: int) -> set[int]:
    """Return the lines of what is defined there, judged by what is indented deeper."""
    found: set[int] = set()
    depth = indent_of(texts[start])
    for at in range(start + 1, min(len(texts), start + REACH)):
        bare = texts[at].lstrip()
        if bare and indent_of(texts[at]) <= depth and not bare.startswith((")", "]", "{", "#")):
            break
        found.add(at)
    return found
