"""`RunnerCompressor`: what test runners print for each test, grouped, with passing left unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from headroom.compressors.runner import go, pytest
from headroom.core import fold
from headroom.core.types import Compressed

if TYPE_CHECKING:
    from headroom.core.fold import Block
    from headroom.core.types import Context


class RunnerCompressor:
    """Says the file and class of tests once, and of a test that passed only its name."""

    name: ClassVar[str] = "runner"
    forms: ClassVar[frozenset[str]] = frozenset({"pytest", "gotest"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - grouping needs no counts
        """Return the tests grouped, or None where the lines are not of one runner."""
        lines = text.split("\n")
        form, runner = ("gotest", go) if lines[0].startswith(("=", "-")) else ("pytest", pytest)
        made = runner.encode(lines)
        if made is None:
            return None
        body, note = made
        return Compressed(fold.block(form, body, note), note="tests grouped, passing unsaid")

    def expand(self, block: Block) -> str:
        """Return the runner's lines.

        Raises:
            ValueError: the block is malformed.
        """
        runner = go if block.form == "gotest" else pytest
        return "\n".join(runner.decode(block.lines, block.note))
