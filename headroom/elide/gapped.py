"""A text with gaps, as an elider hands it on: not yet sealed with a header and a ref."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from headroom.elide.choice import choose, ranges, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

GAP = "… "
MIN_UNITS = 12
"""A text of fewer lines or sentences stays whole: a mark would cost as much as the gap saves."""


@dataclass(frozen=True, slots=True)
class Gapped:
    """What is left of a text, and what a reader has to know of the rest."""

    body: str
    kept: str
    """In the reader's units, with ranges: "12 of 480 lines, ..."."""
    call: str
    """The argument that brings back a part of it: `lines="A-B"`."""
    summary: str = ""
    """Lines about what was left out, or about all of it, to be read after the body; not folded."""
    vague: bool = False
    """Whether it was not clear what the question asks for: all of it would be better, if folded."""
    records: bool = False
    """Whether the text was read as lines, and is a list of records all the same."""


class Refiner(Protocol):
    """A second engine for prose, asked first; a model may stand behind it."""

    def __call__(self, text: str, query: str, share: float) -> Gapped | None:
        """Return about `share` of the text, or None where the first engine shall do it."""
        ...


def gap(first: int, last: int) -> str:
    """Return the mark for lines from one to another, which a reader counts from 1."""
    return f"{GAP}{spelled([(first + 1, last + 1)])}"


def with_marks(lines: Sequence[str], kept: Iterable[int]) -> Iterator[str]:
    """Yield the lines at the kept indices, which rise, with a mark in each gap."""
    at = 0
    for first, last in ranges(kept):
        if first > at:
            yield gap(at, first - 1)
        yield from lines[first : last + 1]
        at = last + 1
    if at < len(lines):
        yield gap(at, len(lines) - 1)


def within(weights: Sequence[float], units: Sequence[str], share: float) -> list[int]:
    """Return which units to keep so that about `share` of their characters stays."""
    return within_sizes(weights, map(len, units), share)


def within_sizes(weights: Sequence[float], sizes: Iterable[int], share: float) -> list[int]:
    """Return which units to keep, as `within` does, of units of so many characters."""
    costs = [size // 3 + 1 for size in sizes]
    return choose(weights, costs, int(sum(costs) * share))
