"""`Tally`: counts what becomes of requests and texts, by reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from headroom.proxy.figures import Figures

if TYPE_CHECKING:
    from headroom.core.result import CompressionResult
    from headroom.proxy.refused import Tokens


class Tally:
    """Counts requests, texts and tokens; may be used from any thread.

    Args:
        figures: where they are added up.
    """

    def __init__(self, figures: Figures | None = None) -> None:
        self._figures = figures or Figures()

    def relayed(self, why: str) -> None:
        """Count a request whose bytes went out as they came in, and why."""
        self._figures.add({"requests.relayed": 1, f"untouched.{why}": 1})

    def looked_at(self, result: CompressionResult, model: str | None = None) -> None:
        """Count a request whose texts were considered, whatever its provider says to it."""
        reasons = Counter([each.reason for each in result.outcomes])
        counts = {"requests.considered": 1} | {f"texts.{name}": n for name, n in reasons.items()}
        self._figures.add(counts, model)

    def taken(self, tokens: Tokens, model: str | None = None) -> None:
        """Count the tokens of a request that its provider took."""
        self._figures.add({f"tokens.{name}": n for name, n in asdict(tokens).items()}, model)

    def counted(self) -> None:
        """Count a request that asks how many tokens another one has."""
        self._figures.add({"requests.counted": 1})

    def missed(self, why: str) -> None:
        """Count a request of which new texts went out as they were, for a reason of ours."""
        self._figures.add({f"requests.{why}": 1})

    def answered(self, status: int) -> None:
        """Count an answer by its status."""
        self._figures.add({f"statuses.{status}": 1})

    def called(self, what: str, count: int = 1) -> None:
        """Count calls of our tool by what became of them."""
        self._figures.add({f"calls.{what}": count})

    def retrieved(self, *, found: bool) -> None:
        """Count an original that was asked for over HTTP."""
        self._figures.add({f"retrievals.{'found' if found else 'missed'}": 1})

    def count(self, name: str) -> int:
        """Return one count of requests."""
        return self._figures.count(f"requests.{name}")
