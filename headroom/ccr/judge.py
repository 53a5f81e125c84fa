"""Judge: what says how much lines matter, from knowledge of logs and runs of tests.

Retrieval works without one; with one it finds what has no word in common with the question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from headroom.ccr.rows.tabular import Table


class Appraisal(Protocol):
    """What matters in a log or a run of tests, whatever is asked."""

    weights: list[float]
    """Of each line: about 4.0 for totals and failures, next to nothing for routine."""
    failed: list[int]
    """The lines that name tests that failed."""


class Judge(Protocol):
    """What is known of kinds of text beside the words of a question; a module can be one."""

    def hints(self, lines: Sequence[str], query: str, *, alarmed: bool) -> Sequence[float]:
        """Return what speaks for each line, as a share of the score of the best."""

    def rows(self, records: Sequence[str], query: str) -> Collection[int]:
        """Return the few records in JSON that the question gives values of, or asks as extremes."""

    def table(self, text: str, query: str) -> Table | None:
        """Return the table that a text is but for a few lines, with what speaks for its rows."""

    def standing(self, lines: Sequence[str]) -> Appraisal:
        """Return how much each line of a log matters, whatever is asked."""
