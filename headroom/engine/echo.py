"""Pointers across messages: text that stands verbatim earlier in the request is not sent twice.

Two forms, both blocks without body lines:

    [headroom:same 0 lines; identical to message 3, which begins "total 96"]
    [headroom:earlier 0 lines; lines 12-80 of message 3 (cat a.py), from "def run" to "return 0"]

Messages count from 1 as they stand in the request; in brackets stands which call brought one. A
whole text may point at an earlier one in whatever form that was sent; a span points at lines as
they are sent, and at those of a page whose handles stand there in short. Where a file is read again
with other line numbers, or with and without, the pointer says so: `numbered from "12: "`,
`renumbered from "12: "`, `without their numbers`; where a search numbered them, also which are its
hits: `numbered from "12-", ":" behind 15,18`.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from headroom.core import fold
from headroom.engine import numbered
from headroom.engine.source import ANCHOR, EARLIER, SAME, Source, Traces, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Set as AbstractSet

T = TypeVar("T")
Run = tuple[int, int, T | None]
"""First line of a run, the line behind it, and what stands for it."""

MIN_CHARS = 400
"""A span shorter than this costs about as much to point at as to repeat."""
_MIN_LINES = 6
_EXCERPT = 40
_TELLING = 8
"""Characters of a line by which it is found again: a bracket is not."""
_MAX_SPANS = 40
_MAX_MATCHES = 8
"""Earlier texts compared at one anchor: in a history of copies the first ones will do."""
_INSISTED = 0.8
"""Share of a text's lines that were pointed at before when it is asked for once more."""
_SCANNED, _ORIGIN = 400, 60
"""Characters of a call that tell the reader which one it was."""
_SAME = re.compile(r"identical to message (\d+)(?: part (\d+))?\b.*", re.DOTALL)
_SPAN = re.compile(r"lines (\d+)-(\d+) of message (\d+)(?: part (\d+))?\b.*", re.DOTALL)
_NUMBERED = re.compile(
    r', (re)?numbered from "([^"]+)"(?:, ":" behind ([\d,]+))?, from ".*', re.DOTALL
)
_WITHOUT = ", without their numbers"


def shared(lines: Sequence[str], marks: Sequence[int | None], known: AbstractSet[int]) -> set[int]:
    """Return the lines at which a pointer may begin, going by the hashes of lines alone.

    What is worth a pointer stands in a run of lines each of which is short or known. Lists of
    records share single lines with all others of their kind, and no run.

    Args:
        lines: a text.
        marks: the hash of each of its distinctive lines, None for a short one.
        known: what the lines of earlier texts hash to.
    """
    found: set[int] = set()
    start = 0
    for end, mark in enumerate([*marks, 0]):
        if end < len(marks) and (mark is None or mark in known):
            continue
        if end - start >= _MIN_LINES and _worth(lines, start, end - start):
            found.update(range(start, end))
        start = end + 1
    return found


def runs(
    lines: list[str],
    marks: Sequence[int | None],
    near: AbstractSet[int],
    sources: list[Source],
    make: Callable[[Source, int, int, int], Run[T]],
) -> list[tuple[int, int, T]]:
    """Return the runs of a text's lines that stand in earlier ones, in order, no more than some.

    Args:
        lines: the text.
        marks: the hash of each of its distinctive lines, None for a short one.
        near: the lines at which a run may begin, as `shared` tells them.
        sources: the earlier texts; of equal runs the first one counts.
        make: is given one of them, where a run starts here and there, and its lines; returns the
            part of it that is taken, and what stands for it, None for nothing.
    """
    found: list[tuple[int, int, T]] = []
    at = 0
    while near and sources and at < len(lines) and len(found) < _MAX_SPANS:
        best = _longest(lines, at, sources) if at in near and marks[at] is not None else None
        if best is None:
            at += 1
            continue
        source, start, there, count = best
        floor = found[-1][1] if found else 0
        start, end, made = make(source, *_backwards(lines, start, source, there, count, floor))
        if made is not None:
            found.append((start, end, made))
        at = max(at + 1, end)
    return found


class Earlier:
    """The texts of a request so far, in reading order.

    Args:
        known: sources of the first texts, from an earlier request.
        traces: of their lines.
    """

    def __init__(self, known: Iterable[Source] = (), traces: Traces | None = None) -> None:
        self._traces = traces or Traces()
        self.sources: list[Source] = []
        """One for each text, those included at which nothing points."""
        self._long: list[Source] = []
        self._cut: list[Source] = []
        """Those of which parts were left out since the user spoke last, as they were before."""
        self._first: dict[str, Source] = {}
        self._parts: dict[int, int] = {}
        self._asked: set[str] = set()
        """Lines that were only pointed at when they were read last."""
        self._traced = 0
        """How many of the long sources have left traces."""
        for number, source in enumerate(known):
            self._take(source)
            if number < self._traces.covers:
                self._traced = len(self._long)

    def add(
        self,
        turn: int,
        text: str,
        sent: str,
        origin: str | None = None,
        *,
        lasting: bool = True,
        asks: bool = False,
    ) -> None:
        """Take note of a text of message `turn` (counted from 0) and the form it is sent in.

        Args:
            turn: the message.
            text: the original.
            sent: its form.
            origin: the call that brought it.
            lasting: whether it stays in front of the reader; thinking may not.
            asks: whether the user says it.
        """
        lasting = lasting and len(text) >= MIN_CHARS
        brief = _brief(origin) if lasting else ""
        part = self._parts.get(turn, 0) + 1
        self._take(Source(turn + 1, part, text, sent, brief, lasting, asks))

    def _take(self, source: Source) -> None:
        self._parts[source.message - 1] = source.part
        self.sources.append(source)
        if source.asks:
            self._cut.clear()
        if source.points:
            self._asked.update(source.text.split("\n"))
        if self._asked:
            self._asked.difference_update(source.sent.split("\n"))
        if source.lasting:
            if source.whole is not None:
                self._cut.append(source.whole)
            self._long.append(source)
            known = self._first.setdefault(source.text, source)
            if source.whole is not None and known.whole is not None:
                self._first[source.text] = source  # What was shown of it last counts.

    def insisted(self, text: str) -> bool:
        """Whether most of a text was pointed at when it was read last: the reader wants it here."""
        lines = [line for line in text.split("\n") if len(line) >= ANCHOR]
        return sum(line in self._asked for line in lines) > _INSISTED * len(lines)

    def cut(self) -> list[Source]:
        """Return, as they were, the newest texts of which parts were left out, in order."""
        return self._cut[-_MAX_MATCHES:]

    def same(self, text: str, *, verbatim: bool = False) -> str | None:
        """Return a pointer to an identical earlier text, or None; to a `verbatim` one if asked."""
        source = self._first.get(text) if len(text) >= MIN_CHARS else None
        if source is None or (verbatim and source.sent != text):
            return None
        if source.whole is not None and not any(source.whole is each for each in self._cut):
            return None  # What was left out of it was so for another question.
        return fold.block(SAME, (), f"identical to {source.label}, which begins {_quote(text)}")

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return (start, end, pointer) for runs of the text's lines that stand earlier as sent."""
        if not self._long or len(text) < MIN_CHARS:
            return []
        written = text.split("\n")
        lines = numbered.bare(written) or written
        marks = [hash(line) if len(line) >= ANCHOR else None for line in lines]
        fresh = (source.digests for source in self._long[self._traced :])
        near = shared(lines, marks, self._traces.found(marks).union(*fresh))
        if not near:
            return []
        wanted = set(marks)
        alike = [source for source in self._long if not wanted.isdisjoint(source.digests)]
        anchors = {line for line, mark in zip(lines, marks, strict=True) if mark is not None}
        sources = [each for each in alike if not anchors.isdisjoint(each.index)]
        used: list[Source] = []

        def pointed(source: Source, start: int, there: int, count: int) -> Run[str]:
            if lines is not written:
                start, there, count = _within_numbers(written, start, there, count)
            named = any(source is each for each in used)
            shown = written[start : start + count]
            pointer = _pointer(source, there, shown, named=named) if count else None
            if pointer:
                used.append(source)
            return start, start + count, pointer

        return runs(lines, marks, near, sources, pointed)


def resolve(
    block: fold.Block,
    texts: Callable[[int, int], str | None],
    sent: Callable[[int, int], str | None] | None = None,
) -> str | None:
    """Return what a pointer stands for; None if it cannot be told.

    Args:
        block: the pointer.
        texts: the original of a message's part, both counted from 1.
        sent: the form in which that part is sent, where that is another.
    """
    if block.form == SAME:
        match = _SAME.fullmatch(block.note)
        return texts(int(match[1]), int(match[2] or 1)) if match else None
    match = _SPAN.fullmatch(block.note)
    whole = (sent or texts)(int(match[3]), int(match[4] or 1)) if match else None
    if match is None or whole is None:
        return None
    lines = lines_of(whole)
    first, last = int(match[1]), int(match[2])
    if not 1 <= first <= last <= len(lines):
        return None
    return "\n".join(_as_written(lines[first - 1 : last], block.note))


def _as_written(lines: list[str], note: str) -> list[str]:
    """Return the lines with the numbers that a pointer's note gives or takes."""
    match = _NUMBERED.search(note)
    if match is not None:
        plain = numbered.without(lines) if match[1] else lines
        hits = [int(number) for number in (match[3] or "").split(",") if number]
        return numbered.counted(plain, match[2], hits)
    return numbered.without(lines) if f"{_WITHOUT}, from " in note else lines


def _longest(
    lines: list[str], at: int, sources: list[Source]
) -> tuple[Source, int, int, int] | None:
    """Return the longest worthwhile match that has lines[at] as an anchor."""
    best, best_count = None, 0
    matches = (source for source in sources if lines[at] in source.index)
    for source in islice(matches, _MAX_MATCHES):
        there = source.index[lines[at]]
        count = _run(lines, at, source.bare, there)
        if count > best_count and _worth(lines, at, count):
            best, best_count = (source, at, there, count), count
    return best


def _run(lines: list[str], at: int, others: list[str], there: int) -> int:
    count, most = 0, min(len(lines) - at, len(others) - there)
    while count < most and lines[at + count] == others[there + count]:
        count += 1
    return count


def _worth(lines: Sequence[str], at: int, count: int) -> bool:
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
    source: Source,
    there: int,
    count: int,
    floor: int,
) -> tuple[int, int, int]:
    """Extend a match to the short lines before its anchor, down to the line `floor`."""
    while start > floor and there > 0 and lines[start - 1] == source.bare[there - 1]:
        start, there, count = start - 1, there - 1, count + 1
    return start, there, count


def _within_numbers(written: list[str], start: int, there: int, count: int) -> tuple[int, int, int]:
    """Leave lines without a number out at the ends of a match: they stand around the file."""
    end = start + count
    while start < end and not numbered.prefixes(written[start]):
        start, there = start + 1, there + 1
    while end > start and not numbered.prefixes(written[end - 1]):
        end -= 1
    return start, there, end - start


def _pointer(source: Source, there: int, written: list[str], *, named: bool) -> str | None:
    """Return the pointer to lines of a source that gives them as written, or None.

    What brought the source stands only in the first pointer of a text that is `named` after it.
    """
    label = source.place if named else source.label
    last = there + len(written)
    lines = source.lines[there:last]
    counted = [f", {re}{how}" for how in _numberings(written) for re in ("", "re")]
    for how in ("", *counted, _WITHOUT):
        note = (
            f"lines {there + 1}-{last} of {label}{how}, "
            f"from {_telling(source.bare[there:last])} to {_telling(source.bare[there:last][::-1])}"
        )
        if _as_written(lines, note) == written:
            return fold.block(EARLIER, (), note)
    return None


def _numberings(written: list[str]) -> list[str]:
    """Return, as a note says it, how the numbers in front of these lines may be written.

    What stands behind a hit's number in the output of a search is told apart.
    """
    found = numbered.hits(written)
    if found is None:
        return [f'numbered from "{first}"' for first in numbered.prefixes(written[0])]
    first, hits = found
    behind = f', ":" behind {",".join(map(str, hits))}' if hits else ""
    return [f'numbered from "{first}"{behind}']


def _telling(lines: list[str]) -> str:
    """Return, quoted, the first of some lines by which a place can be found."""
    near = lines[: _MIN_LINES // 2]
    return _quote(next((line for line in near if len(line.strip()) >= _TELLING), lines[0]))


def _brief(origin: str | None) -> str:
    """Return what tells a call from others on one line, without what a pointer's grammar uses."""
    line = " ".join((origin or "")[:_SCANNED].split())
    if len(line) > _ORIGIN and " " in line:
        line = line[: _ORIGIN - 1].rstrip() + "…"
    elif len(line) > _ORIGIN:  # A path: its end tells more.
        line = "…" + line[1 - _ORIGIN :]
    return line.replace(", ", ",")


def _quote(text: str) -> str:
    head = text.strip()[:_EXCERPT].split("\n", 1)[0].strip()
    return f'"{head}"'
