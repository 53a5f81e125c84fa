"""`spare`: have the C library give memory back, so that a proxy that runs for weeks stays small."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Names of settings of glibc, from its malloc.h."""
_LARGE = 4 * 1024 * 1024
"""Bytes from which on a block is mapped alone, and which may lie free at the end of the heap.

To map the blocks of each request anew costs more than to read it: 8 ms for a body of 2 MB.
"""


def spare() -> None:
    """Set how this process allocates; to be called before it starts threads, also one that logs.

    By default glibc gives each thread a heap of its own, each with its own holes, and keeps blocks
    of up to 32 MB after the first of them was freed: one huge body would be paid for for weeks.
    Other C libraries have no such settings, and nothing is changed.
    """
    library = _glibc()
    if library is not None:
        for name, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE)):
            library.mallopt(name, value)


def trimming() -> Callable[[], None]:
    """Return what gives back what lies free in the heap.

    That takes half a millisecond, in which threads wait that allocate more than a few bytes.
    """
    library = _glibc()

    def trim() -> None:
        if library is not None:
            library.malloc_trim(0)

    return trim


def _glibc() -> ctypes.CDLL | None:
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.CDLL(None)
            library.gnu_get_libc_version  # noqa: B018 - AttributeError where it is another library
            return library
    return None
