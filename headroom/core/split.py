r"""The lines of a text, split once for all who read them.

On its way from the detectors through the elider to the codecs a text is asked for its lines six to
eight times, and lines for their text, in lower case too, nearly as often. Each of that takes as
long as a search for thirty words, so the last few answers are kept; texts and lists of lines are
known again by identity, which costs next to nothing.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST, _MOST = 1_000, 400_000
"""Characters of a text from which on, and up to which, it is remembered."""
_REMEMBERED = 3
"""Texts: one, what is left of it, and that after folding."""


class View:
    """A text and its lines, which are shared and never changed; what follows from them."""

    def __init__(self, text: str, lines: Sequence[str]) -> None:
        self.text = text
        self.lines = lines

    @cached_property
    def lower(self) -> str:
        """The text in lower case, of the same length: offsets are the same."""
        # The only letter that grows in lower case.
        return self.text.replace("\u0130", "I").lower()

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts, and where one more line would."""
        return list(accumulate([len(line) + 1 for line in self.lines], initial=0))


_last: tuple[View, ...] = ()


def lines_of(text: str) -> Sequence[str]:
    r"""Return the lines of a text, split at "\n" alone; nobody may change them."""
    global _last  # noqa: PLW0603 - one tuple put in the place of another: safe among threads
    last = _last
    for view in last:
        if view.text is text:
            return view.lines
    view = View(text, text.split("\n"))
    if _LEAST <= len(text) <= _MOST:
        _last = (view, *last[: _REMEMBERED - 1])
    return view.lines


def count_of(lines: Sequence[str]) -> int:
    """Return how many lines people count: nothing behind the last line break is no line."""
    return len(lines) - (len(lines) > 1 and not lines[-1])


def view_of(lines: Sequence[str]) -> View:
    """Return the view of some lines; of others than `lines_of` gave lately, a new one."""
    for view in _last:
        if view.lines is lines:
            return view
    return View("\n".join(lines), lines)
