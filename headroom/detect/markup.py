"""HTML and XML: many end tags for so much text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MIN_TAGS = 8
_SPREAD = 250
"""A page has an end tag in every so many characters."""


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return all lines as one run if there are enough end tags among them, else nothing."""
    tags = sum(line.count("</") for line in lines)
    if tags < _MIN_TAGS or tags * _SPREAD < sum(map(len, lines)):
        return []
    return [(0, len(lines))]
