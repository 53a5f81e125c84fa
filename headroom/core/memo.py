"""What a function says of short texts, remembered: most words, keys and names come again."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def remembered(entries: int, size: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Return a decorator for pure functions of a text.

    Args:
        entries: texts asked for last of which the answer is held.
        size: characters from which on a text is not held, so that memory is bounded.
    """

    def of(function: Callable[[str], T]) -> Callable[[str], T]:
        known = lru_cache(entries)(function)

        @wraps(function)
        def asked(text: str) -> T:
            return known(text) if len(text) < size else function(text)

        return asked

    return of
