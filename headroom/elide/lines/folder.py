"""Lists of files: some of each folder stay, and how many more there are in which."""

from __future__ import annotations

import re
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEAD = re.compile(r"[^\s:][^:]{0,300}:")
"""The folder whose content `ls -R` lists below."""
_TOTAL = re.compile(r"total [0-9]")
_FIRST, _HEADING = 0.4, 0.5
"""Weights of the first entry of a folder, of which the nth has the nth part, and of its name."""
_NAMED, _ROOM = 12, 400
"""Folders that are named in a summary, and the characters that this may take."""


def folders(lines: Sequence[str]) -> list[str] | None:
    """Return the folder that each line stands for a file of, or None where hardly any does.

    The line that names a folder, and what is no file, stands for none: "".
    """
    out: list[str] = []
    section, others = "", 0
    for at, line in enumerate(lines):
        if _HEAD.fullmatch(line) and (not at or not lines[at - 1]):
            section = line[:-1].rstrip("/") + "/"
            out.append("")
        elif not line or _TOTAL.match(line):
            out.append("")
        elif section:
            out.append(section)
        else:
            folder = line.rpartition(" ")[2].rpartition("/")
            out.append(folder[0] + folder[1])
            others += not folder[1]
    return out if others < sum(map(bool, out)) else None


def weigh(of: Sequence[str]) -> list[float]:
    """Return a weight for each line: of every folder something, of none all."""
    met: Counter[str] = Counter()
    out = []
    for folder in of:
        met[folder] += 1
        out.append(_FIRST / met[folder] if folder else _HEADING)
    return out


def remainder(of: Sequence[str], left: Iterable[int]) -> str:
    """Return how many files of which folders are left out: those with the most are named."""
    counts = Counter(of[at] for at in left if of[at])
    sizes = accumulate(len(folder) + 8 for folder, _ in counts.most_common(_NAMED))
    named = counts.most_common(max(1, sum(size <= _ROOM for size in sizes)))
    parts = [f"{count:,} in {folder}" for folder, count in named]
    if len(counts) > len(named):
        others = counts.total() - sum(count for _, count in named)
        parts.append(f"{others:,} in {len(counts) - len(named):,} other folders")
    return f"left out: {'; '.join(parts)}" if parts else ""
