"""How far two texts are alike."""

from __future__ import annotations


def shared_ends(one: str, other: str) -> tuple[int, int]:
    """Return how many characters two texts begin with alike, and end with alike behind these."""
    start = _shared_start(one, other)
    return start, _shared_start(one[start:][::-1], other[start:][::-1])


def _shared_start(one: str, other: str) -> int:
    # By halves: comparing slices is done at the speed of memory, comparing characters is not.
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
