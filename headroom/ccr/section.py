"""Sections: the headings of a text, what each stands under, and where what it heads ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARKED = re.compile(r"(#{1,6}) \S")
_RULE = re.compile(r"([=\-~^*+\"'`#])\1{2,}\s*$")
_LONGEST = 120
"""Characters of a heading."""
FENCE = ("```", "~~~")
"""What begins and ends a listing."""


class Sections:
    """The headings of Markdown, reStructuredText and the like; pure and linear."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._lines: list[int] = []
        self._levels: list[int] = []
        self._parents: list[int] = []
        stack: list[int] = []
        fenced, rules = False, dict[str, int]()
        before = ""
        for at, text in enumerate(texts):
            fenced ^= text.startswith(FENCE)
            after = texts[at + 1] if at + 1 < len(texts) else ""
            level = 0 if fenced else _level(text, before, after, rules)
            before = text
            if level:
                while stack and self._levels[stack[-1]] >= level:
                    stack.pop()
                self._parents.append(stack[-1] if stack else -1)
                stack.append(len(self._lines))
                self._lines.append(at)
                self._levels.append(level)
        self._size = len(texts)

    @property
    def levels(self) -> dict[int, int]:
        """The lines of the headings, and of which level each is, from 1."""
        return dict(zip(self._lines, self._levels, strict=True))

    def above(self, at: int) -> list[int]:
        """Return the lines of the headings that a line stands under, nearest first."""
        rank = bisect_right(self._lines, at) - 1
        found = []
        while rank >= 0:
            if self._lines[rank] != at:
                found.append(self._lines[rank])
            rank = self._parents[rank]
        return found

    def end(self, at: int) -> int:
        """Return the line behind what the heading at a line heads; `at` where none is there."""
        rank = bisect_right(self._lines, at) - 1
        if rank < 0 or self._lines[rank] != at:
            return at
        for later in range(rank + 1, len(self._lines)):
            if self._levels[later] <= self._levels[rank]:
                return self._lines[later]
        return self._size


def _level(text: str, before: str, after: str, rules: dict[str, int]) -> int:
    """Return the level of a heading, from 1; 0 where a line is none.

    The rules below headings have their levels in the order in which they come.
    """
    if not text or len(text) > _LONGEST:
        return 0
    marked = _MARKED.match(text)
    if marked:  # One sign may begin a comment, with code below or above it.
        return len(marked[1]) if marked[1] != "#" or not (before.strip() and after.strip()) else 0
    rule = _RULE.match(after)
    if rule is None or not text[0].isalnum() or len(after.strip()) < min(len(text.strip()), 8):
        return 0
    return rules.setdefault(rule[1], len(rules) + 1)
