"""The text that is left of prose, with a mark at each gap that says where the rest stands."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from headroom.elide.choice import ranges

OMITTED = "…"
_LONG = 4_000
"""Characters of a line above which a gap names its characters: nobody asks for all of it."""
_INDENT = re.compile(r"[^\S\n]*+")
Span = tuple[int, int]


def marked(text: str, spans: Sequence[Span], kept: Sequence[int], *, named: bool = True) -> str:
    """Return the kept spans in order, each run of others replaced by a mark.

    "…14-22" stands for text of lines 14 to 22, counted from 1, "…3:120-980" for characters of the
    long line 3, a bare "…" for more of the line that was named last. Kept text is verbatim,
    indentation included. Marks that are not `named` are bare.
    """
    places = _Places(text, named=named)
    out: list[str] = []
    at = 0
    for first, last in ranges(kept):
        start, end = spans[first][0], spans[last][1]
        if places.opens(start):
            start = places.begin(start)
        if first > at:
            out.append(places.gap(spans[at][0], spans[first - 1][1], start))
        out.append(text[start:end])
        at = last + 1
    if at < len(spans):
        out.append(places.gap(spans[at][0], spans[-1][1], len(text)))
    return "".join(out).removeprefix("\n")


class _Places:
    """Where the lines of a text begin, and which of them a mark has named last."""

    def __init__(self, text: str, *, named: bool) -> None:
        self._text = text
        self._begins = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self._first: dict[int, int] = {}
        self._last = 0
        self._naming = named

    def _line(self, offset: int) -> int:
        """Return the number of the line that holds a character, from 1."""
        return bisect_right(self._begins, offset)

    def begin(self, offset: int) -> int:
        """Return where the line of a character begins."""
        return self._begins[self._line(offset) - 1]

    def opens(self, offset: int) -> bool:
        """Whether nothing but white space stands before a character in its line."""
        line = self._line(offset)
        if line not in self._first:
            indent = _INDENT.match(self._text, self._begins[line - 1])
            self._first[line] = indent.end() if indent else 0
        return offset <= self._first[line]

    def gap(self, start: int, end: int, following: int) -> str:
        """Return the mark for text[start:end], with what parts it from the text around it."""
        text = self._text
        first, last = self._line(start), self._line(end - 1)
        inside = not self.opens(start)
        goes_on = following < len(text) and self._line(following) == last
        name = f"{first}-{last}" if last > first else str(first)
        if first == last and (inside or goes_on):
            begin = self._begins[first - 1]
            if self._begins[first] - begin > _LONG:
                name = f"{first}:{start - begin + 1}-{end - begin}"
            elif first == self._last:
                name = ""
        self._last = last
        name = name if self._naming else ""
        before = "\n" if not inside else " " if text[start - 1].isspace() else ""
        blank = name or text[following - 1].isspace()
        if self._naming and not blank:
            blank = text[following : following + 1].isdecimal()  # It would be read as a line.
        breaks = not goes_on or last > first
        after = "" if following >= len(text) else "\n" if breaks else " " if blank else ""
        return f"{before}{OMITTED}{name}{after}"
