"""Contents: the headings of a document, and the terms that it explains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.ccr.overview.digest import is_sentence
from headroom.ccr.section import FENCE, Sections

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from collections.abc import Set as AbstractSet

    from headroom.ccr.overview.whole import Lead
    from headroom.ccr.seen import Seen

_FEWEST = 3
"""Headings of a document at least."""
_MARK = 6
"""Characters that the number of a line and its end take."""
_OF_ROOM = 0.9
"""Share of the room for headings and terms."""
_TERM = 80
"""Characters of a term that the next line explains."""
_TERMED = re.compile(r"(?![-*+] |[>|#\d]|\.\. |``)[^\s].*[^\s.,;:!?)]$|::?\S+.*[^.,;:!?]$")
_WORD = re.compile(r"[^\W\d_][\w.:/+-]*")
"""A line of one word, which names what stands below it."""
_TERMS = 9
"""Level of a term: below that of any heading."""


class Contents:
    """The headings of a document, upper ones first, then what comes after them.

    `pieces` says which piece begins at which line; `after` fills the room that is left.
    """

    def __init__(
        self,
        lines: Sequence[str],
        seen: Seen,
        pieces: dict[int, int],
        after: Lead | None,
    ) -> None:
        levels = Sections(lines).levels
        self.size = len(levels) if len(levels) >= _FEWEST else 0
        levels |= dict.fromkeys(_terms(lines, levels), _TERMS)
        self._after = after
        self._all = {pieces[at]: (lines[at].strip(), level) for at, level in levels.items()}
        self._new = {at for at, (said, _) in self._all.items() if not seen.holds(said)}
        self.held: AbstractSet[int] = after.held if after else frozenset()

    def fill(self, taken: dict[int, str], room: int) -> int:
        """Put to what is taken the headings and what comes after; return the room that is left."""
        left = own = int(room * _OF_ROOM)
        order = sorted(self._all, key=lambda at: (self._all[at][1], at))
        for wanted in (self._new, self._all.keys() - self._new):
            for at in order:
                said = self._all[at][0]
                if at in wanted and at not in taken and len(said) + _MARK <= left:
                    taken[at] = said
                    left -= len(said) + _MARK
        room -= own - left
        return self._after.fill(taken, room) if self._after else room


def _terms(lines: Sequence[str], headings: Container[int]) -> list[int]:
    """Return the lines that are terms: short ones at the margin that a sentence below explains."""
    found = []
    fenced = False
    for at, line in enumerate(lines[:-1]):
        fenced ^= line.startswith(FENCE)
        if fenced or at in headings or not 0 < len(line) <= _TERM or not _TERMED.fullmatch(line):
            continue
        below = lines[at + 1]
        told = len(below) > len(line) and is_sentence(below.strip()) and not is_sentence(line)
        if told or (_WORD.fullmatch(line) and below.strip()):
            found.append(at)
    return found
