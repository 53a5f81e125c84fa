"""The definition that a question names, in a text that is read line by line.

For languages without a grammar of which too little was told to read the text by its indentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.detect.source import numbering
from headroom.elide.source.block import indent
from headroom.elide.source.header import header
from headroom.elide.source.outline import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST, _LONGEST = 60, 240
"""Rows of a definition that stay whole, and characters of a row that may begin one."""
_FEW, _LOOKED = 4, 400
"""Definitions of a name that stay, and rows with it that are looked at."""
_CLOSERS = ")]}"


def definitions(lines: Sequence[str], text: str, query: str) -> Iterator[range]:
    """Yield the rows of each of a few definitions that the query names; linear.

    `text` is what the lines are of.

    A definition reaches to the next line that is indented no further than its first one, and over
    lines that only close what is open.
    """
    for name in sorted(names(query)):
        if name not in text:
            continue
        rows = [row for row, line in enumerate(lines) if name in line][:_LOOKED]
        for row in [row for row in rows if _begins(lines, row, name)][:_FEW]:
            yield range(row, _end(lines, row))


def _bare(line: str) -> str:
    """Return a line without a number in front of it."""
    number = numbering(line)
    return line if number is None else line.partition(number[2])[2]


def _begins(lines: Sequence[str], row: int, name: str) -> bool:
    """Whether the definition of a name with more than one line begins here."""
    line = _bare(lines[row])
    below = next((_bare(one) for one in lines[row + 1 : row + 4] if _bare(one).strip()), "")
    head = line.strip()
    if not head or len(head) > _LONGEST or indent(below) <= indent(line):
        return False
    is_braced = head[-1] == "{" or below.lstrip()[:1] == "{"
    found = header(head, is_open=True, is_braced=is_braced, is_outer=indent(line) == 0)
    return found is not None and found.name == name


def _end(lines: Sequence[str], row: int) -> int:
    """Return where a definition ends."""
    width = indent(_bare(lines[row]))
    at = end = row + 1
    while at < min(len(lines), row + _MOST):
        line = _bare(lines[at])
        if line.strip():
            if indent(line) <= width and line.lstrip()[0] not in _CLOSERS:
                break
            end = at + 1
        at += 1
    return end
