"""What a reader has already: which lines, sentences or records of an original were shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_START = 24
"""Characters by whose like a piece is looked up inside of what was shown."""
_WORD = re.compile(r"(?<!\w)\w|(?<=[\u2e80-\uffff])\w")
KNOWN = 0.02
"""Share of its merit that a piece keeps in an overview for somebody who has it."""
MATCHED = 0.8
"""The same in an answer to a question of its own: what was shown may be what is asked for."""


class Seen:
    """The text that was shown of an original; empty where nobody knows."""

    def __init__(self, shown: str = "") -> None:
        self.shown = shown
        self._lines = {line.strip() for line in shown.split("\n")} if shown else set()
        self._starts: dict[str, int] = {}

    def __bool__(self) -> bool:
        """Whether anything is known of what was shown."""
        return bool(self.shown)

    def holds(self, piece: str) -> bool:
        """Whether a line or sentence stands in what was shown as it is."""
        bare = piece.strip()
        if not self.shown or not bare:
            return False
        if bare in self._lines:
            return True
        if len(bare) < _START:
            return False
        if not self._starts:
            for word in _WORD.finditer(self.shown):
                self._starts.setdefault(
                    self.shown[word.start() : word.start() + _START], word.start()
                )
        first = _WORD.search(bare)
        lead = first.start() if first else 0
        at = self._starts.get(bare[lead : lead + _START], -1)
        return at >= lead and self.shown.find(bare, at - lead) >= 0

    def lower(self, texts: Sequence[str], scores: list[float], share: float) -> None:
        """Multiply the scores of what was shown by a share."""
        if self.shown:
            for at, text in enumerate(texts):
                if scores[at] and self.holds(text):
                    scores[at] *= share


UNKNOWN = Seen()
"""Nobody knows what was shown."""
