"""What a reader has already: which lines, sentences or records of an original were shown."""

from __future__ import annotations

import re
from functools import cached_property
from heapq import nlargest
from typing import TYPE_CHECKING

from headroom.ccr.gist import named

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_START = 24
"""Characters by whose like a piece is looked up inside of what was shown."""
_PLACES = 32
"""Places with the same start that are looked at: looking through all would take too long."""
_WORD = re.compile(r"(?<!\w)\w|(?<=[\u2e80-\uffff])\w")
KNOWN = 0.02
"""Share of its merit that a piece keeps in an overview for somebody who has it."""
_MATCHED, _AGAIN = 0.8, 0.05
"""The same in an answer to a question of its own: what was shown may be what is asked for; but who
has most of what fits well, and asks nevertheless, is after something else."""
_GOOD, _MOSTLY = 0.6, 0.75
"""Share of the best score from which on something fits well, and share of such that is most."""
_LEADING, _REACH, _BESIDE = 6, 1, 0.3
"""So many of what fits best lead to what stands so many lines beside it, for this share."""


class Seen:
    """The forms in which an original was shown; what stands in all of them, every reader has."""

    def __init__(self, *forms: str) -> None:
        self._forms = [_Form(form) for form in forms if form]

    def __bool__(self) -> bool:
        """Whether anything is known of what was shown."""
        return bool(self._forms)

    @property
    def texts(self) -> list[str]:
        """The forms."""
        return [form.text for form in self._forms]

    @cached_property
    def names(self) -> set[str]:
        """Names and numbers that stand in all forms."""
        return set.intersection(*(named(form.text) for form in self._forms)) if self else set()

    def holds(self, piece: str) -> bool:
        """Whether a line or sentence was shown as it is."""
        bare = piece.strip()
        return bool(self and bare) and all(form.holds(bare) for form in self._forms)

    def matched(
        self, texts: Sequence[str], scores: list[float], heads: Container[int] = ()
    ) -> set[int]:
        """Lower the scores of what was shown, in an answer to a question; return all that was.

        What heads other lines leads to these, and what fits best to those beside it.
        """
        known = {at for at, text in enumerate(texts) if self.holds(text)} if self else set()
        if not known:
            return known
        top = nlargest(_LEADING, range(len(scores)), key=lambda at: (scores[at], -at))
        good = [at for at in top if scores[at] > _GOOD * scores[top[0]]]
        again = len(known.intersection(good)) >= max(1.0, _MOSTLY * len(good))
        beside = {
            near: _BESIDE * scores[at]
            for at in reversed(top if again else [])
            for near in range(max(0, at - _REACH), min(len(texts), at + _REACH + 1))
            if at in known and near not in known and texts[near].strip()
        }
        for at in known:
            scores[at] *= _AGAIN if again and at not in heads else _MATCHED
        for at, score in beside.items():
            scores[at] = max(scores[at], score)
        return known

    def lower(self, texts: Sequence[str], scores: list[float], share: float) -> None:
        """Multiply the scores of what was shown by a share."""
        if self:
            for at, text in enumerate(texts):
                if scores[at] and self.holds(text):
                    scores[at] *= share


class _Form:
    """One text with gaps, in which lines and sentences are looked up."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = {line.strip() for line in text.split("\n")}

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        """Where words begin, by the characters from there: the first few places of each."""
        starts: dict[str, list[int]] = {}
        for word in _WORD.finditer(self.text):
            places = starts.setdefault(self.text[word.start() : word.start() + _START], [])
            if len(places) < _PLACES:
                places.append(word.start())
        return starts

    def holds(self, bare: str) -> bool:
        if bare in self._lines:
            return True
        if len(bare) < _START:
            return False
        first = _WORD.search(bare)
        lead = first.start() if first else 0
        places = self._starts.get(bare[lead : lead + _START], ())
        return any(at >= lead and self.text.startswith(bare, at - lead) for at in places)


UNKNOWN = Seen()
"""Nobody knows what was shown."""
