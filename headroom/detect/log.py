"""Logs and build output: lines that begin with a time, a level or a position in a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_START = re.compile(
    r"\W{0,3}(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b"
    r"|[^\s:]+:[0-9]+:(?:[0-9]+:)? (?:\w+ )?(?:note|warning|error)"
    r"|\s+at \S|\s+File \"|\x1b\[",
    re.IGNORECASE,
).match
_TIME = re.compile(r"[0-9]:[0-9]{2}(?![0-9])|[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII).search
_HEAD = 72
"""Characters of a line in which its time has to stand."""
_SAMPLE = 120
"""About as many lines, spread over the text, are looked at."""
_MIN_LINES = 4
_SHARE = 6
"""One line in so many must begin like a log's: messages and stack traces go on for lines."""


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return all lines as one run if enough of them begin as those of logs do, else nothing."""
    filled = begun = 0
    for line in lines[:: len(lines) // _SAMPLE + 1]:
        if line:
            filled += 1
            begun += _TIME(line, 0, _HEAD) is not None or _START(line) is not None
    return [(0, len(lines))] if begun >= _MIN_LINES and begun * _SHARE >= filled else []
