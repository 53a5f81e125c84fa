"""`ColumnsCompressor`: aligned columns with one tab for the padding, repeated cells as dittos.

    a row of cells     tab between them; `"` is the cell above
    = a line           as it was printed, where the rules would not rebuild it

The note gives each column as it was aligned: "2l10" is ten wide, to the left, after two blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.types import Compressed
from headroom.detect.columns import spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Context

_DITTO = '"'
_RAW = "= "
_MIN_DITTO = 3
_MIN_COLUMNS = 2
_SPEC = re.compile(r"([0-9]+)([lr])([0-9]+)", re.ASCII)
_SPELLED = re.compile(r"aligned ((?:[0-9]+[lr][0-9]+ ?)+)(\+)?", re.ASCII)
_NOTE = "columns"


@dataclass(frozen=True, slots=True)
class _Column:
    gap: int
    """Blanks in front of it."""
    side: str
    """"l" or "r": which edge its cells keep to."""
    width: int

    def pad(self, cell: str) -> str:
        padded = cell.ljust(self.width) if self.side == "l" else cell.rjust(self.width)
        return " " * self.gap + padded


class ColumnsCompressor:
    """Leaves out the padding of aligned columns and what repeats from row to row."""

    name: ClassVar[str] = "columns"
    forms: ClassVar[frozenset[str]] = frozenset({"columns"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - dittos need no counts
        """Return the rows with tabs, or None where hardly a row can be rebuilt."""
        lines = text.split("\n")
        found = spans(lines)
        if len(found) < _MIN_COLUMNS:
            return None
        layout = _layout(lines, found)
        padded = sum(line[-1:] == " " for line in lines) * 2 > len(lines)
        body, raw = _body(lines, found, layout, padded)
        if raw * 4 > len(lines):
            return None
        spec = " ".join(f"{c.gap}{c.side}{c.width}" for c in layout) + ("+" if padded else "")
        note = f'{_NOTE}; " is the cell above; aligned {spec}'
        return Compressed(fold.block("columns", body, note), note=f"{len(found)} columns")

    def expand(self, block: Block) -> str:
        """Return the lines with their padding.

        Raises:
            ValueError: the block is malformed.
        """
        spelled = _SPELLED.search(block.note)
        if spelled is None:
            raise ValueError("the note of a block of columns does not say how they were aligned")
        layout = [
            _Column(int(gap), side, int(wide)) for gap, side, wide in _SPEC.findall(spelled[1])
        ]
        out: list[str] = []
        above: list[str] = []
        for line in block.lines:
            if line.startswith(_RAW):
                out.append(line[len(_RAW) :])
                continue
            cells = line.split("\t")
            if len(cells) != len(layout):
                raise ValueError("a row with a wrong number of cells")
            above = [above[at] if cell == _DITTO else cell for at, cell in enumerate(cells)]
            out.append(_spell(above, layout, spelled[2] is not None))
        return "\n".join(out)


def _layout(lines: Sequence[str], found: Sequence[tuple[int, int]]) -> list[_Column]:
    """Return gap, side and width of each column; the side that more cells keep to."""
    made, last = [], 0
    for start, end in found:
        cells = [line[start:end].ljust(end - start) for line in lines]
        left = sum(cell[0] != " " for cell in cells)
        right = sum(cell[-1] != " " for cell in cells)
        made.append(_Column(start - last, "l" if left >= right else "r", end - start))
        last = end
    return made


def _spell(cells: Sequence[str], layout: Sequence[_Column], padded: bool) -> str:  # noqa: FBT001 - internal
    line = "".join(column.pad(cell) for cell, column in zip(cells, layout, strict=True))
    return line if padded else line.rstrip(" ")


def _body(
    lines: Sequence[str],
    found: Sequence[tuple[int, int]],
    layout: Sequence[_Column],
    padded: bool,  # noqa: FBT001 - internal
) -> tuple[list[str], int]:
    """Return the rows, and how many of them stand as they were printed."""
    body: list[str] = []
    raw = 0
    above: list[str] | None = None
    for line in lines:
        cells = [line[start:end].strip(" ") for start, end in found]
        rebuilt = _spell(cells, layout, padded) == line
        if not rebuilt or _DITTO in cells or cells[0][:2] == _RAW or "\t" in line:
            body.append(_RAW + line)
            raw += 1
            continue
        shown = [
            _DITTO if above and len(cell) >= _MIN_DITTO and cell == above[at] else cell
            for at, cell in enumerate(cells)
        ]
        row = "\t".join(shown)
        body.append(_RAW + line if row.startswith(_RAW) else row)
        above = cells if not row.startswith(_RAW) else above
    return body, raw
