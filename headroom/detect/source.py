"""Source code: most lines end or begin as statements do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STATEMENT = re.compile(
    r"\s*(?:def|class|import|from|return|if|elif|else|for|while|try|except|with|func|fn|let|const|var"
    r"|pub|use|impl|struct|enum|package|public|private|protected|static|void|int|char|#include"
    r"|#define|export|interface|type|my|sub|raise|assert|self|this)\b"
    r"|\s*(?://|/\*|\*|#|@)|.*[;{}(),:]\s*$"
)
_MIN_LINES = 5
_LONGEST = 400


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return all lines as one run if six in ten look like statements and a few end like them."""
    filled = statements = ends = 0
    for line in lines:
        if line and not line.isspace():
            filled += 1
            if len(line) <= _LONGEST and _STATEMENT.match(line):
                statements += 1
                ends += line[-1] in ";{}():,"
    enough = filled >= _MIN_LINES and statements * 10 >= filled * 6 and ends * 4 >= filled
    return [(0, len(lines))] if enough else []
