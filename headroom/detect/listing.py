"""Lists of paths: find, git ls-files, rg -l, tar t, one path a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PATH = re.compile(r"(?:\.{0,2}/|[A-Za-z]:\\)?[\w.@+~#%=,()\[\]-]+(?:[/\\][\w.@+~#%=,()\[\]-]+)*/?")
_MIN_LINES = 8


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are nothing but paths, most of them with a folder."""
    at, size = 0, len(lines)
    while at < size:
        end = slashes = 0
        end = at
        while end < size and _is_path(lines[end]):
            slashes += "/" in lines[end] or "\\" in lines[end]
            end += 1
        if end - at >= _MIN_LINES and 2 * slashes >= end - at:
            yield at, end
        at = max(end, at + 1)


def _is_path(line: str) -> bool:
    if (
        not line
        or " " in line
        or len(line) > 400
        or line[0] in " \t{[<>|*"
        or line[-1] in ";:,{}()"
    ):
        return False
    return _PATH.fullmatch(line) is not None and not line.isdigit()
