"""Digest: the sentences that a reader has not, as many and as much of each as there is room for."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from headroom.ccr.gist import Gist, gist, named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.ccr.seen import Seen

_RUNNING = re.compile(r"[\"'“„«(]*\w")
_WORD, _LETTERS = re.compile(r"\S+"), re.compile(r"[\"'“„«(]*[^\W\d_]+[’'-]?[^\W\d_]*\S{0,2}")
_FEWEST, _MOSTLY = 6, 0.7
"""Words of a sentence at least, and the share of them that are letters."""
_REACHES = (6, 4, 3, 2, 1, 0)
"""How many words beside a name stay: the most with which all of the sentences fit."""
_NEW = 2
"""Up to this reach a name that came before counts for nothing."""
BETWEEN = 3
"""Characters between two sentences."""


def is_sentence(text: str) -> bool:
    """Whether a line or a part of one is running text, by its words."""
    words = _WORD.findall(text[:400])
    if len(words) < _FEWEST or not _RUNNING.match(text):
        return False
    return sum(_LETTERS.fullmatch(word) is not None for word in words) >= _MOSTLY * len(words)


def is_prose(texts: Sequence[str]) -> bool:
    """Whether most of a text is sentences."""
    size = sum(map(len, texts))
    return 2 * sum(len(text) for text in texts if is_sentence(text)) > size


class Digest:
    """The sentences of a text that were not shown, by what they name."""

    def __init__(self, texts: Sequence[str], seen: Seen) -> None:
        self._texts = texts
        known = set(seen.names)
        self._all: dict[int, Gist] = {}
        self._first: dict[int, Gist] = {}
        """Without the names that a sentence before it has."""
        earlier = set(known)
        for at, text in enumerate(texts):
            if not is_sentence(text) or seen.holds(text):
                continue
            found = gist(text, known)
            if found:
                self._all[at] = found
                again = gist(text, earlier)
                if again:
                    self._first[at] = again
                    earlier |= named(text)
        self._told = cache(self._tell)

    def _tell(self, reach: int) -> dict[int, str]:
        gists = self._first if reach <= _NEW else self._all
        return {at: found.said(reach) for at, found in gists.items()}

    def fill(self, taken: dict[int, str], room: int) -> int:
        """Put what is said of each sentence to what is taken; return the room that is left."""
        for reach in _REACHES:
            if sum(len(said) + BETWEEN for said in self._told(reach).values()) <= room:
                break
        gists = self._first if reach <= _NEW else self._all
        facts = {at: gists[at].facts / (len(said) + BETWEEN) for at, said in self._told(reach).items()}
        order = sorted(facts, key=lambda at: (-facts[at], at))
        for wider in (reach, max(reach, min(reach + 1, _NEW))):
            for at in order:
                said = self._told(wider)[at]
                more = len(said) - len(taken[at]) if at in taken else len(said) + BETWEEN
                if taken.get(at) != self._texts[at] and 0 < more <= room:
                    taken[at] = said
                    room -= more
        return room
