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
_BEHIND = re.compile(r"[\[{](?<=[\s:=>(].)(?=[\"{\[]|$)")
_MOST_WORDS = 200
_MARKS = (
    re.compile(r'\{(?:(?<=[ =:].)"|(?<= .)\n)'),
    re.compile(r'\[(?:(?<=[ =:].)\{|(?<= .)["\n])'),
)
"""What stands where JSON begins behind other text; the literal in front makes the search fast."""
_MOST_PLACES = 50
"""Long JSON does not hide behind many places at which some might begin."""
_OPENERS = ("{", "[")
_OBJECT = r"\{[ \t\n\r]*[\"}]"
_ARRAY = r"\[[ \t\n\r]*+(?:[\"{\[\]tfnNI]|-I|[-+.0-9eE]++[ \t\n\r]*+[,\]])"
_BEGUN = re.compile(f"{_OBJECT}|{_ARRAY}")
"""What begins like a value: a failure of the scanner costs a count of all lines before it.

The date in front of a line of a log, "[2026-01-31 ", begins no list of numbers.
"""
_LEADING = tuple(re.compile(f"{one[:2]}(?<=\\n.){one[2:]}") for one in (_OBJECT, _ARRAY))
"""The same at the beginning of a line; most brackets there are those of source code."""
_SCAN = json.JSONDecoder().raw_decode


def behind(line: str) -> int:
    """Return where in a line a JSON value may begin behind other text, or 0."""
    match = _BEHIND.search(line, 1, _MOST_WORDS)
    return match.start() if match is not None and not line.startswith(_OPENERS) else 0


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are JSON values, one after another."""
    text = view_of(lines).text
    wasted = done = 0
    places: dict[int, int] = {}
    if text.startswith(_OPENERS):
        stop, wasted = _value_end(text, 0)
        if stop is not None:
            if all(text.find(opener, stop) < 0 for opener in _OPENERS):  # Nothing else is JSON.
                if stop + 1 >= _MIN_CHARS:
                    yield 0, text.count("\n", 0, stop) + 1
                return
            places[0], wasted = 0, 0
    places |= _places(lines, text)
    for at in sorted(places):
        if at < done or wasted > len(text):
            continue
        start = places[at]
        first = text.rfind("\n", 0, start) + 1
        stop, tried = _value_end(text, start)
        wasted += tried
        if stop is None:
            continue
        if start == first and "\n" not in text[start:stop]:
            stop, tried = _last_of(text, start, stop)
            wasted += tried
        done = at + text.count("\n", start, stop) + 1
        if stop + 1 - first >= (_MIN_CHARS if start == first else _MIN_BEHIND):
            yield at, done


def _places(lines: Sequence[str], text: str) -> dict[int, int]:
    """Return where values may begin, at most one on each line: by line, but for the first one."""
    outer = [
        found.start()
        for opener, mark in zip(_OPENERS, _LEADING, strict=True)
        if opener in text and f"\n{opener}" in text  # as in few texts
        for found in mark.finditer(text)
    ]
    found = dict(_lines_of(text, outer))
    inner = [one.start() for mark in _MARKS for one in islice(mark.finditer(text), _MOST_PLACES)]
    for at, place in _lines_of(text, inner):
        line = lines[at]
        skipped = 0 if at in found else behind(line)
        if skipped:
            start = text.rfind("\n", 0, place) + 1 + skipped
            if _BEGUN.match(text, start):
                found[at] = start
    return found


def _lines_of(text: str, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the number of the line of each place, lowest first, and the place."""
    line = last = 0
    for place in sorted(places):
        line += text.count("\n", last, place)
        last = place
        yield line, place


def _last_of(text: str, start: int, stop: int) -> tuple[int, int]:
    """Return where the JSON Lines that begin at a line end, and what a failure there cost."""
    while text[stop + 1 : stop + 2] == text[start]:
        following, tried = _value_end(text, stop + 1)
        if following is None or text.find("\n", stop + 1, following) >= 0:
            return stop, tried
        stop = following
    return stop, 0


def _value_end(text: str, start: int) -> tuple[int | None, int]:
    """Return the end of the line on which a value ends (None: no value), and the cost.

    None too, where something stands behind the value.
    """
    if _BEGUN.match(text, start) is None:
        return None, 1
    try:
        _, end = _SCAN(text, start)
    except json.JSONDecodeError as error:
        return None, error.pos - start
    except (RecursionError, ValueError):
        return None, len(text)
    return (end if text[end : end + 1] in ("", "\n") else None), end - start
