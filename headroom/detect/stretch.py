"""Long stretches of lines that all look alike, found without looking at every line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def stretches(
    lines: Sequence[str], looks: Callable[[str], object], least: int
) -> Iterator[tuple[int, int]]:
    """Yield start and end of each longest run of at least `least` lines that look right.

    Such a run holds every `least`-th line at some point, so only where one of these looks right
    are its neighbours asked: most texts hold no run, and of those one line in `least` is read.
    """
    done, size = 0, len(lines)
    at = least - 1
    while at < size:
        if not looks(lines[at]):
            at += least
            continue
        start, end = at, at + 1
        while start > done and looks(lines[start - 1]):
            start -= 1
        while end < size and looks(lines[end]):
            end += 1
        if end - start >= least:
            yield start, end
        done = end + 1
        at = end + least
