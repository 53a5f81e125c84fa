"""HTML and XML: many end tags for so much text, in what is markup from its beginning on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MIN_TAGS = 8
_SPREAD = 250
"""A page has an end tag in every so many characters."""
_OPENING = re.compile(r"</?[a-zA-Z!?]")
_BLANK = "\ufeff \t\r"
"""What may stand before the first tag of a line."""


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return all lines as one run if there are enough end tags among them, else nothing.

    A text that does not begin with a tag is markup only from a line with one on, to the last such
    line, if most of it stands in lines that begin with tags: messages may quote pages.
    """
    tags = sum(line.count("</") for line in lines)
    if tags < _MIN_TAGS or tags * _SPREAD < sum(map(len, lines)):
        return []
    first = next((at for at, line in enumerate(lines) if line.strip(_BLANK)), 0)
    if _begins(lines[first]):
        return [(0, len(lines))]
    tagged = [at for at in range(first, len(lines)) if _begins(lines[at])]
    if not tagged:
        return []
    start, end = tagged[0], tagged[-1] + 1
    marked = sum(len(lines[at]) for at in tagged)
    return [(start, end)] if marked * 2 > sum(map(len, lines[start:end])) else []


def _begins(line: str) -> bool:
    """Whether a line begins with a tag, a comment or a declaration."""
    return _OPENING.match(line.lstrip(_BLANK)) is not None
