"""What an original says: whole, by lines, rows or path, or the passages that answer a question."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from headroom.ccr.bound import TOKENS, Bound
from headroom.ccr.rows.value import json_within, table, value_at
from headroom.ccr.search import search, unwrapped
from headroom.core.split import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headroom.ccr.judge import Judge

_ASK = re.compile(r"\s*(\d{1,12})\s*(?:-\s*(\d{1,12})\s*|:\s*(\d{1,12})\s*-\s*(\d{1,12})\s*)?")
_SAMPLE = 20_000
_UNBOUND = Bound()


def answer(
    original: str,
    *,
    query: str | None = None,
    lines: str | None = None,
    rows: str | None = None,
    path: str | None = None,
    bound: Bound = _UNBOUND,
) -> str:
    """Return the asked part of a text, or all of it, with no more tokens than its bound allows.

    A query is words, ids or "quoted strings"; it gives the best passages or records, in 800 tokens
    unless told. Lines read "40-88" or "3,7,40-88", counted from 1, and "5:1-900" for characters of
    line 5; rows "0-9", records of a list in JSON or JSON Lines, counted from 0; a path
    "items[3].name" or "items.3.name".

    Raises:
        ValueError: more than one thing is asked, or something that cannot be read or is not there.
    """
    if sum(part is not None for part in (query, lines, rows, path)) > 1:
        raise ValueError("ask for one of query, lines, rows and path, not for several")
    if query is not None:
        return matches(original, query, bound=bound)
    if rows is not None:
        write = _rows(unwrapped(original), rows)
    elif path is not None:
        write = partial(_cut, _value(unwrapped(original), path))
    else:
        whole = f"1-{original.count(chr(10)) + 1}"
        write = _lines(original, whole if lines is None else lines)
    return bound.fit(write, original[:_SAMPLE])


def _value(original: str, path: str) -> str:
    """Return what stands at a path of the JSON that most of the text is, or of all of it."""
    inner = json_within(original)
    try:
        return value_at(inner, path)
    except ValueError:
        if inner is not original:
            with suppress(ValueError):
                return value_at(original, path)
        raise


def matches(
    original: str,
    query: str,
    shown: Sequence[str] = (),
    bound: Bound = _UNBOUND,
    *,
    judge: Judge | None = None,
) -> str:
    """Return the passages or records of a text that answer a question, in 800 tokens unless told.

    Args:
        original: the text.
        query: words, ids or "quoted strings".
        shown: forms of it that readers got; what is in none or not in all of them comes first,
            most of all in an overview.
        bound: the limit.
        judge: what speaks for lines besides the words of the query.

    Raises:
        ValueError: the query is empty.
    """
    bound = Bound(bound.limit or TOKENS, bound.count)
    return bound.fit(search(original, query, shown, judge), original[:_SAMPLE])


def _cut(value: str, room: int) -> str:
    cut = f"{value[:room]}\n[cut, of {len(value)} characters; ask for a deeper path]"
    return value if len(value) <= room else cut


def _ranges(asked: str, what: str) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    """Yield the first and last item of each range and, where asked, the characters of it."""
    for part in asked.split(","):
        match = _ASK.fullmatch(part)
        if match is None:
            raise ValueError(f'{what} reads "40-88" or "3,7,40-88", not {asked[:60]!r}')
        first, last = int(match[1]), int(match[2] or match[1])
        within = (int(match[3]), int(match[4])) if match[3] else None
        if last < first or (within and not 0 < within[0] <= within[1]):
            raise ValueError(f"{what}: {part.strip()!r} runs backwards")
        yield first, last, within


def _lines(text: str, asked: str) -> Callable[[int], str]:
    ranges = list(_ranges(asked, "lines"))
    if any(first < 1 for first, _, _ in ranges):
        raise ValueError("lines are counted from 1")
    split = text.split("\n")
    size = count_of(split)

    def write(room: int) -> str:
        out = _Output(room, "line", 1)
        for first, last, within in ranges:
            if first > len(split):
                out.notes.append(f"there is no line {first}")
            elif within:
                out.piece(split[first - 1], first, within[0] - 1, within[1])
            else:
                end = min(last, len(split))
                if len(ranges) > 1:
                    out.write(f"line {first}:" if first == end else f"lines {first}-{end}:")
                out.run(split, first - 1, end - 1)
                if last > end:
                    out.notes.append(f"there is no line {size + 1}")
        return out.finish(f"the text has {size} lines")

    return write


def _rows(text: str, asked: str) -> Callable[[int], str]:
    ranges = list(_ranges(asked, "rows"))
    if any(within for _, _, within in ranges):
        raise ValueError('rows reads "0-9" or "3,7,40-88"; ask for a part of a row with path')
    known = table(json_within(text))
    if known is None or not known[1]:
        raise ValueError("there are no rows: no list of records in JSON; ask with lines or query")
    records = [f"{at}: {record}" for at, record in enumerate(known[1])]

    def write(room: int) -> str:
        out = _Output(room, "row", 0)
        for first, last, _ in ranges:
            out.run(records, first, min(last, len(records) - 1))
            if last >= len(records):
                out.notes.append(f"there is no row {max(first, len(records))}")
        return out.finish(f"there are {len(records)} rows, 0-{len(records) - 1}")

    return write


class _Output:
    """Items written one after the other until the room is used up."""

    def __init__(self, room: int, what: str, base: int) -> None:
        self._room, self._what, self._base = room, what, base
        self._parts: list[str] = []
        self._left: list[str] = []
        self.notes: list[str] = []
        """What the last line says."""

    def write(self, text: str) -> None:
        """Write something, unless what is asked before it did not fit."""
        if not self._left:
            self._parts.append(text)
            self._room -= len(text) + 1

    def run(self, items: Sequence[str], first: int, last: int) -> None:
        """Write items[first..last], as many as fit."""
        at = first
        while at <= last and not self._left and len(items[at]) <= self._room:
            self.write(items[at])
            at += 1
        if at <= last and not self._parts and self._base and self._room > 0:
            self.piece(items[at], at + 1, 0, len(items[at]))
            at += 1
        elif at <= last and not self._parts and not self._base:
            self.notes.append(f"row {at} is too long; ask for its parts with path")
            at += 1
        if self._base and last == len(items) - 1 and not items[last]:
            last -= 1  # What stands behind the last line break is no line.
        if at <= last:
            self._left.append(f"{at + self._base}-{last + self._base}")

    def piece(self, item: str, name: int, start: int, end: int) -> None:
        """Write characters start..end of one line, as many as fit."""
        if end > len(item):
            self.notes.append(f"line {name} has {len(item)} characters")
        end = min(end, len(item))
        fits = min(end, start + max(self._room, 0))
        if fits > start or not end:
            self.write(f"line {name}, characters {start + 1}-{fits}:")
            self.write(item[start:fits])
        if fits < end:
            self._left.append(f"{name}:{fits + 1}-{end}")

    def finish(self, size: str) -> str:
        """Return what was written and, where something is missing, a last line about it."""
        if self._left:
            left = ",".join(self._left)
            self.notes.append(f'left out for length: ask for {self._what}s="{left}"')
        if self.notes:
            self._parts.append(f"[{'; '.join([size, *self.notes[:5], *self.notes[5:][-1:]])}]")
        return "\n".join(self._parts)
