"""Signals that a line matters to whoever reads it, whatever was asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.elide.lines.sheet import Sheet

TOTALS = 4.0
"""Severity of the totals of a run and of the names of what failed in it."""
FATAL, ERROR, TROUBLE, MENTION = 1.6, 1.3, 1.0, 0.7
"""Severity by level; of words for trouble without a level, and of such words at a calm level."""
SUMMARY, WARNING = 0.6, 0.45


class _Sign(NamedTuple):
    """Something whose presence in a line says how much the line matters."""

    stem: str
    """How it begins; as it has to be spelled where it holds a capital."""
    tail: re.Pattern[str]
    """What has to follow."""
    grade: float
    ahead: str = "edge"
    """What stands in front: the edge of a word, an inner letter ("ValueError"), or anything."""


_END = r"(?![\w/\\]|\.\w|-\w)"
"""What may not follow a word: names of files and packages are made of such words too."""
_ANY = re.compile("")
_WHOLE = re.compile(_END)
_LABEL = re.compile(r"(?=[:\]]|\[e[0-9])")
_SETTING = r"[\"']?\s*(?:=\s*[\"']?[0-9]|:\s*[\"']?[0-9]+\w*[\"']?,?\s*(?:\n|$))"
"""What follows the name of a setting: "timeout = 30" says nothing of one."""
_ENDINGS = {
    "error": "s?",
    "fail": "(?:ed|s|ure|ures|ing)?",
    "time": "(?:d out|d-out|outs| out|out(?!" + _SETTING + "))",
    "panic": "(?:ked)?",
    "exception": "s?",
    "abort": "(?:ed|ing)?",
    "corrupt": "(?:ed|ion)?",
    "crash": "(?:ed)?",
    "overflow": "(?:s|ed)",
    "conflict": r"\w*",
    "deadlock": "(?:s|ed)?",
    "mismatch": "(?:es|ed)?",
}
_WORDS = (
    *("fatal", "critical", "traceback", "denied", "refused", "segfault", "segmentation fault"),
    *("killed", "cannot", "can't", "could not", "couldn't", "unable", "not found", "no such"),
    *("does not exist", "invalid", "unexpected", "missing", "rejected", "depends on", "requested"),
    *("incompatible", "violation", "unreachable", "undefined", "unresolved", "out of memory"),
    *("unauthorized", "forbidden", "exceeded", "vulnerable", "insecure", "unhealthy", "evicted"),
    *("no installation candidate", "not permitted", "held by", "oomkilled"),
)
_SIGNS = (
    *(_Sign(stem, re.compile(more + _END), TROUBLE) for stem, more in _ENDINGS.items()),
    *(_Sign(stem, _WHOLE, TROUBLE) for stem in _WORDS),
    *(_Sign(mark, _ANY, TROUBLE) for mark in "✗✘✕"),
    *(_Sign(arrow, _WHOLE, TROUBLE, "any") for arrow in ("<--", "<==", "!!!")),
    *(_Sign(end, re.compile(r"\b"), TROUBLE, "inner") for end in ("Error", "Exception")),
    *(_Sign(word, _LABEL, FATAL) for word in ("fatal", "critical", "panic", "emerg", "alert")),
    *(_Sign(word, _WHOLE, ERROR) for word in ("ERROR", "SEVERE", "ERR")),
    *(_Sign(word, _WHOLE, FATAL) for word in ("FATAL", "CRITICAL", "CRIT", "EMERG", "ALERT")),
    _Sign("PANIC", _WHOLE, FATAL),
    _Sign("error", _LABEL, ERROR),
    _Sign("level", re.compile('"?[=:] ?"?err'), ERROR),
    _Sign("level", re.compile('"?[=:] ?"?(?:fatal|crit|panic|emerg|alert)'), FATAL),
    *(_Sign(stem, _ANY, WARNING) for stem in ("warn", "deprecat", "skip", "xfail", "retry")),
    *(_Sign(advice, re.compile(": "), MENTION) for advice in ("hint", "help", "suggestion")),
    *(_Sign(stem, re.compile(" "), WARNING) for stem in ("consider", "definitely lost")),
    *(_Sign(stem, _ANY, SUMMARY, "any") for stem in ("\n=====", "\n-----", "files changed")),
    _Sign("\nok", re.compile(f"(?!: ){_END}"), SUMMARY, "any"),  # "ok: [web1]": one of many steps
    _Sign("\ntotal", _WHOLE, SUMMARY, "any"),
    _Sign("exit", re.compile("(?:ed with| code| status)" + _END), SUMMARY),
    _Sign('" 5', re.compile(r"[0-9][0-9](?![\w.])"), TROUBLE, "any"),
    _Sign("status", re.compile(r'"?[=: ]{1,2}5[0-9][0-9](?![\w.])'), TROUBLE),
    _Sign("\nE", re.compile(r"[0-9]{4} [0-9]"), TROUBLE, "any"),
)
_CALM = re.compile(r"(?<![\w./\\])(?:INFO|DEBUG|TRACE|NOTICE|info|debug|trace|notice)\b")
_NONE_BEFORE = re.compile(r"\b(?:0|no|zero|without(?: any)?) (?:\w+ )?$")
_NONE_AFTER = re.compile(r'[^\W\d_]{0,5}"?\s?[=:]\s?0\b')
_EDGE = 5


def _by_stem() -> dict[str, tuple[str, tuple[_Sign, ...]]]:
    """Return the signs that begin alike but for capitals, gravest first; and what to search for."""
    stems = dict.fromkeys(sign.stem.lower() for sign in _SIGNS)
    graver = sorted(_SIGNS, key=lambda sign: -sign.grade)
    alike = {stem: tuple(sign for sign in graver if sign.stem.lower() == stem) for stem in stems}
    # Where all are in capitals, so is what is searched for: "err" is part of too many words.
    capital = {stem: signs[0].stem for stem, signs in alike.items() if len(signs) == 1}
    return {stem: (capital.get(stem, stem), signs) for stem, signs in alike.items()}


_BY_STEM = _by_stem()
"""So that a text is searched once for all that begins alike."""
_STEMS = tuple(_BY_STEM)


def graded(sheet: Sheet) -> list[float]:
    """Return how alarming each line is: `FATAL` down to `WARNING`, 0.0 for what is routine.

    Totals, and the names of tests that failed, are another matter: see `headroom.elide.lines.run`.
    """
    out = [0.0] * len(sheet.lines)
    met: dict[int, float] = {}
    for stem in sheet.among(_STEMS):
        for at, grade in _found(sheet, *_BY_STEM[stem]):
            if grade > met.get(at, 0.0):
                met[at] = grade
    for at, grade in met.items():
        calm = grade == TROUBLE and _CALM.search(sheet.lines[at], 0, 200)
        out[at] = MENTION if calm else grade
    return out


def _found(sheet: Sheet, stem: str, signs: Sequence[_Sign]) -> Iterator[tuple[int, float]]:
    """Yield the lines with a sign that does not say that there is none: "0 errors"."""
    text, ahead = sheet.lower if stem.islower() else sheet.text, stem.startswith("\n")
    size, gravest = len(stem), signs[0].grade
    at = text.find(stem)
    while at >= 0:
        grade = _grade(sheet, signs, at)
        if not grade:
            at = text.find(stem, at + size)
            continue
        number = sheet.line(at + ahead)
        yield number, grade
        at = text.find(stem, sheet.end(number) if grade == gravest else at + size)


def _grade(sheet: Sheet, signs: Sequence[_Sign], at: int) -> float:
    """Return the severity of the gravest of some signs that stands at an offset, or 0.0."""
    lower = sheet.lower
    end = at + len(signs[0].stem)
    before = lower[at - 1] if at else "\n"
    place = "inner" if before.isalpha() else "edge"
    if before in "_./\\" or before.isdigit():
        place = ""
    for sign in signs:
        if sign.ahead not in ("any", place) or not sign.tail.match(lower, end):
            continue
        if not sign.stem.islower() and not sheet.text.startswith(sign.stem, at):
            continue
        negated = before == " " and _NONE_BEFORE.search(lower, max(0, at - 30), at)
        if sign.ahead == "any" or not (negated or _NONE_AFTER.match(lower, end)):
            return sign.grade
    return 0.0


def edges(size: int) -> list[float]:
    """Return 1.0 for the first and last lines, falling to 0 within five."""
    out = [0.0] * size
    for at in range(min(size, _EDGE)):
        out[at] = max(out[at], 1.0 - at / _EDGE)
        out[-1 - at] = max(out[-1 - at], 1.0 - at / _EDGE)
    return out
