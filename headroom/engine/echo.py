"""Pointers across messages: text that stands verbatim earlier in the request is not sent twice.

Two forms, both blocks without body lines:

    [headroom:same 0 lines; identical to message 3, which begins "total 96"]
    [headroom:earlier 0 lines; lines 12-80 of message 3, from "def run" to "return 0"]

Messages count from 1 as they stand in the request. A whole text may point at an earlier one in
whatever form that was sent; a span points only at text that stands verbatim in what is sent.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from zlib import crc32

from headroom.core import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SAME, EARLIER = "same", "earlier"
MIN_CHARS = 400
"""A span shorter than this costs about as much to point at as to repeat."""
_MIN_LINES = 6
_ANCHOR = 16
"""Shorter lines ("}", "return x") stand everywhere and anchor nothing."""
_EXCERPT = 40
_MAX_SPANS = 40
_MAX_MATCHES = 8
"""Earlier texts compared at one anchor: in a history of copies the first ones will do."""
_SAME = re.compile(r"identical to message (\d+)(?: part (\d+))?[,:]? ?.*", re.DOTALL)
_SPAN = re.compile(r"lines (\d+)-(\d+) of message (\d+)(?: part (\d+))?, from .*", re.DOTALL)


@dataclass(slots=True)
class Source:
    """An earlier text that may be pointed at."""

    message: int
    part: int
    text: str
    sent: str
    _digests: array[int] | None = None

    @property
    def label(self) -> str:
        """Name of the source in a pointer: message and part, both counted from 1."""
        return f"message {self.message}" + (f" part {self.part}" if self.part > 1 else "")

    @property
    def digests(self) -> array[int]:
        """What the distinctive lines hash to: few bytes to hold, and seldom the same by chance."""
        if self._digests is None:
            self._digests = array("L", set(map(_digest, _distinctive(self.text.split("\n")))))
        return self._digests

    def sent_as(self, text: str | None) -> Source:
        """Return the source of the same text in another form, None for its own."""
        return Source(self.message, self.part, self.text, self.text if text is None else text)


class _Indexed:
    """A source with its lines, and where each distinctive one stands first."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = source.text.split("\n")
        self.index: dict[str, int] = {}
        for number, line in enumerate(self.lines):
            if len(line) >= _ANCHOR:
                self.index.setdefault(line, number)


def _distinctive(lines: list[str]) -> set[str]:
    return {line for line in lines if len(line) >= _ANCHOR}


def _digest(line: str) -> int:
    return crc32(line.encode("utf-8", "surrogatepass"))


class Earlier:
    """The texts of a request so far, in reading order.

    Args:
        known: sources of the first texts, from an earlier request.
    """

    def __init__(self, known: Iterable[Source] = ()) -> None:
        self.sources = list(known)
        """One for each text, long or short."""
        self._long = [source for source in self.sources if len(source.text) >= MIN_CHARS]
        self._first: dict[str, Source] = {}
        for source in self._long:
            self._first.setdefault(source.text, source)
        self._indexed: dict[int, _Indexed] = {}
        self._parts: dict[int, int] = {source.message - 1: source.part for source in self.sources}

    def add(self, turn: int, text: str, sent: str) -> None:
        """Take note of a text of message `turn` (counted from 0) and the form it is sent in."""
        part = self._parts[turn] = self._parts.get(turn, 0) + 1
        source = Source(turn + 1, part, text, sent)
        self.sources.append(source)
        if len(text) >= MIN_CHARS:
            self._long.append(source)
            self._first.setdefault(text, source)

    def same(self, text: str) -> str | None:
        """Return a pointer to an identical earlier text, or None."""
        source = self._first.get(text) if len(text) >= MIN_CHARS else None
        if source is None:
            return None
        return fold.block(SAME, (), f"identical to {source.label}, which begins {_quote(text)}")

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return (start, end, pointer) for runs of the text's lines that stand earlier verbatim."""
        if len(text) < MIN_CHARS:
            return []
        lines = text.split("\n")
        anchors = _distinctive(lines)
        digests = set(map(_digest, anchors))
        alike = (
            self._index(source)
            for source in self._long
            if source.sent == source.text and not digests.isdisjoint(source.digests)
        )
        sources = [each for each in alike if not anchors.isdisjoint(each.index)]
        found: list[tuple[int, int, str]] = []
        at = 0
        while sources and at < len(lines) and len(found) < _MAX_SPANS:
            best = _longest(lines, at, sources) if len(lines[at]) >= _ANCHOR else None
            if best is None:
                at += 1
                continue
            source, start, there, count = best
            start, there, count = _backwards(lines, start, source, there, count, found)
            found.append((start, start + count, _pointer(source, there, count)))
            at = start + count
        return found

    def _index(self, source: Source) -> _Indexed:
        known = self._indexed.get(id(source))
        if known is None:
            known = self._indexed[id(source)] = _Indexed(source)
        return known


def resolve(block: fold.Block, texts: Callable[[int, int], str | None]) -> str | None:
    """Return what a pointer stands for, given `texts(message, part)`; None if it cannot be told."""
    if block.form == SAME:
        match = _SAME.fullmatch(block.note)
        return texts(int(match[1]), int(match[2] or 1)) if match else None
    match = _SPAN.fullmatch(block.note)
    whole = texts(int(match[3]), int(match[4] or 1)) if match else None
    if match is None or whole is None:
        return None
    lines = whole.split("\n")
    first, last = int(match[1]), int(match[2])
    return "\n".join(lines[first - 1 : last]) if 1 <= first <= last <= len(lines) else None


def _longest(
    lines: list[str], at: int, sources: list[_Indexed]
) -> tuple[_Indexed, int, int, int] | None:
    """Return the longest worthwhile match that has lines[at] as an anchor."""
    best, best_count = None, 0
    matches = (source for source in sources if lines[at] in source.index)
    for source in islice(matches, _MAX_MATCHES):
        there = source.index[lines[at]]
        count = _run(lines, at, source.lines, there)
        if count > best_count and _worth(lines, at, count):
            best, best_count = (source, at, there, count), count
    return best


def _run(lines: list[str], at: int, others: list[str], there: int) -> int:
    count, most = 0, min(len(lines) - at, len(others) - there)
    while count < most and lines[at + count] == others[there + count]:
        count += 1
    return count


def _worth(lines: list[str], at: int, count: int) -> bool:
    if count < _MIN_LINES:
        return False
    size = 0
    for line in lines[at : at + count]:
        size += len(line) + 1
        if size > MIN_CHARS:
            return True
    return False


def _backwards(
    lines: list[str],
    start: int,
    source: _Indexed,
    there: int,
    count: int,
    found: list[tuple[int, int, str]],
) -> tuple[int, int, int]:
    """Extend a match to the short lines before its anchor."""
    floor = found[-1][1] if found else 0
    while start > floor and there > 0 and lines[start - 1] == source.lines[there - 1]:
        start, there, count = start - 1, there - 1, count + 1
    return start, there, count


def _pointer(source: _Indexed, there: int, count: int) -> str:
    first, last = source.lines[there], source.lines[there + count - 1]
    note = (
        f"lines {there + 1}-{there + count} of {source.source.label}, "
        f"from {_quote(first)} to {_quote(last)}"
    )
    return fold.block(EARLIER, (), note)


def _quote(text: str) -> str:
    head = text.strip()[:_EXCERPT].split("\n", 1)[0].strip()
    return f'"{head}"'


def pointers(text: str) -> Iterator[fold.Block]:
    """Yield the pointer blocks that stand in a text."""
    for piece in fold.scan(text):
        if not isinstance(piece, str) and piece.form in (SAME, EARLIER):
            yield piece
