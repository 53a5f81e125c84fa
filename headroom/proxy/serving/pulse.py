"""`Pulse`: tells a worker that hangs from one that is only slow."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headroom.core.protocols import Clock

EVERY = 5.0
"""Seconds between two questions."""
MISSES = 12
"""Questions in a row without an answer after which a worker is taken for one that hangs."""


@dataclass(slots=True)
class Beat:
    """What is known of one worker; it changes as it is asked and answers."""

    asked: bool = False
    """Whether a question is open."""
    missed: int = 0
    """Times in a row at which it was."""

    def answered(self) -> None:
        """Take note of an answer, however late."""
        self.asked, self.missed = False, 0


@dataclass(slots=True)
class Pulse:
    """Says when to ask, and who has not answered for too long.

    What counts is how often somebody was not heard while the one who asks was on time. Where that
    one is late itself the machine is busy or was asleep, and nobody is to blame.
    """

    every: float = EVERY
    misses: int = MISSES
    clock: Clock = time.monotonic
    _due: float = field(init=False)

    def __post_init__(self) -> None:
        self._due = self.clock() + self.every

    def left(self) -> float:
        """Return the seconds until it is time to ask; 0.0 where it is."""
        return max(0.0, self._due - self.clock())

    def turn(self) -> bool:
        """Begin the next turn, now that it is time; return whether that was on time."""
        now = self.clock()
        late = now - self._due >= self.every
        self._due = now + self.every
        return not late

    def hangs(self, beat: Beat, *, timely: bool) -> bool:
        """Whether somebody hangs, who is looked at once in a turn.

        Args:
            beat: of that one.
            timely: what `turn` returned.
        """
        if beat.asked and timely:
            beat.missed += 1
        return beat.missed >= self.misses
