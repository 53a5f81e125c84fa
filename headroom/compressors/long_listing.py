"""`LongListingCompressor`: `ls -l` without its padding, repeated cells as dittos.

    mode, links, owner, group, size, time, name     an entry, tabs between
    size, time, name                                one with mode, links, owner, group as above
    = a line                                        anything else

A cell `"` is the cell above.

Columns are as wide as their longest cell among entries that follow each other, as `ls` makes them,
or as the note says, where a part of the listing was cut off.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.detect.long_listing import ENTRY

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Context

_DITTO = '"'
_RAW = "= "
_CELLS, _SHORT = 7, 3
_NOTE = (
    "ls -l: mode, links, owner, group (left out where they are as above), size, time, name; "
    '" is as above'
)
_GROUPS = (1, 3, 4, 6, 8, 9, 10)
_PADDED = (3, 4, 6, 8)
_WIDE = "; columns at least as wide as "
_WIDEST = 200


class LongListingCompressor:
    """Leaves out the padding of `ls -l` and what repeats from entry to entry."""

    name: ClassVar[str] = "long_listing"
    forms: ClassVar[frozenset[str]] = frozenset({"ls"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - needs no counts
        """Return the entries with tabs, or None where there are none."""
        lines = lines_of(text)
        entries = [_entry(line) for line in lines]
        body: list[str] = []
        above: list[str] = []
        found, least = 0, _least(lines)
        for is_run, run in groupby(range(len(lines)), lambda at: entries[at] is not None):
            at = list(run)
            rows = [entry for n in at if (entry := entries[n]) is not None]
            if not is_run or _spell(rows, least) != [lines[n] for n in at]:
                body += [_RAW + lines[n] for n in at]
                continue
            for row in rows:
                body.append("\t".join(_shown(row, above)))
                above = row
            found += len(rows)
        if not found:
            return None
        wide = f"{_WIDE}{','.join(map(str, least))}" if any(least) else ""
        return Compressed(fold.block("ls", body, _NOTE + wide), note=f"{found} entries")

    def expand(self, block: Block) -> str:
        """Return what `ls` printed.

        Raises:
            ValueError: the block is malformed.
        """
        out: list[str] = []
        run: list[list[str]] = []
        above: list[str] = []
        wide = block.note.rpartition(_WIDE)[2] if _WIDE in block.note else "0,0,0,0"
        least = [min(int(width), _WIDEST) for width in wide.split(",")]
        if len(least) != len(_PADDED):
            raise ValueError("not four widths")
        for line in [*block.lines, _RAW]:
            if line.startswith(_RAW):
                out += _spell(run, least)
                out.append(line[len(_RAW) :])
                run = []
                continue
            cells = line.split("\t")
            if len(cells) == _SHORT and above:
                cells = above[:-_SHORT] + cells
            if len(cells) != _CELLS or (_DITTO in cells and not above):
                raise ValueError("an entry with a wrong number of cells")
            above = [above[at] if cell == _DITTO else cell for at, cell in enumerate(cells)]
            run.append(above)
        return "\n".join(out[:-1])


def _entry(line: str) -> list[str] | None:
    match = ENTRY.fullmatch(line)
    if match is None or "\t" in line:
        return None
    cells = [match[group] for group in _GROUPS]
    return None if _DITTO in cells else cells


def _shown(row: list[str], above: list[str]) -> list[str]:
    if not above:
        return row
    cells = row[-_SHORT:] if row[:-_SHORT] == above[:-_SHORT] else list(row)
    if row[-2] == above[-2]:
        cells[-2] = _DITTO
    return cells


def _least(lines: Sequence[str]) -> list[int]:
    """Return the printed widths of links, owner, group, size; 0 where they are as needed."""
    matches = [match for line in lines if (match := ENTRY.fullmatch(line))]
    if not matches:
        return [0] * len(_PADDED)
    first = matches[0]
    shown = [
        len(first[2]) + len(first[3]) - 1,
        len(first[4]) + len(first[5]) - 1,
        len(first[6]) + _gap(matches, 6),
        len(first[7]) + len(first[8]) - 1 - _gap(matches, 6),
    ]
    needed = [max(len(match[group]) for match in matches) for group in _PADDED]
    return [a if a > b else 0 for a, b in zip(shown, needed, strict=True)]


def _gap(matches: Sequence[re.Match[str]], group: int) -> int:
    """Return how many blanks pad the first cell of a column to the longest one of it."""
    return max(len(match[group]) for match in matches) - len(matches[0][group])


def _spell(rows: Sequence[list[str]], least: Sequence[int]) -> list[str]:
    """Return the lines of entries that follow each other."""
    if not rows:
        return []
    needed = (max(len(row[at]) for row in rows) for at in range(1, 5))
    links, owner, group, size = map(max, needed, least)
    return [
        f"{row[0]} {row[1]:>{links}} {row[2]:<{owner}} {row[3]:<{group}} {row[4]:>{size}} "
        f"{row[5]} {row[6]}"
        for row in rows
    ]
