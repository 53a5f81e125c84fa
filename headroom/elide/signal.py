"""Signals that a line matters to whoever reads it, whatever was asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from headroom.elide.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOTALS = 4.0
"""Severity of the totals of a run and of the names of what failed in it."""
FATAL, ERROR, TROUBLE, MENTION = 1.6, 1.3, 1.0, 0.7
"""Severity by level; of words for trouble without a level, and of such words at a calm level."""
SUMMARY, WARNING = 0.6, 0.45


class _Sign(NamedTuple):
    """Something whose presence in a line says how much the line matters."""

    stem: str
    """Searched for as it is; in lower case where `folded`."""
    tail: re.Pattern[str]
    """What has to follow."""
    grade: float
    folded: bool = True
    ahead: str = "edge"
    """What stands in front: the edge of a word, an inner letter ("ValueError"), or anything."""


_END = r"(?![\w/\\]|\.\w|-\w)"
"""What may not follow a word: names of files and packages are made of such words too."""
_ANY = re.compile("")
_WHOLE = re.compile(_END)
_LABEL = re.compile(r"(?=[:\]]|\[e[0-9])")
_HTTP = re.compile(r"[0-9][0-9](?![\w.])")
_KLOG = re.compile(r"[0-9]{4} [0-9]")
_ENDINGS = {
    "error": "s?",
    "fail": "(?:ed|s|ure|ures|ing)?",
    "time": "(?:d out|d-out|out|outs| out)",
    "panic": "(?:ked)?",
    "exception": "s?",
    "abort": "(?:ed|ing)?",
    "corrupt": "(?:ed|ion)?",
    "crash": "(?:ed)?",
    "conflict": r"\w*",
}
_WORDS = (
    *("fatal", "critical", "traceback", "denied", "refused", "segfault", "segmentation fault"),
    *("killed", "cannot", "can't", "could not", "couldn't", "unable", "not found", "no such"),
    *("does not exist", "invalid", "unexpected", "missing", "rejected", "depends on", "requested"),
    *("incompatible", "violation", "unreachable", "undefined", "unresolved", "out of memory"),
    *("no installation candidate", "not permitted"),
)
_SIGNS = (
    *(_Sign(stem, re.compile(more + _END), TROUBLE) for stem, more in _ENDINGS.items()),
    *(_Sign(stem, _WHOLE, TROUBLE) for stem in _WORDS),
    *(_Sign(mark, _ANY, TROUBLE, folded=False) for mark in "✗✘✕"),
    *(_Sign(end, re.compile(r"\b"), TROUBLE, False, "inner") for end in ("Error", "Exception")),
    *(_Sign(word, _LABEL, FATAL) for word in ("fatal", "critical", "panic", "emerg", "alert")),
    _Sign("error", _LABEL, ERROR),
    _Sign("level", re.compile('"?[=:] ?"?err'), ERROR),
    _Sign("level", re.compile('"?[=:] ?"?(?:fatal|crit|panic|emerg|alert)'), FATAL),
    *(_Sign(word, _WHOLE, ERROR, folded=False) for word in ("ERROR", "SEVERE", "ERR")),
    *(
        _Sign(word, _WHOLE, FATAL, folded=False)
        for word in ("FATAL", "CRITICAL", "CRIT", "EMERG", "ALERT", "PANIC")
    ),
)
"""In ascending order of what they say: the last one found counts."""
_CALM = re.compile(r"(?<![\w./\\])(?:INFO|DEBUG|TRACE|NOTICE|info|debug|trace|notice)\b")
_NONE_BEFORE = re.compile(r"\b(?:0|no|zero|without(?: any)?) (?:\w+ )?$")
_NONE_AFTER = re.compile(r'"?\s?[=:]\s?0\b')
_MINOR = (
    *(_Sign(stem, _ANY, WARNING) for stem in ("warn", "deprecat", "skip", "xfail", "retry")),
    *(_Sign(stem, _ANY, SUMMARY, ahead="any") for stem in ("\n=====", "\n-----", "files changed")),
    *(_Sign(stem, _WHOLE, SUMMARY, ahead="any") for stem in ("\nok", "\ntotal")),
    *(_Sign(stem, _WHOLE, SUMMARY) for stem in ("exit code", "exit status", "exited with")),
    *(_Sign(stem, _HTTP, TROUBLE, ahead="any") for stem in ('" 5', "status 5", "status: 5")),
    *(_Sign(stem, _HTTP, TROUBLE, ahead="any") for stem in ("status=5", 'status": 5', 'status":5')),
    *(_Sign(stem, _KLOG, TROUBLE, False, "any") for stem in ("\nE", "\nF")),
)
_EDGE = 5


def severity(lines: Sequence[str]) -> list[float]:
    """Return how alarming each line is: `FATAL` down to `WARNING`, 0.0 for what is routine.

    Totals, and the names of tests that failed, are another matter: see `headroom.elide.run`.
    """
    return graded(Sheet(lines))


def graded(sheet: Sheet) -> list[float]:
    """Return the severity of each line of a sheet."""
    out = [0.0] * len(sheet.lines)
    for sign in (*_MINOR, *_SIGNS):
        for at in _found(sheet, sign):
            out[at] = max(out[at], sign.grade)
    for at, grade in enumerate(out):
        if grade == TROUBLE and _CALM.search(sheet.lines[at][:200]):
            out[at] = MENTION
    return out


def _found(sheet: Sheet, sign: _Sign) -> Iterator[int]:
    """Yield the lines with a sign that does not say that there is none: "0 errors"."""
    text = sheet.lower if sign.folded else sheet.text
    size = len(sign.stem)
    ahead = sign.stem.startswith("\n")
    at = text.find(sign.stem)
    while at >= 0:
        if _stands(text, sign, at, size):
            number = sheet.line(at + ahead)
            yield number
            at = text.find(sign.stem, sheet.end(number))
        else:
            at = text.find(sign.stem, at + size)


def _stands(text: str, sign: _Sign, at: int, size: int) -> bool:
    if not sign.tail.match(text, at + size):
        return False
    if sign.ahead == "any":
        return True
    before = text[at - 1] if at else "\n"
    if (sign.ahead == "inner") is not before.isalpha() or before in "_./\\" or before.isdigit():
        return False
    return not (
        _NONE_BEFORE.search(text, max(0, at - 30), at)
        or _NONE_AFTER.match(text, at + len(sign.stem) + _rest(text, at + size))
    )


def _rest(text: str, at: int) -> int:
    """Return how many letters follow, up to a few."""
    return next((n for n, letter in enumerate(text[at : at + 6]) if not letter.isalpha()), 0)


def edges(size: int) -> list[float]:
    """Return 1.0 for the first and last lines, falling to 0 within five."""
    return [max(0.0, 1.0 - at / _EDGE, 1.0 - (size - 1 - at) / _EDGE) for at in range(size)]
