"""How many records a question asks for: "the top five", "the second", "the slowest calls"."""

from __future__ import annotations

import re

FIGURES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
"""Words for numbers, each at its own."""
_COUNT = re.compile(
    r"\b(?:top|first|last|bottom|the|and|which|what|name|list|give|show|me|any|are|were|of) "
    r"(?=(\w+)\b(?![.,]\d))"
)
_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "runner": 2, "runners": 3}
_MOST, _DIGITS = 10, 3
"""Records that such a word may ask for, and digits of a number that is no year."""
_SEVERAL = re.compile(r"\W+(?:([1-9][0-9]?)\b|(?:[a-z]+\W+){0,2}?[a-z]{2,}(?<!s)(?<![iu])s\b)")
"""Behind a superlative, how many are asked for: a number, or a noun in the plural."""
_PLURAL, _MOST_SEVERAL = 5, 20
"""How many are meant where it is not said, and at most."""


def how_many(query: str, behind: int | None = None) -> int:
    """Return how many records of one end a question asks for; 1 if it says nothing of that.

    Args:
        query: the question.
        behind: where a superlative ends in it, behind which a number or a plural tells, too.
    """
    low = query.lower()
    words = [*_COUNT.findall(low), *(word for word in _ORDINALS if word in low.split())]
    counts = [_ORDINALS.get(word) or _number(word) for word in words]
    said = max((count for count in counts if count <= _MOST), default=1) or 1
    several = _SEVERAL.match(low, behind) if behind is not None else None
    return max(said, min(int(several[1] or _PLURAL), _MOST_SEVERAL)) if several else said


def _number(word: str) -> int:
    if word in FIGURES:
        return FIGURES.index(word)
    return int(word) if word.isdecimal() and len(word) <= _DIGITS else 0
