"""Unified diffs with less context: the changed lines stay, what programs wrote is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.core.alike import shared_ends
from headroom.core.split import lines_of
from headroom.core.types import ContentType
from headroom.elide.choice import choose
from headroom.elide.diff.focus import Asked, Focus, Worth
from headroom.elide.diff.generated import is_generated, is_lock
from headroom.elide.diff.lock import told
from headroom.elide.diff.news import news
from headroom.elide.diff.patch import changed, narrowed, parse
from headroom.elide.gapped import GAP, Gapped, gap, within
from headroom.elide.lines.line import weigh
from headroom.elide.source import code
from headroom.elide.source.outline import SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from headroom.elide.diff.patch import FilePatch, Hunk

_COMPLETE = 0.45
"""From this share on, every changed line of a source file stays that was not written at once."""
_LONG_FILE = 60
"""Lines from which a file that is new or gone as a whole is shortened as source is."""
_NEW, _GONE = 0.6, 0.3
_ASKED = 2.0
"""Weight of what is changed in a file that the question names."""
_BLOCK = 24
"""Lines of a change up to which its old and its new lines are of one weight."""
_SURVEY, _AIMED = 1.5, 0.65
"""How much of the share a question about all of a diff gets, and one that names what it wants."""
_NEAR = 3
"""Lines of context above a change that lend it their weight: they say where it is."""
_ALIKE = 12
_MIN_COUNTED = 6
_LONGEST, _HEAD, _TAIL = 1000, 500, 100
"""A longer changed line is given by its beginning and its end."""
_BEGUN, _AROUND, _OTHER = 200, 60, 400
"""Of one that differs from what it was in between, that is given too, below a shorter beginning."""


@dataclass(slots=True)
class _Sheet:
    """The rows of a diff, and what becomes of them."""

    lines: Sequence[str]
    query: str
    dropped: set[int] = field(default_factory=set)
    counted: dict[int, str] = field(default_factory=dict)
    """Words for the first of a run of dropped rows."""
    loose: set[int] = field(default_factory=set)
    """Rows of the headers of hunks that are given row by row, those around changes too."""
    apart: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Of long rows, from where to where they differ from the row they replace or become."""
    cut: bool = False
    """Whether a row was cut within."""


def by_hunk(text: str, query: str, share: float) -> Gapped | None:
    """Return a diff without context, its changed lines whole or, for a small share, the telling."""
    sheet = _Sheet(lines_of(text), query)
    files = parse(sheet.lines)
    for one in files:
        if _counted(sheet, one, alone=len(files) == 1):
            continue
        if one.added or one.deleted:
            _outlined(sheet, one)
    focused = _focused(sheet, files)
    if share < _COMPLETE:
        _weighed(sheet, files, share)
    for one in files:
        for hunk in one.hunks:
            _compared(sheet, hunk)
    body = _render(sheet, files)
    if sum(map(len, body)) + len(body) >= len(text):
        return None
    said = "every changed line, without the lines around it"
    if focused:
        said = (
            "changes in the files that the question names, without the lines around them; "
            f'"{GAP}A-B" stands for lines A to B of this diff, mostly of other files'
        )
    elif sheet.dropped:
        said = (
            f'changed lines without the lines around them, "{GAP}A-B" stands for lines A to B '
            "of this diff: a hunk with one is not complete"
        )
    if sheet.cut:
        said += "; long lines are cut within"
    return Gapped("\n".join(body), said, 'lines="A-B"')


def _compared(sheet: _Sheet, hunk: Hunk) -> None:
    """Note where long lines of a hunk differ from those that they replace or become."""
    lines = sheet.lines
    if all(len(line) <= _LONGEST for line in lines[hunk.first : hunk.end]):
        return
    for block in _blocks(changed(lines, hunk)):
        old = [row for row in block if lines[row][0] == "-"]
        new = [row for row in block if lines[row][0] == "+"]
        for pair in zip(old, new, strict=False):
            one, other = (lines[row][1:] for row in pair)
            start, end = shared_ends(one, other)
            sheet.apart.update((row, (start + 1, len(lines[row]) - end)) for row in pair)


def _counted(sheet: _Sheet, one: FilePatch, *, alone: bool) -> bool:
    """Count the lines of a file that programs wrote, unless the question names it."""
    if one.binary is not None:
        first, last = one.binary
        sheet.dropped.update(range(first, last + 1))
        sheet.counted[first] = "binary"
        return True
    rows = [row for hunk in one.hunks for row in changed(sheet.lines, hunk)]
    name = one.path.rpartition("/")[2]
    if len(rows) < _MIN_COUNTED or (name and name in sheet.query):
        return False
    at_top = one.hunks[0].match[3] in {"0", "1"}
    start = [sheet.lines[row] for row in rows] if at_top else []
    if not is_generated(one.path, start):
        return False
    _drop(sheet, one, rows)
    if is_lock(one.path):
        sheet.dropped -= told(sheet.lines, one.hunks, sheet.query, alone=alone)
        sheet.loose.update(hunk.row for hunk in one.hunks)
    return True


def _focused(sheet: _Sheet, files: Sequence[FilePatch]) -> bool:
    """Count the changed lines of files that the question is not about, if it names others."""
    lines = sheet.lines
    focus = Focus(lines, sheet.query, (Asked(_paths(lines, one), one.first) for one in files))
    if not focus.files:
        return False
    for at, one in enumerate(files):
        if at in focus.files or not one.hunks or one.hunks[0].row in sheet.dropped:
            continue
        rows = [row for hunk in one.hunks for row in changed(lines, hunk)]
        if len(rows) < _MIN_COUNTED or focus.mentions(lines[row] for row in rows):
            continue
        _drop(sheet, one, rows)
    return True


def _drop(sheet: _Sheet, one: FilePatch, rows: Sequence[int]) -> None:
    """Drop all hunks of a file; in their place stands how many of its changed rows do what."""
    added = sum(1 for row in rows if sheet.lines[row][0] == "+")
    first = one.hunks[0].row
    sheet.dropped.update(range(first, one.hunks[-1].end))
    sheet.counted[first] = f"{added:,} lines added, {len(rows) - added:,} removed"


def _paths(lines: Sequence[str], one: FilePatch) -> tuple[str, ...]:
    """Return the names of a file before and after."""
    end = one.hunks[0].row if one.hunks else one.first
    before = [line[4:].partition("\t")[0] for line in lines[one.first : end] if line[:4] == "--- "]
    return (one.path, *before)


def _outlined(sheet: _Sheet, one: FilePatch) -> None:
    """Shorten a file that is new or gone as a whole as source is shortened."""
    rows = [row for hunk in one.hunks for row in changed(sheet.lines, hunk)]
    if len(rows) < _LONG_FILE:
        return
    content = [sheet.lines[row][1:] for row in rows]
    outline = code.weigh(content, sheet.query)
    weights = outline or weigh(content, ContentType.TEXT, sheet.query)
    kept = set(within(weights, content, _NEW if one.added else _GONE))
    if outline is not None:
        kept.update(at for at, weight in enumerate(outline) if weight >= SIGNATURE)
    sheet.dropped.update(row for at, row in enumerate(rows) if at not in kept)


def _weighed(sheet: _Sheet, files: Sequence[FilePatch], share: float) -> None:
    """Drop the changed lines that weigh least until a share of the text is left."""
    lines = sheet.lines
    own = weigh(lines, ContentType.DIFF, sheet.query)
    rows: list[int] = []
    weights: list[float] = []
    framed = len(lines)
    more, fresh = Worth(sheet.query), news(lines)
    for one in files:
        name = one.path.rpartition("/")[2]
        asked = _ASKED if name and name in sheet.query else 0.0
        for hunk in one.hunks:
            here = [row for row in changed(lines, hunk) if row not in sheet.dropped]
            for block in _blocks(here):
                near = range(max(block[0] - _NEAR, hunk.row), min(block[-1] + 2, hunk.end))
                shared = _shared(lines, own, block, near)
                weights += [
                    asked + weight + more.of(lines[row]) + fresh.get(row, 0.0)
                    for row, weight in zip(block, shared, strict=True)
                ]
            rows += here
            framed -= hunk.end - hunk.first
    question = Relevance(sheet.query)
    share *= _SURVEY if question.survey else _AIMED if question.named else 1.0
    costs = [len(lines[row]) // 3 + 1 for row in rows]
    total = sum(len(line) // 3 + 1 for line in lines)
    # Where headers use up the room, as in a log of many commits, some of what changed stays.
    budget = max(int(total * share) - framed * 8, int(sum(costs) * share))
    kept = choose(weights, costs, budget)
    sheet.dropped.update(set(rows) - {rows[at] for at in kept})


def _shared(
    lines: Sequence[str], own: Sequence[float], block: Sequence[int], near: Iterable[int]
) -> list[float]:
    """Return weights that the lines of a change have in common: of a long one, those alike."""
    if len(block) <= _BLOCK:
        return [max(own[row] for row in near)] * len(block)
    alike: dict[str, float] = {}
    for row in block:
        start = _start(lines[row])
        alike[start] = max(own[row], alike.get(start, 0.0))
    return [alike[_start(lines[row])] for row in block]


def _start(line: str) -> str:
    """Return what the old and the new form of a line have in common."""
    return line[1:].lstrip()[:_ALIKE]


def _blocks(rows: Sequence[int]) -> Iterator[list[int]]:
    """Yield the runs of rows that follow each other."""
    block: list[int] = []
    for row in rows:
        if block and block[-1] + 1 != row:
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _render(sheet: _Sheet, files: Sequence[FilePatch]) -> list[str]:
    """Return the lines that are left, with marks for those that are not."""
    writer = _Writer(sheet)
    at = 0
    for one in files:
        if one.binary is not None:
            writer.rows(range(at, one.binary[1] + 1))
            at = one.binary[1] + 1
        for hunk in one.hunks:
            writer.rows(range(at, hunk.row))
            writer.hunk(hunk)
            at = hunk.end
    writer.rows(range(at, len(sheet.lines)))
    writer.close()
    return writer.out


class _Writer:
    """Writes rows in order; runs of dropped rows become one mark."""

    def __init__(self, sheet: _Sheet) -> None:
        self.out: list[str] = []
        self._sheet = sheet
        self._gap: tuple[int, int] | None = None

    def rows(self, rows: Iterable[int]) -> None:
        for row in rows:
            if row in self._sheet.dropped:
                self._drop(row, row)
            else:
                self.close()
                self.out.append(self._whole(row))

    def _whole(self, row: int) -> str:
        sheet = self._sheet
        if len(sheet.lines[row]) <= _LONGEST:
            return sheet.lines[row]
        sheet.cut = True
        return _narrowed(sheet.lines[row], row, sheet.apart.get(row))

    def hunk(self, hunk: Hunk) -> None:
        lines, dropped = self._sheet.lines, self._sheet.dropped
        if not dropped.isdisjoint(range(hunk.row, hunk.end)) and all(
            row in dropped for row in changed(lines, hunk)
        ):
            self._drop(hunk.row, hunk.end - 1)
            return
        if not hunk.whole or hunk.row in self._sheet.loose:
            self.rows(range(hunk.row, hunk.end))
            return
        words = f" {hunk.match[5]}" if hunk.match[5] else ""
        for head, rows in narrowed(lines, hunk):
            if all(row in dropped for row in rows if lines[row][:1] in {"+", "-"}):
                self._drop(rows[0], rows[-1])
                continue
            self.close()
            self.out.append(head + words)
            words = ""  # once is enough
            self.rows(rows)

    def _drop(self, first: int, last: int) -> None:
        self._gap = (first if self._gap is None else self._gap[0], last)

    def close(self) -> None:
        if self._gap is None:
            return
        first, last = self._gap
        words = self._sheet.counted.get(first)
        self.out.append(gap(first, last) + (f": {words}" if words else ""))
        self._gap = None


def _narrowed(line: str, row: int, apart: tuple[int, int] | None) -> str:
    """Return a long line by its beginning, its end, and the beginning of what differs in between.

    `apart` says from where to where it differs from its other form.
    """
    end = len(line) - _TAIL
    shown = [(0, _HEAD)]
    if apart is not None and _HEAD <= apart[0] < end:
        start = max(_BEGUN, apart[0] - _AROUND)
        shown = [(0, _BEGUN), (start, min(apart[1] + _AROUND, start + _OTHER, end))]
    out = []
    for (first, last), (following, _) in zip(shown, [*shown[1:], (end, 0)], strict=True):
        out.append(line[first:last])
        if following > last:
            out.append(f" {GAP}{following - last:,} characters of line {row + 1} … ")
    return "".join([*out, line[end:]])
