"""Histories with a graph beside them, whose bars are no table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.lines.history import drawn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LEAST = 5


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the lines of a history, if the text begins with one."""
    end = drawn(lines)
    return [(0, end)] if end >= _LEAST else []
