"""Search results: `path:line:text` hits, `path-line-text` context, `path:text` without numbers.

A path must look like one: no white space unless it has a slash, and a slash or a file extension.
That keeps clock times, log rows and prose with colons out.
"""

from __future__ import annotations

import re
from itertools import pairwise
from operator import ne
from typing import TYPE_CHECKING

from headroom.core.split import view_of
from headroom.detect.stretch import stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HIT = re.compile(r"((?:[A-Za-z]:)?[^\s:][^:\n]{0,299}+):([0-9]{1,9}+):", re.ASCII)
"""A hit: its path, its line number; the text follows."""
_NUMBERED = re.compile(r":(?=[0-9]{1,9}:)(?<! [0-9][0-9]:)")
"""What stands behind the path of a hit, but not in the time of a log."""
_CONTEXT = re.compile(r"([-=])([0-9]{1,9})\1", re.ASCII)
"""What stands behind the path of a line near a hit, or of that of the function the hit is in."""
BARE = re.compile(r"((?:[A-Za-z]:)?[^\s:][^\s:]{0,299}):", re.ASCII)
"""A hit without a line number."""
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9_]{0,9}$", re.ASCII)
_NAMES = frozenset(
    {"Makefile", "Dockerfile", "README", "LICENSE", "Gemfile", "Rakefile", "CMakeLists"}
)
_OPENERS = ("-", "[", "(", '"', "'", "{", "<", "#", "*")
"""What no path begins with."""
_OUTCOME = "SKIPPED ["
"""What stands before the place of a test that did not run."""
_ALONE = re.compile(r"([0-9]{1,7}):(?![0-9])", re.ASCII)
"""A hit in a file that is not named."""
_LEAPS = 3
"""One such hit in so many, at least, is not on the line below the one before."""
_MIN_HITS = 4
SEPARATOR = "--"
"""What grep prints between groups."""


def is_path(text: str) -> bool:
    """Whether a text in front of a colon looks like the path of a file."""
    # What is asked first is what most texts with colons fail.
    slashed = "/" in text
    if " " in text or "\t" in text:
        like = slashed and "  " not in text and _EXTENSION.search(text) is not None
        like = like and not text.startswith(_OUTCOME)
    else:
        like = slashed or "\\" in text or text in _NAMES
        like = like or ("." in text and _EXTENSION.search(text) is not None)
    return like and "://" not in text and not text.startswith(_OPENERS)


def _hits(lines: Sequence[str]) -> dict[int, str]:
    """Return the lines that are hits, each with its path."""
    found: dict[int, str] = {}
    known: dict[str, bool] = {}
    text = view_of(lines).text
    row = last = 0
    for sign in _NUMBERED.finditer(text):
        start = text.rfind("\n", last, sign.start()) + 1 or last
        match = HIT.match(text, start)
        if match is None:
            continue
        path = match[1]
        if path not in known:
            known[path] = is_path(path)
        if known[path]:
            row += text.count("\n", last, start)
            last = start
            found[row] = path
    return found


def context(line: str, paths: set[str]) -> tuple[str, str, str] | None:
    """Return (path, line number, text) of a context line of one of the paths, or None."""
    for match in _CONTEXT.finditer(line, 0, 400):
        if line[: match.start()] in paths:
            return line[: match.start()], match[2], line[match.end() :]
    return None


def _unnumbered(line: str) -> str | None:
    """Return the path of a hit without a line number, or None."""
    head = line.partition(":")[0]
    if " " in head or len(head) == len(line):
        return None
    match = BARE.match(line)
    return match[1] if match is not None and is_path(match[1]) else None


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are search results."""
    found = _hits(lines)
    paths = set(found.values())
    if paths:
        yield from _runs(lines, [at in found for at in range(len(lines))], paths)
    elif _is_of_one_file(lines):
        yield 0, len(lines)
    else:
        yield from _unnumbered_runs(lines)


def _is_of_one_file(lines: Sequence[str]) -> bool:
    """Whether lines are hits in a file that is not named: their numbers rise, mostly by leaps."""
    if not lines[0][:1].isdigit() and not lines[-1][:1].isdigit():
        return False
    found = [_ALONE.match(line) for line in lines]
    others = [line for line, match in zip(lines, found, strict=True) if match is None]
    numbers = [int(match[1]) for match in found if match]
    if len(numbers) < 2 * _MIN_HITS or sum(line not in ("", SEPARATOR) for line in others) > 1:
        return False
    if any(map(is_path, others)):
        return False  # It heads hits of several files.
    steps = [after - before for before, after in pairwise(numbers)]
    return min(steps) > 0 and sum(step > 1 for step in steps) * _LEAPS >= len(steps)


def _runs(lines: Sequence[str], hits: list[bool], paths: set[str]) -> Iterator[tuple[int, int]]:
    at, size = 0, len(lines)
    while at < size:
        if not hits[at] and context(lines[at], paths) is None:
            at += 1
            continue
        end, count = at, 0
        while end < size and (hits[end] or _around(lines, hits, end, paths)):
            count += hits[end]
            end += 1
        while end > at and lines[end - 1] == SEPARATOR:
            end -= 1
        if count >= _MIN_HITS or (count and end - at >= 2 * _MIN_HITS):
            yield at, end
        at = max(end, at + 1)


def _around(lines: Sequence[str], hits: list[bool], at: int, paths: set[str]) -> bool:
    if lines[at] == SEPARATOR:
        following = at + 1
        return following < len(lines) and (
            hits[following] or context(lines[following], paths) is not None
        )
    return context(lines[at], paths) is not None


def _unnumbered_runs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield runs where most lines share their path with the line before: grep without -n."""
    for start, end in stretches(lines, _unnumbered, 2 * _MIN_HITS):
        paths = [_unnumbered(line) for line in lines[start:end]]
        changes = sum(map(ne, paths, paths[1:]))
        if (1 + changes) * 2 <= end - start:
            yield start, end
