"""`Refused`: what was new in requests that no provider took is new in the one that is taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from headroom.core.result import Action
from headroom.core.ttlmap import BoundedMap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headroom.core.result import SegmentOutcome
    from headroom.proxy.tally import Tally
    from headroom.proxy.work import Prepared

_CONVERSATIONS = 1_000


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
        return cls(
            sum([each.tokens_before for each in listed]),
            sum([each.tokens_after for each in listed]),
            sum([each.tokens_before for each in new]),
            sum([each.tokens_after for each in new]),
        )

    def with_new(self, before: int, after: int) -> Tokens:
        """Return the same texts with so many tokens more taken for new."""
        return Tokens(
            self.wire_before, self.wire_after, self.new_before + before, self.new_after + after
        )


class Refused:
    """Holds, by conversation, what was new in requests that nobody took; for the event loop.

    Args:
        tally: where it is counted what others have.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._held: BoundedMap[bytes, Tokens] = BoundedMap(_CONVERSATIONS)

    def answered(self, prepared: Prepared, *, taken: bool) -> Prepared:
        """Return a request with what counts for it, now that its provider took it, or did not.

        What was refused has its form from then on, so that it is no news when it is sent again.
        """
        result, saved = prepared.result, prepared.saved
        if result is None or saved is None:
            return prepared
        tokens = Tokens.of(result.outcomes)
        held = self._held.get(saved.conversation) or Tokens()
        if not taken:
            before, after = held.new_before + tokens.new_before, held.new_after + tokens.new_after
            self._held.put(saved.conversation, Tokens(0, 0, before, after))
            return prepared
        if held.new_before:
            self._held.put(saved.conversation, Tokens())
            # A client may have dropped some of it.
            before = min(held.new_before, tokens.wire_before - tokens.new_before)
            after = min(held.new_after, tokens.wire_after - tokens.new_after)
            tokens = tokens.with_new(before, after)
            fewer = max(0, min(before - after, saved.old))
            saved = replace(saved, old=saved.old - fewer, new=saved.new + fewer)
        self._tally.taken(tokens, prepared.model)
        return replace(prepared, saved=saved)
