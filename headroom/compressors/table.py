"""`TableCompressor`: delimited tables with tabs, what is the same in all rows said once.

    name<TAB>state=VA<TAB>city     the columns; "=" says the value that all rows share
    20118<TAB>Middleburg           a row: the cells of the other columns
    20120<TAB>"                    `"` is the cell above
    = 20121,a "b",c                a row as it was written, where the rules would not rebuild it

The note names the delimiter, which fields were quoted and whether cells were padded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.types import Compressed
from headroom.detect.table import DELIMITERS, fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Context

_DITTO = '"'
_RAW = "= "
_NAMES = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "pipes"}
_QUOTES = {"none": "", "all": ", all quoted", "needed": ", quoted where needed"}
_SPELLED = re.compile(
    r"(?:^|; )was (commas|tabs|semicolons|pipes)(, all quoted|, quoted where needed)?"
    r"(?:, padded to ([0-9,]+))?$"
)
_RULE = re.compile(r"\|(?:[ ]*:?-+:?[ ]*\|)+")
_MIN_DITTO = 2


@dataclass(frozen=True, slots=True)
class _Style:
    """How a row of values was spelled."""

    delimiter: str
    quotes: str = "none"
    widths: tuple[int, ...] = ()

    def spell(self, values: Sequence[str]) -> str:
        if self.delimiter == "|":
            cells = zip(values, self.widths, strict=True)
            return "|" + "".join(f" {value:<{width}} |" for value, width in cells)
        return self.delimiter.join(map(self._field, values))

    def _field(self, value: str) -> str:
        needs = self.delimiter in value or '"' in value
        if self.quotes == "all" or (self.quotes == "needed" and needs):
            return '"' + value.replace('"', '""') + '"'
        return value

    def read(self, line: str) -> list[str] | None:
        """Return the values of a row, or None where spelling them does not give it back."""
        if self.delimiter == "|":
            values = [cell.strip(" ") for cell in line[1:-1].split("|")]
        else:
            values = [_unquoted(raw, self.quotes) for raw in fields(line, self.delimiter)]
        if any("\t" in value for value in values):
            return None
        try:
            return values if self.spell(values) == line else None
        except ValueError:
            return None

    def note(self) -> str:
        text = f"was {_NAMES[self.delimiter]}{_QUOTES[self.quotes]}"
        return text + (f", padded to {','.join(map(str, self.widths))}" if self.widths else "")

    @staticmethod
    def parse(note: str) -> _Style:
        match = _SPELLED.search(note)
        if match is None:
            raise ValueError("the note of a table does not say how it was spelled")
        delimiter = next(mark for mark, name in _NAMES.items() if name == match[1])
        quotes = next(name for name, text in _QUOTES.items() if text == (match[2] or ""))
        return _Style(
            delimiter, quotes, tuple(map(int, (match[3] or "").split(","))) if match[3] else ()
        )


class TableCompressor:
    """Says constant columns once and repeated cells as dittos."""

    name: ClassVar[str] = "table"
    forms: ClassVar[frozenset[str]] = frozenset({"table"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - dittos need no counts
        """Return the table with tabs, or None where its spelling is not regular."""
        lines = text.split("\n")
        style = _style(lines)
        if style is None:
            return None
        rows = [style.read(line) for line in lines]
        width = len(rows[0] or ())
        if width < 2 or any(row is not None and len(row) != width for row in rows):
            return None
        if sum(row is None for row in rows) * 4 > len(rows):
            return None
        return Compressed(_block(lines, rows, style), note=f"{len(rows)} rows of {width} columns")

    def expand(self, block: Block) -> str:
        """Return the table as it was spelled.

        Raises:
            ValueError: the block is malformed.
        """
        style = _Style.parse(block.note)
        if not block.lines:
            raise ValueError("a table without columns")
        hoists = "=" in block.note
        head = [
            cell.partition("=") if hoists else (cell, "", "") for cell in block.lines[0].split("\t")
        ]
        out = [style.spell([name for name, _, _ in head])]
        fixed = {at: value for at, (_, mark, value) in enumerate(head) if mark}
        above = [value for _, _, value in head]
        for line in block.lines[1:]:
            if line.startswith(_RAW):
                out.append(line[len(_RAW) :])
                continue
            cells = iter(line.split("\t"))
            row = [fixed[at] if at in fixed else next(cells, None) for at in range(len(head))]
            if None in row or next(cells, None) is not None:
                raise ValueError("a row with a wrong number of cells")
            above = [
                above[at] if cell == _DITTO and at not in fixed else str(cell)
                for at, cell in enumerate(row)
            ]
            out.append(style.spell(above))
        return "\n".join(out)


def _style(lines: Sequence[str]) -> _Style | None:
    """Return how the rows are spelled, judged by the first ones."""
    head = lines[0]
    if head[:1] == "|":
        cells = [
            [len(cell.strip(" ")) for cell in line[1:-1].split("|")]
            for line in lines
            if not _RULE.fullmatch(line)
        ]
        if any(len(row) != len(cells[0]) for row in cells):
            return None
        if len(head) == sum(cells[0]) + 3 * len(cells[0]) + 1:
            return _Style("|", widths=(0,) * len(cells[0]))
        return _Style("|", widths=tuple(map(max, zip(*cells, strict=True))))
    counts = {mark: len(fields(head, mark)) for mark in DELIMITERS}
    delimiter = max(counts, key=lambda mark: counts[mark])
    sample = [field for line in lines[:50] for field in fields(line, delimiter)]
    quoted = [field[:1] == '"' == field[-1:] and len(field) > 1 for field in sample]
    if all(quoted):
        return _Style(delimiter, "all")
    return _Style(delimiter, "needed" if any('"' in line for line in lines) else "none")


def _unquoted(raw: str, quotes: str) -> str:
    if quotes != "none" and raw[:1] == '"' == raw[-1:] and len(raw) > 1:
        return raw[1:-1].replace('""', '"')
    return raw


def _block(lines: Sequence[str], rows: list[list[str] | None], style: _Style) -> str:
    head = rows[0] or []
    fixed = _constants(rows, head)
    names = [f"{name}={fixed[at]}" if at in fixed else name for at, name in enumerate(head)]
    body = ["\t".join(names)]
    above: Sequence[str] = [fixed.get(at, "") for at in range(len(head))]
    used = False
    for line, row in zip(lines[1:], rows[1:], strict=True):
        cells = (
            None
            if row is None
            else [
                _DITTO if len(cell) >= _MIN_DITTO and cell == above[at] else cell
                for at, cell in enumerate(row)
                if at not in fixed
            ]
        )
        if row is None or cells is None or _DITTO in row or (cells[:1] and cells[0][:2] == _RAW):
            body.append(_RAW + line)
            continue
        used = used or _DITTO in cells
        body.append("\t".join(cells))
        above = row
    notes = ["a table"]
    if fixed:
        notes.append("a column with = has that value in every row")
    if used:
        notes.append('" is the cell above')
    return fold.block("table", body, "; ".join([*notes, style.note()]))


def _constants(rows: list[list[str] | None], head: Sequence[str]) -> dict[int, str]:
    """Return the columns with one value in all rows, unless all are or a name has the mark."""
    values = [row for row in rows[1:] if row is not None]
    if len(values) < 2 or any("=" in name for name in head):
        return {}
    fixed = {
        at: values[0][at]
        for at in range(len(head))
        if all(row[at] == values[0][at] for row in values) and values[0][at] != _DITTO
    }
    return fixed if len(fixed) < len(head) else {}
