"""`SnapshotCompressor`: snapshots of pages with what stands in every line said once.

    button "Save" @e12*           - button "Save" [ref=e12] [cursor=pointer]
    2_13 link "Home"              uid=2_13 link "Home"

Lines that begin with a fence, a heading, a mark of ours, or are blank stand as they are; any other
one that the rules would not rebuild stands behind "= ".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.records.column import RAW

if TYPE_CHECKING:
    from headroom.core.fold import Block
    from headroom.core.types import Context

_Way = Callable[[str], str]

_PLAIN = re.compile(r"\s*$|[…#`]")
"""How lines begin that are no nodes in any form."""
_NODE = re.compile(r"( *)- (.+)", re.DOTALL)
_HANDLE = re.compile(r"\[ref=(\w{1,20})\]( \[cursor=pointer\])?")
_SHORT = re.compile(r"@(\w{1,20})(\*?)(?=[ :']|$)")
_ARIA = '@e5 is [ref=e5], @e5* is [ref=e5] [cursor=pointer]; "- " begins each line'
_UID = re.compile(r"( *)uid=(\d{1,9}_\d{1,9}\b.*)", re.DOTALL)
_NUMBER = re.compile(r"( *)(\d{1,9}_\d{1,9}\b.*)", re.DOTALL)
_TOOLS = "1_12 is uid=1_12"
_LEAST = 8


class SnapshotCompressor:
    """Says in short what stands in every line."""

    name: ClassVar[str] = "snapshot"
    forms: ClassVar[frozenset[str]] = frozenset({"page"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - always shorter
        """Return the snapshot with its handles in short, or None where it has few."""
        if max(text.count("[ref="), text.count("uid=")) < _LEAST:
            return None
        lines = lines_of(text)
        note = _ARIA if text.count("[ref=") >= _LEAST else _TOOLS
        short, long = _STYLES[note]
        body = [_written(line, short, long) for line in lines]
        if sum(line.startswith(RAW) for line in body) * 4 >= len(lines):
            return None
        return Compressed(fold.block("page", body, note), note=f"{len(lines)} nodes of a page")

    def expand(self, block: Block) -> str:
        """Return the snapshot as it was printed.

        Raises:
            ValueError: the note does not say how it was printed.
        """
        if block.note not in _STYLES:
            raise ValueError("the note of a page does not say how it was printed")
        _, long = _STYLES[block.note]
        return "\n".join(
            line if _PLAIN.match(line) else line[len(RAW) :] if line.startswith(RAW) else long(line)
            for line in block.lines
        )


def _written(line: str, short: Callable[[str], str], long: Callable[[str], str]) -> str:
    """Return a line in short where that can be undone, else behind a mark."""
    if _PLAIN.match(line):
        return line
    made = short(line)
    undone = not _PLAIN.match(made) and not made.startswith(RAW) and long(made) == line
    return made if undone else RAW + line


def _from_aria(line: str) -> str:
    match = _NODE.fullmatch(line)
    if match is None:
        return line
    return match[1] + _HANDLE.sub(lambda one: f"@{one[1]}{'*' if one[2] else ''}", match[2])


def _to_aria(line: str) -> str:
    inner = line.lstrip(" ")
    shown = _SHORT.sub(lambda one: f"[ref={one[1]}]{' [cursor=pointer]' if one[2] else ''}", inner)
    return f"{line[: len(line) - len(inner)]}- {shown}"


def _from_tools(line: str) -> str:
    match = _UID.fullmatch(line)
    return line if match is None else match[1] + match[2]


def _to_tools(line: str) -> str:
    match = _NUMBER.fullmatch(line)
    return line if match is None else f"{match[1]}uid={match[2]}"


_STYLES: dict[str, tuple[_Way, _Way]] = {
    _ARIA: (_from_aria, _to_aria),
    _TOOLS: (_from_tools, _to_tools),
}
"""How a line is written in short and back, by what the note says of it."""
