"""`Accounts`: per conversation, what it cost through us and what it would have cost direct.

The guard that follows from it: nothing more is left out of a conversation that has cost more
through us. New texts are only folded, each by itself, so that nothing has to be fetched; what was
forwarded in a shorter form stays in that form, since to undo it would cost again. It stays so when
savings have made up for the loss: what is cut then may be fetched, and a session that was even
would end dearer.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headroom.core.ttlmap import BoundedMap
from headroom.proxy.money.figures import Figures, money
from headroom.proxy.money.miss import Prompt, cache_figures
from headroom.proxy.money.price import in_dollars, price_of
from headroom.proxy.money.tally import Tokens
from headroom.proxy.money.usage import Usage

if TYPE_CHECKING:
    from headroom.core.protocols import Clock
    from headroom.core.result import CompressionResult
    from headroom.proxy.money.book import Book

_CONVERSATIONS, _AT_HAND = 10_000, 300
"""Conversations that are remembered, and those that are where a book has the others."""
_FRESH = 2.0
"""Seconds for which it is taken for true what other processes have written of a conversation."""
_ROUNDING = 1.0
"""Tokens by which a conversation may seem dearer before that is taken for more than rounding."""
_BYTES_PER_TOKEN, _LEAST_CACHED = 4, 1024
"""Of requests whose cost nobody reports, and the tokens from which on a prefix may be cached."""


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
    sent: int = 0
    """Bytes of the request as it went out."""
    texts: Tokens = field(default_factory=Tokens)
    """Of all its texts, before and after."""

    @classmethod
    def of(cls, result: CompressionResult, retrieved: int) -> Saved:
        """Return what a compressed request saves."""
        texts = Tokens.of(result.outcomes)
        new = texts.new_before - texts.new_after
        old = texts.wire_before - texts.wire_after - new
        return cls(result.conversation, old, new, retrieved, texts=texts)


@dataclass(frozen=True, slots=True)
class Balance:
    """Costs in tokens of fresh input."""

    through: float = 0.0
    direct: float = 0.0
    requests: int = 0
    fetched: int = 0
    """Tokens of originals that were brought back and are in the conversation since."""
    closed: bool = False
    """Whether nothing more of it is left out; once that is so, it stays so."""

    def plus(self, more: Balance) -> Balance:
        """Return the sum of two."""
        return Balance(
            self.through + more.through,
            self.direct + more.direct,
            self.requests + more.requests,
            self.fetched + more.fetched,
            self.closed or more.closed,
        )

    @property
    def negative(self) -> bool:
        """Whether it cost more through us than it would have cost direct."""
        return self.through > self.direct + _ROUNDING


class Accounts:
    """Balances by conversation, in this process and, with a book, beyond it; for any thread.

    What is recorded gets into the book when somebody takes it there: `unsaved`, then `saved`.

    Args:
        book: what processes share, and what outlives them.
        figures: where costs are added up.
        clock: seconds.
    """

    def __init__(
        self,
        book: Book | None = None,
        figures: Figures | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._book, self._clock = book, clock
        self._figures = figures or Figures()
        self._lock = threading.Lock()
        held = _CONVERSATIONS if book is None else _AT_HAND
        self._known: BoundedMap[bytes, tuple[Balance, float]] = BoundedMap(held)
        self._prompts: BoundedMap[bytes, Prompt] = BoundedMap(held)
        self._sizes: BoundedMap[bytes, int] = BoundedMap(held)
        self._unsaved: dict[bytes, Balance] = {}
        self._flying: dict[bytes, Balance] = {}
        self._saves = 0
        self.urgent = threading.Event()
        """Set where what is not saved yet should not wait: a conversation has become dearer."""

    def stands_down(self, conversation: bytes) -> bool:
        """Whether nothing more of a conversation is to be left out; once so, that stays so.

        It may read from the book, so that it is no call for an event loop.
        """
        balance = self._read(conversation)
        if balance.closed:
            return True
        if not balance.negative:
            return False
        # In the book before anything follows from it: it must hold for whoever comes next.
        first = self._book is None or self._book.closed(conversation)
        with self._lock:
            known = self._known.get(conversation)
            first = first and not (known is not None and known[0].closed)
            self._note(conversation, Balance(closed=True))
        if first:
            self._figures.add({"money.stood_down": 1})
        return True

    def would_stand_down(self, conversation: bytes) -> bool:
        """Whether `stands_down` would say so now; nothing follows from it. It may read, too."""
        balance = self._read(conversation)
        return balance.closed or balance.negative

    def record(self, model: str | None, saved: Saved, usage: Usage | None) -> None:
        """Take note of what a request cost.

        Without reported usage the balance goes by the size of what was sent, and the figures say
        only that there was such a request.
        """
        reported = usage is not None
        if usage is None:
            self._figures.add({"money.unreported": 1}, model)
            if not saved.sent:
                return
            usage = self._supposed(saved)
        price = price_of(model)
        cost = price.cost(usage)
        tool = 0.0
        with self._lock:
            known = self._known.get(saved.conversation)
            before = Balance() if known is None else known[0]
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
            fetched = saved.retrieved + saved.inserted
            after = self._note(saved.conversation, Balance(cost, direct, 1, fetched))
            if after.negative and not (before.negative or after.closed):
                self.urgent.set()
        if not reported:
            return
        self._figures.add(
            {
                "money.requests": 1,
                "money.through": cost,
                "money.direct": direct - tool,
                "money.fetched": fetched,
                **self._cached(saved.conversation, usage),
                **_dollars(in_dollars(price, cost), in_dollars(price, direct - tool)),
            },
            model,
        )

    def view(self) -> dict[str, Any]:
        """Return the sums of this process; negative figures are losses and shown as such."""
        return money(self._figures.all())

    def unsaved(self) -> dict[bytes, Balance]:
        """Return what came to each balance since the last call, for the book; then call `saved`."""
        with self._lock:
            self._flying, self._unsaved = self._unsaved, {}
            return self._flying

    def saved(self, *, done: bool) -> None:
        """Take note whether what `unsaved` returned is in the book; else it returns it again."""
        with self._lock:
            self._saves += 1
            flying, self._flying = self._flying, {}
            if not done:
                for conversation, more in flying.items():
                    kept = self._unsaved.get(conversation, Balance())
                    self._unsaved[conversation] = more.plus(kept)

    def _read(self, conversation: bytes) -> Balance:
        """Return a balance with what others have written of it, as far as that was asked for."""
        with self._lock:
            known = self._known.get(conversation)
            saves = self._saves
            recent = known is not None and self._clock() - known[1] < _FRESH
        if self._book is None or recent:
            return Balance() if known is None else known[0]
        read = self._book.balance(conversation)
        with self._lock:
            known = self._known.get(conversation)
            balance = Balance() if known is None else known[0]
            # While something is on its way it is uncertain whether the book had it already.
            sure = saves == self._saves and not self._flying
            if read is not None and (known is None or sure):
                balance = read.plus(self._unsaved.get(conversation, Balance()))
            self._known.put(conversation, (balance, self._clock()))
            return balance

    def _supposed(self, saved: Saved) -> Usage:
        """Return what a request may have cost, where what it has in common was in a cache."""
        tokens = saved.sent // _BYTES_PER_TOKEN
        before = min(tokens, self._sizes.get(saved.conversation) or 0)
        self._sizes.put(saved.conversation, tokens)
        read = before if before >= _LEAST_CACHED else 0
        return Usage(fresh=tokens - read, read=read)

    def _cached(self, conversation: bytes, usage: Usage) -> dict[str, float]:
        """Return what a request says of the provider's cache, and note what it left there."""
        before, now = self._prompts.get(conversation), self._clock()
        self._prompts.put(conversation, Prompt.of(usage, now, before))
        return cache_figures(usage, before, now)

    def _note(self, conversation: bytes, more: Balance) -> Balance:
        known = self._known.get(conversation)
        balance, read = (Balance(), 0.0) if known is None else known
        after = balance.plus(more)
        self._known.put(conversation, (after, read))
        if self._book is not None and len(self._unsaved) < _CONVERSATIONS:
            self._unsaved[conversation] = self._unsaved.get(conversation, Balance()).plus(more)
        return after


def _dollars(through: float | None, direct: float | None) -> dict[str, float]:
    if through is None or direct is None:
        return {"money.unpriced": 1}
    return {"money.dollars_through": through, "money.dollars_direct": direct}
