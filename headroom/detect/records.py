"""JSON: a value that ends with a line and begins with one, or behind a few words; JSON Lines."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from itertools import accumulate
from operator import add
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MIN_CHARS = 120
_MIN_BEHIND = 1_000
"""Characters of a value that stands behind text on its first line."""
_BEHIND = re.compile(r"(?<=[\s:=>(])[\[{](?=[\"{\[]|$)")
_MOST_WORDS = 200
_MARKS = (' {"', " [{", ' ["', " {\n", " [\n", '={"', "=[{", ':{"', ":[{")
"""What stands where JSON begins behind other text."""
_MOST_PLACES = 50
"""Long JSON does not hide behind many places at which some might begin."""
_OPENERS = ("{", "[")
_LEADING = ("\n{", "\n[")
_BEGUN = re.compile(r"\{[ \t\n\r]*[\"}]|\[[ \t\n\r]*[\"{\[\]0-9tfnNI-]")
"""What begins like a value: a failure of the scanner costs a count of all lines before it."""
_SCAN = json.JSONDecoder().raw_decode


def behind(line: str) -> int:
    """Return where in a line a JSON value may begin behind other text, or 0."""
    match = _BEHIND.search(line, 1, _MOST_WORDS)
    return match.start() if match is not None and not line.startswith(_OPENERS) else 0


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are JSON values, one after another."""
    text = "\n".join(lines)
    first = {0} if text.startswith(_OPENERS) else set()
    outer = {place + 1 for mark in _LEADING for place in _places(text, mark, len(text))}
    inner = {place for mark in _MARKS for place in _places(text, mark, _MOST_PLACES)}
    if not first and not outer and not inner:
        return
    starts = _offsets(lines)
    inside = {bisect_right(starts, place) - 1 for place in inner}
    begun = sorted(
        {
            *first,
            *(bisect_right(starts, place) - 1 for place in outer),
            *(at for at in inside if behind(lines[at])),
        }
    )
    wasted = done = 0
    for at in begun:
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


def _places(text: str, mark: str, most: int) -> Iterator[int]:
    """Yield the first places at which a mark stands."""
    place = text.find(mark)
    for _ in range(most):
        if place < 0:
            return
        yield place
        place = text.find(mark, place + 1)


def _last_of(lines: Sequence[str], text: str, starts: list[int], at: int) -> tuple[int, int]:
    """Return where the JSON Lines that begin at a line end, and what a failure there cost."""
    end = at + 1
    while end < len(lines) and lines[end][:1] == lines[at][:1]:
        following, tried = _value_end(text, starts, end)
        if following != end + 1:
            return end, tried
        end = following
    return end, 0


def _offsets(lines: Sequence[str]) -> list[int]:
    """Return where each line starts in the joined text, and where one more line would."""
    lengths = accumulate(map(len, lines), initial=0)
    return list(map(add, lengths, range(len(lines) + 1)))


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
