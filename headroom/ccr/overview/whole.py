"""Overview: which lines or sentences stand for a whole text, where no words of a question help."""

from __future__ import annotations

import re
from collections import Counter
from heapq import nlargest
from typing import TYPE_CHECKING, Protocol

from headroom.ccr.definition import defined
from headroom.ccr.overview.changes import changes, is_diff
from headroom.ccr.overview.contents import Contents
from headroom.ccr.overview.digest import Digest, is_prose
from headroom.ccr.overview.failure import fair, of_named
from headroom.ccr.overview.outline import LISTED, Outline, definitions
from headroom.ccr.passage import is_page, vary, visible
from headroom.ccr.seen import KNOWN, UNKNOWN, Seen
from headroom.core.split import count_of
from headroom.detect.search import is_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from headroom.ccr.judge import Judge
    from headroom.ccr.question.bm25 import Relevance
    from headroom.ccr.question.survey import Question

_ALARM = re.compile(
    r"\b(?:ERROR|FATAL|FAIL|FAILED|FAILURES|CRITICAL|PANIC|Traceback)\b|^E  "
    r"|(?:Error|Exception|error): |\d (?:failed|failing|passed|errors?)\b|\b[Dd]eadlock"
)
_DEFINING = re.compile(
    r"(?i)\b(?:new|newly|add(?:s|ed|ing)?|introduc\w+|creat\w+|remov\w+|renam\w+)\b[^.?!]{0,40}"
    r"\b(?:functions?|class(?:es)?|methods?|types?|symbols?|definitions?|defined|interfaces?)\b"
)
"""A question for what a diff defines."""
_WARNING = re.compile(r"(?i)\bwarn(?:ing)?\b|\bdeprecat|\bUnhealthy\b|\bunable\b|\bcannot\b")
_FILE = re.compile(r"diff --git |commit [0-9a-f]{7}|Index: |={3,} ")
_STAT = re.compile(r" \S.{0,300} \|\s+(?:\d+ ?[+-]*|Bin .*)$")
_PLACED = re.compile(r"([^\s:]{2,200}?)[:-](\d+)[:-](?:\d+:)?(.*)")
_HEADING, _HUNK = re.compile(r"#{1,6} \S"), re.compile(r"@@ .* @@ \S")
_FORMS = ((_STAT, 4.5), (_FILE, 4.0), (_HEADING, 2.0), (_HUNK, 1.5))
_RUNNING = re.compile(r"(?=.{40})[-*>\"'“„«(]* ?(?:[A-ZÀ-ÞА-Я]\w*[ ,']|[\u3040-\u9fff])")
"""A sentence, by how it begins."""
_RULER = re.compile(r"([=_*~#.-])\1{4,}")
_WORD = re.compile(r"[^\W\d_]{3,}")
_PROPER = re.compile(r"(?<=[a-z,;] )[A-ZÀ-Þ][\w’'-]+")
_STOP = re.compile(r"[.!?]\s+(?=[\"'“„(]?[A-ZÀ-ÞА-Я0-9])|[。！？]")
_LONG, _LONGEST = 200, 500
"""Characters from which a line is taken sentence by sentence, and those of the longest piece."""
_AS_A_WHOLE = 0.5
"""Share of its merit that a line of a failure keeps for somebody who has it."""
_OF_NAMED = 1.0
"""What each line of a failure has that is named, beside its merit."""
_AGAIN, _AGAIN_HIT = 0.5, 2.0
"""By how many times its like a line is less worth for each that comes before it; and a hit."""
_ROUTINE = 0.03
"""Weight up to which a line of a log is routine."""
_MOST, _NUMBER = 400, 6
"""Lines at most, and characters that the number in front of one takes."""
_WHOLE = 0.05
"""Share of the room that whole sentences get where others are cut to what they name."""
_TITLES = 9.0
"""Merit of the line that names the columns of a table."""
_SENTENCE = 30
"""Fewest characters of a sentence; what is shorter goes with the next."""


class Lead(Protocol):
    """What says most of a text of some kind in little room, before single lines are taken."""

    @property
    def held(self) -> AbstractSet[int]:
        """Pieces that nobody else takes."""

    def fill(self, taken: dict[int, str], room: int) -> int:
        """Put to what is taken what is said of which piece; return the room that is left."""


def overview(
    text: str,
    asked: Question,
    seen: Seen = UNKNOWN,
    rated: Sequence[float] = (),
    judge: Judge | None = None,
) -> Callable[[int], str]:
    """Return what writes the lines and sentences that say most of a text, each with its number.

    What a reader has seen comes last; `rated` is what else speaks for each line, 0 to 1.
    """
    lines, relevance = text.split("\n"), asked.relevance
    if is_diff(lines):
        return _of_diff(lines, relevance, seen)
    pieces = list(_pieces(lines))
    texts = [lines[at][start:end] for at, start, end in pieces]
    page = is_page(text)
    if page:
        texts = visible(texts)
    hits = _is_search(texts)
    lead = None if hits else _lead(lines, pieces, texts, seen, structure=asked.structure)
    own = merits(texts)
    judged = judge is not None and lead is None and not any(rated) and not hits
    if judge and judged:
        own = _appraised(pieces, fair(judge.standing(lines)))
    matches = relevance.scores(texts)
    top = max(matches) or 1.0
    scores = [merit + 2 * match / top for merit, match in zip(own, matches, strict=True)]
    for at, (line, _, _) in enumerate(pieces):
        scores[at] += 3 * rated[line] if line < len(rated) else 0.0
    if any(rated):
        scores[0] += _TITLES
    vary([*map(_said, texts)] if hits else texts, scores, _AGAIN_HIT if hits else _AGAIN)
    seen.lower(texts, scores, KNOWN)
    tags = ", tags are left out" if page else ""
    return _listed(
        pieces,
        texts,
        scores,
        f"an overview, each line behind its number{tags}",
        lead,
        judged=judged,
    )


def _is_search(texts: Sequence[str]) -> bool:
    """Whether most lines are hits of a search."""
    return 2 * sum(_placed(text) is not None for text in texts) > len(texts)


def _said(text: str) -> str:
    """Return what a hit says, wherever that stands."""
    placed = _placed(text)
    return placed[3] if placed else text


def _appraised(pieces: Sequence[tuple[int, int, int]], weights: Sequence[float]) -> list[float]:
    """Return the merits of the pieces of a log: what stands further on in a line says less.

    Of what is routine it is 0.0: that tells nobody anything.
    """
    own = (weights[line] / (1 + (start > 0)) for line, start, _ in pieces)
    return [merit if merit > _ROUTINE else 0.0 for merit in own]


def _listed(
    pieces: Sequence[tuple[int, int, int]],
    texts: Sequence[str],
    scores: Sequence[float],
    what: str,
    lead: Lead | None = None,
    *,
    judged: bool = False,
) -> Callable[[int], str]:
    """Return what writes what leads and the best pieces, as much as there is room for.

    Where they were `judged`, those without any merit do not fill what is left of it.
    """
    held = lead.held if lead else ()
    ranked = nlargest(_MOST, range(len(texts)), key=lambda at: (scores[at], -at))
    order = [at for at in ranked if at not in held and texts[at].strip()]
    order = [at for at in order if scores[at]] if judged else order
    size = pieces[-1][0] + 1

    def write(room: int) -> str:
        taken: dict[int, str] = {}
        for at in (*_within(order, texts, room * _WHOLE if lead else room),):
            taken[at] = texts[at]
            room -= len(texts[at]) + _NUMBER
        room = lead.fill(taken, room) if lead else room
        for at in order:
            more = len(texts[at]) + _NUMBER - len(taken.get(at, ""))
            if more <= room and taken.get(at) != texts[at]:
                taken[at] = texts[at]
                room -= more
        said = f"[{what}; the text has {size} lines; ask for any with lines]"
        return "\n".join([*_numbered(taken, pieces), said])

    return write


def failures(
    lines: Sequence[str], relevance: Relevance, seen: Seen, judge: Judge
) -> Callable[[int], str] | None:
    """Return what writes which tests failed, and how, for a question that asks just that.

    None where no test failed, or the question names something that is none of those that did; of
    one that it names all is told.
    """
    if not relevance.alarmed:
        return None
    made = judge.standing(lines)
    if not made.failed:
        return None
    weights, what = fair(made), "what failed"
    if relevance.named:
        what = "the failure that was named"
        inside = of_named(lines, made.failed, relevance.names)
        if not inside:
            return None
        weights = [_OF_NAMED + weight if at in inside else 0.0 for at, weight in enumerate(weights)]
    matches = relevance.scores(lines)
    top = max(matches, default=0.0) or 1.0
    weights = [weight * (1 + match / top) for weight, match in zip(weights, matches, strict=True)]
    pieces = list(_pieces(lines))
    texts = [lines[at][start:end] for at, start, end in pieces]
    scores = _appraised(pieces, weights)
    seen.lower(texts, scores, _AS_A_WHOLE)
    return _listed(pieces, texts, scores, f"{what}, each line behind its number", judged=True)


def definitions_of_diff(
    lines: Sequence[str], query: str, relevance: Relevance, seen: Seen
) -> Callable[[int], str] | None:
    """Return what writes what a diff defines, for a question that asks for that; else None."""
    if _DEFINING.search(query) and is_diff(lines):
        return _of_diff(lines, relevance, seen, defining=True)
    return None


def _of_diff(
    lines: Sequence[str], relevance: Relevance, seen: Seen, *, defining: bool = False
) -> Callable[[int], str]:
    """Return what writes the files of a diff, and what changed in them."""
    own = relevance.scores(lines)
    top = max(own) or 1.0
    fits = [each / top for each in own]
    told = changes(lines, seen, fits, named=relevance.named, defining=defining)
    new = " as far as it was not shown" if seen else ""
    said = (
        f"[an overview: files, and what changed in them{new}; the text has {count_of(lines)} lines"
    )
    return lambda room: "\n".join([*told(room), f"{said}; ask for any with lines]"])


def _lead(
    lines: Sequence[str],
    pieces: Sequence[tuple[int, int, int]],
    texts: Sequence[str],
    seen: Seen,
    *,
    structure: bool,
) -> Lead | None:
    """Return what comes first in an overview of prose or of code."""
    prose = is_prose(texts)
    start = {line: at for at, (line, _, _) in reversed([*enumerate(pieces)])}
    found = definitions(lines)
    digest = Digest(texts, seen) if prose else None
    if structure:
        contents = Contents(lines, seen, start, digest)
        if prose or contents.size > len(found):
            return contents
    if digest:
        return digest
    return Outline(lines, found, seen, start) if found else None


def _numbered(taken: dict[int, str], pieces: Sequence[tuple[int, int, int]]) -> list[str]:
    """Return what is taken, in order, behind the numbers of lines; a path is said once."""
    out: list[str] = []
    last, path = -1, ""
    for at in sorted(taken):
        line, placed = pieces[at][0], _placed(taken[at])
        if line == last:
            out[-1] += f" … {taken[at].strip()}"
        else:
            again = placed is not None and placed[1] == path
            said = _RULER.sub(r"\1\1\1", taken[at][len(path) if again else 0 :].rstrip())
            out.append(f"{line + 1}: {_unlisted(said, line + 1)}")
        last, path = line, placed[1] if placed else ""
    return out


def _unlisted(text: str, number: int) -> str:
    """Return a line without the number that a listing puts in front of it."""
    listed = LISTED.match(text)
    same = listed is not None and int(listed[1]) == number
    return text[listed.end() :] if listed is not None and same else text


def _within(order: Sequence[int], texts: Sequence[str], room: float) -> Iterator[int]:
    """Yield the pieces that fit into so many characters, the first ones first."""
    for at in order:
        cost = len(texts[at]) + _NUMBER
        if cost <= room:
            room -= cost
            yield at


def _pieces(lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where sentences of long lines and whole short lines stand."""
    for at, line in enumerate(lines):
        start = 0
        for end in _ends(line) if len(line) > _LONG else (len(line),):
            yield at, start, end
            start = end


def _ends(line: str) -> Iterator[int]:
    """Yield where the sentences of a line end; a piece of anything else is of bounded length."""
    start = 0
    for stop in (*(match.end() for match in _STOP.finditer(line)), len(line)):
        while stop - start > _LONGEST:
            start += _LONGEST
            yield start
        if stop - start >= _SENTENCE or stop == len(line):
            start = stop
            yield start


def merits(texts: Sequence[str]) -> list[float]:
    """Return how much each line or sentence says about the whole; 0.0 for what says nothing."""
    words = [_WORD.findall(text.lower()) if _RUNNING.match(text) else [] for text in texts]
    distinct = {" ".join(each): set(each) for each in words}
    spread = Counter(word for each in distinct.values() for word in each)
    out, path, before = [], "", ""
    for text, used in zip(texts, words, strict=True):
        if not text:
            out.append(0.0)
            before = text
            continue
        placed = _placed(text)
        if placed:
            merit = 3.0 * (placed[1] != path) + 0.2 * (text[placed.end(1)] == ":")
            merit += 1.0 * _form(placed[3])
            path = placed[1]
        else:
            listed = LISTED.match(text)
            merit = _form(text[listed.end() if listed else 0 :])
        if used:
            central = sum(min(spread[word], 8) - 1 for word in set(used)) / len(set(used))
            proper = min(len(_PROPER.findall(text)), 4)
            merit += 0.6 + 0.4 * (not before.strip()) + 0.1 * central + 0.25 * proper
        out.append(merit)
        before = text
    return out


def _placed(text: str) -> re.Match[str] | None:
    """Return a hit of a search or what stands around one, by its path and number."""
    found = _PLACED.match(text)
    return found if found is not None and is_path(found[1]) else None


def _form(text: str) -> float:
    """Return what the form of a line says: a file, an alarm, a definition, a heading."""
    for pattern, merit in _FORMS:
        if pattern.match(text):
            return merit
    if _ALARM.search(text):
        return 3.0
    if defined(text):
        return 2.0 - 0.1 * min(8, len(text) - len(text.lstrip()))
    return 1.5 if _WARNING.search(text) else 0.0
