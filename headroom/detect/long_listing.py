"""`ls -l` and `ls -lR`: a line of mode, owner, size and time for every file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ENTRY = re.compile(
    r"([-dlbcps][-rwxsStT]{9}[.+@]?)( +)([0-9]+) (\S+)( +)(\S+)( +)([0-9]+|[0-9.]+[KMGTP]) "
    r"([A-Z][a-z]{2} [ 0-9][0-9] (?:[0-9]{2}:[0-9]{2}| [0-9]{4})"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2} \S+(?: [-+][0-9]{4})?)"
    r" (.+)",
    re.ASCII,
)
_MIN_ENTRIES = 4


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of entries, with the heads of folders between them."""
    at = 0
    while at < len(lines):
        if not _is_entry(lines[at]):
            at += 1
            continue
        end, last, entries = at, at, 0
        while end < len(lines):
            if _is_entry(lines[end]):
                entries, last = entries + 1, end
            elif lines[end] and lines[end][-1] != ":" and not lines[end].startswith("total "):
                break
            end += 1
        if entries >= _MIN_ENTRIES:
            yield at, last + 1
        at = end


def _is_entry(line: str) -> bool:
    return line[:1] in "-dlbcps" and " " in line[10:12] and ENTRY.fullmatch(line) is not None
