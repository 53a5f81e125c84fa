"""The body of a block of similar lines, written and read.

    7> text          a line; it is named 7
    3> text «x» text a line with its variable parts marked; lines like it are instances of 3
    3|x<TAB>y        an instance of 3, filled with x and y; `"` is the cell above
    7|               line 7 again
    7+30|            30 lines again, from line 7 on
    7*5|             line 7 five times
    |text            text that would be read as one of these
    v2 = text        (on top) what v2 in a cell stands for

Every other line stands for itself.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.lines.pattern import Instance, Pattern, mine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

_MARKS = ("{}", "«»", "⟨⟩", "⟦⟧")
_SPECIAL = re.compile(r"\||([0-9]{1,7})(?:([|>])|([+*])([0-9]{1,7})\|)", re.ASCII)
_SIGNS = "|0123456789"
"""What a line that is special begins with."""
_LEGEND = re.compile(r"v([0-9]{1,6}) = ", re.ASCII)
_SHORT = re.compile(r"v[0-9]{1,6}", re.ASCII)
_MARKED = re.compile(r", (\S\S) mark its variable parts")
_DITTO = '"'
_MIN_BLOCK = 24
"""Characters of a run of lines that is worth a pointer."""
_MIN_SCANNED = 5
"""Lines of a run that is worth one though readers scan the text for some of them."""
_MIN_NAMED = 14
"""Characters of a cell that is worth a name."""
_MAX_LINES = 9_999_999
_MAX_CHARS = 100_000_000
"""Characters that the pointers of one block may stand for: forged ones could double each time."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a block holds, and what its note has to explain."""

    lines: list[str]
    marks: str
    """The two characters around variable parts, or "" where there are none."""
    dittos: bool = False
    named: bool = False
    blocks: bool = False
    times: bool = False

    @property
    def note(self) -> str:
        """How to read the lines, in plain words; `decode` takes the marks from it."""
        parts = ["N> names a line"]
        if self.marks:
            parts[0] += f", {self.marks} mark its variable parts"
            parts.append("N| is that line with other parts, tab between them")
        else:
            parts.append("N| is that line again")
        if self.dittos:
            parts.append('" is the part in the line above')
        if self.named:
            parts.append("vN is a value named on top")
        if self.blocks:
            parts.append("N+k| is k lines again from N on")
        if self.times:
            parts.append("N*k| is line N k times")
        return "; ".join(parts)


@dataclass(slots=True)
class _Writer:
    marks: str
    out: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    count: int = 0
    above: tuple[str, ...] = ()
    """The parts of the line above; of one further up nobody could say which is meant."""
    dittos: bool = False
    blocks: bool = False
    times: bool = False

    def name(self, pattern: Pattern) -> int:
        self.count += 1
        pattern.number = self.count
        return self.count

    def instance(self, made: Instance) -> None:
        pattern, cells = made.pattern, made.cells
        if not pattern.number:
            opening, closing = self.marks[:1], self.marks[1:]
            text = pattern.pieces[0]
            for cell, piece in zip(cells, pattern.pieces[1:], strict=True):
                text += f"{opening}{cell}{closing}{piece}"
            self.out.append(f"{self.name(pattern)}> {text}")
        else:
            self.out.append(f"{pattern.number}|{self.row(cells)}")
        self.above = cells

    def row(self, cells: tuple[str, ...]) -> str:
        shown = []
        for at, cell in enumerate(cells):
            if at < len(self.above) and cell == self.above[at]:
                self.dittos = True
                shown.append(_DITTO)
            else:
                shown.append(self.names.get(cell, cell))
        return "\t".join(shown)

    def plain(self, line: str) -> None:
        special = line[:1] in _SIGNS and _SPECIAL.match(line)
        self.out.append(f"|{line}" if special else line)
        self.above = ()


def encode(
    lines: Sequence[str],
    *,
    deep: bool = True,
    whole: AbstractSet[int] = frozenset(),
    apart: tuple[str, ...] = (),
) -> Body | None:
    """Return the body for some lines, or None where nothing repeats or no marks are free.

    Args:
        lines: of a text.
        deep: whether lines are looked for that only share their wording.
        whole: indices of lines that are written as they are, unless a run of lines repeats.
        apart: beginnings of lines that readers scan a text for: they are written as they are, but
            in long runs of lines that repeat.
    """
    if len(lines) > _MAX_LINES or _LEGEND.match(lines[0]):
        return None
    often = {line for line, count in Counter(lines).items() if count > 1}
    if not deep and not any(often):  # nothing but blank lines
        return None
    blocks = _repeats(lines, often, apart)
    if apart:
        often = {line for line in often if not line.startswith(apart)}
    copied = {n for at, (_, size) in blocks.items() for n in range(at, at + size)}
    made = mine(lines, often, copied | whole if whole else copied, deep=deep)
    made = {at: one for at, one in made.items() if _DITTO not in one.cells}
    sources = {source for source, _ in blocks.values()}
    marks = _free(lines) if any(one.cells for one in made.values()) else ""
    if marks is None or not (blocks or made):
        return None
    writer = _Writer(marks)
    writer.names = _legend(made)
    labels: dict[int, int] = {}
    at = 0
    while at < len(lines):
        if at in blocks:
            source, size = blocks[at]
            _pointer(writer, lines, labels[source], (source, size))
            at += size
            continue
        one = made.get(at)
        if at in sources and (one is None or one.pattern.number):
            one = Instance(Pattern((lines[at],)))
        if one is None:
            writer.plain(lines[at])
        else:
            writer.instance(one)
            labels[at] = one.pattern.number
        at += 1
    legend = [f"{short} = {text}" for text, short in writer.names.items()]
    return Body(
        legend + writer.out, marks, writer.dittos, bool(legend), writer.blocks, writer.times
    )


def _pointer(writer: _Writer, lines: Sequence[str], label: int, span: tuple[int, int]) -> None:
    source, size = span
    first = lines[source]
    if all(lines[source + n] == first for n in range(size)):
        writer.times = writer.times or size > 1
        writer.out.append(f"{label}*{size}|" if size > 1 else f"{label}|")
    else:
        writer.blocks = True
        writer.out.append(f"{label}+{size}|")
    writer.above = ()


def _repeats(
    lines: Sequence[str], often: AbstractSet[str], apart: tuple[str, ...]
) -> dict[int, tuple[int, int]]:
    """Return the runs of two or more lines that stood before: start -> (earlier start, length).

    Few lines stand `often`, more than once, and a run begins with two that do. One that has a line
    which begins like those `apart` is longer.
    """
    seen: dict[str, int] = {}
    runs: dict[int, tuple[int, int]] = {}
    at, last = 0, len(lines) - 1 if often else 0
    while at < last:
        if not lines[at] or lines[at] not in often or lines[at + 1] not in often:
            at += 1
            continue
        pair = f"{lines[at]}\n{lines[at + 1]}"  # one text: a pair of texts would burden the GC
        source = seen.setdefault(pair, at)
        if source == at:
            at += 1
            continue
        size, chars = 0, 0
        while at + size <= last and lines[source + size] == lines[at + size]:
            chars += len(lines[at + size]) + 1
            size += 1
        short = chars < _MIN_BLOCK
        if apart and not short and size < _MIN_SCANNED:
            short = any(line.startswith(apart) for line in lines[at : at + size])
        if short:
            at += 1
            continue
        runs[at] = source, size
        at += size
    return _anchored(runs)


def _anchored(runs: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Drop the runs whose source begins inside another run: such a line has no place for a name."""
    inside = {n for at, (_, size) in runs.items() for n in range(at, at + size)}
    return {at: span for at, span in runs.items() if span[0] not in inside}


def _free(lines: Sequence[str]) -> str | None:
    text = "\n".join(lines)
    for marks in _MARKS:
        if marks[0] not in text and marks[1] not in text:
            return marks
    return None


def _legend(made: dict[int, Instance]) -> dict[str, str]:
    """Return names for the long cells that stand in several rows, apart from each other."""
    counts: Counter[str] = Counter()
    first: set[int] = set()
    for at in sorted(made):
        one = made[at]
        above = made[at - 1].cells if at - 1 in made else ()
        fresh = id(one.pattern) not in first
        first.add(id(one.pattern))
        for n, cell in enumerate(one.cells):
            if _SHORT.fullmatch(cell):
                return {}
            if not fresh and not (n < len(above) and above[n] == cell):
                counts[cell] += 1
    worth = [
        cell
        for cell, count in counts.items()
        if count > 1 and len(cell) >= _MIN_NAMED and (count - 1) * len(cell) > 8 * count
    ]
    return {cell: f"v{n}" for n, cell in enumerate(worth, 1)}


@dataclass(slots=True)
class _Reader:
    marks: str
    values: dict[str, str] = field(default_factory=dict)
    pieces: dict[int, list[str]] = field(default_factory=dict)
    origin: dict[int, int] = field(default_factory=dict)
    out: list[str] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    chars: int = 0

    def define(self, number: int, text: str) -> None:
        cells: list[str] = []
        pieces = [text]
        if self.marks:
            opening, closing = self.marks[0], self.marks[1]
            first, *rest = text.split(opening)
            pieces = [first]
            for part in rest:
                cell, found, piece = part.partition(closing)
                if not found:
                    raise ValueError("a variable part without its end")
                cells.append(cell)
                pieces.append(piece)
        self.pieces[number], self.origin[number] = pieces, len(self.out)
        self.fill(pieces, cells)

    def fill(self, pieces: list[str], cells: list[str]) -> None:
        self.out.append(pieces[0] + "".join(c + p for c, p in zip(cells, pieces[1:], strict=True)))
        self.above = cells

    def row(self, number: int, text: str) -> None:
        pieces = self.pieces.get(number)
        if pieces is None:
            raise ValueError(f"no line is named {number}")
        holes = len(pieces) - 1
        shown = text.split("\t", holes - 1) if holes else []
        if not holes and text:
            raise ValueError("cells for a line without variable parts")
        cells = [
            self.above[at]
            if cell == _DITTO and at < len(self.above)
            else self.values.get(cell, cell)
            for at, cell in enumerate(shown)
        ]
        self.fill(pieces, cells)

    def copy(self, number: int, kind: str, size: int) -> None:
        source = self.origin.get(number, -1)
        if not 0 <= source < len(self.out) or size > _MAX_LINES - len(self.out):
            raise ValueError("a pointer to nothing")
        for n in range(size):
            line = self.out[source + n if kind == "+" else source]
            self.chars += len(line)
            if self.chars > _MAX_CHARS:
                raise ValueError("pointers to more text than any text is long")
            self.out.append(line)
        self.above = []


def decode(lines: Sequence[str], note: str) -> list[str]:
    """Return the lines that a body with that note stands for.

    Raises:
        ValueError: malformed, or more text than any text is long.
    """
    marked = _MARKED.search(note)
    reader = _Reader(marked[1] if marked else "")
    at = 0
    while at < len(lines) and (legend := _LEGEND.match(lines[at])):
        reader.values[f"v{legend[1]}"] = lines[at][legend.end() :]
        at += 1
    for line in lines[at:]:
        match = _SPECIAL.match(line) if line[:1] in _SIGNS else None
        if match is None:
            reader.out.append(line)
        elif match[1] is None:
            reader.out.append(line[1:])
        elif match[2] == ">":
            if line[match.end() : match.end() + 1] != " ":
                raise ValueError("a name without its line")
            reader.define(int(match[1]), line[match.end() + 1 :])
        elif match[2] == "|":
            reader.row(int(match[1]), line[match.end() :])
        else:
            reader.copy(int(match[1]), match[3], int(match[4]))
    return reader.out
