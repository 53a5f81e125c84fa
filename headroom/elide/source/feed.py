"""A text handed to a parser piece by piece, so that hostile text can be refused in time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 512
"""Bytes handed over at a time: some grammars look back often and ask again each time."""
_STEPS_PER_BYTE = 1 / 80
"""Steps of the parser before it is stopped: ordinary source takes half of this."""
_MIN_STEPS = 60
_MAX_STEPS = 3500
"""About 0.15 seconds, where a text was made to be hard to parse."""
_BYTES_PER_READ = 4
_MIN_READS = 1000
_MAX_READS = 60_000
"""Pieces that the parser may look at: many more than there are, as it goes back."""


class Feed(threading.local):
    """Hands a text to a parser piece by piece, and stops the parser when it takes too long.

    The parser keeps a reference to everything it was ever handed, and needs only the latest piece:
    so each thread hands over one buffer, again and again.
    """

    def __init__(self) -> None:
        self._buffer = bytearray(CHUNK)

    def parse(self, make: Callable[[Any], Any], language: Any, source: bytes) -> Any:
        """Return the tree of a text, or None where it takes too many steps or looks.

        Args:
            make: makes a parser for the language.
            language: as the library of parsers knows it.
            source: the text.
        """
        # The parser asks a few times for each line: what is looked up then is looked up here.
        buffer, size = self._buffer, len(source)
        padded = source + b"\n" * CHUNK
        steps = min(_MAX_STEPS, _MIN_STEPS + int(size * _STEPS_PER_BYTE))
        reads = min(_MAX_READS, _MIN_READS + size // _BYTES_PER_READ)

        def read(at: int, _point: Any) -> bytes | bytearray:
            nonlocal reads, steps
            reads -= 1
            if reads <= 0:
                steps = 0
                return b""
            if at >= size:
                return b""
            buffer[:] = padded[at : at + CHUNK]
            return buffer

        def stop(_at: int, _error: bool) -> bool:  # noqa: FBT001 - the parser calls it so
            nonlocal steps
            steps -= 1
            return steps < 0

        try:
            tree = make(language).parse(read, progress_callback=stop)
        except ValueError:
            tree = None
        padded = b""  # The tree holds on to `read`.
        return tree if reads > 0 else None
