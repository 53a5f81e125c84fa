"""Unified diffs, read: the files they change, their hunks, and hunks with less context."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.detect.diff import HUNK, header, heads_file, lengths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BRIDGE = re.compile("[+-] (?=[+-])")
"""A line of context between two changes, in signs: another header would cost as much."""
_NARROW = 48
_GIT = re.compile(r"diff --(?:git|cc|combined) (?:a/)?(.*)")
_BINARY = "GIT binary patch"
_LITERAL = re.compile(r"(?:literal|delta) [0-9]+$|[A-Za-z][!-~]{6,65}$|$")
_NULL = "/dev/null"


@dataclass(frozen=True, slots=True)
class Hunk:
    """One hunk: the row of its header, and its body, lines[first:end]."""

    match: re.Match[str]
    first: int
    end: int
    whole: bool
    """Whether the body has as many lines as the header says."""

    @property
    def row(self) -> int:
        """The row of the header."""
        return self.first - 1


@dataclass(slots=True)
class FilePatch:
    """What a diff does to one file."""

    path: str
    first: int
    """The row on which its header begins."""
    hunks: list[Hunk] = field(default_factory=list)
    binary: tuple[int, int] | None = None
    """The first and the last row of a binary patch."""
    added: bool = False
    deleted: bool = False


def parse(lines: Sequence[str]) -> list[FilePatch]:
    """Return the changed files of a diff in order; rows between them belong to no file."""
    files: list[FilePatch] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        match = HUNK.fullmatch(line) if line[:4] == "@@ -" else None
        if match is not None:
            end, whole = _body(lines, at + 1, match)
            if not files:
                files.append(FilePatch("", at))
            files[-1].hunks.append(Hunk(match, at + 1, end, whole))
            at = end
        elif line == _BINARY and files:
            end = _binary_end(lines, at + 1)
            files[-1].binary = (at + 1, end - 1)
            at = end
        else:
            _head(lines, at, files)
            at += 1
    return files


def _head(lines: Sequence[str], at: int, files: list[FilePatch]) -> None:
    """Take in a row that may be of the header of a file."""
    line = lines[at]
    if line[:7] == "diff --" and (match := _GIT.fullmatch(line)):
        names = match[1].partition(" b/")
        files.append(FilePatch(names[2] or names[0], at))
    elif line.startswith(("new file mode ", "deleted file mode ")) and files:
        files[-1].added |= line[0] == "n"
        files[-1].deleted |= line[0] == "d"
    elif line[:4] == "--- " and heads_file(lines, at):
        old, new = line[4:].partition("\t")[0], lines[at + 1][4:].partition("\t")[0]
        path = (old if new == _NULL else new).removeprefix("b/" if new != _NULL else "a/")
        if not files or files[-1].hunks or files[-1].binary:
            files.append(FilePatch(path, at))
        files[-1].path = path
        files[-1].added |= old == _NULL
        files[-1].deleted |= new == _NULL


def _body(lines: Sequence[str], at: int, match: re.Match[str]) -> tuple[int, bool]:
    """Return where the body of a hunk ends by its header's lengths, and whether it got so far."""
    old, new = int(match[2] or 1), int(match[4] or 1)
    while at < len(lines) and (old > 0 or new > 0):
        sign = lines[at][:1]
        if sign == "-":
            old -= 1
        elif sign == "+":
            new -= 1
        elif sign in {" ", ""}:  # a blank line of context may have lost its space
            old, new = old - 1, new - 1
        elif sign != "\\":
            break
        at += 1
    if at < len(lines) and lines[at][:2] == "\\ ":
        at += 1
    return at, old == new == 0


def _binary_end(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and _LITERAL.match(lines[at]):
        at += 1
    while lines[at - 1] == "":
        at -= 1
    return at


def changed(lines: Sequence[str], hunk: Hunk) -> list[int]:
    """Return the rows of a hunk that add or remove something."""
    return [row for row in range(hunk.first, hunk.end) if lines[row][:1] in {"+", "-"}]


def narrowed(lines: Sequence[str], hunk: Hunk) -> Iterator[tuple[str, list[int]]]:
    """Yield the hunks that are left of one without its context.

    Each comes with its own header, without the words behind the lengths, and its rows. A short
    line between two changes stays.
    """
    signs = "".join([lines[row][:1] or " " for row in range(hunk.first, hunk.end)])
    wanted = _wanted(lines, hunk, signs)
    match = hunk.match
    olds, news = int(match[1]), int(match[3])
    old, new = olds + (match[2] == "0"), news + (match[4] == "0")
    start = last = 0
    for at, row in enumerate(wanted):
        if at + 1 < len(wanted) and wanted[at + 1] == row + 1:
            continue
        rows = wanted[start : at + 1]
        sizes = lengths(signs[rows[0] - hunk.first : row + 1 - hunk.first])
        before = lengths(signs[last : rows[0] - hunk.first])
        old, new, last = old + before[0], new + before[1], rows[0] - hunk.first
        # A side without lines counts from the line in front of it.
        first = [n - (size == 0) for n, size in zip((old, new), sizes, strict=True)]
        yield header((first[0], first[1]), sizes, None), rows
        start = at + 1


def _wanted(lines: Sequence[str], hunk: Hunk, signs: str) -> list[int]:
    """Return the rows of a hunk that stay: all but context, and what is short between changes."""
    rows = {at for at, sign in enumerate(signs) if sign != " "}
    between = [match.start() + 1 for match in _BRIDGE.finditer(signs)]
    rows.update(at for at in between if len(lines[hunk.first + at]) <= _NARROW)
    return [hunk.first + at for at in sorted(rows)]
