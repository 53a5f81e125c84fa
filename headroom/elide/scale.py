"""Scale: how the share of a text that stays changes with its length."""

from __future__ import annotations

from typing import NamedTuple


class Scale(NamedTuple):
    """What a text tells, and what answers a question, grows more slowly than its length."""

    usual: int
    """Characters of a text of which just the usual share stays."""
    exponent: float
    """How fast the share falls with the length: its power of `usual` over that."""
    least: float
    """Times the usual share that stays of any text, however long."""
    most: float = 1.0
    """The same of a short one."""

    def of(self, size: int) -> float:
        """Return by what to multiply the share of a text of so many characters."""
        part = float((self.usual / max(size, 1)) ** self.exponent)
        return min(self.most, max(self.least, part))
