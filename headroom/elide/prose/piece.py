"""The spans of a text in the forms that their weights are computed from."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from html import unescape
from itertools import accumulate, chain

_TAG = re.compile(r"<[^<>]*+>")
_BLANKS = re.compile(r" {2,}")
_END = "\x00"
"""What stands between pieces while all of them are folded."""
_WORD = re.compile(r"[^\W_]+")
_APART = {code: " " for code in range(128) if not chr(code).isalnum()}
"""What parts words of ASCII; much faster than a pattern."""


class Pieces:
    """The spans as they are, without tags, and as words; an index of all of them."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        self.raw = [text[start:end] for start, end in spans]
        self.tagged = "<" in text
        """Whether there can be tags."""
        self.bare = list(map(_bare, self.raw)) if self.tagged else self.raw
        if text.isascii() and not self.tagged:
            apart = text.translate(_APART)
            self.rows = [apart[start:end].split() for start, end in spans]
        else:
            self.rows = list(map(words, self.bare))
        # In order: sums over them are the same in every run.
        self.words = [tuple(dict.fromkeys(row)) for row in self.rows]
        self.seen = Counter(chain.from_iterable(self.words))
        """How many spans have a word."""
        self.lowered = list(map(str.lower, self.seen))
        """The words in lower case, in the same order."""
        # All at once: many spans are short, and a call for each costs more than its text.
        all_of_it = _END.join(piece.replace(_END, " ") for piece in self.bare)
        self.folded = _spaced(all_of_it.casefold()).split(_END)
        self._joined = "\n".join(self.folded)
        self._starts = [0, *accumulate(len(piece) + 1 for piece in self.folded)]

    def holders(self, probe: str) -> list[int]:
        """Return the indices of the spans that contain the case-folded `probe`."""
        found: list[int] = []
        at = self._joined.find(probe)
        while at >= 0:
            index = bisect_right(self._starts, at) - 1
            found.append(index)
            at = self._joined.find(probe, self._starts[index + 1])
        return found


def _spaced(text: str) -> str:
    """Return a text with one blank for what stands between words."""
    for blank in "\n\t\r\xa0\u3000":
        text = text.replace(blank, " ")
    return _BLANKS.sub(" ", text) if "  " in text else text


def _bare(piece: str) -> str:
    """Return the text of a piece of HTML."""
    if "<" not in piece:
        return piece
    piece = _TAG.sub(" ", piece)
    return unescape(piece) if "&" in piece else piece


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.translate(_APART).split() if text.isascii() else _WORD.findall(text)
