"""`ColumnsCompressor`: aligned columns with one tab for the padding, repeated cells as dittos.

    USER, PID, VSZ=0   the columns; "=" says the value that rows have
    a row of cells     tab between them; `"` is the cell above
    # VSZ=48           from here on rows have that value
    = a line           as it was printed, where the rules would not rebuild it

The note gives each column as it was aligned: "2l10" is ten wide, to the left, after two blanks,
"|r6" six wide, to the right, after a bar between blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.detect.columns import spans
from headroom.records.column import explain, misread, plan, render, restore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Context

_MIN_COLUMNS = 2
_WIDEST = 9999
_SPEC = re.compile(r"([0-9]{1,4}|\|)([lr])([0-9]{1,4})", re.ASCII)
_SPELLED = re.compile(r"aligned ((?:(?:[0-9]{1,4}|\|)[lr][0-9]{1,4} ?)+)(?![0-9])(\+)?", re.ASCII)
_BAR = " | "
_NOTE = "columns"


@dataclass(frozen=True, slots=True)
class _Column:
    gap: str
    """What stands in front of it: blanks or a bar."""
    side: str
    """"l" or "r": which edge its cells keep to."""
    width: int

    def pad(self, cell: str) -> str:
        padded = cell.ljust(self.width) if self.side == "l" else cell.rjust(self.width)
        return self.gap + padded

    def spec(self) -> str:
        """Return the column as the note gives it."""
        return f"{'|' if self.gap == _BAR else len(self.gap)}{self.side}{self.width}"


class ColumnsCompressor:
    """Leaves out the padding of aligned columns and what repeats from row to row."""

    name: ClassVar[str] = "columns"
    forms: ClassVar[frozenset[str]] = frozenset({"columns"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:
        """Return the rows with tabs, or None where hardly a row can be rebuilt."""
        lines = lines_of(text)
        found = _widened(lines[0], spans(lines))
        if len(found) < _MIN_COLUMNS or found[-1][1] > _WIDEST:
            return None
        layout = _layout(lines, found)
        padded = sum(line[-1:] == " " for line in lines) * 2 > len(lines)
        rows = [_cells(line, found, layout, padded) for line in lines]
        if sum(row is None for row in rows) * 4 > len(rows):
            return None
        at = next(n for n, row in enumerate(rows) if row is not None)
        head = rows[at] or []
        regular = [row for row in rows[at + 1 :] if row is not None]
        columns = plan(head, regular, ctx.count, named=_is_head(head))
        spec = " ".join(column.spec() for column in layout) + ("+" if padded else "")
        note = "; ".join([_NOTE, *explain(columns), f"aligned {spec}"])
        block = fold.block("columns", render(lines[at + 1 :], rows[at + 1 :], columns), note)
        return Compressed("\n".join([*lines[:at], block]), note=f"{len(found)} columns")

    def expand(self, block: Block) -> str:
        """Return the lines with their padding.

        Raises:
            ValueError: the block is malformed.
        """
        spelled = _SPELLED.search(block.note)
        if spelled is None:
            raise ValueError("the note of a block of columns does not say how they were aligned")
        layout = [
            _Column(_BAR if gap == "|" else " " * int(gap), side, int(wide))
            for gap, side, wide in _SPEC.findall(spelled[1])
        ]
        padded = spelled[2] is not None
        out: list[str] = []
        for row in restore(block.lines, "\t", hoists="=" in block.note):
            if not isinstance(row, str) and len(row) != len(layout):
                raise ValueError("a row with a wrong number of cells")
            out.append(row if isinstance(row, str) else _spell(row, layout, padded))
        return "\n".join(out)


def _is_head(cells: Sequence[str]) -> bool:
    """Whether cells are names of columns: no two alike, and no figures in them."""
    return len(set(cells)) == len(cells) and not any(map(str.isdigit, "".join(cells)))


def _widened(line: str, found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the columns with what was padding for wider cells, up to the bars beside them."""
    made: list[tuple[int, int]] = []
    for start, end in found:
        last = made[-1][1] if made else start
        bar = line.find(_BAR, last, start)
        if bar >= 0:
            made[-1] = made[-1][0], bar
        made.append((start if bar < 0 else bar + len(_BAR), end))
    return made


def _layout(lines: Sequence[str], found: Sequence[tuple[int, int]]) -> list[_Column]:
    """Return gap, side and width of each column; the side that more cells keep to."""
    made, last = [], 0
    for start, end in found:
        cells = [line[start:end].ljust(end - start) for line in lines]
        left = sum(cell[0] != " " for cell in cells)
        right = sum(cell[-1] != " " for cell in cells)
        gap = _BAR if lines[0][last:start] == _BAR else " " * (start - last)
        made.append(_Column(gap, "l" if left >= right else "r", end - start))
        last = end
    return made


def _spell(cells: Sequence[str], layout: Sequence[_Column], padded: bool) -> str:  # noqa: FBT001 - internal
    line = "".join(column.pad(cell) for cell, column in zip(cells, layout, strict=True))
    return line if padded else line.rstrip(" ")


def _cells(
    line: str,
    found: Sequence[tuple[int, int]],
    layout: Sequence[_Column],
    padded: bool,  # noqa: FBT001 - internal
) -> list[str] | None:
    """Return the cells of a line, or None where spelling them does not give it back."""
    if "\t" in line:
        return None
    cells = [line[start:end].strip(" ") for start, end in found]
    if _spell(cells, layout, padded) != line:
        # The last column may be indented: the names of modules below those that import them.
        start, end = found[-1]
        cells[-1] = line[start:end].rstrip(" ")
        if _spell(cells, layout, padded) != line:
            return None
    return None if misread(cells) else cells
