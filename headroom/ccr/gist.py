"""Gist: what of a sentence names and counts, with the words beside it, for somebody in a hurry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

_TOKEN = re.compile(r"\S+")
_BARE = re.compile(r"\w[\w.,:'’/-]*\w|\w")
_NAMING = re.compile(r"[A-ZÀ-ÞΑ-ΩА-Я\d]|[a-z]+[A-Z\d]")
_COUNTING = frozenset(
    """two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty
    seventy eighty ninety hundred thousand million billion half twice zwei drei vier sechs sieben
    acht zehn hundert tausend deux trois quatre cinq cent mille dos tres cuatro cinco cien
    mil""".split()  # noqa: SIM905
)
_SMALL = re.compile(r"[^\W\d_]{1,3}")
_STOPS = (",", ";", ":", ".", "!", "?", ")")
_BRIDGE = 2
"""Words between two that stay: a gap would take as much room."""
_FAR = 40
"""Words on either side that are looked at: where all are small, a long sentence has no end."""
GAP = " … "


def named(text: str) -> set[str]:
    """Return the names and numbers of a text, as far as their spelling tells.

    Neighbours are there as pairs too: a pair can be new where both are known.
    """
    bare = _bare(_TOKEN.findall(text))
    return {key for _, keys in _keys(bare, _naming(bare)) for key in keys}


@dataclass(frozen=True, slots=True)
class Gist:
    """A sentence and which of its words are names or numbers that the reader has not."""

    words: list[str]
    naming: list[bool]
    fresh: list[int]
    """Places of the words that stay."""
    facts: int
    """Names and numbers, pairs of neighbours included, that are new."""

    def said(self, reach: int = 1) -> str:
        """Return the sentence without what stands away from those words.

        Nothing is worded anew: what stays is as it was. `reach` words on either side of them stay,
        small ones not counted; with 0 it is one word whatever it is.
        """
        kept: set[int] = set()
        for at in self.fresh:
            kept.update(range(self._first(at, reach), self._last(at, reach) + 1))
        places = sorted(kept)
        runs = [places[:1]]
        for before, at in pairwise(places):
            if at - before > _BRIDGE + 1:
                runs.append([])
            runs[-1] += range(before + 1, at + 1) if runs[-1] else (at,)
        return GAP.join(" ".join(self.words[at] for at in run) for run in runs)

    def _first(self, at: int, reach: int) -> int:
        """Return where what stays in front of a name begins."""
        first, left = at, reach
        least = max(0, at - _FAR)
        while first > least and not self.words[first - 1].endswith(_STOPS):
            first -= 1
            left -= self._weighs(first)
            if left <= 0:
                break
        return first

    def _last(self, at: int, reach: int) -> int:
        """Return where what stays behind a name ends: at the end of its clause at the latest."""
        last, left = at, reach
        most = min(len(self.words) - 1, at + _FAR)
        while last < most and not self.words[last].endswith(_STOPS):
            last += 1
            left -= self._weighs(last)
            if left <= 0:
                break
        return last

    def _weighs(self, at: int) -> bool:
        return not (self.naming[at] or _SMALL.fullmatch(self.words[at]))


def gist(sentence: str, known: AbstractSet[str]) -> Gist | None:
    """Return the gist of a sentence; None where it names and counts nothing but what is known.

    `known` are names and numbers as `named` gives them.
    """
    words = _TOKEN.findall(sentence)
    bare = _bare(words)
    naming = _naming(bare)
    if naming and not bare[0][0:1].isdigit():  # Every sentence begins with a capital.
        naming[0] = len(naming) > 1 and naming[1] and not bare[1][0].isdigit()
    fresh: list[int] = []
    facts: set[str] = set()
    for at, keys in _keys(bare, naming):
        new = [key for key in keys if key not in known]
        if new:
            fresh.append(at)
            facts.update(new)
    return Gist(words, naming, fresh, len(facts)) if fresh else None


def _bare(words: Sequence[str]) -> list[str]:
    return [found[0] if (found := _BARE.search(word)) else "" for word in words]


def _naming(bare: Sequence[str]) -> list[bool]:
    return [_NAMING.match(word) is not None or word in _COUNTING for word in bare]


def _keys(bare: Sequence[str], naming: Sequence[bool]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the places of names with that by which each is known: itself, and with that before."""
    before = -9
    for at, word in enumerate(bare):
        if naming[at]:
            near = at - before <= _BRIDGE + 1
            yield at, (word, f"{bare[before]} {word}") if near else (word,)
            before = at
