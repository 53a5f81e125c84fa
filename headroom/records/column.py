"""Columns of a table as a block shows them: in full, with dittos, or said once where they change.

    name<TAB>state=VA              the titles; "=" says the value that rows have
    20118                          a row: the cells of the other columns
    # state=MD                     from here on rows have that value
    21836<TAB>state=NC             this row alone has that value
    = 20121,a "b",c                a line as it was

Cells stand between tabs here; what stands between them is up to the caller.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import eq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DITTO = '"'
RAW = "= "
CHANGE = "# "
_MIN_RUN = 3
"""Rows in a row with a new value from which on a line of its own says it."""
_LONG, _SOME = 2_000, 500
"""Cells from which on equal ones are held once, if they are less than half of the first ones."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a block shows of one column."""

    title: str
    cells: list[str]
    """A cell for each row; none where the title says the value."""
    held: bool = False
    """Whether the title says the value."""
    changes: dict[int, str] = field(default_factory=dict)
    """Rows from which on the value is another."""
    exceptions: dict[int, str] = field(default_factory=dict)
    """Rows that alone have another value."""

    def shown(self, mark: str) -> str:
        """Return about what the column adds to the block, to be counted."""
        changes = "".join(f"\n{CHANGE}{text}" for text in self.changes.values())
        return mark.join([self.title, *self.cells, *self.exceptions.values()]) + changes


def as_is(column: Column) -> bool:
    """Whether a block shows all cells of a column as they were."""
    return not column.held and DITTO not in column.cells


class Reader:
    """Knows the values that columns have at the moment, and completes rows with them."""

    def __init__(self, head: Sequence[str], *, hoists: bool) -> None:
        parts = [cell.partition("=") if hoists else (cell, "", "") for cell in head]
        self.names = [name for name, _, _ in parts]
        self.held = {at: value for at, (_, mark, value) in enumerate(parts) if mark}
        self.open = [at for at in range(len(parts)) if at not in self.held]
        self.place = {self.names[at]: at for at in self.held}
        self.above: Sequence[str] = [""] * len(self.open)

    def change(self, settings: Sequence[str]) -> None:
        """Take "name=value" cells as the values from here on."""
        for setting in settings:
            name, _, value = setting.partition("=")
            if name not in self.place:
                raise ValueError("a value for a column that has none")
            self.held[self.place[name]] = value

    def row(self, cells: Sequence[str]) -> list[str]:
        """Return the values of all columns of a row."""
        width = len(self.open)
        if len(cells) < width:
            raise ValueError("a row with a wrong number of cells")
        own, apart = cells[:width], cells[width:]
        if DITTO in own:
            pairs = zip(own, self.above, strict=True)
            own = [above if cell == DITTO else cell for cell, above in pairs]
        self.above = own
        if not self.held and not apart:
            return list(own)
        values = [self.held.get(at, "") for at in range(len(self.names))]
        for at, cell in zip(self.open, own, strict=True):
            values[at] = cell
        for setting in apart:
            name, mark, value = setting.partition("=")
            if name not in self.place or not mark:
                raise ValueError("a row with a wrong number of cells")
            values[self.place[name]] = value
        return values


def render(
    lines: Sequence[str],
    rows: Sequence[Sequence[str] | None],
    columns: Sequence[Column],
    mark: str = "\t",
) -> list[str]:
    """Return the body of a block: the titles, then the rows of `lines` that follow the head."""
    body = [mark.join(column.title for column in columns)]
    shown = map(mark.join, zip(*(column.cells for column in columns if column.cells), strict=True))
    special = {row for column in columns for row in (*column.changes, *column.exceptions)}
    at = 0
    for line, row in zip(lines, rows, strict=True):
        if row is None:
            body.append(RAW + line)
            continue
        cells = next(shown)
        if at in special:
            changes = [column.changes[at] for column in columns if at in column.changes]
            if changes:
                body.append(CHANGE + mark.join(changes))
            apart = [column.exceptions[at] for column in columns if at in column.exceptions]
            cells = mark.join([cells, *apart])
        body.append(cells)
        at += 1
    return body


def restore(lines: Sequence[str], mark: str, *, hoists: bool) -> Iterator[list[str] | str]:
    """Yield the values of the head and of each row of a body, or a line as it was.

    Raises:
        ValueError: the body is malformed.
    """
    if not lines:
        raise ValueError("a table without columns")
    reader = Reader(lines[0].split(mark), hoists=hoists)
    yield reader.names
    for line in lines[1:]:
        if line.startswith(RAW):
            yield line[len(RAW) :]
        elif line.startswith(CHANGE) and reader.held:
            reader.change(line[len(CHANGE) :].split(mark))
        else:
            yield reader.row(line.split(mark))


def misread(row: Sequence[str]) -> bool:
    """Whether a cell would be taken for a mark."""
    if DITTO in row:
        return True
    # One search through all cells is far faster than one look at each.
    joined = "\n".join(["", *row])
    return f"\n{RAW}" in joined or f"\n{CHANGE}" in joined


def explain(columns: Sequence[Column]) -> list[str]:
    """Return what a reader of the block has to know about the columns."""
    notes = []
    held = [column for column in columns if column.held]
    if held:
        changed = any(column.changes for column in held)
        notes.append(
            "a column with = has that value in every row"
            + (' until a line "# column=value"' if changed else "")
            + (", but for rows that end with another" if any(c.exceptions for c in held) else "")
        )
    if any(DITTO in column.cells for column in columns):
        notes.append('" is the cell above')
    return notes


def plan(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    count: Callable[[str], int],
    mark: str = "\t",
    *,
    named: bool = True,
) -> list[Column]:
    """Return each column in the way that takes the fewest tokens.

    Values are said in the titles only where the head is `named`: where it holds names.
    """
    grid = list(zip(*rows, strict=True)) if rows else [()] * len(head)
    names = Counter(head)
    may_hold = named and len(rows) > 1 and not any("=" in name for name in head)
    made = [
        _column(name, cells, mark, count, may_hold=may_hold and names[name] == 1)
        for name, cells in zip(head, grid, strict=True)
    ]
    if rows and not any(column.cells for column in made):
        made[0] = Column(head[0], list(grid[0]))
    return made


def _column(
    name: str, cells: Sequence[str], mark: str, count: Callable[[str], int], *, may_hold: bool
) -> Column:
    if len(cells) > _LONG and len(set(cells[:_SOME])) * 2 < _SOME:
        # What is held once is compared without being looked at.
        cells = list(map(dict[str, str]().setdefault, cells, cells))
    plain = Column(name, list(cells))
    repeats = sum(map(eq, cells, cells[1:]))
    if repeats * 8 < len(cells):
        return plain
    options = [plain, Column(name, _dittoed(cells))]
    if may_hold:
        options.append(_held(name, cells))
    return min(options, key=lambda column: count(column.shown(mark)))


def _dittoed(cells: Sequence[str]) -> list[str]:
    """Return the cells with marks for repeats; a mark is no shorter than a single character."""
    pairs = pairwise(cells)
    dittoed = [DITTO if cell == above and len(cell) > 1 else cell for above, cell in pairs]
    return [*cells[:1], *dittoed]


def _held(name: str, cells: Sequence[str]) -> Column:
    """Return the column as a value that stays, the rows where it changes and the exceptions."""
    usual, uses = Counter(cells).most_common(1)[0]
    current = first = usual if uses * 2 >= len(cells) else cells[0]
    changes: dict[int, str] = {}
    exceptions: dict[int, str] = {}
    at = 0
    for value, run in groupby(cells):
        size = len(list(run))
        if value != current and size >= _MIN_RUN:
            changes[at] = f"{name}={value}"
            current = value
        elif value != current:
            exceptions.update(dict.fromkeys(range(at, at + size), f"{name}={value}"))
        at += size
    return Column(f"{name}={first}", [], held=True, changes=changes, exceptions=exceptions)
