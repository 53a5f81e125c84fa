r"""Tables: a list of records as one line of columns and one line a record, and back.

    id<TAB>user.name<TAB>kind="Pod"<TAB>tags[{key,value}]
    17<TAB>Ada<TAB>[["env","prod"]]

A column with "=" has no cell: it holds the same value in every record, or follows from another
column (see `headroom.records.derived`). Dots lead into nested
objects. Braces after a name say which keys the values of its lists are for. `+"\n"` after a name
is an ending that all its values share. A row that begins with "= " is one item as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.records.cell import (
    DITTO,
    MISSING,
    quote,
    read,
    read_fields,
    read_path,
    show_all,
    show_fields,
    show_path,
)
from headroom.records.derived import Source, Told, in_order, sources
from headroom.records.shape import ANY, Field, Shape
from headroom.records.spelling import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Set as AbstractSet

RAW = "= "
_ENDING = "\n"
_MIN_DITTO = 5
"""Characters that a repeated cell has on average before a ditto mark reads better than it."""
_DITTO_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: where its values stand in a record and what they are."""

    path: tuple[str, ...]
    shape: Shape = ANY
    const: str | None = None
    ending: str = ""
    source: Source | None = None

    @property
    def has_cells(self) -> bool:
        """Whether each row has a cell of the column."""
        return self.const is None and self.source is None

    def show(self) -> str:
        """Return the column as the table's first line names it."""
        name = show_path(self.path)
        if self.const is not None:
            return f"{name}={self.const}"
        if self.source is not None:
            return f"{name}={self.source.show()}"
        if self.ending:
            return f"{name}+{quote(self.ending)}"
        return name + show_fields(self.shape)

    @classmethod
    def parse(cls, text: str) -> Column:
        """Return the column that a name stands for.

        Raises:
            ValueError: the name is malformed.
        """
        path, at = read_path(text)
        mark = text[at : at + 1]
        if mark == "=":
            source = Source.parse(text[at + 1 :])
            if source is not None:
                return cls(path, source=source)
            parse(text[at + 1 :])
            return cls(path, const=text[at + 1 :])
        if mark == "+":
            return cls(path, ending=str(parse(text[at + 1 :])))
        shape, at = read_fields(text, at)
        if at != len(text):
            raise ValueError(f"a column's name goes on after its fields: {text!r}")
        return cls(path, shape)


def columns_of(shape: Shape) -> list[Column]:
    """Return the columns of a record shape, nested objects that are always there flattened."""
    return list(_columns(shape.fields or (), ()))


def _columns(fields: Iterable[Field], base: tuple[str, ...]) -> Iterable[Column]:
    for field in fields:
        path = (*base, field.key)
        if field.const is not None:
            yield Column(path, const=field.const)
        elif field.shape.fields is not None and not field.shape.many and field.always:
            yield from _columns(field.shape.fields, path)
        else:
            yield Column(path, field.shape)


def encode_rows(
    columns: Sequence[Column],
    records: Sequence[dict[str, Any]],
    dump: Callable[[Any], str],
    asked: str = "",
    fresh: AbstractSet[int] = frozenset(),
) -> tuple[list[Column], list[str]]:
    """Return the columns as they are shown and the row of each record.

    What a question names (`asked`) is shown as it is where it stands nowhere else. Rows that are
    `fresh`, by their numbers, will stand below something else than the row before them.
    """
    values: list[list[Any]] = []
    grid: list[list[str]] = []
    for column in columns:
        made = [] if column.const is not None else [value_at(each, column.path) for each in records]
        values.append(made)
        grid.append(show_all(made, column.shape, dump))
    shown: list[Column] = []
    rows: list[Sequence[str]] = []
    dittoed = [_dittoed(cells, fresh) for cells in grid]
    sizes = [sum(map(len, cells)) + len(cells) for cells in dittoed]
    follows = _follows(columns, values, grid, sizes, asked)
    for column, held, cells in zip(columns, values, dittoed, strict=True):
        if column.const is not None:
            shown.append(column)
        elif column.path in follows:
            shown.append(Column(column.path, source=follows[column.path]))
        elif column.shape is ANY and _all_end(held):
            shown.append(Column(column.path, ending=_ENDING))
            cut = show_all([v[: -len(_ENDING)] for v in held], ANY, dump)
            rows.append(_dittoed(cut, fresh))
        else:
            shown.append(column)
            rows.append(cells)
    if not rows:
        return shown, [""] * len(records)
    return shown, ["\t".join(cells) for cells in zip(*rows, strict=True)]


def _follows(
    columns: Sequence[Column],
    values: Sequence[Sequence[Any]],
    grid: Sequence[Sequence[str]],
    sizes: Sequence[int],
    asked: str,
) -> dict[tuple[str, ...], Source]:
    """Return the columns of values of any kind that follow from others."""
    told = [
        Told(column.path, held, cells, size)
        for column, held, cells, size in zip(columns, values, grid, sizes, strict=True)
        if column.const is None and column.shape is ANY
    ]
    return sources(told, asked)


def value_at(record: Any, path: tuple[str, ...]) -> Any:
    """Return the value to which some keys lead in a record, or `MISSING`."""
    for key in path:
        if key not in record:
            return MISSING
        record = record[key]
    return record


def _all_end(values: list[Any]) -> bool:
    return len(values) > 2 and all(type(v) is str and v.endswith(_ENDING) for v in values)


def _dittoed(cells: Sequence[str], fresh: AbstractSet[int]) -> Sequence[str]:
    """Return the cells with repeats of the cell above as ditto marks, where that pays."""
    pairs = zip(cells[1:], cells, strict=False)
    repeated = [n for n, (cell, above) in enumerate(pairs, 1) if cell == above]
    if fresh:
        repeated = [n for n in repeated if n not in fresh]
    size = sum(len(cells[n]) for n in repeated)
    if len(repeated) < _DITTO_SHARE * len(cells) or size < _MIN_DITTO * len(repeated) or not size:
        return cells
    made = list(cells)
    for n in repeated:
        if len(cells[n]) > 1:
            made[n] = DITTO
    return made


def decode_rows(columns: Sequence[Column], rows: Iterable[str]) -> list[dict[str, Any]]:
    """Return the records of some rows.

    Raises:
        ValueError: a row does not fit the columns.
    """
    open_columns = [column for column in columns if column.has_cells]
    derived = list(in_order({c.path: c.source for c in columns if c.source is not None}))
    above: list[Any] = [MISSING] * len(open_columns)
    constants = {c.path: parse(c.const) for c in columns if c.const is not None}
    records = []
    for row in rows:
        cells = row.split("\t") if open_columns else []
        if len(cells) != len(open_columns) or (not open_columns and row):
            raise ValueError(f"a row has {len(cells)} cells, not {len(open_columns)}: {row[:80]!r}")
        texts = [old if cell == DITTO else cell for cell, old in zip(cells, above, strict=True)]
        above = texts
        own = {
            column.path: _read(text, column)
            for column, text in zip(open_columns, texts, strict=True)
        }
        for path, source in derived:
            own[path] = _derived(source, own)
        record: dict[str, Any] = {}
        for column in columns:
            known = constants if column.const is not None else own
            _put(record, column.path, known[column.path])
        records.append(record)
    return records


def _read(text: str, column: Column) -> Any:
    value = read(text, column.shape)
    if column.ending:
        value = (str(value) if value is not MISSING else "") + column.ending
    return value


def _derived(source: Source, own: dict[tuple[str, ...], Any]) -> Any:
    """Return a value that follows from another one of its row.

    Raises:
        ValueError: there is no such column.
    """
    if source.path not in own:
        raise ValueError(f"a column follows from {source.show()}, which has no cells")
    value = own[source.path]
    if value is MISSING or source.is_same:
        return value
    return source.of(str(value))


def _put(record: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set a value; the objects on its path come into being even where it is missing."""
    for key in path[:-1]:
        record = record.setdefault(key, {})
        if type(record) is not dict:
            raise ValueError(f"two columns disagree about {key!r}")
    if value is not MISSING:
        record[path[-1]] = value
