"""`render`: what a terminal shows of a text with colour codes and progress that overwrites itself.

Understood are colours and styles (SGR), hyperlinks (OSC 8), carriage return, backspace and
"erase line"; ECMA-48 and the xterm control sequences name them. A line with any other control
sequence, such as cursor movement, stays as it is.
"""

from __future__ import annotations

import re

_STYLE = re.compile(r"\x1b\[[0-9;:]*m|\x1b\]8;[^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b\(B")
_PIECE = re.compile(r"\r|\x08|\x1b\[([012]?)K|[^\r\x08\x1b]+")
_MAX_LINE = 1_000_000
_EFFORT, _MIN_EFFORT = 16, 10_000
"""Cells that are moved for each character of a line, and in any line, before it stays as it is."""


def render(text: str) -> str:
    """Return what a terminal shows of each line; rendering that again changes nothing."""
    if "\x1b" not in text and "\r" not in text and "\x08" not in text:
        return text
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    plain = _STYLE.sub("", line) if "\x1b" in line else line
    if "\r" not in plain and "\x08" not in plain and "\x1b" not in plain:
        return plain
    ending = "\r" if plain.endswith("\r") and plain.count("\r") == 1 else ""
    plain = plain.removesuffix("\r")
    if len(plain) > _MAX_LINE:
        return line
    shown = _overwritten(plain)
    return line if shown is None else shown + (ending if shown == plain else "")


def _overwritten(line: str) -> str | None:
    """Return what stays of a line that is written over, or None where a code is not understood.

    None, too, where codes move far more than the line holds: each may erase all of it once more.
    """
    cells: list[str] = []
    column = at = moved = 0
    most = _EFFORT * len(line) + _MIN_EFFORT
    while at < len(line):
        match = _PIECE.match(line, at)
        if match is None or moved > most:
            return None
        piece, at = match[0], match.end()
        if piece == "\r":
            column = 0
        elif piece == "\x08":
            column = max(0, column - 1)
        elif match[1] is not None:
            moved += _erase(cells, column, match[1])
        else:
            moved += max(0, column - len(cells))
            cells += [" "] * (column - len(cells))
            cells[column : column + len(piece)] = piece
            column += len(piece)
    return "".join(cells)


def _erase(cells: list[str], column: int, how: str) -> int:
    """Erase a part of a line; return how many cells that is."""
    first, end = 0, len(cells)
    if how == "1":
        end = min(column + 1, len(cells))
        cells[:end] = " " * end
        return end
    if how != "2":
        first = min(column, len(cells))
    del cells[first:]
    return end - first
