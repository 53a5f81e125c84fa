"""Signals that a line matters to whoever reads it, whatever was asked."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from headroom.lines.word import key, words

if TYPE_CHECKING:
    from collections.abc import Sequence

TOTALS = 4.0
"""Severity of the totals of a run and of the names of what failed in it."""
_BAD = re.compile(
    r"\b(?:error|errors|fail|failed|failure|failures|fatal|critical|panic|exception|traceback|"
    r"denied|refused|timed? ?out|timeout|abort(?:ed)?|segfault|killed|cannot|could not|unable|"
    r"not found|no such|invalid|unexpected|missing|conflict\w*|rejected|corrupt|depends on|"
    r"requested|incompatible|5[0-9][0-9])\b"
    r"|[A-Z]\w+(?:Error|Exception)\b|^E  |^\s*[0-9]+\) |✗|✘|\bFAIL|\bERR",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:0|no) (?:errors?|failures?|failed|warnings?)\b|errors?[=:] ?0\b", re.IGNORECASE
)
_WARN = re.compile(r"\bwarn(?:ing)?\b|deprecat|\bskip(?:ped)?\b|xfail", re.IGNORECASE)
_SUMMARY = re.compile(
    r"\b[0-9]+ (?:passed|failed|errors?|warnings?|tests?|files? changed)\b|^={5,}|^-{5,}|"
    r"\bexit (?:code|status)\b|^(?:ok|FAIL|PASS)\b|^Total\b|^Ran [0-9]+",
    re.IGNORECASE,
)
_TOTALS = re.compile(
    r"\b[0-9]+ (?:passed|failed|passing|failing)\b"
    r"|^(?:FAILED|ERROR) \S+::|^--- FAIL|^Tests?:|^FAIL\b"
)
_STEMS = (
    *("err", "fail", "fatal", "critical", "panic", "exception", "traceback", "denied", "refused"),
    *("time", "abort", "segfault", "killed", "cannot", "could not", "unable", "not found"),
    *("no such", "invalid", "unexpected", "missing", "conflict", "rejected", "corrupt"),
    *("depends on", "requested", "incompatible", "passed", "passing", "tests", "warn", "deprec"),
    *("skip", "xfail", "=====", "-----", "exit", "total", "ran ", "files changed", "e  ", ") "),
    *("✗", "✘", " 50", '"50', "ok"),
)
"""What a line must have somewhere for one of the patterns to match: much faster to look for."""
_EDGE = 5


def severity(lines: Sequence[str]) -> list[float]:
    """Return 4.0 for totals of a run, 1.0 for failures, 0.6 for summaries, 0.35 for warnings."""
    out = []
    for line in lines:
        low = line.casefold()
        if not any(stem in low for stem in _STEMS):
            out.append(0.0)
        elif _TOTALS.search(line):
            out.append(TOTALS)
        elif _BAD.search(line) and not _NONE.search(line):
            out.append(1.0)
        elif _SUMMARY.search(line):
            out.append(0.6)
        else:
            out.append(0.35 if _WARN.search(line) else 0.0)
    return out


def rarity(lines: Sequence[str]) -> list[float]:
    """Return how rare each line's wording is: 1.0 for the only one of its kind, towards 0."""
    wordings = [key(words(line[:400])) for line in lines]
    counts = Counter(wordings)
    return [
        1.0 / counts[wording] if line.strip() else 0.0
        for line, wording in zip(lines, wordings, strict=True)
    ]


def edges(size: int) -> list[float]:
    """Return 1.0 for the first and last lines, falling to 0 within five."""
    return [max(0.0, 1.0 - at / _EDGE, 1.0 - (size - 1 - at) / _EDGE) for at in range(size)]
