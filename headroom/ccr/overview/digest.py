"""Digest: the sentences that a reader has not, as many and as much of each as there is room for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.ccr.gist import Gist, gist, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.ccr.seen import Seen

_RUNNING = re.compile(r"[\"'“„«(]*\w")
_WORD, _LETTERS = re.compile(r"\S+"), re.compile(r"[\"'“„«(]*[^\W\d_]+[’'-]?[^\W\d_]*\S{0,2}")
_FEWEST, _MOSTLY = 6, 0.7
"""Words of a sentence at least, and the share of them that are letters."""
_REACHES = (6, 4, 3, 2, 1, 0)
"""How many words beside a name stay: the most with which all of the sentences fit."""
_SAMPLE, _SENTENCES = 2_000, 3_000
"""Lines by which a text is known as prose, and sentences at most of which something is told."""
_EARLY = 0.4
"""What the first sentence of a text is worth more than the last: texts begin with what matters."""
_NEW = 2
"""Up to this reach a name that came before counts for nothing."""
_BETWEEN = 3
"""Characters between two sentences."""


def is_sentence(text: str) -> bool:
    """Whether a line or a part of one is running text, by its words."""
    words = _WORD.findall(text[:400])
    if len(words) < _FEWEST or not _RUNNING.match(text):
        return False
    return sum(_LETTERS.fullmatch(word) is not None for word in words) >= _MOSTLY * len(words)


def is_prose(texts: Sequence[str]) -> bool:
    """Whether most of a text is sentences, by so many of its lines."""
    some = _spread(range(len(texts)), _SAMPLE)
    size = sum(len(texts[at]) for at in some)
    return 2 * sum(len(texts[at]) for at in some if is_sentence(texts[at])) > size


def _spread(places: Sequence[int], most: int) -> Sequence[int]:
    """Return so many places at most, evenly over all."""
    return places[:: max(1, -(-len(places) // most))]


class Digest:
    """The sentences of a text that were not shown, by what they name."""

    def __init__(self, texts: Sequence[str], seen: Seen) -> None:
        self.held = frozenset[int]()
        self._texts = texts
        self._all: dict[int, Gist] = {}
        self._first: dict[int, Gist] = {}
        """Without the names that a sentence before it has."""
        known, earlier = seen.names, set(seen.names)
        new = [at for at, text in enumerate(texts) if is_sentence(text) and not seen.holds(text)]
        for at in _spread(new, _SENTENCES):
            text = texts[at]
            found = gist(text, known)
            if found is None:
                continue
            self._all[at] = found
            again = gist(text, earlier)
            if again:
                self._first[at] = again
                earlier |= named(text)
        self._told: dict[int, dict[int, str]] = {}

    def fill(self, taken: dict[int, str], room: int) -> int:
        """Put to what is taken what is said of each sentence; return the room that is left."""
        reach = next((reach for reach in _REACHES if self._size(reach) <= room), _REACHES[-1])
        gists, told = self._gists(reach), self._tell(reach)
        worth = {
            at: gists[at].facts
            / (len(said) + _BETWEEN)
            * (1 + _EARLY * (1 - at / len(self._texts)))
            for at, said in told.items()
        }
        order = sorted(worth, key=lambda at: (-worth[at], at))
        for wider in (reach, max(reach, min(reach + 1, _NEW))):
            for at in order:
                said = self._tell(wider)[at]
                more = len(said) - len(taken[at]) if at in taken else len(said) + _BETWEEN
                if taken.get(at) != self._texts[at] and 0 < more <= room:
                    taken[at] = said
                    room -= more
        return room

    def _gists(self, reach: int) -> dict[int, Gist]:
        return self._first if reach <= _NEW else self._all

    def _tell(self, reach: int) -> dict[int, str]:
        if reach not in self._told:
            gists = self._gists(reach)
            self._told[reach] = {at: found.said(reach) for at, found in gists.items()}
        return self._told[reach]

    def _size(self, reach: int) -> int:
        return sum(len(said) + _BETWEEN for said in self._tell(reach).values())
