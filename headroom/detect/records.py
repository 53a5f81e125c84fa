"""JSON: a value that begins and ends with a line, or JSON Lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MIN_CHARS = 120
_SCAN = json.JSONDecoder().raw_decode


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are JSON values, one after another."""
    if not any(line[:1] in "{[" for line in lines if line):
        return
    text = "\n".join(lines)
    starts = _offsets(lines)
    wasted, at = 0, 0
    while at < len(lines):
        if lines[at][:1] not in ("{", "[") or wasted > len(text):
            at += 1
            continue
        end, tried = _value_end(text, starts, at)
        wasted += tried
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


def _value_end(text: str, starts: list[int], at: int) -> tuple[int | None, int]:
    """Return the line after the value that begins at line `at` (None: no value), and the cost."""
    start = starts[at]
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
