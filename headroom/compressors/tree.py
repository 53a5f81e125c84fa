"""`TreeCompressor`: a tree of names with blanks in the place of what is drawn in front."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.lines.drawing import drawn, set_in

if TYPE_CHECKING:
    from headroom.core.fold import Block
    from headroom.core.types import Context

_NOTE = "a tree, set in by two blanks for each folder; drawn with "
_SPELLED = re.compile(re.escape(_NOTE) + r"([a-z ]{1,60})")


class TreeCompressor:
    """Says by blanks what lines say."""

    name: ClassVar[str] = "tree"
    forms: ClassVar[frozenset[str]] = frozenset({"tree"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - nothing to weigh
        """Return the names set in by blanks, or None where that would not tell the tree."""
        made = set_in(lines_of(text))
        if made is None:
            return None
        lines, style = made
        return Compressed(fold.block("tree", lines, _NOTE + style), note=f"{len(lines)} names")

    def expand(self, block: Block) -> str:
        """Return the tree as it was drawn.

        Raises:
            ValueError: the block is malformed.
        """
        found = _SPELLED.fullmatch(block.note)
        if found is None:
            raise ValueError("the note of a tree does not say how it was drawn")
        return "\n".join(drawn(block.lines, found[1]))
