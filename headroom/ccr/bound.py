"""How long an answer may be: a limit in tokens, kept by measuring what was written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HARD_BOUND = 200_000
"""Characters that no answer exceeds by more than what it says about itself."""
TOKENS = 800
"""Default limit of a search."""
_PER_TOKEN = 3.5
_WIDE = re.compile("[\u0900-\uffff]")
"""Letters that are about a token each."""
_ROUNDS, _SHY = 6, 0.9
"""Answers tried, and how much of the way between one that fits and one that does not is gone."""
_NEAR = 0.02
"""Share of the limit that may stay unused; filling it takes another round."""


def estimate(text: str) -> int:
    """Return about how many tokens a text has, by its letters alone."""
    wide = len(_WIDE.findall(text))
    return int(wide + (len(text) - wide) / _PER_TOKEN + 0.999)


@dataclass(frozen=True, slots=True)
class Bound:
    """Most tokens of an answer, what it says about itself included, and how they are counted.

    Raises:
        ValueError: the limit is no positive number.
    """

    limit: int | None = None
    count: Callable[[str], int] = estimate

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise ValueError("limit is a number of tokens, 1 or more")

    def fit(self, write: Callable[[int], str], sample: str) -> str:
        """Return the longest of a few answers that keeps the limit.

        Args:
            write: makes an answer of about so many characters, the same for the same number.
            sample: some of what it is made from; how many characters a token has there.
        """
        if self.limit is None:
            return write(HARD_BOUND)
        limit = min(self.limit, HARD_BOUND)
        rate = len(sample) / estimate(sample) if sample else _PER_TOKEN
        room, kept, shortest = min(int(limit * rate), HARD_BOUND), "", None
        low, high = (0, 0), (HARD_BOUND + 1, 0)
        for _ in range(_ROUNDS):
            shown = write(room)
            used = self.count(shown)
            spare = limit - used
            if spare >= 0:
                kept, low = max(kept, shown, key=len), (room, used)
            else:
                shortest, high = min(shortest or shown, shown, key=len), (room, used)
            if 0 <= spare <= limit * _NEAR or (room in (0, HARD_BOUND) and spare >= 0):
                break
            if low[1] and high[1]:
                share = _SHY * (limit - low[1]) / max(high[1] - low[1], 1)
                room = low[0] + int((high[0] - low[0]) * min(share, 1.0))
            else:
                step = spare * len(shown) / max(used, 1)
                # What is written may be all there is, and far less than there was room for.
                start = room if spare > 0 else min(room, len(shown))
                room = int(min(HARD_BOUND, max(0, start + step * (0.95 if spare > 0 else 1.2))))
            if (room == low[0] and low[1]) or room == high[0]:
                break
        return kept or self._clipped(shortest or "", limit)

    def _clipped(self, text: str, limit: int) -> str:
        """Return some of a text, for limits below what an answer says about itself.

        What its last line says of the rest comes first, then whole lines: half a sentence tells
        nobody how to go on.
        """
        for said in _notes(text):
            if self.count(said) <= limit:
                return said
        whole = text
        used = self.count(text)
        while used > limit:
            text = text[: int(len(text) * min(limit / used, 0.9))]
            used = self.count(text)
        return text[: text.rfind("\n")] if text != whole and "\n" in text else text


def _notes(text: str) -> Iterator[str]:
    """Yield what the last line of an answer says about the rest, shorter and shorter."""
    note = text.rpartition("\n")[2]
    if not (note.startswith("[") and note.endswith("]")):
        return
    yield note
    parts = note[1:-1].split("; ")
    # How to go on stands last, how much there is first.
    yield f"[{parts[-1]}]"
    yield f"[{parts[0]}]"
    yield "[cut]"
