"""Output of test runners that print a line for each test: pytest, unittest, go, cargo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.core.split import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ENDS = ("PASSED", "FAILED", "ERROR", "SKIPPED", "XFAIL", "XPASS")
_PYTEST = re.compile(rf"[^\s:]+::.* (?:{'|'.join(_ENDS)})\b")
_DOTS = re.compile(r"(?:test (?:[\w<>]+::)+[\w<>]+|\w+ \([\w.]+\)) \.\.\. \S")
_MIN_TESTS = 6
_GO = ("=== RUN   ", "--- PASS: ", "--- SKIP: ")
_GO_LINE = re.compile(rf"\n(?:{'|'.join(_GO)})")
_SIGNS = ("=== ", "--- ")
_MAX_GAP = 40


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines in which tests report."""
    if not _may_hold(lines):
        return
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


def _may_hold(lines: Sequence[str]) -> bool:
    """Whether tests may report: one line in six tells of most texts that they do not."""
    sample = "\n".join(lines[_MIN_TESTS - 1 :: _MIN_TESTS])
    if " ... " in sample or ("::" in sample and any(end in sample for end in _ENDS)):
        return True
    return lines[0].startswith(_GO) or _GO_LINE.search(view_of(lines).text) is not None


def _go_end(lines: Sequence[str], at: int) -> int:
    """Return where go's reports end; up to 40 lines of output may stand between two of them."""
    last = at
    while at < len(lines) and at - last <= _MAX_GAP:
        if lines[at].lstrip(" ").startswith(_GO):
            last = at
        at += 1
    return last + 1
