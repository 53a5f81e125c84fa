"""`RunnerCompressor`: what test runners print for each test, grouped, with passing left unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from headroom.compressors.runner import dots, go, pytest
from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed

if TYPE_CHECKING:
    from headroom.core.fold import Block
    from headroom.core.types import Context


_RUNNERS = {"pytest": pytest, "gotest": go, "tests": dots}


class RunnerCompressor:
    """Says the file and class of tests once, and of a test that passed only its name."""

    name: ClassVar[str] = "runner"
    forms: ClassVar[frozenset[str]] = frozenset(_RUNNERS)

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - grouping needs no counts
        """Return the tests grouped, or None where the lines are not of one runner."""
        lines = lines_of(text)
        form = _form(lines[0])
        made = _RUNNERS[form].encode(lines)
        if made is None:
            return None
        body, note = made
        return Compressed(fold.block(form, body, note), note="tests grouped, passing unsaid")

    def expand(self, block: Block) -> str:
        """Return the runner's lines.

        Raises:
            ValueError: the block is malformed.
        """
        return "\n".join(_RUNNERS[block.form].decode(block.lines, block.note))


def _form(line: str) -> str:
    if line.startswith(("=", "-")):
        return "gotest"
    return "pytest" if "::" in line and " ... " not in line else "tests"
