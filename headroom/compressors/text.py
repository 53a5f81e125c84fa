"""`TextCompressor`: any text in which lines or blocks of lines come again, said once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.lines.body import decode, encode

if TYPE_CHECKING:
    from headroom.core.fold import Block
    from headroom.core.types import Context

_SCANNED = ("E  ",)
"""How lines begin that say what a failed test came to."""


class TextCompressor:
    """Says repeated lines once; everything else stays as it is."""

    name: ClassVar[str] = "text"
    forms: ClassVar[frozenset[str]] = frozenset({"text"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - repeats need no counts
        """Return the text with repeated lines as pointers, or None where nothing repeats."""
        body = encode(lines_of(text), deep=False, apart=_SCANNED)
        if body is None:
            return None
        return Compressed(fold.block("text", body.lines, body.note), note="repeated lines once")

    def expand(self, block: Block) -> str:
        """Return the text.

        Raises:
            ValueError: the block is malformed.
        """
        return "\n".join(decode(block.lines, block.note))
