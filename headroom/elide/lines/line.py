"""Weights of lines by the kind of text they are in."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from headroom.ccr.overview.failure import of_named
from headroom.ccr.question.bm25 import Relevance
from headroom.core.types import ContentType
from headroom.elide.choice import ALWAYS, ranges
from headroom.elide.extreme import TIMED, extremes, slow
from headroom.elide.lines import folder, log, total
from headroom.elide.lines.answer import CLEAR, answered, asks_one, told_of
from headroom.elide.lines.encoded import encoded
from headroom.elide.lines.ranking import ranked
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.signal import TROUBLE, edges, graded
from headroom.elide.lines.stanza import stanzas
from headroom.elide.lines.template import wordings
from headroom.elide.lines.trace import HEAD
from headroom.elide.lines.worktree import changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNGRADED = (ContentType.DIFF, ContentType.LISTING, ContentType.SEARCH)
"""Kinds whose lines are weighed whatever their wording is."""
RELEVANCE = 2.0
"""Weight of the line that the question is most about."""
_SHARED = 1.5
"""Relevance that a word has which stands in a quarter of the lines."""
_BASE = 0.01
_WIDEST = 500
"""Characters of a line that are looked at for a version."""
_FRAME = re.compile(
    r"diff |commit |Author|Date|index |---|\+\+\+|@@|\s+\S+\s+\|\s+[0-9]+|#{1,6} |=== |--- FAIL"
)
_HEADING = re.compile(r"\s{0,3}#{1,6} \S|[^\s].{1,121}+(?<=:)$|[A-Z][^.]{0,60}+$|=++$|-{3,}+$")
_DEFINED = re.compile(
    r"[:\s](?:def|class|fn|func|function|interface|struct|enum|type|trait|impl|sub) \w"
)
_TELLING = re.compile(
    r"\b(?:(?:def|class|fn|func|function|interface|type|struct|enum|trait|sub|raise|throw|panic|return"
    r"|export|public|version|import|from|const|if)\b|[^\WA-Za-z_]*+[A-Za-z_]\w*+\()|\"version\""
)
"""The name of a call is read from its beginning: from each of its letters takes very long."""
_HIT = re.compile(r"\s*(?:[^\s:]{1,300}[:-])?[0-9]{1,9}[:-](?![0-9])")
_TRIVIAL = re.compile(r"[\s{}()\[\];,]*|#.*|//.*|/?\*+/?|\"\"\"|else:?|end|pass|try:?")
_NAME = re.compile(r"\.{0,2}[\w@+~/-][\w.@+~/-]{0,79}[/*:]?")
"""A file in a list of them, a folder, or the folder that is listed below."""
_LEAST_LISTED, _MOST_LISTED, _LISTED = 4, 200, 60
"""Of names that were listed beside a search, if they are so many, the first stay: they say what
there is."""
_TITLE = re.compile(r"\s{0,3}#{1,6} \S|v?[0-9]+\.[0-9]+[0-9.]*\b.{0,60}$|Version [0-9]", re.ASCII)
_RULE = re.compile(r"([=~^*-])\1{2,}\s*$")
_TITLES, _RULES = frozenset("# \t\r\f\vvV0123456789"), frozenset("=~^*-")
"""What a title, and a rule under one, begins with: by that most lines are told."""
_NEAR, _TOLD, _HEAD = 0.45, 0.7, 3
"""Shares that neighbours, and the frames of a trace, get of what a line weighs; the lines above a
trace in which what it is about may stand."""
_WHOLE, _OF_NAMED = 60, 1.6
"""Lines of a failure that all count where it is asked for by its name, and the share they get."""
_ASIDE, _OF_ASIDE = 0.1, 0.4
"""Weight up to which a frame is somebody else's code, and what it has of the share of frames."""
_NAMED_BY, _OF_STANZA = 12, 0.9
"""Lines that answer a question at most for their stanzas to stay, and the share that these get."""
_OF_BUILD = re.compile(
    r"\b(?:versions?|releases?|built|builds?|compilers?|runtime|platforms?|revisions?)\b"
)
"""A question about what runs there: its answer stands where the log begins."""
_VERSION = re.compile(r"(?<![\d.:])\d{1,4}\.\d{1,4}\.\d{1,6}(?![.\d])|(?i:\bversion)")
_WITH_RANKINGS = (ContentType.TEXT, ContentType.LOG, ContentType.COLUMNS, ContentType.TABLE)
_OF_CHANGED = 2.6
"""Weight of a file that git says is changed, or that only one of two folders has."""
_SLOW = 1.4
"""Weight of what took far longer than all else."""
_SHOWN = 20
"""Lines with a word of the question, of one wording, up to which each is shown as any other."""
_ROUTINE, _OF_EACH, _REPEATED, _MORE = 8, 2, 0.15, 1.3
"""Lines of one wording that make it routine, how many of the first and last of it count in full
where a word of the question stands in all, the share that is left of what the others mean, and how
many times the usual a line means to it that is told from the others by a word of its own."""
_BANNER, _STATED, _FIRST_FEW = 25, 1.5, 5
"""Lines of a log in which it is said what runs, and the weight of the first few that say it."""


def weigh(lines: Sequence[str], kind: ContentType, query: str) -> list[float]:
    """Return a weight for each line: what the question is about, failures, what is rare."""
    wording = () if kind in UNGRADED else wordings(lines)
    return appraise(Sheet(lines), kind, query, wording).weights


def appraise(sheet: Sheet, kind: ContentType, query: str, wording: Sequence[str]) -> log.Appraisal:
    """Return how much each line matters: to the question, and by itself."""
    lines = sheet.lines
    made = log.Appraisal([])
    match kind:
        case ContentType.DIFF:
            own = _diff(lines)
        case ContentType.LISTING if (of := folder.folders(lines)) is not None:
            own, made.folders = folder.weigh(of), of
        case ContentType.SEARCH | ContentType.LISTING:
            own = _search(sheet, total.verdict(lines, wording))
        case ContentType.TEXT | ContentType.MARKUP:
            made = log.appraise(sheet, wording)
            own = list(map(max, _prose(lines, sheet.text), made.weights))
        case _:
            made = log.appraise(sheet, wording)
            own = made.weights
    relevance = Relevance(query)
    asked = _asked(sheet, made, kind, query, relevance)
    if wording and not relevance.named:
        _spread(asked, wording)
    if made.grades:
        _passed_on(lines, asked, made, relevance)
    weights = [_BASE + score + weight for score, weight in zip(asked, own, strict=True)]
    for at, weight in _raised(sheet, kind, query):
        weights[at] = max(weights[at], weight)
    if kind is ContentType.LOG and _OF_BUILD.search(query.lower()):
        stated = [at for at, line in enumerate(lines[:_BANNER]) if _VERSION.search(line[:_WIDEST])]
        for at in stated[:_FIRST_FEW]:
            weights[at] += _STATED
    if kind in (ContentType.LOG, ContentType.TEST, ContentType.TEXT):
        weights = _neighboured(weights, made.passed | made.frames | made.excerpts)
    made.weights = _sectioned(lines, weights) if kind is ContentType.TEXT else weights
    if kind not in UNGRADED:
        _fade(lines, made, relevance)
    return made


def _fade(lines: Sequence[str], made: log.Appraisal, relevance: Relevance) -> None:
    """Take the weight from lines of data, unless the question names what stands in one."""
    made.encoded = encoded(lines)
    for at in made.encoded:
        if not any(name in lines[at] for name in relevance.names):
            made.weights[at] = 0.0


def _raised(sheet: Sheet, kind: ContentType, query: str) -> Iterator[tuple[int, float]]:
    """Yield what lines weigh at least by the numbers in them, those of other lines beside them."""
    yield from extremes(sheet.lines, query).items()
    if kind is ContentType.LOG:
        yield from ((at, _SLOW) for at in slow(sheet.text, sheet.among(TIMED)))
    if kind in _WITH_RANKINGS:
        yield from ranked(sheet.lines).items()


def _asked(
    sheet: Sheet, made: log.Appraisal, kind: ContentType, query: str, relevance: Relevance
) -> list[float]:
    """Return how much each line is about the question, and note whether a few answer it."""
    lines = sheet.lines
    if not query:
        return [0.0] * len(lines)
    # Only where they were collected for the grades: just for this they would not pay.
    words = sheet.words if made.grades else None
    # What most lines have in common with the question tells none of them apart.
    least = _SHARED if kind in (ContentType.LOG, ContentType.TEST) else 0.0
    asked = _scaled(relevance.scores(lines, words=words), least)
    clear = asks_one(query, relevance) and answered(asked)
    made.answered = clear and (relevance.named or told_of(relevance, sheet, query))
    if clear and kind not in UNGRADED:
        _gathered(asked, made, lines)
    if not clear and not (relevance.named or relevance.survey):
        # Its own words tell no line from the others.
        return _scaled(Relevance(query, wide=True).scores(lines, words=words), least)
    return asked


def _spread(asked: list[float], wording: Sequence[str]) -> None:
    """Lower what routine lines mean to a question that names none of them, but for a few of each.

    A word of it stands in all of one wording; what is said once would have to give way to them.
    """
    counts = Counter(wording)
    scores: dict[str, list[float]] = {}
    for words, score in zip(wording, asked, strict=True):
        if score and counts[words] > _ROUTINE:
            scores.setdefault(words, []).append(score)
    usual = {
        words: sorted(found)[len(found) // 2]
        for words, found in scores.items()
        if len(found) > _SHOWN
    }
    met = Counter[str]()
    for at, words in enumerate(wording):
        if asked[at] and words in usual:
            met[words] += 1
            routine = asked[at] <= _MORE * usual[words]
            if routine and _OF_EACH < met[words] <= counts[words] - _OF_EACH:
                asked[at] *= _REPEATED


def _scaled(scores: Sequence[float], least: float) -> list[float]:
    most = max(least, max(scores, default=0.0)) or 1.0
    return [RELEVANCE * score / most for score in scores]


def _gathered(asked: list[float], made: log.Appraisal, lines: Sequence[str]) -> None:
    """Give the stanzas of the lines that answer the question a share of what these mean to it."""
    best = CLEAR * max(asked)
    heads = [at for at, score in enumerate(asked) if score >= best]
    if len(heads) > _NAMED_BY:
        return
    for at, head in stanzas(lines, heads).items():
        if at not in made.frames and at not in made.passed:
            asked[at] = max(asked[at], _OF_STANZA * asked[head])


def _passed_on(
    lines: Sequence[str], asked: list[float], made: log.Appraisal, relevance: Relevance
) -> None:
    """Give the details of a failure or a trace a share of what their head means to the question.

    That something passed answers no question but one that names it.
    """
    for at in made.joints if relevance.named else made.joints | made.passed:
        asked[at] = 0.0
    for first, last in pairwise([*made.failed, len(asked)]):
        for at in range(first + 1, last):
            if made.grades[at] >= TROUBLE or made.weights[at] >= TROUBLE:
                asked[at] = max(asked[at], _NEAR * asked[first])
    # Of a failure that is asked for by its name each line counts, unless it has many.
    whole = of_named(lines, made.failed, relevance.names) if relevance.named else ()
    if len(whole) <= _WHOLE:
        for at in whole:
            asked[at] = max(asked[at], _OF_NAMED * RELEVANCE)
    for first, last in ranges(sorted(made.frames - made.again)):
        around = asked[max(0, first - _HEAD) : first] + asked[last + 1 : last + 2]
        share = _TOLD * max(around, default=0.0)
        # What was thrown matters no less than where.
        thrown = [at for at in (first - 1, last + 1) if 0 <= at < len(asked)]
        thrown = [at for at in thrown if made.weights[at] >= HEAD and at not in made.joints]
        for at in (*thrown, *range(first, last + 1)):
            of = 1.0 if made.weights[at] > _ASIDE else _OF_ASIDE
            asked[at] = max(asked[at], of * share)
    for at, head in made.notes.items():
        asked[head] = max(asked[head], _TOLD * asked[at])
    for at, head in made.details.items():
        asked[at] = max(asked[at], log.OF_ANNOUNCED * asked[head])


def _neighboured(weights: list[float], apart: set[int]) -> list[float]:
    """Return weights where lines next to a weighty one get a share of its weight.

    Not those `apart`: that a test passed tells nothing about the one beside it.
    """
    out = list(weights)
    for at, weight in enumerate(weights):
        if weight > 1.0:
            for near in (at - 1, at + 1):
                if 0 <= near < len(out) and near not in apart:
                    out[near] = max(out[near], _NEAR * weight)
    return out


def _sectioned(lines: Sequence[str], weights: list[float]) -> list[float]:
    """Return weights where headings share in what stands below them, and lend it to all of that."""
    out = list(weights)
    below = [*lines, ""][1:]
    heads = [
        (line[:1] in _TITLES and _TITLE.match(line) is not None)
        or (following[:1] in _RULES and _RULE.match(following) is not None)
        for line, following in zip(lines, below, strict=True)
    ]
    best = 0.0
    for at in range(len(lines) - 1, -1, -1):
        best = max(best, weights[at])
        if heads[at]:
            out[at] = max(out[at], 0.9 * best)
            best = 0.0
    heading = 0.0
    for at, is_heading in enumerate(heads):
        if is_heading:
            heading = weights[at]
        elif heading > 1.0:
            out[at] += 0.5 * heading
    return out


def _diff(lines: Sequence[str]) -> list[float]:
    """Return weights for a diff: headers, then changed lines that say something, context last."""
    out = []
    for line in lines:
        if _FRAME.match(line):
            out.append(ALWAYS if line[:1] != "@" else 0.9)
        elif line.startswith("Only in "):
            out.append(ALWAYS)
        elif line[:1] in ("+", "-"):
            telling = _TELLING.search(line, 1) is not None
            trivial = _TRIVIAL.fullmatch(line[1:].strip()) is not None
            out.append(0.1 if trivial else 0.8 if telling else 0.5 + 0.002 * min(len(line), 60))
        else:
            out.append(0.02)
    return out


def _search(sheet: Sheet, verdict: Sequence[int]) -> list[float]:
    lines = sheet.lines
    out: list[float] = []
    last = None
    for line in lines:
        head = line.partition(":")[0]
        out.append((0.6 if head != last else 0.1) + (0.7 if _DEFINED.search(line) else 0.0))
        last = head
    listed = [at for at, line in enumerate(lines) if _NAME.fullmatch(line)]
    if _LEAST_LISTED <= len(listed) <= _MOST_LISTED:
        for at in listed[:_LISTED]:
            out[at] = ALWAYS
    for at, grade in enumerate(graded(sheet)):
        # What else was run with a search may have failed; what it found tells of code.
        if grade >= TROUBLE and not _HIT.match(lines[at]):
            out[at] = max(out[at], grade)
    for at in verdict:
        if ":" not in lines[at]:  # it tells of the findings, and is none
            out[at] = total.CONCLUDED
    return out


def _prose(lines: Sequence[str], text: str) -> list[float]:
    weights = [
        0.5 if _HEADING.match(line) else 0.3 * edge
        for line, edge in zip(lines, edges(len(lines)), strict=True)
    ]
    for at in changed(lines, text):
        weights[at] = _OF_CHANGED
    return weights
