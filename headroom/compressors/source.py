"""`SourceCompressor`: a numbered listing of a file (`cat -n`, a read tool) with every tenth number.

The first line and every line whose number ends in 0 keep their number as it was printed; the
lines between have theirs by counting on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.detect.source import numbering

if TYPE_CHECKING:
    from headroom.core.fold import Block
    from headroom.core.types import Context

_NOTE = "a numbered file, every tenth number shown"
_STEP = 10


class SourceCompressor:
    """Leaves out line numbers that follow from the one above."""

    name: ClassVar[str] = "source"
    forms: ClassVar[frozenset[str]] = frozenset({"source"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - never longer
        """Return the listing with every tenth number, or None where the lines are not numbered."""
        lines = lines_of(text)
        found = numbering(lines[0])
        if found is None:
            return None
        first, padding, mark = found
        body = []
        for number, line in enumerate(lines, first):
            prefix = f"{number:{padding}}{mark}"
            if not line.startswith(prefix):
                return None
            shown = number == first or number % _STEP == 0
            body.append(line if shown else line[len(prefix) :])
        return Compressed(fold.block("source", body, _NOTE), note=f"{len(lines)} numbered lines")

    def expand(self, block: Block) -> str:
        """Return the listing with all its numbers.

        Raises:
            ValueError: the first line has no number.
        """
        found = numbering(block.lines[0]) if block.lines else None
        if found is None:
            raise ValueError("a numbered file whose first line has no number")
        first, padding, mark = found
        out = []
        for number, line in enumerate(block.lines, first):
            shown = number == first or number % _STEP == 0
            out.append(line if shown else f"{number:{padding}}{mark}{line}")
        return "\n".join(out)
