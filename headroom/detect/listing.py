"""Lists of paths: find, git ls-files, rg -l, tar t, one path a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.detect.stretch import stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PATH = re.compile(r"(?:\.{0,2}/|[A-Za-z]:\\)?[\w.@+~#%=,()\[\]-]+(?:[/\\][\w.@+~#%=,()\[\]-]+)*/?")
_ENCODED = re.compile(r"[A-Za-z0-9+/]{40,}")
_MIN_LINES = 8


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are nothing but paths, most of them with a folder."""
    for start, end in stretches(lines, _is_path, _MIN_LINES):
        folders = sum("/" in line or "\\" in line for line in lines[start:end])
        if 2 * folders < end - start or _is_encoded(lines[start : start + _MIN_LINES]):
            continue
        if not _is_delimited(lines[start:end]):
            yield start, end


def _is_delimited(lines: Sequence[str]) -> bool:
    """Whether lines are rows of a table: "3/31/2004,1127,1130.82", "src/cart.py,12,88"."""
    count = lines[0].count(",")
    return count > 0 and all(line.count(",") == count for line in lines)


def _is_encoded(lines: Sequence[str]) -> bool:
    """Whether lines are bytes in base64: all of one length, without the signs of file names."""
    width = len(lines[0])
    return all(len(line) == width and _ENCODED.fullmatch(line) for line in lines) and any(
        line[0].isupper() for line in lines
    )


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
