"""`SmartCrusher`: JSON as tables where it holds lists of records, else as compact JSON.

A block's first body line is the value as compact JSON in which "table N" stands for a table; the
tables follow, numbered in order of appearance. Where the whole value is one table, the first line
is that table's title. The header's note names the spelling of the original.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from headroom.core import fold
from headroom.core.types import Compressed, Grade
from headroom.detect.records import behind
from headroom.records import section
from headroom.records.legend import restore, share
from headroom.records.shape import ANY
from headroom.records.spelling import (
    COMPACT,
    MAX_DEPTH,
    Style,
    compact_writer,
    odd,
    parse,
    spell,
    style_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.fold import Block
    from headroom.core.types import Context
    from headroom.records.table import Column

_TABLE = re.compile(r"table [0-9]{1,6}")
_NAMED = re.compile(r"stand at the end, ([0-9]{1,6}) in all")
_READ, _BARE, _FOLLOWS, _NESTED = (
    "columns once",
    "those with = have no cells",
    "a=b: column a follows from column b",
    "a{b,c} is written [b,c]",
)
_IN_CELLS = {
    "an empty cell is a missing key": re.compile(r"(?:^|\t)(?=\t|$)", re.MULTILINE),
    '" repeats the cell above': re.compile(r'(?:^|\t)"(?=\t|$)', re.MULTILINE),
}
"""How tables are read; of what may stand in cells, only what does."""
_SPELLED = "; spelled "
_LINES = "lines, "
_BEHIND = "; behind "
_MAX_TABLE_DEPTH = 40


@dataclass(slots=True)
class _Tables:
    """The tables taken out of one value, and how its parts are dumped."""

    dump: Callable[[Any], str]
    asked: str = ""
    lines: list[str] = field(default_factory=list)
    count: int = 0
    rows: int = 0
    columns: list[Column] = field(default_factory=list)
    """Those of all of them."""

    @property
    def notes(self) -> list[str]:
        """What a reader of them has to know."""
        if not self.count:
            return []
        shown = "\n".join(self.lines)
        met = [said for said, sign in _IN_CELLS.items() if sign.search(shown)]
        bare = any(not column.has_cells for column in self.columns)
        nested = any(column.shape is not ANY for column in self.columns)
        follows = any(column.source is not None for column in self.columns)
        return [_READ, *[_BARE] * bare, *[_NESTED] * nested, *met, *[_FOLLOWS] * follows]

    def take(self, value: Any) -> str | None:
        """Put a value into a table if it is one; return what stands for it, or None."""
        number = self.count + 1
        make = section.encode_list if type(value) is list else section.encode_object
        made = make(number, value, self.dump, self.asked)
        if made is None:
            return None
        self.count, self.rows = number, self.rows + len(value)
        self.columns += made.columns
        self.lines += made.lines
        return f'"table {number}"'


class SmartCrusher:
    """Says the keys of records once, and what is the same in all of them once."""

    name: ClassVar[str] = "smart_crusher"
    forms: ClassVar[frozenset[str]] = frozenset({"json"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:
        """Return JSON (one value, or one a line) as tables or compact, whichever is shorter."""
        try:
            if text[:1] not in ("{", "["):
                return _behind(text, ctx)
            return _lines(text, ctx) if _is_lines(text) else _single(text, ctx)
        except (ValueError, RecursionError):
            return None

    def expand(self, block: Block) -> str:
        """Return the JSON text in its original spelling (or compact, if that was not regular).

        Raises:
            ValueError: the block is malformed.
        """
        spelled, _, words = block.note.rpartition(_SPELLED.strip())[2].partition(_BEHIND)
        before, spelled = json.loads(words) if words else "", spelled.strip()
        lines_only = spelled.startswith(_LINES)
        style = Style.parse(spelled.removeprefix(_LINES))
        named = _NAMED.search(block.note)
        lines, values = block.lines, []
        if named is not None:
            at = max(len(lines) - int(named[1]), 0)
            values = [parse(line.partition(": ")[2]) for line in lines[at:]]
            lines = lines[:at]
        value = _decode(lines)
        if values:
            value = restore(value, values)
        has_odd = odd(value)
        if not lines_only:
            return str(before) + spell(value, style, has_odd=has_odd)
        if type(value) is not list:
            raise ValueError("lines of JSON that are no list")
        return "\n".join(spell(item, style, has_odd=has_odd) for item in value)


def _is_lines(text: str) -> bool:
    first, _, second = text.partition("\n")
    return bool(second) and first[-1:] in "}]" and second[:1] == first[:1] and len(first) > 2


def _behind(text: str, ctx: Context) -> Compressed | None:
    """Return JSON that stands behind a few words, with the words in the note."""
    at = behind(text.partition("\n")[0])
    return _single(text[at:], ctx, text[:at]) if at else None


def _single(text: str, ctx: Context, before: str = "") -> Compressed | None:
    value = parse(text)
    if type(value) is not dict and type(value) is not list:
        return None
    has_odd = odd(value)
    style = style_of(text, value, has_odd=has_odd)
    grade, restores = Grade.EXACT, None
    if style is None:
        style, grade = COMPACT, Grade.VALUE
        restores = before + spell(value, has_odd=has_odd)
    spelled = f"{style}{_BEHIND}{json.dumps(before)}" if before else str(style)
    compact = text if style == COMPACT and restores is None else spell(value, has_odd=has_odd)
    promise = _Promise(spelled, grade, restores, known=compact is text and not before)
    return _best(value, compact, promise, ctx, has_odd=has_odd)


def _lines(text: str, ctx: Context) -> Compressed | None:
    originals = text.split("\n")
    values = [parse(line) for line in originals]
    has_odd = any(map(odd, values))
    style = style_of(originals[0], values[0], has_odd=has_odd)
    grade, restores = Grade.EXACT, None
    if style is None or any(
        spell(value, style, has_odd=has_odd) != line
        for value, line in zip(values, originals, strict=True)
    ):
        style, grade = COMPACT, Grade.VALUE
        restores = "\n".join(spell(value, has_odd=has_odd) for value in values)
    exact = style == COMPACT and restores is None
    compact = f"[{','.join(originals)}]" if exact else spell(values, has_odd=has_odd)
    spelled = f"{_LINES}{style}"
    promise = _Promise(spelled, grade, restores)
    return _best(values, compact, promise, ctx, has_odd=has_odd)


class _Promise(NamedTuple):
    """What a form will give back."""

    spelled: str
    """The style of the original, as the note names it."""
    grade: Grade
    restores: str | None
    known: bool = False
    """Whether the compact JSON is the original itself, of which the tokens are counted anyhow."""


def _best(
    value: Any, compact: str, promise: _Promise, ctx: Context, *, has_odd: bool
) -> Compressed | None:
    """Return the shorter of table and `compact` form, by counted tokens."""
    dump = compact_writer(has_odd=has_odd)
    plain = fold.block("json", [compact], f"compact{_SPELLED}{promise.spelled}")
    best, note = plain, "compact JSON"
    # With a header above it the JSON takes more tokens than without: most tables need be compared
    # with that only.
    fewest, least = (None, ctx.count(compact)) if promise.known else (ctx.count(plain), 0)
    variants = [(value, list[Any]()), *filter(None, [share(value, dump)])]
    for variant, values in variants:
        tables = _Tables(dump, ctx.query)
        skeleton = _skeleton(variant, tables, 0)
        if not tables.count and not values:
            continue
        body = tables.lines if skeleton == '"table 1"' else [skeleton, *tables.lines]
        body += [f"value {n}: {dump(each)}" for n, each in enumerate(values, 1)]
        notes = tables.notes
        notes += [_named(values)] if values else []
        text = fold.block("json", body, f"{'; '.join(notes)}{_SPELLED}{promise.spelled}")
        tokens = ctx.count(text)
        if fewest is None and tokens >= least:
            fewest = ctx.count(plain)
        if fewest is None or tokens < fewest:
            best, fewest = text, tokens
            note = f"{tables.rows} records in {tables.count} tables"
    return Compressed(best, promise.grade, promise.restores, note)


def _named(values: list[Any]) -> str:
    return f"values said more than once stand at the end, {len(values)} in all"


def _skeleton(value: Any, tables: _Tables, depth: int) -> str:
    """Return compact JSON with tables taken out.

    Raises:
        ValueError: a string of the value reads like the name of a table, or it nests too deeply.
    """
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if type(value) is dict or type(value) is list:
        if depth <= _MAX_TABLE_DEPTH and (named := tables.take(value)) is not None:
            return named
        if type(value) is dict:
            inner = (
                f"{tables.dump(k)}:{_skeleton(v, tables, depth + 1)}" for k, v in value.items()
            )
            return f"{{{','.join(inner)}}}"
        return f"[{','.join(_skeleton(v, tables, depth + 1) for v in value)}]"
    if type(value) is str and _TABLE.fullmatch(value):
        raise ValueError("a string reads like the name of a table")
    return tables.dump(value)


def _decode(lines: tuple[str, ...]) -> Any:
    if not lines:
        raise ValueError("a block of JSON without lines")
    whole = _TABLE.match(lines[0]) is not None
    tables: dict[str, Any] = {}
    at = 0 if whole else 1
    while at < len(lines):
        number, value, at = section.decode(lines, at)
        tables[f"table {number}"] = value
    return tables["table 1"] if whole else _filled(parse(lines[0]), tables)


def _filled(value: Any, tables: dict[str, Any]) -> Any:
    if type(value) is str:
        return tables.get(value, value)
    if type(value) is dict:
        return {key: _filled(item, tables) for key, item in value.items()}
    if type(value) is list:
        return [_filled(item, tables) for item in value]
    return value
