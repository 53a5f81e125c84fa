"""A text as numbered lines that are searched in one go."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, cached_property
from typing import TYPE_CHECKING

from headroom.core.split import view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_SHORT = 4
_CUTS = '0123456789./\\,;[](){}<>@|"+*&?!~^$#%'
"""What ends a word that is looked for: numbers, times and paths make up most of a log."""
_CUT = bytes.maketrans(_CUTS.encode(), b" " * len(_CUTS))


@cache
def _word(stem: str) -> str | None:
    """Return the longest word of a text, or None where looking for it would not pay.

    Short words are part of many others. Only for texts that stand in the program.
    """
    words = stem.split()
    longest = max(words, key=len, default="")
    short = not words or (len(words) > 1 and len(longest) < _SHORT)
    return None if short or not set(_CUTS).isdisjoint(longest) else longest


def opening(pattern: str) -> re.Pattern[str]:
    r"""Return a pattern for `opened`, from one that is meant to be matched with a single line.

    Blanks, `\s`, must not stand in a class of characters, nor in front of what may be a blank:
    no fewer are tried than there are.
    """
    for blanks, inside in ((r"\s*", r"[^\S\n]*+"), (r"\s+", r"[^\S\n]++"), (r"\s", r"[^\S\n]")):
        pattern = pattern.replace(blanks, inside)
    return re.compile(f"\n(?:{pattern})", re.MULTILINE)


def opened(text: str, pattern: re.Pattern[str]) -> list[int]:
    """Return the numbers of the lines that a pattern of `opening` finds, in one pass of C code.

    A line break stands before the first line. Any other pattern that stands inside one line is
    found as well, wherever it does.
    """
    rows: list[int] = []
    row, last = -1, 0
    for match in pattern.finditer(text):
        at = match.start() + 1
        row += text.count("\n", last, at)
        last = at
        if not rows or rows[-1] != row:
            rows.append(row)
    return rows


@cache
def _with_words(stems: tuple[str, ...]) -> tuple[tuple[str, str | None], ...]:
    return tuple((stem, _word(stem)) for stem in stems)


class Sheet:
    """Lines joined to one text: a search costs one pass of C code, not a call for each line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._view = view_of(lines)
        self.lines = lines
        self.text = self._view.text

    def narrowed(self, width: int) -> Sheet:
        """Return the sheet with its lines cut to so many characters."""
        if max(map(len, self.lines), default=0) <= width:
            return self
        cut = Sheet([line[:width] for line in self.lines])
        # More than stands in there; to collect them again costs more than to look for a few.
        cut.words = self.words
        return cut

    @cached_property
    def lower(self) -> str:
        """The text in lower case, of the same length: offsets are the same."""
        return self._view.lower

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts, and where one more would."""
        return self._view.starts

    @cached_property
    def words(self) -> str:
        """Every word in lower case once, a tenth of most logs; without digits and most signs.

        A word without any of these that stands nowhere in here stands nowhere in the sheet.
        """
        # Bytes are translated far faster than letters.
        raw = self.lower.encode("utf-8", "surrogatepass").translate(_CUT)
        return b"\n".join(set(raw.split())).decode("utf-8", "surrogatepass")

    def has(self, stem: str) -> bool:
        """Whether a text in lower case may stand in the sheet; false only where it does not."""
        word = _word(stem)
        return stem in self.lower if word is None else word in self.words

    def among(self, stems: tuple[str, ...]) -> list[str]:
        """Return those of some texts of which `has` is true."""
        lower, words = self.lower, self.words
        return [
            stem
            for stem, word in _with_words(stems)
            if (stem in lower if word is None else word in words)
        ]

    def line(self, offset: int) -> int:
        """Return the index of the line that an offset is in."""
        return bisect_right(self.starts, offset) - 1

    def end(self, line: int) -> int:
        """Return where a line ends: the offset of its line break."""
        return self.starts[line] + len(self.lines[line])

    def places(self, stem: str) -> Iterator[tuple[int, int]]:
        """Yield the lines that hold a text in lower case, and where in the sheet it first does.

        A text that begins with a line break stands at the beginning of a line.
        """
        if not self.has(stem):
            return
        ahead = stem.startswith("\n")
        at = self.lower.find(stem)
        while at >= 0:
            number = self.line(at + ahead)
            yield number, at
            at = self.lower.find(stem, self.end(number))
