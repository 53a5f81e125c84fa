"""`TableCompressor`: delimited tables in which a value that stays the same is said once.

    name<TAB>state=VA<TAB>city     the columns; "=" says the value that rows have
    20118<TAB>Middleburg           a row: the cells of the other columns
    20120<TAB>"                    `"` is the cell above
    # state=MD                     from here on rows have that value
    21836<TAB>Oslo<TAB>state=NC    this row alone has that value
    = 20121,a "b",c                a row as it was written, where the rules would not rebuild it

Cells stand between tabs, or between the delimiters they had where that is shorter. The note names
the delimiter, which fields were quoted and whether cells were padded.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.detect.box import BOXES, CORNERS, Box, boxed
from headroom.detect.table import BARS, DELIMITERS, bare_fields, fields
from headroom.records.column import (
    CHANGE,
    DITTO,
    RAW,
    as_is,
    explain,
    misread,
    plan,
    render,
    restore,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Context

_NAMES = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "pipes", "│": "bars"}
_QUOTES = {"none": "", "all": ", all quoted", "needed": ", quoted where needed"}
_SPELLED = re.compile(
    r"(?:^|; )(was|with) (commas|tabs|semicolons|pipes|bars)(, all quoted|, quoted where needed)?"
    r"(?:, names and columns ([0-9]{1,4}(?:,[0-9]{1,4})*) quoted)?"
    r"(, names centred)?(?:, padded to (r?[0-9]{1,4}(?:,r?[0-9]{1,4})*))?"
    rf"(?:, in a ({'|'.join(BOXES)}) box(, open below)?"
    r"(?:, ([0-9]{1,4}) lines above its rule)?)?$"
)
_RULE = re.compile(r"\|(?:[ ]*:?-+:?[ ]*\|)+")
_WIDEST = 9999
_SAMPLE = 60
"""Rows that a table's spelling is judged by."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How a row of values was spelled."""

    delimiter: str
    quotes: str = "none"
    widths: tuple[int, ...] = ()
    """Of cells between bars; less than 0 for those that keep to the right."""
    separator: str = "\t"
    """What stands between cells in the block."""
    quoted: tuple[bool, ...] = ()
    """Which columns are in quotes, where these and all names are, as R writes texts."""
    centred: bool = False
    """Whether the names above padded cells stand in the middle, as SQLite puts them."""
    box: Box | None = None
    """What is drawn around the cells."""

    @property
    def _of_names(self) -> str:
        """What stands between names: in some boxes another bar than between cells."""
        return self.box.signs.of_names if self.box else self.delimiter

    def head(self, names: Sequence[str]) -> str:
        """Return the first line, but for a frame."""
        if self.quoted:
            return self.delimiter.join(map(_in_quotes, names))
        if not self.centred:
            return replace(self, delimiter=self._of_names).spell(names)
        cells = zip(names, map(abs, self.widths), strict=True)
        lead = ((name, (width - len(name)) // 2, width) for name, width in cells)
        bar = self._of_names
        return bar + "".join(f" {' ' * left + name:<{width}} {bar}" for name, left, width in lead)

    def names(self, line: str) -> tuple[_Style, tuple[str, ...] | None]:
        """Return the names in the first line, and the style with which they are spelled there."""
        if self.quoted:
            return self, replace(self, quotes="all", quoted=()).read(line)
        found = replace(self, delimiter=self._of_names).read(line)
        if found is not None or not self.widths:
            return self, found
        centred = replace(self, centred=True)
        found = _between(line, self._of_names)
        fits = len(found) == len(self.widths) and "\t" not in line
        return centred, found if fits and centred.head(found) == line else None

    def spell(self, values: Sequence[str]) -> str:
        if self.widths:
            bar = self.delimiter
            cells = zip(values, self.widths, strict=True)
            return bar + "".join(
                f" {value:<{width}} {bar}" if width >= 0 else f" {value:>{-width}} {bar}"
                for value, width in cells
            )
        if self.quoted:
            bare = [False] * len(values)
            marks = [*self.quoted, *bare][: len(values)]
            return self.delimiter.join(
                _in_quotes(value) if quoted else value
                for value, quoted in zip(values, marks, strict=True)
            )
        if self.quotes == "all":
            inner = f'"{self.delimiter}"'.join(values)
            if inner.count('"') == 2 * (len(values) - 1):
                return f'"{inner}"'
        else:
            line = self.delimiter.join(values)
            # Nothing needs quotes where the line has as many delimiters as stand between cells.
            plain = '"' not in line and line.count(self.delimiter) == len(values) - 1
            if plain or self.quotes == "none":
                return line
        return self.delimiter.join(map(self._field, values))

    def _field(self, value: str) -> str:
        needs = self.delimiter in value or '"' in value
        if self.quotes == "all" or (self.quotes == "needed" and needs):
            return _in_quotes(value)
        return value

    def read(self, line: str) -> tuple[str, ...] | None:
        """Return the values of a row, or None where spelling them does not give it back."""
        regular = False
        if self.widths:
            values = _between(line, self.delimiter)
        elif '"' not in line:
            values = tuple(line.split(self.delimiter))
            if self.quotes != "all" and not self.quoted:
                return None if self.delimiter != "\t" and "\t" in line else values
        else:
            bare = bare_fields(line, self.delimiter) if self.quotes == "all" else None
            regular = bare is not None
            if bare is None:
                raw = fields(line, self.delimiter)
                bare = [_unquoted(each, "all" if self.quoted else self.quotes) for each in raw]
            values = tuple(bare)
        if "\t" in line and any("\t" in value for value in values):
            return None
        if regular:
            return values
        try:
            return values if self.spell(values) == line else None
        except ValueError:
            return None

    def note(self) -> str:
        verb = "was" if self.separator == "\t" else "with"
        text = f"{verb} {_NAMES[self.delimiter]}{_QUOTES[self.quotes]}"
        if self.quoted:
            columns = (str(at) for at, quoted in enumerate(self.quoted, 1) if quoted)
            text += f", names and columns {','.join(columns)} quoted"
        text += ", names centred" * self.centred
        widths = ",".join(str(width) if width >= 0 else f"r{-width}" for width in self.widths)
        text += f", padded to {widths}" if widths else ""
        if self.box:
            text += f", in a {self.box.kind} box{'' if self.box.closed else ', open below'}"
            heads = self.box.heads
            text += f", {heads} lines above its rule" if heads > 1 else ""
        return text

    @staticmethod
    def parse(note: str) -> _Style:
        match = _SPELLED.search(note)
        if match is None:
            raise ValueError("the note of a table does not say how it was spelled")
        delimiter = next(mark for mark, name in _NAMES.items() if name == match[2])
        quotes = next(name for name, text in _QUOTES.items() if text == (match[3] or ""))
        widths = match[6].replace("r", "-").split(",") if match[6] else ()
        separator = "\t" if match[1] == "was" else delimiter
        columns = set(map(int, match[4].split(","))) if match[4] else set()
        quoted = tuple(at in columns for at in range(1, max(columns, default=0) + 1))
        sizes = tuple(map(int, widths))
        box = None
        if match[7]:
            box = Box(match[7], tuple(map(abs, sizes)), int(match[9] or 1), closed=not match[8])
        return _Style(delimiter, quotes, sizes, separator, quoted, bool(match[5]), box)


class TableCompressor:
    """Says constant columns once and repeated cells as dittos."""

    name: ClassVar[str] = "table"
    forms: ClassVar[frozenset[str]] = frozenset({"table"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:
        """Return the table in its shorter form, or None where its spelling is not regular."""
        lines = lines_of(text)
        found = boxed(lines) if lines[0][:1] in CORNERS else None
        box = found[0] if found and found[1] == len(lines) else None
        lines = _unboxed(lines, box) if box else lines
        style = _style(lines, box)
        if style is None:
            return None
        style, head = style.names(lines[0])
        rows = [head, *map(style.read, lines[1:])]
        width = len(rows[0] or ())
        if width < 2 or any(row is not None and len(row) != width for row in rows):
            return None
        if sum(row is None for row in rows) * 4 > len(rows):
            return None
        marked = RAW in text or CHANGE in text
        table = [
            None if row is None or DITTO in row or (marked and misread(row)) else row
            for row in rows[1:]
        ]
        regular = [row for row in table if row is not None]
        plain = style.quotes == "none" and not style.quoted
        keeps = style.delimiter in ",;" and plain
        mark = style.delimiter if keeps else "\t"
        columns = plan(head or (), regular, ctx.count, mark, named=_are_names(head, style))
        if plain and not style.widths and all(map(as_is, columns)):
            return None
        styles = [style, replace(style, separator=style.delimiter)] if keeps else [style]
        options = []
        for each in styles:
            note = "; ".join(["a table", *explain(columns), each.note()])
            body = render(lines[1:], table, columns, each.separator)
            options.append(fold.block("table", body, note))
        made = min(options, key=ctx.count) if keeps else options[0]
        return Compressed(made, note=f"{len(rows)} rows of {width} columns")

    def expand(self, block: Block) -> str:
        """Return the table as it was spelled.

        Raises:
            ValueError: the block is malformed.
        """
        style = _Style.parse(block.note)
        head, *rows = restore(block.lines, style.separator, hoists="=" in block.note)
        first = head if isinstance(head, str) else style.head(head)
        rest = (row if isinstance(row, str) else style.spell(row) for row in rows)
        lines = [first, *rest]
        return "\n".join(_boxed(lines, style.box) if style.box else lines)


def _unboxed(lines: Sequence[str], box: Box) -> list[str]:
    """Return the lines of a box without its frames."""
    rule = 1 + box.heads
    return [*lines[1:rule], *lines[rule + 1 : len(lines) - box.closed]]


def _boxed(lines: Sequence[str], box: Box) -> list[str]:
    """Return lines with the frames of a box around them."""
    signs, end = box.signs, box.heads
    out = [box.frame(signs.top), *lines[:end], box.frame(signs.middle), *lines[end:]]
    return [*out, box.frame(signs.bottom)] if box.closed else out


def _style(lines: Sequence[str], box: Box | None) -> _Style | None:
    """Return how the rows are spelled, judged by the first ones."""
    head = lines[0]
    if box:
        bar = box.signs.bar
        return _padded([line[1:-1].split(bar) for line in lines[box.heads :]], bar, box)
    if head[:1] in BARS:
        rows = [line[1:-1].split(head[0]) for line in lines if not _RULE.fullmatch(line)]
        return _padded(rows, head[0])
    counts = {mark: len(fields(head, mark)) for mark in DELIMITERS}
    delimiter = max(counts, key=lambda mark: counts[mark])
    if delimiter == "|" or not any('"' in line for line in lines):
        return _Style(delimiter)
    if quoted := _quoted(lines, delimiter):
        return _Style(delimiter, quoted=quoted)
    for line in lines[:_SAMPLE]:
        # Nearly all lines of a table with quotes around all fields have none within.
        if bare_fields(line, delimiter) is None and not all(
            map(_is_quoted, fields(line, delimiter))
        ):
            return _Style(delimiter, "needed")
    return _Style(delimiter, "all")


def _quoted(lines: Sequence[str], delimiter: str) -> tuple[bool, ...]:
    """Return which columns are in quotes, where all names are and some columns are not."""
    head, *rows = (fields(line, delimiter) for line in lines[:_SAMPLE])
    if not rows or not all(map(_is_quoted, head)):
        return ()
    masks = Counter(tuple(map(_is_quoted, row)) for row in rows)
    mask, count = masks.most_common(1)[0]
    return mask if len(mask) == len(head) and len(set(mask)) > 1 and 2 * count > len(rows) else ()


def _are_names(head: Sequence[str] | None, style: _Style) -> bool:
    """Whether the first row may name the others' cells.

    Between bars alone it is often a row like the others: SQLite prints no names unless asked to.
    """
    return style.delimiter != "|" or bool(style.widths) or not any(map(_is_value, head or ()))


def _is_value(cell: str) -> bool:
    """Whether a cell is empty or a number, as names are not."""
    return not cell or cell.replace(".", "", 1).lstrip("-").isdecimal()


def _between(line: str, bar: str) -> tuple[str, ...]:
    return tuple([cell.strip(" ") for cell in line[1:-1].split(bar)])


def _is_quoted(raw: str) -> bool:
    return raw[:1] == '"' == raw[-1:] and len(raw) > 1


def _in_quotes(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _padded(rows: Sequence[Sequence[str]], bar: str, box: Box | None = None) -> _Style | None:
    """Return how cells between bars were padded, to the widest or to what is no longer there.

    In a box they are.
    """
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        return None
    if box is None and all(len(cell) == len(cell.strip(" ")) + 2 for cell in rows[0]):
        return _Style(bar, widths=(0,) * len(rows[0]))
    widths = tuple(map(_width, zip(*rows, strict=True)))
    return _Style(bar, widths=widths, box=box) if max(map(abs, widths)) <= _WIDEST else None


def _width(cells: Sequence[str]) -> int:
    """Return the width of a column, less than 0 if more of its cells keep to the right."""
    width = len(cells[0]) - 2
    if width < 1 or any(len(cell) != width + 2 for cell in cells):
        return max(len(cell.strip(" ")) for cell in cells)
    left = sum(cell[1:2] != " " for cell in cells)
    right = sum(cell[-2:-1] != " " for cell in cells)
    return width if left >= right else -width


def _unquoted(raw: str, quotes: str) -> str:
    if quotes != "none" and _is_quoted(raw):
        return raw[1:-1].replace('""', '"')
    return raw
