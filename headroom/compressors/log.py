"""`LogCompressor`: logs, build and test output; lines of one wording as one pattern and its values.

Colour codes and progress bars that overwrite themselves are first resolved to what a terminal
would show; the result is then graded display-exact.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from headroom.ccr.question.bm25 import Relevance
from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.terminal import render
from headroom.core.types import Compressed, Grade
from headroom.lines.body import decode, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Context


_MOST_NAMED = 24
"""Lines with one name or id that are left as they are: many are read better as a table."""
_LEVELS = ("ERROR", "FATAL", "PANIC", "CRITICAL", "SEVERE", "EMERG", "ALERT")
_GRAVE = re.compile(rf"(?<![\w/.-])(?:{'|'.join(_LEVELS)})(?![\w/-])")
_LEVEL, _OF_GRAVE = 120, 12
"""Characters of a line in which its level stands, and lines of which one at most is an error."""


def _named(text: str, lines: Sequence[str], query: str) -> frozenset[int]:
    """Return the lines in which something stands that the question names, where these are few.

    Few errors are, too: a reader looks for their level and their message in one line.
    """
    levels = [level for level in _LEVELS if level in text]  # most texts have none
    grave = [
        n
        for n, line in enumerate(lines if levels else ())
        if any(level in line for level in levels) and _GRAVE.search(line, 0, _LEVEL)
    ]
    found = set(grave if len(grave) <= min(_MOST_NAMED, len(lines) // _OF_GRAVE) else ())
    for name in Relevance(query).names if query else ():
        at = [n for n, line in enumerate(lines) if name in line]
        found.update(at if len(at) <= _MOST_NAMED else ())
    return frozenset(found)


class LogCompressor:
    """Says what lines share once, and of each line what is its own."""

    name: ClassVar[str] = "log"
    forms: ClassVar[frozenset[str]] = frozenset({"log"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:
        """Return the lines as patterns and their values, or None where nothing repeats.

        A few lines with what the question names exactly are left as they are.
        """
        shown = render(text)
        grade, restores = (Grade.EXACT, None) if shown == text else (Grade.DISPLAY, shown)
        lines = lines_of(shown)
        body = encode(lines, whole=_named(shown, lines, ctx.query))
        if body is not None:
            block = fold.block("log", body.lines, body.note)
            return Compressed(block, grade, restores, "lines of one pattern together")
        if restores is None or fold.marked(shown):
            return None
        return Compressed(shown, grade, restores, "as a terminal shows it")

    def expand(self, block: Block) -> str:
        """Return the lines, as a terminal would show them.

        Raises:
            ValueError: the block is malformed.
        """
        return "\n".join(decode(block.lines, block.note))
