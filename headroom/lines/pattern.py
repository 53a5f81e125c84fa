"""`mine`: which lines of a text are written as instances of which patterns.

A pattern is a line with holes. Lines whose wording is the same and that occur often share a
pattern with a hole for every value that varies; lines that share only what stands in front of
their message (time, host, level) share one whose last hole is the whole message.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from headroom.lines.word import VALUE, bare, header, key, stamped, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

_MIN_SAME = 12
"""Characters of a line that is worth naming when it stands twice."""
_MIN_FIXED = 10
"""Characters that a line must share with all others of its pattern, or with the line above."""
_MIN_ALIKE = 4
"""Lines of the same wording that make a pattern."""
_MIN_HEADED = 4
"""Lines with the same header that make a pattern."""
_MAX_WORDS = 400
_OPENING = "=([{<\"'‘"
_CLOSING = ")]}>\"'’,;:"


@dataclass(slots=True)
class Pattern:
    """The fixed pieces around the holes: one more than there are holes."""

    pieces: tuple[str, ...]
    number: int = 0
    """1, 2, ... in order of first use; 0 until then."""


@dataclass(slots=True)
class Instance:
    """One line as a pattern and what fills its holes."""

    pattern: Pattern
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class _Group:
    at: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def mine(
    lines: Sequence[str], often: AbstractSet[str], skip: AbstractSet[int], *, deep: bool = True
) -> dict[int, Instance]:
    """Return the lines that are instances of a pattern, by index.

    Args:
        lines: of a text.
        often: those that stand more than once, character by character.
        skip: indices of lines that are left out.
        deep: whether lines are found, too, that only share their wording.
    """
    found = _same(lines, often, skip)
    if deep:
        _alike(lines, skip, found)
    return found


def _same(
    lines: Sequence[str], often: AbstractSet[str], skip: AbstractSet[int]
) -> dict[int, Instance]:
    if not often:
        return {}
    places = [at for at, line in enumerate(lines) if line in often and at not in skip]
    named = {
        line: Pattern((line,))
        for line, count in Counter([lines[at] for at in places]).items()
        if count > 1 and len(line) >= _MIN_SAME and len(line) * (count - 1) >= 2 * _MIN_SAME
    }
    return {at: Instance(named[lines[at]]) for at in places if lines[at] in named}


def _alike(lines: Sequence[str], skip: AbstractSet[int], found: dict[int, Instance]) -> None:
    alike: dict[tuple[str, ...], _Group] = {}
    for at, line in enumerate(lines):
        if at in skip or len(line) < _MIN_FIXED or line.count(" ") > _MAX_WORDS:
            continue
        parts = words(line)
        wording = key(parts)
        group = alike.get(wording)
        if group is None:
            group = alike[wording] = _Group()
        group.at.append(at)
        group.rows.append(parts)
    headed: dict[tuple[str, ...], _Group] = {}
    for wording, group in alike.items():
        timed = stamped(group.rows[0])
        if timed and len(group.at) >= _MIN_ALIKE and VALUE in wording:
            made = _holes(group.rows, [n for n, word in enumerate(wording) if word == VALUE])
            if made is not None:
                _assign(group.at, made, found)
                continue
        size = header(group.rows[0], wording)
        if size and (timed or bare(wording[:size])):
            under = headed.setdefault(wording[:size], _Group())
            under.at += group.at
            under.rows += [[*row[:size], " ".join(row[size:])] for row in group.rows]
    for wording, group in headed.items():
        if len(group.at) >= _MIN_HEADED:
            holes = [n for n, word in enumerate(wording) if word == VALUE]
            made = _holes(group.rows, [*holes, len(wording)], message=True)
            if made is not None:
                _assign(group.at, made, found, keep=True)


def _assign(
    at: list[int],
    made: tuple[Pattern, list[tuple[str, ...]]],
    found: dict[int, Instance],
    *,
    keep: bool = False,
) -> None:
    pattern, cells = made
    for index, row in zip(at, cells, strict=True):
        if not (keep and index in found):
            found[index] = Instance(pattern, row)


def _holes(
    rows: list[list[str]], holes: list[int], *, message: bool = False
) -> tuple[Pattern, list[tuple[str, ...]]] | None:
    """Return the pattern of rows that differ only in some columns, and the cells of each row.

    Where the last of them is a message, each of its cells is one as a whole, quotes included.
    """
    columns = {at: [row[at] for row in rows] for at in holes}
    fixed = list(rows[0])
    spans: list[tuple[int, str, str]] = []
    for at, values in columns.items():
        if all(value == values[0] for value in values):
            continue
        before, after = ("", "") if message and at == holes[-1] else _affixes(values)
        spans.append((at, before, after))
    if not spans:
        return Pattern((" ".join(fixed),)), [() for _ in rows]
    pieces, start, opening = [], 0, ""
    for at, before, after in spans:
        head = fixed[start:at]
        pieces.append(opening + "".join(f"{word} " for word in head) + before)
        opening, start = after + (" " if at + 1 < len(fixed) else ""), at + 1
    pieces.append(opening + " ".join(fixed[start:]))
    cut = [
        [value[len(before) : len(value) - len(after)] for value in columns[at]]
        for at, before, after in spans
    ]
    same = sum(len(a) for column in cut for a, b in pairwise(column) if a == b)
    if sum(map(len, pieces)) * len(rows) + same < _MIN_FIXED * len(rows):
        return None
    return Pattern(tuple(pieces)), list(zip(*cut, strict=True))


def _affixes(values: list[str]) -> tuple[str, str]:
    """Return what all values begin and end with, cut where a name or a bracket ends."""
    low, high = min(values), max(values)
    differ = (n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b)
    shared = low[: next(differ, len(low))]
    before = shared[: max(map(shared.rfind, _OPENING)) + 1]
    if "/" in before or " " in before:
        before = ""
    shortest = min(map(len, values)) - len(before)
    last = values[0]
    size = 0
    while size < min(shortest, 4) and last[-1 - size] in _CLOSING:
        tail = last[len(last) - size - 1 :]
        if not all(value.endswith(tail) for value in values):
            break
        size += 1
    return before, last[len(last) - size :]
