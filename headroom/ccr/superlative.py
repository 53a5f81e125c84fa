"""The words by which questions ask for an extreme, and which end of it they mean.

Questions are read in lower case: without regard to case, each of the words takes many times longer.
"""

from __future__ import annotations

import re

_LEAST = (
    *("lowest", "smallest", "least", "minimum", "min", "shortest", "fewest", "fastest"),
    *("lightest", "cheapest", "coldest", "weakest"),
)
"""Of "fastest" and "slowest" times are meant: nearly all numbers that are so asked for are."""
_MOST = (
    *("highest", "largest", "greatest", "biggest", "most", "maximum", "max", "longest", "slowest"),
    *("heaviest", "strongest", "loudest", "hottest", "dearest", "busiest", "tops", "topmost"),
)


def superlative(least: tuple[str, ...] = (), most: tuple[str, ...] = ()) -> re.Pattern[str]:
    """Return what finds such a word in lower case; its first group tells that the least is asked.

    Args:
        least: patterns of more words for that, where these mean numbers.
        most: the same for the most.
    """
    low, high = "|".join((*_LEAST, *least)), "|".join((*_MOST, *most))
    return re.compile(rf"\b(?:({low})|{high})\b")
