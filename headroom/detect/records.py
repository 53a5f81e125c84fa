"""JSON: a value that ends with a line and begins with one, or behind a few words; JSON Lines."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MIN_CHARS = 120
_MIN_BEHIND = 1_000
"""Characters of a value that stands behind text on its first line."""
_BEHIND = re.compile(r"(?<=[\s:=>(])[\[{](?=[\"{\[]|\s*$)")
_MOST_WORDS = 200
_OPENERS = ("{", "[")
_SCAN = json.JSONDecoder().raw_decode


def behind(line: str) -> int:
    """Return where in a line a JSON value may begin behind other text, or 0."""
    if "{" not in line and "[" not in line:
        return 0
    match = _BEHIND.search(line, 1, _MOST_WORDS)
    return match.start() if match is not None and not line.startswith(_OPENERS) else 0


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are JSON values, one after another."""
    if not any(line.startswith(_OPENERS) or behind(line) for line in lines):
        return
    text = "\n".join(lines)
    starts = _offsets(lines)
    wasted, at = 0, 0
    while at < len(lines):
        line = lines[at]
        skipped = 0 if line.startswith(_OPENERS) else behind(line)
        if wasted > len(text) or not (skipped or line.startswith(_OPENERS)):
            at += 1
            continue
        end, tried = _value_end(text, starts, at, skipped)
        wasted += tried
        if skipped:
            if end is not None and starts[end] - starts[at] >= _MIN_BEHIND:
                yield at, end
            at = at + 1 if end is None else end
            continue
        if end is None:
            at += 1
            continue
        first, jsonl = at, end == at + 1
        while jsonl and end < len(lines) and lines[end][:1] == lines[first][:1]:
            following, tried = _value_end(text, starts, end)
            if following != end + 1:
                wasted += tried
                break
            end = following
        if sum(map(len, lines[first:end])) >= _MIN_CHARS:
            yield first, end
        at = end


def _offsets(lines: Sequence[str]) -> list[int]:
    offsets, at = [], 0
    for line in lines:
        offsets.append(at)
        at += len(line) + 1
    offsets.append(at)
    return offsets


def _value_end(text: str, starts: list[int], at: int, skipped: int = 0) -> tuple[int | None, int]:
    """Return the line after the value that begins at line `at` (None: no value), and the cost."""
    start = starts[at] + skipped
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
