"""Sections: a list of items, or an object of records, as numbered table lines; kinds told apart.

table 1: 3 rows                         id<TAB>name, then a line a record
table 2: 4 entries by key               the first cell of each row is the key
table 2: 4 entries by user.id           the cell in that column is the key, too
table 3: 9 rows of 2 kinds              a line of columns for each kind, after its name and
": "; every row begins with the name of its kind
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from headroom.records.cell import BARE_KEY, DITTO, quote, read, read_path, show, show_path
from headroom.records.shape import ANY, Shape, infer_record
from headroom.records.spelling import parse
from headroom.records.table import RAW, Column, columns_of, decode_rows, encode_rows, value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    Dump = Callable[[Any], str]

_TITLE = re.compile(
    r"table ([0-9]{1,6}): ([0-9]{1,9}) "
    r"(?:rows?( of [0-9]{1,3} kinds)?|entr(?:y|ies) by ([A-Za-z_$@][\w$@.-]*))",
    re.ASCII,
)
_KEY = "key"
"""What entries are by whose keys stand in no column."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,39}", re.ASCII)
_MIN_ROWS = 3
_MAX_KINDS = 12
_MAX_RAW = 0.25
"""Share of items that may stand as raw JSON in a table."""


class Section(NamedTuple):
    """The lines of a table, its title first."""

    lines: list[str]
    columns: Sequence[Column]
    """Those of all its kinds."""


def encode_list(number: int, items: Sequence[Any], dump: Dump, asked: str = "") -> Section | None:
    """Return a table of the items, or None where they are no records.

    What the question `asked` names is shown as it is where it stands in no other column.
    """
    dicts = [item for item in items if type(item) is dict]
    if len(dicts) < _MIN_ROWS or len(items) - len(dicts) > _MAX_RAW * len(items):
        return None
    options = [_one_kind(number, items, dicts, dump, asked)]
    groups = Counter(map(_signature, dicts))
    if len(groups) > 1:
        options.append(_many_kinds(number, items, groups, dump, asked))
    found = [made for made in options if made is not None]
    return min(found, key=lambda made: sum(map(len, made.lines)), default=None)


def encode_object(
    number: int, value: dict[str, Any], dump: Dump, asked: str = ""
) -> Section | None:
    """Return a table with a row for each key, or None where values are no records."""
    if len(value) < _MIN_ROWS + 1 or any(type(item) is not dict for item in value.values()):
        return None
    records = list(value.values())
    shape = infer_record(records, dump)
    if shape.fields is None:
        return None
    columns, rows = encode_rows(columns_of(shape), records, dump, asked)
    by = _keyed(columns, value)
    if by is None:
        keys = [show(key, ANY, dump) for key in value]
        cells = any(column.has_cells for column in columns)
        rows = [f"{key}\t{row}" if cells else key for key, row in zip(keys, rows, strict=True)]
    title = f"table {number}: {len(value)} entries by {by or _KEY}"
    return Section([title, _heads(columns), *rows], columns)


def _keyed(columns: Sequence[Column], value: dict[str, Any]) -> str | None:
    """Return the name of the column in which each record says the key that it stands under."""
    for column in columns:
        name = show_path(column.path)
        if not column.has_cells or column.shape is not ANY or column.ending:
            continue
        if name != _KEY and all(map(BARE_KEY.fullmatch, column.path)):
            said = [value_at(record, column.path) for record in value.values()]
            if said == list(value) and set(map(type, said)) == {str}:
                return name
    return None


def _one_kind(
    number: int, items: Sequence[Any], dicts: Sequence[dict[str, Any]], dump: Dump, asked: str
) -> Section | None:
    shape = infer_record(dicts, dump)
    if shape.fields is None:
        return None
    columns, rows = encode_rows(columns_of(shape), dicts, dump, asked, _below(items, dicts))
    following = iter(rows)
    lines = [next(following) if type(item) is dict else RAW + dump(item) for item in items]
    title = f"table {number}: {len(items)} {_noun(len(items))}"
    return Section([title, _heads(columns), *lines], columns)


def _below(items: Sequence[Any], some: Sequence[Any]) -> AbstractSet[int]:
    """Return the numbers of those of `some` items above which another item stands in the list."""
    if len(some) == len(items):
        return frozenset()
    own = set(map(id, some))
    places = [at for at, item in enumerate(items) if id(item) in own]
    return {n for n, (above, at) in enumerate(pairwise(places), 1) if at > above + 1}


def _heads(columns: Sequence[Column]) -> str:
    return "\t".join(column.show() for column in columns)


def _many_kinds(
    number: int, items: Sequence[Any], groups: Counter[Any], dump: Dump, asked: str
) -> Section | None:
    kinds = [signature for signature, count in groups.items() if count >= _MIN_ROWS]
    raw = len(items) - sum(groups[signature] for signature in kinds)
    if not 1 < len(kinds) <= _MAX_KINDS or raw > _MAX_RAW * len(items):
        return None
    members = {
        signature: [i for i in items if type(i) is dict and _signature(i) == signature]
        for signature in kinds
    }
    tables = []
    for signature in kinds:
        shape = infer_record(members[signature], dump)
        if shape.fields is None:
            return None
        some = members[signature]
        tables.append(encode_rows(columns_of(shape), some, dump, asked, _below(items, some)))
    names = _names([columns for columns, _ in tables])
    heads = [f"{name}: {_heads(columns)}" for name, (columns, _) in zip(names, tables, strict=True)]
    rows = {s: _named(n, t) for s, n, t in zip(kinds, names, tables, strict=True)}
    lines = []
    for item in items:
        signature = _signature(item) if type(item) is dict else None
        lines.append(next(rows[signature]) if signature in rows else RAW + dump(item))
    title = f"table {number}: {len(items)} {_noun(len(items))} of {len(kinds)} kinds"
    return Section([title, *heads, *lines], [each for columns, _ in tables for each in columns])


def _named(name: str, table: tuple[list[Column], list[str]]) -> Iterator[str]:
    columns, rows = table
    cells = any(column.has_cells for column in columns)
    return iter([f"{name}\t{row}" if cells else name for row in rows])


def _signature(record: dict[str, Any]) -> Any:
    """Return what two records of one kind share: their keys, and those of the objects in them."""
    if dict not in map(type, record.values()):
        return tuple(record)
    return tuple(
        (key, tuple(value)) if type(value) is dict else key for key, value in record.items()
    )


def _names(kinds: Sequence[Sequence[Column]]) -> list[str]:
    """Return a name for each kind: a constant that tells them apart, or a letter."""
    first = [column.path for column in kinds[0] if column.const is not None]
    for path in first:
        texts = [
            next((c.const for c in columns if c.path == path and c.const is not None), None)
            for columns in kinds
        ]
        names = [text.strip('"') for text in texts if text is not None]
        if len(set(names)) == len(kinds) and all(_NAME.fullmatch(name) for name in names):
            return names
    return [chr(ord("A") + n) for n in range(len(kinds))]


def _noun(count: int) -> str:
    return "row" if count == 1 else "rows"


def decode(lines: Sequence[str], at: int) -> tuple[int, Any, int]:
    """Return the number and the value of the section at `lines[at]`, and where the next begins.

    Raises:
        ValueError: the section is malformed.
    """
    match = _TITLE.fullmatch(lines[at])
    if match is None:
        raise ValueError(f"no table begins with {lines[at][:80]!r}")
    count = int(match[2])
    heads = int(match[3].split()[1]) if match[3] else 1
    start = at + 1 + heads
    rows = lines[start : start + count]
    if len(rows) != count:
        raise ValueError(f"table {match[1]} has {len(rows)} rows, not {count}")
    columns = lines[at + 1 : start]
    if match[4]:
        value: Any = _decode_object(match[4], columns[0], rows)
    elif match[3]:
        value = _decode_kinds(columns, rows)
    else:
        value = _decode_rows(_parse_columns(columns[0]), rows)
    return int(match[1]), value, start + count


def _parse_columns(line: str) -> list[Column]:
    return [Column.parse(name) for name in line.split("\t")] if line else []


def _decode_rows(columns: list[Column], rows: Sequence[str]) -> list[Any]:
    records = iter(decode_rows(columns, [row for row in rows if not row.startswith(RAW)]))
    return [parse(row[len(RAW) :]) if row.startswith(RAW) else next(records) for row in rows]


def _decode_object(by: str, line: str, rows: Sequence[str]) -> dict[str, Any]:
    if by == _KEY:
        pairs = [row.partition("\t") for row in rows]
        records = decode_rows(_parse_columns(line), [rest for _, _, rest in pairs])
        keys = [read(key, ANY) for key, _, _ in pairs]
    else:
        records = decode_rows(_parse_columns(line), rows)
        path, _ = read_path(by)
        try:
            keys = [value_at(record, path) for record in records]
        except TypeError as error:
            raise ValueError(f"no record has {by!r}") from error
    if not all(type(key) is str for key in keys):
        raise ValueError("a key is no string")
    return dict(zip(keys, records, strict=True))


def _decode_kinds(heads: Sequence[str], rows: Sequence[str]) -> list[Any]:
    grouped: dict[str, tuple[list[Column], list[str]]] = {}
    for head in heads:
        name, _, line = head.partition(": ")
        grouped[name] = (_parse_columns(line), [])
    order = []
    for row in rows:
        name, _, rest = row.partition("\t")
        if row.startswith(RAW):
            order.append(("", parse(row[len(RAW) :])))
            continue
        if name not in grouped:
            raise ValueError(f"a row of no kind: {row[:80]!r}")
        grouped[name][1].append(rest)
        order.append((name, None))
    made = {name: iter(decode_rows(*table)) for name, table in grouped.items()}
    return [next(made[name]) if name else item for name, item in order]


__all__ = ["DITTO", "Shape", "decode", "encode_list", "encode_object", "quote"]
