"""Columns that another column of a row tells: the same, a part of it, or it with texts around.

    updated=created                 the same value
    name=path behind last "/"       what follows the last "/" of the other, or all of it without one
    day=time before "T"             what stands before the first "T"
    url="https://x.org/"+id+".md"   an address: the other between two texts; one may be missing

The value of the other column is taken as a string; a record that lacks it lacks both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.records.cell import BARE_KEY, MISSING, quote, read_path, show_path
from headroom.records.spelling import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Path = tuple[str, ...]

_PART = re.compile(r' (behind|before)( last)? ("(?:[^"\\]|\\.)*")')
_AROUND = re.compile(r'(?:("(?:[^"\\]|\\.)*")\+)?([^"+]+)(?:\+("(?:[^"\\]|\\.)*"))?')
_WORDS = {"true", "false", "null", "NaN", "Infinity"}
"""Keys that would read as the value of a column that is the same in every row."""
_SIGN_BEFORE = re.compile(r"[^\w]{1,4}\Z")
_SIGN_BEHIND = re.compile(r"[^\w]{1,4}")
_ADDRESS = "://"
"""Only addresses are put together from others: of what people read every word stays to be seen."""
_MOST_COLUMNS = 60
_MOST_FOLLOWS = 500
_MOST_AROUND = 200
_MIN_ROWS = 3
_MIN_PART = 2
"""Characters that a value has to have, in the first row, to be looked for in another."""
_WORTH = 3
"""Characters of cells that have to go for each one that the title takes."""


@dataclass(frozen=True, slots=True)
class Source:
    """How a column follows from another one."""

    path: Path
    """The column that it follows from."""
    side: str = ""
    """"behind" or "before", where it is a part of the other's values."""
    sign: str = ""
    last: bool = False
    before: str = ""
    after: str = ""

    def show(self) -> str:
        """Return what stands behind the name of the column and its "="."""
        name = show_path(self.path)
        if self.side:
            return f"{name} {self.side}{' last' if self.last else ''} {quote(self.sign)}"
        start = f"{quote(self.before)}+" if self.before else ""
        return f"{start}{name}{f'+{quote(self.after)}' if self.after else ''}"

    @property
    def is_same(self) -> bool:
        """Whether the values are those of the other column, of whichever type."""
        return not (self.side or self.before or self.after)

    def of(self, text: str) -> str:
        """Return the value that follows from a value of the other column."""
        if not self.side:
            return f"{self.before}{text}{self.after}"
        start, found, end = text.rpartition(self.sign) if self.last else text.partition(self.sign)
        if not found:
            return text
        return end if self.side == "behind" else start

    @classmethod
    def parse(cls, text: str) -> Source | None:
        """Return what a text says, or None where it says something else than a source.

        Raises:
            ValueError: it begins like one and is malformed.
        """
        around = _AROUND.fullmatch(text)
        if around is not None and (around[1] or around[3]):
            path, end = read_path(around[2])
            if end != len(around[2]):
                return None
            before, after = (str(parse(each)) if each else "" for each in (around[1], around[3]))
            return cls(path, before=before, after=after)
        if not BARE_KEY.match(text) or text in _WORDS:
            return None
        path, end = read_path(text)
        if end == len(text):
            return cls(path)
        part = _PART.fullmatch(text, end)
        if part is None:
            raise ValueError(f"a column that follows from no other: {text!r}")
        return cls(path, part[1], str(parse(part[3])), last=bool(part[2]))


@dataclass(frozen=True, slots=True)
class Told:
    """A column, as far as others may follow from it."""

    path: Path
    values: Sequence[Any]
    cells: Sequence[str]
    size: int
    """Characters of its cells as they would be shown."""


def sources(columns: Sequence[Told], asked: str = "") -> dict[Path, Source]:
    """Return the columns that follow from others, those of most characters first.

    A column that a question names keeps its cells, unless they all stand in another column.
    """
    columns = [each for each in columns[:_MOST_COLUMNS] if _may_be_named(each.path)]
    if len(columns) < 2 or len(columns[0].values) < _MIN_ROWS:
        return {}
    found = [*_same(columns), *_parts(columns, asked.casefold())]
    worth = [(told.size - _WORTH * len(source.show()), told, source) for told, source in found]
    chosen: dict[Path, Source] = {}
    for gain, told, source in sorted(worth, key=lambda each: -each[0]):
        if gain > 0 and told.path not in chosen and told.path not in _behind(source, chosen):
            chosen[told.path] = source
    return chosen


def in_order(follows: Mapping[Path, Source]) -> Iterator[tuple[Path, Source]]:
    """Yield columns with what they follow from, each after the one that it follows from.

    Raises:
        ValueError: columns follow from each other in a circle, or they are too many.
    """
    if len(follows) > _MOST_FOLLOWS:
        raise ValueError("more columns follow from others than a table has")
    for path, source in follows.items():
        chain = _behind(source, follows)
        if path in chain:
            raise ValueError(f"a column follows from itself: {source.show()}")
    ranked = sorted(follows, key=lambda path: len(_behind(follows[path], follows)))
    for path in ranked:
        yield path, follows[path]


def _behind(source: Source, follows: Mapping[Path, Source]) -> list[Path]:
    """Return the columns that one follows from: the next one, what that follows from, and so on."""
    chain = [source.path]
    while chain[-1] in follows and len(chain) <= len(follows):
        chain.append(follows[chain[-1]].path)
    return chain


def _may_be_named(path: Path) -> bool:
    return all(map(BARE_KEY.fullmatch, path)) and (len(path) > 1 or path[0] not in _WORDS)


def _same(columns: Sequence[Told]) -> Iterator[tuple[Told, Source]]:
    firsts: dict[tuple[str, ...], Path] = {}
    for each in columns:
        first = firsts.setdefault(tuple(each.cells), each.path)
        if first is not each.path:
            yield each, Source(first)


def _parts(columns: Sequence[Told], asked: str) -> Iterator[tuple[Told, Source]]:
    """Yield the columns that are a part of another, or hold all of another and fixed texts."""
    texts = [(each, found) for each in columns if (found := _texts(each.values))]
    for told, (row, own) in texts:
        if type(told.values[row]) is not str or len(own) < _MIN_PART:
            continue
        named = bool(asked) and told.path[-1].casefold() in asked
        for other, (at, text) in texts:
            if at != row or other is told or text == own:
                continue
            if own in text:
                options = _cuts(other.path, text, own)
            elif text in own and _ADDRESS in own and not named:
                options = _rounds(other.path, text, own)
            else:
                continue
            for source in options:
                if _holds(source, told.values, other.values):
                    yield told, source
                    break


def _texts(values: Sequence[Any]) -> tuple[int, str] | None:
    """Return the first row with a value, and that, where all are strings or whole numbers."""
    kinds = set(map(type, values)) - {type(MISSING)}
    if not kinds or not kinds <= {str, int}:
        return None
    row = next(at for at, value in enumerate(values) if value is not MISSING)
    return row, str(values[row])


def _cuts(path: Path, text: str, own: str) -> Iterator[Source]:
    """Yield how a value may be cut out of another that holds it."""
    if text.endswith(own):
        sign = _SIGN_BEFORE.search(text, 0, len(text) - len(own))
        for each in _signs(sign and sign[0], -1):
            yield Source(path, "behind", each, last=True)
            yield Source(path, "behind", each)
    if text.startswith(own):
        sign = _SIGN_BEHIND.match(text, len(own))
        for each in _signs(sign and sign[0], 0):
            yield Source(path, "before", each)
            yield Source(path, "before", each, last=True)


def _signs(sign: str | None, near: int) -> Iterator[str]:
    """Yield the signs between two parts of a value: all that stand there, and the nearest one."""
    if sign:
        yield sign
        if len(sign) > 1:
            yield sign[near]


def _rounds(path: Path, text: str, own: str) -> Iterator[Source]:
    """Yield what may stand around a value in another that holds it."""
    for at in {own.find(text), own.rfind(text)}:
        before, after = own[:at], own[at + len(text) :]
        if len(before) + len(after) <= _MOST_AROUND:
            yield Source(path, before=before, after=after)


def _holds(source: Source, values: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether each value follows, as a string, from the other one in its row."""
    return all(
        value is other if value is MISSING or other is MISSING else value == source.of(str(other))
        for value, other in zip(values, others, strict=True)
    )
