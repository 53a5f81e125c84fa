"""Weights of the lines of logs, runs of tests and builds: failures, what is rare, both ends."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import compress, pairwise
from typing import TYPE_CHECKING

from headroom.elide.lines.commit import commits
from headroom.elide.lines.contrast import contrasts
from headroom.elide.lines.rule import of_rare_rules
from headroom.elide.lines.run import PLACED, POINTED, report
from headroom.elide.lines.signal import ERROR, TROUBLE, WARNING, edges, graded
from headroom.elide.lines.total import CONCLUDED, COUNTED, totals, verdict
from headroom.elide.lines.trace import traces

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from headroom.elide.lines.sheet import Sheet

ROUTINE = 0.02
"""Weight of a line that says only that all is well: less than anything that is worth its room."""
_FEW, _MANY, _PLACES = 3, 8, 40
"""Troubles of one template that keep their weight, and most of it; and where each has a place."""
_SOME, _HARDLY, _LAST = 0.6, 0.08, 0.5
"""Shares of its weight that a line keeps when others of its template came before; of the last."""
_SKIPPED = ("SKIPPED [", "XFAIL ")
"""How it is said why a test did not run, or was meant to fail: that tells of no failure."""
_EXCERPT = re.compile(r"\s*[0-9]* \| |\s*\|?\s*[~^]+[~^ ]*$|\s+\|$")
_NUMBERED = re.compile(r"\s*[0-9]+ (?:\| |[+~-] )")
_DRAWN = ("|", "^", "~", "commit ")
"""One of these is in every excerpt and in every name of a commit."""
_LOOKED_AT = 300
"""Characters of a line that are looked at for a place or an excerpt."""
_COMMIT, _OF_SAID = re.compile(r"commit [0-9a-f]{7,64}\b"), 0.95
_SHOWN, _OF_HEAD = 8, 0.6
"""Lines of code that are shown below a message, and their share of what it weighs."""
OF_ANNOUNCED, _TOLD, _INDENTED = 0.95, 2, ("  ", "\t")
"""Share of the weight of a line that announces something for the first and last few of that."""
_BELOW = re.compile(r"\s{1,16}(?:-->|at|in|File) \S")
"""How a line begins that says where it is what the line above is about."""
_SAYS_WHERE = (": In ", ": At ")
_IN_FUNCTION = re.compile(
    r"^\S+: (?:In (?:[a-z]+ ){0,3}(?:function|constructor|destructor|method)"
    r"|At (?:global scope|top level))\b"
)
"""How GCC and Clang say where what they find below is, and what is in every such line."""
_LONGEST_LIST = 100
_TITLE, _DRAWN_BESIDE, _EXPLAINED = re.compile(r"\W{0,4}(?:Error|Warning): \S"), " │|", 8
"""A title over paragraphs that say where something is wrong and why, as Terraform writes them, what
may be drawn beside, and lines of these that count."""
_FIRST = 0.8
"""What the first error weighs more than the others: they often follow from it."""
_RULES, _DRAWN_WITH = ("***", "===", "---"), frozenset("*=-")
"""What the line that heads a section may end with: "TASK [Restart] *****"."""
_TROUBLES, _TROUBLED = 16, 2_000
"""Lines of trouble, and their characters, that all stay where there are no more."""
_RULED, _NAMED = "_____", re.compile(r"_{5,40} \S.{0,200} _{5,40}")
"""How pytest heads what it tells of a test that failed."""
_OF_TEST = "E   "
"""How it begins what that came to."""
_FINDINGS, _MOST_RARE, _OF_RARE_RULE = 20, 20, 2.2
"""Findings from which on some may be of rare rules, how many of these count, and their weight."""
_BEFORE = 0.9
"""Weight of the last line before a trace: what was done when it happened."""
_STATUS = re.compile(r'" ([45][0-9][0-9]) [0-9-]')
_ANSWERED, _SELDOM = 1.0, 100
"""Weight of the first answers that refuse something, where that is met hardly ever."""


@dataclass(slots=True)
class Appraisal:
    """How much each line matters, and what it is."""

    weights: list[float]
    grades: list[float] = field(default_factory=list)
    """Severity of each line."""
    passed: set[int] = field(default_factory=set)
    frames: set[int] = field(default_factory=set)
    excerpts: set[int] = field(default_factory=set)
    """Code that is shown below a message."""
    failed: list[int] = field(default_factory=list)
    """The lines that name tests that failed."""
    named: list[int] = field(default_factory=list)
    """Those among them that name one where it is told once."""
    answered: bool = False
    """Whether a few lines answer the question, so that hardly anything else has to stay."""
    folders: list[str] = field(default_factory=list)
    """Of a list of files: the folder that each is in."""
    details: dict[int, int] = field(default_factory=dict)
    """Lines that tell what the line with that index announces, or where that is."""
    joints: set[int] = field(default_factory=set)
    """Lines between traces that say nothing of either, in whatever words a question asks."""
    notes: dict[int, int] = field(default_factory=dict)
    """Those of the details that are further lines of what was thrown."""
    encoded: set[int] = field(default_factory=set)
    """Lines of data that nobody reads."""
    again: set[int] = field(default_factory=set)
    """Frames of traces that stood before."""
    few: set[int] = field(default_factory=set)
    """All that went wrong, and where, in a text that tells of little of it."""


def appraise(sheet: Sheet, wording: Sequence[str]) -> Appraisal:
    """Return how much each line of a log matters, whatever was asked."""
    grades = graded(sheet)
    for at, line in enumerate(sheet.lines) if any(map(sheet.text.__contains__, _SKIPPED)) else ():
        if line.startswith(_SKIPPED):
            grades[at] = min(grades[at], WARNING)
    weights, damping = _damped(sheet.lines, wording, grades)
    near = edges(len(weights))
    for at in compress(range(len(weights)), near):
        weights[at] += 0.5 * near[at]
    for at in _seldom_answered(sheet):
        weights[at] = max(weights[at], _ANSWERED)
    if max(grades, default=0.0) >= ERROR:
        weights[next(at for at, grade in enumerate(grades) if grade >= ERROR)] += _FIRST
    for at in totals(sheet):
        weights[at] = max(weights[at], COUNTED)
    for at in verdict(sheet.lines, wording):
        weights[at] = max(weights[at], CONCLUDED)
    for at in _of_rare_rules(sheet.lines, grades):
        weights[at] = max(weights[at], _OF_RARE_RULE)
    made = Appraisal(weights, grades, excerpts=_lend(sheet, weights))
    made.details = _details(sheet.lines, grades) | _headed(sheet.lines, grades)
    made.details |= _in_function(sheet, grades) | _suggested(sheet)
    for at, head in made.details.items():
        weights[at] = max(weights[at], OF_ANNOUNCED * weights[head])
    found = traces(sheet.lines)
    for at, weight in found.weights.items():
        weights[at] = weight if at in found.frames else max(weight, weights[at])
    if found.weights and (before := _before(sheet.lines, min(found.weights))) is not None:
        weights[before] = max(weights[before], _BEFORE)
    _tested(sheet, made, damping, found.frames)
    for at, weight in commits(sheet).items():
        weights[at] = weight
    made.frames, made.joints = found.frames, found.joints
    made.notes, made.again = found.notes, found.again
    made.details |= found.notes
    made.few = _if_few(sheet.lines, wording, made)
    return made


def _of_rare_rules(lines: Sequence[str], grades: Sequence[float]) -> list[int]:
    """Return the findings of a compiler or a linter of which there are hardly any others."""
    found = [at for at, grade in enumerate(grades) if grade >= WARNING]
    if len(found) < _FINDINGS:
        return []
    rare = [found[at] for at in of_rare_rules([lines[at] for at in found], _LOOKED_AT)]
    return rare if len(rare) <= _MOST_RARE else []


def _tested(
    sheet: Sheet, made: Appraisal, damping: Sequence[float], frames: AbstractSet[int]
) -> None:
    """Weigh what a run of tests says: totals, failures, and in what two values differ."""
    weights, run = made.weights, report(sheet)
    if run is not None:
        named = {*run.failed, *(at for at, weight in run.weights.items() if weight >= POINTED)}
        for at, weight in run.weights.items():
            if weight >= POINTED or at not in frames:
                share = 1.0 if at in named else damping[at]
                weights[at] = max(weights[at], weight * share)
        for at in run.passed:
            weights[at] = ROUTINE
        made.passed, made.failed, made.named = run.passed, run.failed, run.named
    if made.failed or max(made.grades, default=0.0) >= TROUBLE:
        for at, weight in contrasts(sheet).items():
            if at not in made.passed and at not in frames:
                weights[at] = max(weights[at], weight)


def _if_few(lines: Sequence[str], wording: Sequence[str], made: Appraisal) -> set[int]:
    """Return all lines of trouble, and where it is, of a text that tells of little of it.

    Not what is said again and again of no place: of that a number tells more.
    """
    aside = made.frames | made.passed
    few = [at for at, grade in enumerate(made.grades) if grade >= TROUBLE and at not in aside]
    if not 0 < len(few) <= _TROUBLES or sum(len(lines[at]) for at in few) > _TROUBLED:
        return set()
    told = {head: at for at, head in made.details.items() if _BELOW.match(lines[at])}
    counts = Counter(wording[at] for at in few)
    few = [
        at
        for at in few
        if at in told or counts[wording[at]] <= _FEW or lines[at].startswith(_OF_TEST)
    ]
    # What is said twice of one place is said once.
    once = {(lines[at], lines[told[at]] if at in told else ""): at for at in reversed(few)}
    names = [at for at, line in enumerate(lines) if line[:5] == _RULED and _NAMED.fullmatch(line)]
    once_or_named = (*once.values(), *(names if len(names) <= _TROUBLES else ()))
    return {row for at in once_or_named for row in (at, told.get(at, at))}


def _damped(
    lines: Sequence[str], wording: Sequence[str], grades: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Return what each line weighs, and the share of its weight that this is.

    Lines of a template that was met before keep less of it, those in the middle least.
    """
    counts = Counter(wording)
    met: dict[str, int] = {}
    shares = [1.0] * len(lines)
    weights = []
    for at, (line, template, grade) in enumerate(zip(lines, wording, grades, strict=True)):
        count = counts[template]
        weight = 1.2 * grade + (0.5 / count if line and not line.isspace() else 0.0)
        if count > 1:
            nth = met[template] = met.get(template, 0) + 1
            if nth > 1:
                # A call for each line takes longer.
                share = _LAST if nth == count else _HARDLY
                shares[at] = _of_trouble(line, nth) or share if grade >= TROUBLE else share
                weight *= shares[at]
        weights.append(weight)
    return weights, shares


def _of_trouble(line: str, nth: int) -> float:
    """Return the share of its weight that the nth troubled line of a template keeps, or 0.0."""
    if nth <= _FEW or (nth <= _PLACES and PLACED.match(line[:_LOOKED_AT])):
        return 1.0
    return _SOME if nth <= _MANY else 0.0


def _lend(sheet: Sheet, weights: list[float]) -> set[int]:
    """Give code that is shown below a message a share of its weight; return where it is shown.

    A commit is named above what it says, so its name weighs what the weightiest of that does.
    """
    excerpts = set[int]()
    if not any(sign in sheet.text for sign in _DRAWN):
        return excerpts
    lines = sheet.lines
    drawn = {
        at
        for sign in _DRAWN[:-1]
        if sign in sheet.text
        for at, line in enumerate(lines)
        if sign in line and _EXCERPT.match(line[:_LOOKED_AT])
    }
    if not drawn and "commit " not in sheet.text:  # bars and the like stand in most logs
        return excerpts
    head = commit = -1
    for at, line in enumerate(lines):
        if head >= 0 and head == at - 1 and _BELOW.match(line):
            continue
        if at not in drawn:
            head = at
            commit = at if line.startswith("commit ") and _COMMIT.match(line) else commit
            if commit >= 0:
                weights[commit] = max(weights[commit], _OF_SAID * weights[at])
        elif head >= 0 and at - head <= _SHOWN:
            weights[at] = _OF_HEAD * weights[head]
            excerpts.add(at)
    return excerpts


def _details(lines: Sequence[str], grades: Sequence[float]) -> dict[int, int]:
    """Return which lines tell what a line of trouble announces, and which line that is.

    Of "The conflict is caused by:" these are the first and last few of the lines set in below it;
    of any other the place, where that has a line of its own.
    """
    out: dict[int, int] = {}
    size = len(lines)
    for head in [at for at, grade in enumerate(grades[:-1]) if grade >= TROUBLE]:
        if _BELOW.match(lines[head + 1]):
            out[head + 1] = head
        elif _TITLE.match(lines[head]) and not lines[head + 1].strip(_DRAWN_BESIDE):
            told = range(head + 2, min(head + 2 + _EXPLAINED, size))
            end = next((at for at in told if _TITLE.match(lines[at])), told.stop)
            out.update(dict.fromkeys(range(head + 2, end), head))
        elif lines[head].endswith(":"):
            end = head + 1
            while (
                end < size and end - head <= _LONGEST_LIST and lines[end][:2].startswith(_INDENTED)
            ):
                end += 1
            told = range(head + 1, end)
            out.update(dict.fromkeys((*told[:_TOLD], *told[-_TOLD:]), head))
    return out


def _headed(lines: Sequence[str], grades: Sequence[float]) -> dict[int, int]:
    """Return the headings of sections in which something went wrong, and the gravest line there."""
    heads = [
        at
        for at, line in enumerate(lines[:-1])
        if line[-1:] in _DRAWN_WITH
        and line.endswith(_RULES)
        and (line[0].isalnum() or line[0] == "[")
    ]
    out: dict[int, int] = {}
    if not heads:
        return out
    for head, end in pairwise([*heads, len(grades)]):
        gravest = max(range(head + 1, end), key=grades.__getitem__, default=head)
        if grades[gravest] >= TROUBLE:
            out[head] = gravest
    return out


def _in_function(sheet: Sheet, grades: Sequence[float]) -> dict[int, int]:
    """Return where a compiler says in what function it is, and the gravest finding below each."""
    out: dict[int, int] = {}
    if not any(sign in sheet.text for sign in _SAYS_WHERE):
        return out
    head = -1
    for at, line in enumerate(sheet.lines):
        if line[-1:] == ":" and _IN_FUNCTION.search(line[:_LOOKED_AT]):
            head = at
        elif head >= 0 and grades[at] > 0 and grades[at] > grades[out.get(head, head)]:
            out[head] = at
    return out


def _suggested(sheet: Sheet) -> dict[int, int]:
    """Return the lines of code that a compiler suggests to write, and where it says so."""
    out: dict[int, int] = {}
    lines = sheet.lines
    for head, _ in sheet.places("\nhelp: "):
        at = head + 1
        while at < len(lines) and _EXCERPT.match(lines[at][:_LOOKED_AT]):
            if _NUMBERED.match(lines[at][:_LOOKED_AT]):
                out[at] = head
            at += 1
    return out


def _before(lines: Sequence[str], at: int) -> int | None:
    """Return the line before a trace, a blank one between them or not; None where there is none."""
    return next((row for row in range(at - 1, max(at - 3, -1), -1) if lines[row].strip()), None)


def _seldom_answered(sheet: Sheet) -> list[int]:
    """Return the first few lines of each HTTP status for a refusal that is met hardly ever."""
    if not sheet.has("http") or "HTTP/" not in sheet.text:
        return []
    places: dict[str, list[int]] = {}
    for match in _STATUS.finditer(sheet.text):
        places.setdefault(match[1], []).append(match.start())
    most = max(_FEW, len(sheet.lines) // _SELDOM)
    seldom = [found[:_FEW] for found in places.values() if len(found) <= most]
    return [sheet.line(offset) for found in seldom for offset in found]
