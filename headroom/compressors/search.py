"""`SearchCompressor`: search results grouped by file, as `rg --heading` prints them.

A block's body has two kinds of lines: a heading, which is a path, and rows below it:

    12:text     a hit at line 12 (text may go on with a column)
    12-text     a context line
    12=text     the line of the function that the hit is in (`git grep -p`)
    -text       a context line that directly follows the row above it
    :text       a hit without a line number
    --          grep's separator between groups

A line that is none of these and is not followed by a row stands for itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.detect.search import BARE, HIT, SEPARATOR, context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Context

_ROW = re.compile(r"([0-9]{1,9})([:=-])|-|:", re.ASCII)
_NONE = -2
"""A line number that no other follows."""
_NOTE = "hits below their file, as line:text"
_NOTE_CONTEXT = f"{_NOTE}; N-text is context, a row that begins with - is the next line of it"
_IN = "; N=text is the function a hit is in"
_NOTE_BARE = "hits below their file, as :text"

Row = tuple[str, str, str, str]
"""Path, line number or "", the mark after it (":", "-" or "="), text."""


class SearchCompressor:
    """Says each path once, above its hits."""

    name: ClassVar[str] = "search"
    forms: ClassVar[frozenset[str]] = frozenset({"search"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - grouping needs no counts
        """Return the hits grouped by file, or None where that is not possible."""
        lines = lines_of(text)
        rows = _parse(lines)
        body, files = _group(lines, rows)
        hits = sum(row is not None and row[2] == ":" for row in rows)
        if body is None or not hits:
            return None
        note = _NOTE
        marks = {row[2] for row in rows if row is not None}
        if "-" in marks:
            note = _NOTE_CONTEXT
        elif not any(row is not None and row[1] for row in rows):
            note = _NOTE_BARE
        if "=" in marks:
            note += _IN
        return Compressed(
            fold.block("search", body, note), note=f"{hits} hits in {files} files, path once each"
        )

    def expand(self, block: Block) -> str:
        """Return the hits with their path in front of each.

        Raises:
            ValueError: a row that continues nothing.
        """
        out: list[str] = []
        path, number = None, 0
        lines = block.lines
        for at, line in enumerate(lines):
            row = _ROW.match(line) if path is not None and line != SEPARATOR else None
            if line == SEPARATOR:
                out.append(line)
            elif row is None:
                heads = at + 1 < len(lines) and _is_row(lines[at + 1])
                path = line if heads else None
                if not heads:
                    out.append(line)
            elif row[1] is not None:
                number = int(row[1])
                out.append(f"{path}{row[2]}{line}")
            elif row[0] == "-":
                number += 1
                out.append(f"{path}-{number}{line}")
            else:
                out.append(f"{path}{line}")
        return "\n".join(out)


def _is_row(line: str) -> bool:
    return line != SEPARATOR and _ROW.match(line) is not None


def _parse(lines: Sequence[str]) -> list[Row | None]:
    rows = [_hit(line) for line in lines]
    paths = {row[0] for row in rows if row is not None}
    if not paths:
        return [_bare(line) for line in lines]
    return [
        _context(line, paths) if row is None else row for line, row in zip(lines, rows, strict=True)
    ]


def _hit(line: str) -> Row | None:
    match = HIT.match(line)
    return None if match is None else (match[1], match[2], ":", line[match.end() :])


def _context(line: str, paths: set[str]) -> Row | None:
    found = context(line, paths)
    return None if found is None else (found[0], found[1], line[len(found[0])], found[2])


def _bare(line: str) -> Row | None:
    match = BARE.match(line)
    return None if match is None else (match[1], "", ":", line[match.end() :])


def _group(lines: Sequence[str], rows: list[Row | None]) -> tuple[list[str] | None, int]:
    """Return the body's lines and the number of headings; None where a line has no place in it."""
    body: list[str] = []
    files: set[str] = set()
    path, number = None, _NONE
    for line, row in zip(lines, rows, strict=True):
        if row is None:
            if line != SEPARATOR and _ROW.match(line):
                return None, 0
            if line != SEPARATOR:
                path = None
            body.append(line)
            continue
        if row[0] != path:
            path = row[0]
            if _ROW.match(path) or path == SEPARATOR:
                return None, 0
            files.add(path)
            body.append(path)
            number = _NONE
        body.append(_render(row, number))
        number = int(row[1]) if row[1] else _NONE
    return body, len(files)


def _render(row: Row, last: int) -> str:
    _, number, mark, text = row
    if mark == "-" and int(number) == last + 1 and str(int(number)) == number and text != "-":
        return f"-{text}"
    return f"{number}{mark}{text}"
