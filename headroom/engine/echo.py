"""`Earlier`: what stands earlier in the same request, and is pointed at instead of sent again."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from headroom.engine.pointer import pointer_to, pointer_to_lines, told
from headroom.engine.source import ANCHOR, Source, Traces, bare
from headroom.lines import numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Set as AbstractSet

T = TypeVar("T")
Run = tuple[int, int, T | None]
"""First line of a run, the line behind it, and what stands for it."""

MIN_CHARS = 400
"""A span shorter than this costs about as much to point at as to repeat."""
_MIN_LINES = 6
_MAX_SPANS = 40
_MAX_MATCHES = 8
"""Earlier texts compared at one anchor: in a history of copies the first ones will do."""
_INSISTED = 0.8
"""Share of a text's lines that were pointed at before when it is asked for once more."""
_SCANNED, _ORIGIN = 400, 60
"""Characters of a call that tell the reader which one it was."""


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
        """Those of which parts were left out since the user spoke last."""
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
        self._stands(source)
        for each in source.strings if source.lasting else ():
            self._stands(each)

    def _stands(self, source: Source) -> None:
        if source.points:
            self._asked.update(source.text.split("\n"))
        if self._asked:
            self._asked.difference_update(source.sent.split("\n"))
        if source.lasting:
            if source.gapped:
                self._cut.append(source)
            self._long.append(source)
            known = self._first.setdefault(source.text, source)
            if source.gapped and known.gapped:
                self._first[source.text] = source  # What was shown of it last counts.

    def insisted(self, text: str) -> bool:
        """Whether most of a text was pointed at when it was read last: the reader wants it here."""
        lines = [line for line in text.split("\n") if len(line) >= ANCHOR]
        return sum(line in self._asked for line in lines) > _INSISTED * len(lines)

    def told(self, text: str, expand: Callable[[str], str]) -> str:
        """Return a text with its pointers replaced by what they stand for, and its other forms.

        Raises:
            ValueError: `expand` does.
        """
        texts = {(source.message, source.part): source.text for source in self.sources}
        sent = {(source.message, source.part): source.sent for source in self.sources}
        return told(text, lambda *at: texts.get(at), lambda *at: sent.get(at), expand)

    def cut(self) -> list[Source]:
        """Return, as they were, the newest texts of which parts were left out, in order."""
        wholes = [source.whole for source in self._cut if source.whole is not None]
        return wholes[-_MAX_MATCHES:]

    def same(self, text: str, *, verbatim: bool = False) -> str | None:
        """Return a pointer to an identical earlier text, or None; to a `verbatim` one if asked."""
        source = self._first.get(text) if len(text) >= MIN_CHARS else None
        if source is None or (verbatim and source.sent != text):
            return None
        if source.gapped and not any(source is each for each in self._cut):
            return None  # What was left out of it was so for another question.
        return pointer_to(source, text)

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return (start, end, pointer) for runs of the text's lines that stand earlier as sent."""
        if not self._long or len(text) < MIN_CHARS:
            return []
        written = text.split("\n")
        lines = bare(written)
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
            pointer = pointer_to_lines(source, there, shown, named=named) if count else None
            if pointer:
                used.append(source)
            return start, start + count, pointer

        return runs(lines, marks, near, sources, pointed)


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


def _brief(origin: str | None) -> str:
    """Return what tells a call from others on one line, without what a pointer's grammar uses."""
    line = " ".join((origin or "")[:_SCANNED].split())
    if len(line) > _ORIGIN and " " in line:
        line = line[: _ORIGIN - 1].rstrip() + "…"
    elif len(line) > _ORIGIN:  # A path: its end tells more.
        line = "…" + line[1 - _ORIGIN :]
    return line.replace(", ", ",")
