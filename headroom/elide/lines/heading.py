"""Headings without any sign: lines behind a blank one that differ in numbers alone."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDEST, _RECURS, _LETTERS = 80, 3, 4
"""Characters of such a line, how often its like stands in a text, and letters of it, at least."""
_NO_DIGITS = str.maketrans("", "", "0123456789")


def headings(lines: Sequence[str], kept: Iterable[int]) -> set[int]:
    """Return the headings that kept lines stand under: "What's new in version 3.2".

    Without it, what a release changed would be read as said of the one above.
    """
    heads = _recurring(lines)
    ranks = {bisect_right(heads, at) - 1 for at in kept} if heads else set[int]()
    return {heads[rank] for rank in ranks if rank >= 0}


def _recurring(lines: Sequence[str]) -> list[int]:
    before = ["", *lines]
    alone = [
        at
        for at, (line, above) in enumerate(zip(lines, before, strict=False))
        if line[:1].isalpha() and len(line) <= _WIDEST and not above.strip()
    ]
    forms = {at: lines[at].translate(_NO_DIGITS) for at in alone}
    counts = Counter(forms.values())
    return [
        at
        for at, form in forms.items()
        if counts[form] >= _RECURS and form != lines[at] and sum(map(str.isalpha, form)) >= _LETTERS
    ]
