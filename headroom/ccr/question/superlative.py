"""The words by which questions ask for an extreme, and which end of it they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LEAST = (
    *("lowest", "smallest", "least", "minimum", "min", "shortest", "fewest", "fastest"),
    *("lightest", "cheapest", "coldest", "weakest"),
)
"""Of "fastest" and "slowest" times are meant: nearly all numbers that are so asked for are."""
_MOST = (
    *("highest", "largest", "greatest", "biggest", "most", "maximum", "max", "longest", "slowest"),
    *("heaviest", "strongest", "loudest", "hottest", "dearest", "busiest", "tops", "topmost"),
    "peak",
)


def superlative(
    least: tuple[str, ...] = (), most: tuple[str, ...] = ()
) -> Callable[[str], re.Match[str] | None]:
    """Return what finds such a word; its first group is there where the least is asked for.

    Args:
        least: patterns of more words for that in lower case, where these mean numbers.
        most: the same for the most.
    """
    find = _pattern(least, most).search
    return lambda text: find(text.lower())


def superlatives(
    least: tuple[str, ...] = (), most: tuple[str, ...] = ()
) -> Callable[[str], Iterator[re.Match[str]]]:
    """Return what yields all words of which `superlative` finds the first."""
    find = _pattern(least, most).finditer
    return lambda text: find(text.lower())


def _pattern(least: tuple[str, ...], most: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for texts in lower case: without regard to case it takes far longer."""
    low, high = "|".join((*_LEAST, *least)), "|".join((*_MOST, *most))
    return re.compile(rf"\b(?:({low})|{high})\b")
