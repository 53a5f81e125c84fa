"""Tables drawn as boxes: a frame above, one below the names, rows, and a frame below.

┌──────┬─────┐     DuckDB, psql, Nushell; with other corners Rich and tabulate,
│ town │  n  │     and in plain signs MySQL
├──────┼─────┤
│ Oslo │ 137 │
└──────┴─────┘
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


_Frame = tuple[str, str, str, str]


class _Signs(NamedTuple):
    """What a box is drawn with: of each frame the left end, dash, crossing and right end."""

    top: _Frame
    middle: _Frame
    bottom: _Frame
    of_names: str
    """What stands between names."""
    bar: str
    """What stands between cells."""


def _signs(top: str, middle: str, bottom: str, of_names: str, bar: str) -> _Signs:
    ends = [(each[0], each[1], each[2], each[3]) for each in (top, middle, bottom)]
    return _Signs(ends[0], ends[1], ends[2], of_names, bar)


BOXES = {
    "plain": _signs("┌─┬┐", "├─┼┤", "└─┴┘", "│", "│"),
    "round": _signs("╭─┬╮", "├─┼┤", "╰─┴╯", "│", "│"),
    "double": _signs("╒═╤╕", "╞═╪╡", "╘═╧╛", "│", "│"),
    "heavy": _signs("┏━┳┓", "┡━╇┩", "└─┴┘", "┃", "│"),
    "ascii": _signs("+-++", "+-++", "+-++", "|", "|"),
}
CORNERS = frozenset(signs.top[0] for signs in BOXES.values())
"""What a box begins with."""


class Box(NamedTuple):
    """How a table is drawn."""

    kind: str
    """Key of `BOXES`."""
    widths: tuple[int, ...]
    """Characters of the cells, without the blank at either side."""
    heads: int
    """Lines of names above the frame in the middle."""
    closed: bool
    """Whether there is a frame below."""

    @property
    def signs(self) -> _Signs:
        """What it is drawn with."""
        return BOXES[self.kind]

    def frame(self, signs: _Frame) -> str:
        """Return a frame, of a left end, a dash, a crossing and a right end."""
        left, dash, crossing, right = signs
        return left + crossing.join([dash * (width + 2) for width in self.widths]) + right

    def fits(self, line: str, bar: str) -> bool:
        """Whether a line has a bar, with a blank beside it, wherever the frames cross."""
        at = 0
        for width in self.widths:
            end = at + width + 3
            if line[at : at + 2] != f"{bar} " or line[end - 1 : end + 1] != f" {bar}":
                return False
            if bar in line[at + 1 : end]:
                return False
            at = end
        return len(line) == at + 1


def boxed(lines: Sequence[str], at: int = 0) -> tuple[Box, int] | None:
    """Return how the table is drawn that begins at a line, and the line behind it, or None."""
    for kind in BOXES:
        box = _opened(lines[at], kind)
        if box is None:
            continue
        end = at + 1
        while end < len(lines) and box.fits(lines[end], box.signs.of_names):
            end += 1
        heads = end - at - 1
        if not heads or end == len(lines) or lines[end] != box.frame(box.signs.middle):
            continue
        end += 1
        first = end
        while end < len(lines) and box.fits(lines[end], box.signs.bar):
            end += 1
        closed = end < len(lines) and lines[end] == box.frame(box.signs.bottom)
        if end > first:
            return box._replace(heads=heads, closed=closed), end + closed
    return None


def _opened(line: str, kind: str) -> Box | None:
    """Return the box of a kind that a line is the frame above of, or None."""
    left, _, crossing, right = BOXES[kind].top
    if line[:1] != left or line[-1:] != right or len(line) < 2:
        return None
    widths = tuple(len(part) - 2 for part in line[1:-1].split(crossing))
    if min(widths) < 1:
        return None
    box = Box(kind, widths, 0, closed=False)
    return box if box.frame(BOXES[kind].top) == line else None
