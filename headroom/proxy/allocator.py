"""`spare`: have the C library give memory back, so that a proxy that runs for weeks stays small."""

from __future__ import annotations

import contextlib
import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Names of settings of glibc, from its malloc.h."""
_LARGE = 128 * 1024
"""Bytes from which on a block is mapped alone, and which may lie free at the end of the heap."""


def spare() -> None:
    """Set how this process allocates; to be called before it starts threads.

    A body of megabytes is gone when its request is answered. By default glibc takes the first of
    them as a sign to keep such blocks from then on, and one heap for each thread besides, each with
    holes of its own. Other C libraries have no such settings, and nothing is changed.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018 - AttributeError where it is another library
        for name, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE)):
            library.mallopt(name, value)
