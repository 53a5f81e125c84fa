"""A text as numbered lines that are searched in one go."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Sheet:
    """Lines joined to one text: a search costs one pass of C code, not a call for each line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.text = "\n".join(lines)

    @cached_property
    def lower(self) -> str:
        """The text in lower case, of the same length: offsets are the same."""
        # The only letter that grows in lower case.
        return self.text.replace("\u0130", "I").lower()

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts."""
        sizes = (len(line) + 1 for line in self.lines)
        return list(accumulate(sizes, initial=0))[:-1]

    def line(self, offset: int) -> int:
        """Return the index of the line that an offset is in."""
        return bisect_right(self.starts, offset) - 1

    def end(self, line: int) -> int:
        """Return where a line ends: the offset of its line break."""
        return self.starts[line] + len(self.lines[line])

    def holding(self, stems: Iterable[str]) -> list[int]:
        """Return the lines that hold one of some texts in lower case; "\\nab" begins a line."""
        found: set[int] = set()
        for stem in stems:
            at = self.lower.find(stem)
            while at >= 0:
                number = self.line(at + stem.startswith("\n"))
                found.add(number)
                at = self.lower.find(stem, self.end(number))
        return sorted(found)
