"""What a function says of short texts, remembered: most words, keys and names come again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def remembered(entries: int, size: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Return a decorator for pure functions of a text.

    Args:
        entries: texts of which the answer is held at most; all are forgotten when there are more.
        size: characters from which on a text is not held, so that memory is bounded.
    """

    def of(function: Callable[[str], T]) -> Callable[[str], T]:
        class Known(dict[str, T]):
            """Answers by text; one that is there is found without any code of Python."""

            def __missing__(self, text: str) -> T:
                answer = function(text)
                if len(text) < size:
                    if len(self) >= entries:
                        self.clear()
                    self[text] = answer
                return answer

        return Known().__getitem__

    return of
