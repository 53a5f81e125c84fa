"""JSON: a value that ends with a line and begins with one, or behind a few words; JSON Lines."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING

from headroom.core.split import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MIN_CHARS = 120
_MIN_BEHIND = 1_000
"""Characters of a value that stands behind text on its first line."""
_BEHIND = re.compile(r"(?<=[\s:=>(])[\[{](?=[\"{\[]|$)")
_MOST_WORDS = 200
_MARKS = (
    re.compile(r'\{(?:(?<=[ =:].)"|(?<= .)\n)'),
    re.compile(r'\[(?:(?<=[ =:].)\{|(?<= .)["\n])'),
)
"""What stands where JSON begins behind other text; the literal in front makes the search fast."""
_MOST_PLACES = 50
"""Long JSON does not hide behind many places at which some might begin."""
_OPENERS = ("{", "[")
_LEADING = (re.compile(r"\{(?<=\n.)"), re.compile(r"\[(?<=\n.)"))
_BEGUN = re.compile(r"\{[ \t\n\r]*[\"}]|\[[ \t\n\r]*[\"{\[\]0-9tfnNI-]")
"""What begins like a value: a failure of the scanner costs a count of all lines before it."""
_SCAN = json.JSONDecoder().raw_decode


def behind(line: str) -> int:
    """Return where in a line a JSON value may begin behind other text, or 0."""
    match = _BEHIND.search(line, 1, _MOST_WORDS)
    return match.start() if match is not None and not line.startswith(_OPENERS) else 0


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are JSON values, one after another."""
    view = view_of(lines)
    text = view.text
    wasted = done = 0
    first: set[int] = set()
    if text.startswith(_OPENERS):
        end, tried = _value_end(text, view.starts, 0)
        if end == len(lines):  # All of it is one value, and nothing else need be looked for.
            if len(text) + 1 >= _MIN_CHARS:
                yield 0, end
            return
        if end is None:
            wasted = tried
        else:
            first = {0}
    outer = {found.start() for mark in _LEADING for found in mark.finditer(text)}
    inner = {
        found.start() for mark in _MARKS for found in islice(mark.finditer(text), _MOST_PLACES)
    }
    if not first and not outer and not inner:
        return
    inside = {at for at, place in _lines_of(text, inner) if _within(lines[at], text, place)}
    begun = {*first, *(at for at, _ in _lines_of(text, outer)), *inside}
    if not begun:
        return
    starts = view.starts
    for at in sorted(begun):
        if at < done or wasted > len(text):
            continue
        skipped = 0 if lines[at].startswith(_OPENERS) else behind(lines[at])
        end, tried = _value_end(text, starts, at, skipped)
        wasted += tried
        if end is None:
            continue
        if not skipped and end == at + 1:
            end, tried = _last_of(lines, text, starts, at)
            wasted += tried
        done = end
        if starts[end] - starts[at] >= (_MIN_BEHIND if skipped else _MIN_CHARS):
            yield at, end


def _lines_of(text: str, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the number of the line of each place, lowest first, and the place."""
    line = last = 0
    for place in sorted(places):
        line += text.count("\n", last, place)
        last = place
        yield line, place


def _within(line: str, text: str, place: int) -> bool:
    """Whether a value may begin behind other text in a line that holds one of the marks there.

    What is a mark is also where a value may begin, so that most lines need not be searched.
    """
    if line.startswith(_OPENERS):
        return False
    near = place - _MOST_WORDS
    return near < 0 or text.find("\n", near, place) >= 0 or behind(line) > 0


def _last_of(lines: Sequence[str], text: str, starts: list[int], at: int) -> tuple[int, int]:
    """Return where the JSON Lines that begin at a line end, and what a failure there cost."""
    end = at + 1
    while end < len(lines) and lines[end][:1] == lines[at][:1]:
        following, tried = _value_end(text, starts, end)
        if following != end + 1:
            return end, tried
        end = following
    return end, 0


def _value_end(text: str, starts: list[int], at: int, skipped: int = 0) -> tuple[int | None, int]:
    """Return the line after the value that begins at line `at` (None: no value), and the cost."""
    start = starts[at] + skipped
    if _BEGUN.match(text, start) is None:
        return None, 1
    try:
        _, end = _SCAN(text, start)
    except json.JSONDecodeError as error:
        return None, error.pos - start
    except (RecursionError, ValueError):
        return None, len(text)
    low, high = at, len(starts) - 1
    while low < high:
        middle = (low + high) // 2
        if starts[middle] <= end:
            low = middle + 1
        else:
            high = middle
    # `low` is the first line that starts after the value's end: the value must end the one before.
    return (low if starts[low] == end + 1 else None), end - start
