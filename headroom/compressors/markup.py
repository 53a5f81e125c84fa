"""Placeholder compressor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from headroom.core.fold import Block
    from headroom.core.types import Compressed, Context


class MarkupCompressor:
    """Not written yet: declines everything."""

    name: ClassVar[str] = "markup"
    forms: ClassVar[frozenset[str]] = frozenset({"markup"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002
        """Decline."""
        return None

    def expand(self, block: Block) -> str:
        """Refuse."""
        raise ValueError(f"no {block.form} block was ever written")
