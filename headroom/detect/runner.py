"""Output of test runners that print a line for each test: pytest, unittest, go, cargo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PYTEST = re.compile(r"[^\s:]+::.* (?:PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b")
_DOTS = re.compile(r"(?:test (?:[\w<>]+::)+[\w<>]+|\w+ \([\w.]+\)) \.\.\. \S")
_MIN_TESTS = 6
_GO = ("=== RUN   ", "--- PASS: ", "--- SKIP: ")
_SIGNS = ("=== ", "--- ")
_MAX_GAP = 40


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines in which tests report."""
    likely = [
        at for at, line in enumerate(lines) if "::" in line or " ... " in line or line[:4] in _SIGNS
    ]
    done = 0
    for at in likely:
        if at < done:
            continue
        line = lines[at]
        if "::" in line and _PYTEST.match(line):
            end = at + 1
            while end < len(lines) and "::" in lines[end] and _PYTEST.match(lines[end]):
                end += 1
        elif " ... " in line and _DOTS.match(line):
            end = at + 1
            while end < len(lines) and " ... " in lines[end] and _DOTS.match(lines[end]):
                end += 1
        elif line.startswith(_GO):
            end = _go_end(lines, at)
        else:
            continue
        if end - at >= _MIN_TESTS:
            yield at, end
        done = end


def _go_end(lines: Sequence[str], at: int) -> int:
    """Return where go's reports end; up to 40 lines of output may stand between two of them."""
    last = at
    while at < len(lines) and at - last <= _MAX_GAP:
        if lines[at].lstrip(" ").startswith(_GO):
            last = at
        at += 1
    return last + 1
