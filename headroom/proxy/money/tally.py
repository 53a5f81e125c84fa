"""`Tally`: counts what becomes of requests and texts, by reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from headroom.core.result import Action, tokens_of
from headroom.proxy.money.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headroom.core.result import CompressionResult, SegmentOutcome


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of the texts of a request, as they came in and as they went out."""

    wire_before: int = 0
    wire_after: int = 0
    new_before: int = 0
    """Of those that are sent for the first time."""
    new_after: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[SegmentOutcome]) -> Tokens:
        """Return those of a request of which the texts had these outcomes."""
        listed = list(outcomes)
        new = [each for each in listed if each.action is not Action.REPLAYED]
        return cls(*tokens_of(listed), *tokens_of(new))

    def with_new(self, before: int, after: int) -> Tokens:
        """Return the same texts with so many tokens more taken for new."""
        return Tokens(
            self.wire_before, self.wire_after, self.new_before + before, self.new_after + after
        )


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
