"""`Accounts`: per conversation, what it cost through us and what it would have cost direct.

The guard that follows from it: a conversation that has cost more through us is not shortened any
further; what was forwarded in a shorter form stays in that form, since to undo it would cost again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from headroom.core.result import Action
from headroom.core.ttlmap import BoundedMap
from headroom.proxy.price import in_dollars, price_of

if TYPE_CHECKING:
    from headroom.core.result import CompressionResult
    from headroom.proxy.usage import Usage

_CONVERSATIONS = 10_000
_ROUNDING = 1.0
"""Tokens by which a conversation may seem dearer before that is taken for more than rounding."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a request lacks of its original, and what it has on top, in tokens."""

    conversation: bytes
    old: int = 0
    """Fewer tokens in what was sent before."""
    new: int = 0
    """Fewer tokens in what is sent for the first time."""
    retrieved: int = 0
    """Tokens of originals that the client fetched for this request, sent for the first time."""
    inserted: int = 0
    """Tokens of originals that we fetched and that are sent, for good, from this request on."""
    tool: int = 0
    """Tokens of our tool's definition, which the conversation has from its first request on."""
    ours: bool = False
    """Whether nobody would have made this request but for our tool."""

    @classmethod
    def of(cls, result: CompressionResult, retrieved: int) -> Saved:
        """Return what a compressed request saves."""
        old = new = 0
        for outcome in result.outcomes:
            fewer = outcome.tokens_before - outcome.tokens_after
            if outcome.action is Action.REPLAYED:
                old += fewer
            else:
                new += fewer
        return cls(result.conversation, old, new, retrieved)


@dataclass(frozen=True, slots=True)
class Balance:
    """Costs in tokens of fresh input."""

    through: float = 0.0
    direct: float = 0.0
    requests: int = 0
    fetched: int = 0
    """Tokens of originals that were brought back and are in the conversation since."""

    @property
    def negative(self) -> bool:
        """Whether it cost more through us than it would have cost direct."""
        return self.through > self.direct + _ROUNDING


class Accounts:
    """Balances by conversation, and their sum; may be used from any thread."""

    def __init__(self) -> None:
        self._balances: BoundedMap[bytes, Balance] = BoundedMap(_CONVERSATIONS)
        self._lock = threading.Lock()
        self._total = Balance()
        self._dollars = {"direct": 0.0, "through": 0.0}
        self._unpriced = 0
        self._unreported = 0
        self._stopped: BoundedMap[bytes, bool] = BoundedMap(_CONVERSATIONS)

    def stands_down(self, conversation: bytes) -> bool:
        """Whether a conversation is to be shortened no further; once it is, that stays so."""
        with self._lock:
            if self._stopped.get(conversation):
                return True
            balance = self._balances.get(conversation)
            if balance is None or not balance.negative:
                return False
            self._stopped.put(conversation, True)
            return True

    def record(self, model: str | None, saved: Saved, usage: Usage | None) -> None:
        """Take note of what a request cost; without reported usage it is only counted."""
        with self._lock:
            if usage is None:
                self._unreported += 1
                return
            before = self._balances.get(saved.conversation) or Balance()
            price = price_of(model)
            cost = price.cost(usage)
            tool = 0.0
            if saved.retrieved or saved.ours:
                # Nobody would have made this request, had nothing been left out.
                direct = 0.0
            else:
                # Nothing is gained by standing down because of the tool: it stays in any case.
                tool = price.worth(
                    usage, *((saved.tool, 0) if before.requests else (0, saved.tool))
                )
                fewer = saved.new - saved.inserted
                direct = cost + price.worth(usage, saved.old - before.fetched, fewer)
            after = Balance(
                before.through + cost,
                before.direct + direct,
                before.requests + 1,
                before.fetched + saved.retrieved + saved.inserted,
            )
            self._balances.put(saved.conversation, after)
            self._total = replace(
                self._total,
                through=self._total.through + cost,
                direct=self._total.direct + direct - tool,
                requests=self._total.requests + 1,
                fetched=self._total.fetched + saved.retrieved + saved.inserted,
            )
            self._add_dollars(in_dollars(price, cost), in_dollars(price, direct - tool))

    def view(self) -> dict[str, Any]:
        """Return the sums; negative figures are losses and shown as such."""
        with self._lock:
            total = self._total
            return {
                "basis": "reported usage, counted savings, list prices",
                "requests": total.requests,
                "requests_without_usage": self._unreported,
                "input_token_equivalents": {
                    "direct": round(total.direct),
                    "through": round(total.through),
                    "saved": round(total.direct - total.through),
                },
                "dollars": {
                    "direct": round(self._dollars["direct"], 6),
                    "through": round(self._dollars["through"], 6),
                    "saved": round(self._dollars["direct"] - self._dollars["through"], 6),
                    "requests_without_price": self._unpriced,
                },
                "retrieved_tokens": total.fetched,
                "conversations_stood_down": len(self._stopped),
            }

    def _add_dollars(self, through: float | None, direct: float | None) -> None:
        if through is None or direct is None:
            self._unpriced += 1
            return
        self._dollars["through"] += through
        self._dollars["direct"] += direct
