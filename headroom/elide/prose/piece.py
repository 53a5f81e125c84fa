"""The spans of a text in the forms that their weights are computed from."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from html import unescape
from itertools import accumulate

_TAG = re.compile(r"<[^<>]*+>")
_WORD = re.compile(r"[^\W_]+")


class Pieces:
    """The spans as they are, without tags, and as words; an index of all of them."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        self.raw = [text[start:end] for start, end in spans]
        self.bare = [_bare(piece) if "<" in piece else piece for piece in self.raw]
        self.rows = [_WORD.findall(piece) for piece in self.bare]
        self.seen: Counter[str] = Counter()  # how many spans have a word
        # In order: sums over them are the same in every run.
        self.words = [tuple(dict.fromkeys(row)) for row in self.rows]
        for words_of_span in self.words:
            self.seen.update(words_of_span)
        self.folded = [" ".join(piece.casefold().split()) for piece in self.bare]
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


def _bare(piece: str) -> str:
    """Return the text of a piece of HTML."""
    piece = _TAG.sub(" ", piece)
    return unescape(piece) if "&" in piece else piece


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return _WORD.findall(text)
