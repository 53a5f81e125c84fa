"""Columns aligned with blanks, as `ps`, `df`, `docker ps`, `kubectl get`, `pip list` print them."""

from __future__ import annotations

import re
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FILLED = bytes(code != ord(" ") for code in range(256))
_CONTROL = 2
_SHOWN = bytes(
    _CONTROL if code < ord(" ") or code == 0x7F else filled for code, filled in enumerate(_FILLED)
)
"""The same, but that what cannot be printed is told apart."""
_MIN_ROWS = 5
_MIN_COLUMNS = 3
_MIN_WIDE = 2
"""Gaps of two blanks or more; the words of sentences line up by chance, but one blank apart."""
_BAR = " | "
"""Between the columns of psql; where it stands twice in every row, one blank is enough."""
_WIDEST = 400
_INDENT = 12
"""Blanks in front of the first row; lines further in are code or prose."""


def filled(line: str) -> int:
    """Return a number whose byte n, 1 or 0, says whether column n of the line is no blank."""
    # Bits would do, but take twice as long to make.
    return int.from_bytes(line.encode("latin-1", "replace").translate(_FILLED), "little")


def _row(line: str) -> int | None:
    """Return the same number, or None: something in the line cannot be printed."""
    shown = line.encode("latin-1", "replace").translate(_SHOWN)
    if _CONTROL in shown or not (line.isascii() or line.isprintable()):
        return None
    return int.from_bytes(shown, "little")


def columns(mask: int) -> list[tuple[int, int]]:
    """Return start and end of each column of a mask: stretches of bytes that are set."""
    shown = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    return [match.span() for match in re.finditer(b"\x01+", shown)]


def _starts(mask: int) -> int:
    """Return how many columns a mask has, without saying where."""
    return (mask & ~(mask << 8)).bit_count()


def _filling(masks: Sequence[int], start: int, end: int) -> int:
    """Return how many lines have something in a column."""
    within = ((1 << 8 * (end - start)) - 1) << 8 * start
    return sum([mask & within != 0 for mask in masks])


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines in which the same positions are blank, so that columns show."""
    gapped = [
        at
        for at, line in enumerate(lines)
        if ("  " in line and "  " in line.lstrip(" "))
        or ("|" in line and line.count(_BAR) >= _MIN_WIDE)
    ]
    done = 0
    for at in gapped:
        if at < done:
            continue
        # Most lines with a gap stand alone: no need to see which columns the next ones fill.
        last = at + _MIN_ROWS - 1
        if last >= len(lines):
            break
        while last >= at and _may_be_row(lines[last]):
            last -= 1
        if last >= at:
            done = last + 1
            continue
        mask, masks = _run(lines, at)
        end = at + len(masks)
        if len(masks) >= _MIN_ROWS and _aligned(lines[at:end], mask, masks):
            yield at, end
        done = max(end, at + 1)


def _run(lines: Sequence[str], at: int) -> tuple[int, list[int]]:
    """Return the mask of a run of lines with at least three columns in common, and of each line.

    The first five may be rows as far as `_may_be_row` can say.
    """
    mask, masks = 0, list[int]()
    barred = lines[at].count(_BAR) >= _MIN_WIDE
    known = at + _MIN_ROWS
    for row in range(at, len(lines)):
        line = lines[row]
        if (row >= known and not _may_be_row(line)) or (barred and _BAR not in line):
            break
        own = _row(line)
        if own is None:
            break
        wider = mask | own
        if wider != mask and _starts(wider) < _MIN_COLUMNS:
            break
        mask = wider
        masks.append(own)
    return mask, masks


def _may_be_row(line: str) -> bool:
    """Whether a line may be a row, if all that is in it can be printed.

    Nothing but the blank is white space and printable, so that the rest need not be stripped.
    """
    return (
        " " in line and not line[:_INDENT].isspace() and len(line) <= _WIDEST and "\t" not in line
    )


def spans(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return start and end of each column that the lines have in common.

    A stretch that fewer than half of the lines fill is a part of the column in front of it: the
    words of a command line, say. Bars between columns are none.
    """
    return _spans(lines, list(map(filled, lines)))


def _spans(lines: Sequence[str], masks: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in columns(reduce(or_, masks, 0)):
        if end == start + 1 and all(line[start:end] == "|" for line in lines):
            continue
        if found and _filling(masks, start, end) * 2 < len(lines):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _aligned(lines: Sequence[str], mask: int, masks: Sequence[int]) -> bool:
    """Whether most rows fill most columns: what code that happens to line up does not do."""
    # Most runs fail here, by chance; columns are only ever joined below, but for bars.
    if "|" not in lines[0] and _wide(columns(mask)) < _MIN_WIDE and not _headed(lines):
        return False
    found = _spans(lines, masks)
    if len(found) < _MIN_COLUMNS or not (_wide(found) >= _MIN_WIDE or _headed(lines)):
        return False
    cells = sum([_filling(masks, start, end) for start, end in found])
    return cells * 10 >= 8 * len(lines) * len(found)


def _wide(found: Sequence[tuple[int, int]]) -> int:
    """Return how many gaps between columns are of two blanks or more."""
    return sum([after[0] - before[1] > 1 for before, after in pairwise(found)])


def _headed(lines: Sequence[str]) -> bool:
    """Whether the first row is in capitals, or the second one a rule of dashes."""
    return lines[0].isupper() or set(lines[1]) <= set("-= +")
