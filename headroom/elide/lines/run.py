"""Runs of tests: totals, the names of what failed, assertions and places, by general signs.

No format is parsed as such: pytest, unittest, go test, cargo test, jest, mocha, vitest, JUnit,
ctest, TAP, rspec, phpunit and dotnet write the same few things in the same few ways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from headroom.elide.lines.sheet import Sheet, opened, opening
from headroom.elide.lines.signal import SUMMARY, TOTALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

ASSERTION, PLACE, POINTED = 1.6, 1.2, 3.2
MESSAGE = 2.0
"""Weight of the line that says how a test failed."""
_LOOKED_AT = 300
"""Characters of a line that are looked at."""
_BLOCK, _REACH = 0.6, 10
"""Weight of the first line that belongs to a failure, and how many lines get a part of it."""
_FIRST, _LATER = 6, 2.4
"""Failures that are named before anything else, and the weight of the names after those."""
_DETAILED, _RAISED = 3, 1.6
"""Failures whose details come before the names of the many, and how much more they weigh."""
_PLACES, _OFTEN, _AGAIN = 2, 8, 0.4
"""Places of a failure that are named before other details; lines of one place until the others
have but a share of its weight: a loop over many cases."""
_OUTSIDE = 0.3
"""Share of its weight for what stands among tests that passed."""
_LONG_DIFF = 8
"""Assertion lines in a row from which on the others weigh less: a long diff of values."""
_COUNTED = (" passed", " failed", " passing", " failing")
_COUNTS = re.compile(
    r" (?:passed|failed|passing|failing)(?=[,;.)\s=|]|$)(?! (?!in\b|of\b|and\b|out\b)[a-z])"
)
"""What may stand behind a number in totals; "3 failed attempts" are none."""
_NUMBER, _DIGITS = re.compile(r"(?<![\w.:/-])[0-9]+(?: tests?| suites?)?$"), 16
_LAST = "0123456789tse"
"""What that ends with."""
_TOTALS = (
    *("test result: ", "tests run: ", "\nran ", "\ntests: ", "test suites: ", "test files "),
    *(" examples, ", "% tests passed", "\nok (", "\n# fail ", "\n# pass ", "\n# tests ", "\nℹ "),
    *("build failure", "build failed", "build success", " tests completed", "- failed: "),
    *("\ntotal tests: ", " tests ", "\n      tests "),
)
_TOTAL = re.compile(
    r"test result: |tests run: [0-9]|ran [0-9]+ tests?\b|^\s*test(?:s|\ssuites|\sfiles)?:?\s+[0-9]"
    r"|^ok \(|^[#ℹ] (?:fail|pass|tests) [0-9]|build (?:fail|success)"
    r"|[0-9]+ (?:examples, |tests completed)"
    r"|- failed: +[0-9]|^total tests: |% tests passed",
    re.IGNORECASE,
)
_AMISS = re.compile(
    r"\b[1-9][0-9]* (?:\w+ )?(?:fail|error)|\b(?:[Ff]ail\w*|[Ee]rrors?): *[1-9]|FAIL"
)
_PARTIAL = 6
"""Totals from which on those of parts, where nothing failed, are not what matters."""
_FAILED = opening(
    r"(?:FAILED|ERROR) \S+::|(?:FAIL|ERROR): \w\S* \(|_{3,} \S.* _{3,}$|\s*--- FAIL"
    r"|FAIL(?:\t|  ?\S|$)|FAILED(?: \(|$)|panic: |test \S.* \.\.\. FAILED|---- \S.* ----$"
    r"|\s*not ok\b(?!.*# (?:TODO|SKIP))"
    r"|thread '.*panicked at|rspec \./"
)
"""Names of what failed, wherever they stand."""
_FAILING = ("fail", "::", "error:", "___", "panic", "----", "not ok", "rspec")
"""What they have in them, in lower case."""
_SIGNS = (*_COUNTED, *_TOTALS, *_FAILING)
"""Without any of these a text is no run of tests."""
_LISTED = opening(
    r"\s*(?:[✕✗✘×✖] |● |[0-9]{1,4}\) \S|Failed \S+.* \[|❯ .*\| *[0-9]+ failed|FAIL )"
    r"|\s+[0-9]+ - \S.* \((?:Failed|Timeout|SEGFAULT|Not Run)"
)
"""Names of what failed, in a run that has totals."""
_LISTED_INSIDE = {
    "<<< ": re.compile("<<< (?:FAILURE|ERROR)!"),
    "***": re.compile(r"\*\*\*(?:Failed|Exception|Timeout|Not Run)"),
    " FAILED": re.compile(" FAILED$", re.MULTILINE),
}
"""The same where it stands inside a line; by what has to be there."""
_ASSERTED = opening(
    r"E {2,}\S|>  ? +\S|\s*(?:\+ |- )?(?:Assertion\w*(?:Error|Exception)?\b|Expected\b"
    r"|Received\b|Actual\b|expected:?\b|actual:?\b|got:?\b|want(?:ed)?:?\b|left: |right: "
    r"|Error:|Error Message:"
    r"|Failure/Error:|Failed asserting|assert(?:ion)? |message: "
    r"|\w+(?:Error|Exception|Failure)\b:?)"
)
_PLACE = (
    r"\s*(?:at:? |location: '|--> |❯ |# |in )?"
    r"(?:[\w.@+-]*[/\\])*[\w.@+-]+\.[A-Za-z]{1,5}(?::[0-9]+|\([0-9]+[,)])"
)
PLACED, _PLACED = re.compile(_PLACE), opening(_PLACE)
_PASSED = opening(
    r"\s*--- (?:PASS|SKIP)|\s*=== (?:RUN|PAUSE|CONT|NAME)|\s*# Subtest: "
    r"|\s*(?:[✓✔√]|ok [0-9]+\b(?!.*# (?:SKIP|TODO))|ok:|PASS\b|Passed )"
    r"|\S+\.\w+ [.sx]+ *(?:\[.*)?$"
)
_PASSED_INSIDE = {
    " PASS": re.compile(r" PASS(?:ED)?\b(?:[^\S\n]+\[.*)?$", re.MULTILINE),
    " ok": re.compile(r" ok\b(?:[^\S\n]+\[.*)?$", re.MULTILINE),
    " Passed ": re.compile(" Passed +[0-9.]+ sec"),
    "Tests run: ": re.compile(r"\bTests run: [0-9]+, Failures: 0, Errors: 0"),
}
"""The same where it stands inside a line; by what has to be there."""


_DESCRIBED = re.compile(r"\w+ \([\w.]+\)")
"""The name of a test whose description, with the verdict, is on the next line."""


@dataclass(slots=True)
class Run:
    """What a run of tests says, line by line."""

    weights: dict[int, float] = field(default_factory=dict)
    """Of totals, failures, their assertions and places, and what belongs to them."""
    passed: set[int] = field(default_factory=set)
    """The lines that only say that something passed or began."""
    failed: list[int] = field(default_factory=list)
    """The lines that name what failed."""
    named: list[int] = field(default_factory=list)
    """Those among them that name it where it is told once."""
    blocks: dict[int, int] = field(default_factory=dict)
    """To which failure, by its number, lines belong."""
    totals: bool = False


def report(sheet: Sheet) -> Run | None:
    """Return what a run of tests says, or None where the text is none."""
    # Each sign is looked for once, whatever it may turn out to be a sign of.
    signs = set(sheet.among(_SIGNS))
    if not signs:
        return None
    run = Run()
    sheet = sheet.narrowed(_LOOKED_AT)
    totals = sorted(_totals(sheet, signs))
    run.totals = bool(totals)
    for at in totals:
        fine = len(totals) > _PARTIAL and not _AMISS.search(sheet.lines[at])
        run.weights[at] = SUMMARY if fine and at not in totals[-2:] else TOTALS
    text = f"\n{sheet.text}"
    if run.totals or not signs.isdisjoint(_FAILING):
        run.failed = _failed(text, listed=run.totals)
    if not run.failed and not run.totals:
        return None
    run.named = _once(sheet, run.failed)
    run.weights |= _named(run)
    run.passed = {*opened(text, _PASSED), *_inside_lines(text, _PASSED_INSIDE)}
    run.passed -= {at for at, weight in run.weights.items() if weight > SUMMARY}
    run.passed |= {at - 1 for at in run.passed if at and _DESCRIBED.fullmatch(sheet.lines[at - 1])}
    _details(sheet, text, run)
    return run


def _totals(sheet: Sheet, signs: AbstractSet[str]) -> set[int]:
    """Return the lines that say how many tests there were and how they went.

    Only signs that may stand in the sheet are looked for.
    """
    found = set()
    for stem in filter(signs.__contains__, _COUNTED):
        for number, at in sheet.places(stem):
            if sheet.lower[at - 1] not in _LAST or not _COUNTS.match(sheet.lower, at):
                continue
            if _NUMBER.search(sheet.lower, max(0, at - _DIGITS), at):
                found.add(number)
    for stem in filter(signs.__contains__, _TOTALS):
        found.update(at for at, _ in sheet.places(stem) if _TOTAL.search(sheet.lines[at]))
    return found


def _once(sheet: Sheet, failed: list[int]) -> list[int]:
    """Return the lines that name what failed, without headings of what a list names as well."""
    if not any(sheet.lines[at].startswith("FAILED ") for at in failed):
        return failed
    return [at for at in failed if not sheet.lines[at].startswith("___")]


def _named(run: Run) -> dict[int, float]:
    """Return the weights of the lines that name what failed: less for the many and the twice."""
    return dict.fromkeys(run.failed, _LATER) | dict.fromkeys(run.named[:_FIRST], TOTALS)


def _failed(text: str, *, listed: bool) -> list[int]:
    """Return the lines that name what failed, in order."""
    found = opened(text, _FAILED)
    if listed:
        found = sorted({*found, *opened(text, _LISTED), *_inside_lines(text, _LISTED_INSIDE)})
    return found


def _inside_lines(text: str, patterns: Mapping[str, re.Pattern[str]]) -> Iterator[int]:
    """Yield the lines in which one of some patterns stands, if what it has to have does."""
    for stem, pattern in patterns.items():
        if stem in text:
            yield from opened(text, pattern)


def _details(sheet: Sheet, text: str, run: Run) -> None:
    """Weigh what belongs to the failures: what follows each name or, for some, precedes it."""
    inside = _inside(sheet, run)
    weights, row, last = run.weights, 0, -1
    asserted = set(opened(text, _ASSERTED))
    places = _Places()
    for at in sorted(asserted.union(opened(text, _PLACED))):
        if at in weights or at in run.passed:
            continue
        share = inside.get(at, _OUTSIDE)
        if at in asserted:
            row = row + 1 if last == at - 1 else 1
            last = at
            weights[at] = share * (ASSERTION if row <= _LONG_DIFF else 0.5)
        else:
            block = run.blocks[at] if share >= 1.0 else -1
            weights[at] = places.weight(sheet.lines[at], block, share)
    failed = set(run.failed)
    for at in run.failed:
        _say(sheet, run, at, failed)
        _lend(sheet, run, range(at + 1, min(at + 1 + _REACH, len(sheet.lines))))
        if "--- FAIL" in sheet.lines[at][:40]:
            _lend(sheet, run, range(at - 1, max(-1, at - 1 - _REACH), -1))


class _Places:
    """Weighs the lines that name a place, by how often their failure has named it before."""

    def __init__(self) -> None:
        self._met: dict[int, dict[str, int]] = {}

    def weight(self, line: str, block: int, share: float) -> float:
        """Return the weight of the next line; `block` is the number of its failure, or -1.

        "Which tests fail and where?" asks for a place of each; the first may say what runs.
        """
        found = PLACED.match(line)
        if block < 0 or found is None:
            return share * PLACE
        met = self._met.setdefault(block, {})
        nth = met[found[0]] = met.get(found[0], 0) + 1
        if nth == 1 and len(met) <= _PLACES and block < _FIRST:
            return POINTED
        return share * PLACE * (1.0 if nth <= _OFTEN else _AGAIN)


def _say(sheet: Sheet, run: Run, head: int, failed: set[int]) -> None:
    """Weigh the message of a failure: the first line below its name, or below a blank one."""
    lines = sheet.lines
    at = next((at for at in range(head + 1, min(head + 3, len(lines))) if lines[at].strip()), -1)
    if at > 0 and at not in run.passed and at not in failed and lines[at][0].isspace():
        run.weights[at] = max(run.weights.get(at, 0.0), MESSAGE)


def _inside(sheet: Sheet, run: Run) -> dict[int, float]:
    """Return the lines about what failed: from its name to the next that passed or started.

    `go test -v` names a test again when it is over, so there it is what stands since its start.
    The details of the first few failures have a larger share than others.
    """
    failed, inside = set(run.failed), dict[int, float]()
    begun, share, count = 0, 0.0, 0
    turns = sorted(failed | run.passed)
    for at, following in pairwise([*turns, len(sheet.lines)]):
        if at in failed:
            count += 1
            share = _RAISED if count <= _DETAILED else 1.0
            if "--- FAIL" in sheet.lines[at][:40]:
                inside.update(dict.fromkeys(range(begun, at), share))
                run.blocks.update(dict.fromkeys(range(begun, at), count))
                begun, share = at + 1, 0.0
        else:
            begun, share = at + 1, 0.0
        if share:
            inside.update(dict.fromkeys(range(at, following), share))
            run.blocks.update(dict.fromkeys(range(at, following), count))
    return inside


def _lend(sheet: Sheet, run: Run, around: range) -> None:
    """Give the lines of a failure a part of its weight, until something else begins."""
    share = _BLOCK
    for at in around:
        if at in run.passed or run.weights.get(at, 0.0) >= _LATER:
            return
        if sheet.lines[at].strip():
            run.weights[at] = max(run.weights.get(at, 0.0), share)
        share *= 0.93
