"""Context diffs (`diff -c`) without context: changed lines stay, old and new ones together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.core.split import lines_of
from headroom.core.types import ContentType
from headroom.detect.diff import SPAN
from headroom.elide.choice import choose
from headroom.elide.diff.focus import Asked, Focus, Worth
from headroom.elide.gapped import GAP, Gapped, gap
from headroom.elide.lines.line import weigh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STARS = "*" * 15
_OLD, _NEW = re.compile(rf"\*\*\* {SPAN} \*{{4}}$"), re.compile(rf"--- {SPAN} -{{4}}$")
_SIGNS = frozenset(("! ", "+ ", "- ", "!", "+", "-"))
_MOST_OTHER = 0.4
"""Share of the lines that may belong to no file: of more, the text is no context diff."""
_COMPLETE = 0.45
_ASKED = 2.0
_BLOCK = 24


@dataclass(slots=True)
class _Hunk:
    """The rows of a hunk, from the stars on: its old half, and its new half."""

    row: int
    middle: int
    """The row of the header of the new half."""
    end: int
    changes: list[list[int]] = field(default_factory=list)
    """Rows that belong together: what was changed, with what it was changed to."""


@dataclass(slots=True)
class _File:
    path: str
    first: int
    hunks: list[_Hunk] = field(default_factory=list)


def is_context(text: str) -> bool:
    """Whether most of a text is a context diff."""
    if f"\n{_STARS}" not in text:
        return False
    lines = lines_of(text)
    rows = sum(hunk.end - hunk.row + 1 for one in _files(lines) for hunk in one.hunks)
    return rows > len(lines) * (1 - _MOST_OTHER)


def by_context(text: str, query: str, share: float) -> Gapped | None:
    """Return a context diff without context, its changes whole or, for a small share, the telling.

    What changes in files that the question is not about goes where it names others.
    """
    lines = lines_of(text)
    files = _files(lines)
    focus = Focus(lines, query, (Asked((one.path,), one.first) for one in files))
    rows: list[int] = []
    weights: list[float] = []
    more = Worth(query)
    own = weigh(_unified(lines, files), ContentType.DIFF, query)
    for at, one in enumerate(files):
        for hunk in one.hunks:
            for change in hunk.changes:
                changed = [lines[row] for row in change]
                if focus.files and at not in focus.files and not focus.mentions(changed):
                    continue
                most = max(own[row] for row in change) + (_ASKED if at in focus.files else 0.0)
                whole = len(change) <= _BLOCK
                rows += change
                weights += [(most if whole else own[row]) + more.of(lines[row]) for row in change]
    kept = set(rows)
    if share < _COMPLETE:
        costs = [len(lines[row]) // 3 + 1 for row in rows]
        total = sum(len(line) // 3 + 1 for line in lines)
        kept = {rows[at] for at in choose(weights, costs, int(total * share))}
    body = list(_written(lines, files, kept))
    if sum(map(len, body)) + len(body) >= len(text):
        return None
    what = "what the files change that the question names" if focus.files else "changed lines"
    said = f'{what}, without the lines around it, "{GAP}A-B" stands for lines A to B of this diff'
    return Gapped("\n".join(body), said, 'lines="A-B"')


def _files(lines: Sequence[str]) -> list[_File]:
    """Return the files of a context diff with their hunks."""
    files: list[_File] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line[:15] == _STARS and at + 1 < len(lines) and (old := _OLD.match(lines[at + 1])):
            hunk = _hunk(lines, at, old)
            if hunk is not None:
                if not files:
                    files.append(_File("", at))
                files[-1].hunks.append(hunk)
                at = hunk.end
                continue
        elif line[:4] == "*** " and lines[at + 1 : at + 2] and lines[at + 1][:4] == "--- ":
            path = lines[at + 1][4:].partition("\t")[0]
            gone = path == "/dev/null"
            files.append(_File(line[4:].partition("\t")[0] if gone else path, at))
        at += 1
    return files


def _hunk(lines: Sequence[str], row: int, old: re.Match[str]) -> _Hunk | None:
    """Return the hunk whose stars stand in a row, or None if it has no second half."""
    middle = _half(lines, row + 2, old)
    new = _NEW.match(lines[middle]) if middle < len(lines) else None
    if new is None:
        return None
    hunk = _Hunk(row, middle, _half(lines, middle + 1, new))
    olds = list(_runs(lines, row + 2, middle))
    news = list(_runs(lines, middle + 1, hunk.end))
    changed = [run for run in news if lines[run[0]][0] == "!"]
    hunk.changes = [run for run in news if lines[run[0]][0] == "+"]
    for run in olds:
        follows = changed.pop(0) if lines[run[0]][0] == "!" and changed else []
        hunk.changes.append(run + follows)
    hunk.changes += changed
    return hunk


def _half(lines: Sequence[str], at: int, match: re.Match[str]) -> int:
    """Return where a half ends by the numbers in its header, or at once if it is left out."""
    first, last = int(match[1]), int(match[2] or match[1])
    end = at
    while end < len(lines) and end - at < last - first + 1 and last:
        if lines[end][:2] not in _SIGNS and lines[end][:2] not in {"  ", "", " "}:
            break
        end += 1
    if end < len(lines) and lines[end][:2] == "\\ ":
        end += 1
    return end


def _runs(lines: Sequence[str], first: int, end: int) -> Iterator[list[int]]:
    """Yield the runs of rows with the same sign in front."""
    run: list[int] = []
    for row in range(first, end):
        sign = lines[row][:1] if lines[row][:2] in _SIGNS else " "
        if run and (row != run[-1] + 1 or sign != lines[run[0]][:1]):
            yield run
            run = []
        if sign != " ":
            run.append(row)
    if run:
        yield run


def _unified(lines: Sequence[str], files: Sequence[_File]) -> list[str]:
    """Return the lines with the signs of a unified diff."""
    out = list(lines)
    for one in files:
        for hunk in one.hunks:
            for row in range(hunk.row, hunk.end):
                changes = lines[row][:2] in _SIGNS
                sign = ("-" if row < hunk.middle else "+") if changes else " "
                out[row] = f"{sign}{lines[row][2:]}"
    return out


def _written(lines: Sequence[str], files: Sequence[_File], kept: set[int]) -> Iterator[str]:
    """Yield what is left; a mark stands for changed lines that are not, context goes without."""
    silent: set[int] = set()
    gone: set[int] = set()
    for one in files:
        for hunk in one.hunks:
            changed = {row for change in hunk.changes for row in change}
            if changed.isdisjoint(kept):
                gone.update(range(hunk.row, hunk.end))
                continue
            frame = {hunk.row, hunk.row + 1, hunk.middle}
            gone |= changed - kept
            silent.update(set(range(hunk.row, hunk.end)) - changed - frame)
    first = last = -1
    for row, line in enumerate(lines):
        if row in gone:
            first, last = row if first < 0 else first, row
        elif row not in silent:
            if first >= 0:
                yield gap(first, last)
                first = -1
            yield line
    if first >= 0:
        yield gap(first, last)
