"""Trees of files or of anything else, as `tree`, `cargo tree` and `npm ls` draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.detect.stretch import stretches
from headroom.lines.drawing import depth_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LEAST = 6
"""Lines of a run."""


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are drawn as a tree, each with its root above."""
    done = 0
    for start, end in stretches(lines, depth_of, _LEAST):
        begin = start - (start > done and bool(lines[start - 1]))
        yield begin, end
        done = end
