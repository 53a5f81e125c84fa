"""Source code: numbered listings of files, and text whose lines begin or end as statements do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.detect.stretch import stretches
from headroom.lines.numbered import padding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_HEAD = re.compile(r"\s*(\w+|//|/\*|[*#@])")
_STATEMENTS = frozenset(
    """def class import from return if elif else for while try except with func fn let const var pub
    use impl struct enum package public private protected static void int char export interface type
    my sub raise assert self this // /* * # @""".split()  # noqa: SIM905
)
"""What a statement or a comment begins with."""
_ENDS = frozenset(";{}(),:")
_NUMBER = re.compile(r" *([0-9]{1,7})(\t|→|: |:| ?\| ?)", re.ASCII)
_FIGURES = re.compile(r"\s*[0-9][0-9.,/]*\s+[0-9]", re.ASCII)
"""Two numbers in front of a line."""
_BEGUN = re.compile(r"(?:[0-9]+ )?([^\W\d_]+) ")
"""What a message begins with, behind its number if it has one."""
MIN_NUMBERED = 8
"""Lines that are numbered one after another, at least."""
_SAMPLE = 120
"""About as many lines, spread over the text, are looked at."""
_MIN_LINES = 5
_LONGEST = 400


def numbering(line: str) -> tuple[int, str, str] | None:
    """Return a numbered line's number, how its numbers are padded, and the mark after it.

    The padding is a format for integers: see `numbered.padding`.
    """
    match = _NUMBER.match(line)
    if match is None:
        return None
    return int(match[1]), padding(match[1], match.start(1)), match[2]


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return runs of consecutively numbered lines; else all lines, if they look like statements."""
    runs = list(numbered_runs(lines))
    if runs:
        return runs
    return [(0, len(lines))] if _statements(lines) else []


def numbered_runs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where runs of lines begin and end that are numbered one after another."""
    for start, most in stretches(lines, _NUMBER.match, MIN_NUMBERED):
        at = start
        while at < most:
            end = _counted_end(lines, at, most)
            if end - at >= MIN_NUMBERED:
                yield at, end
            at = end


def _counted_end(lines: Sequence[str], at: int, most: int) -> int:
    """Return where the lines that are numbered one after another from here on end."""
    found = numbering(lines[at])
    end = at + 1
    if found is not None:
        number, width, mark = found
        # Behind a pipe an editor may have cut off the blank of an empty line.
        mark = mark.rstrip(" ") if "|" in mark else mark
        while end < most and lines[end].startswith(f"{number + end - at:{width}}{mark}"):
            end += 1
    return end


def _statements(lines: Sequence[str]) -> bool:
    """Whether six in ten lines look like statements and a few end like them.

    Messages that all begin alike and end with something in brackets are none.
    """
    filled = statements = ends = remarks = 0
    begun: dict[str, int] = {}
    for line in lines[:: len(lines) // _SAMPLE + 1]:
        text = line.rstrip()
        if not text:
            continue
        filled += 1
        if len(line) > _LONGEST:
            continue
        if text[-1] in _ENDS:
            if text.lstrip()[0].isdigit() and _FIGURES.match(text):
                continue  # As profilers print them, functions behind them.
            statements += 1
            if len(text) < len(line):
                continue
            ends += 1
            if text[-1] == ")" and (word := _BEGUN.match(line)) is not None:
                remarks += 1
                begun[word[1]] = begun.get(word[1], 0) + 1
        elif (head := _HEAD.match(line)) is not None and head[1] in _STATEMENTS:
            statements += 1
    if remarks * 2 > filled and max(begun.values()) * 10 >= filled * 6:
        return False
    return filled >= _MIN_LINES and statements * 10 >= filled * 6 and ends * 4 >= filled
