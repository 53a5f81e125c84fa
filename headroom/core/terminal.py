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
    """Return what stays of a line that is written over, or None where a code is not understood."""
    cells: list[str] = []
    column = at = 0
    while at < len(line):
        match = _PIECE.match(line, at)
        if match is None:
            return None
        piece, at = match[0], match.end()
        if piece == "\r":
            column = 0
        elif piece == "\x08":
            column = max(0, column - 1)
        elif match[1] is not None:
            cells = _erased(cells, column, match[1])
        else:
            cells += [" "] * (column - len(cells))
            cells[column : column + len(piece)] = piece
            column += len(piece)
    return "".join(cells)


def _erased(cells: list[str], column: int, how: str) -> list[str]:
    match how:
        case "1":
            return [" "] * min(column + 1, len(cells)) + cells[column + 1 :]
        case "2":
            return []
        case _:
            return cells[:column]
