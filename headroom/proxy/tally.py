"""`Tally`: what the proxy has done since it was started, in numbers; never in content."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headroom.core.result import CompressionResult


class Tally:
    """Counts requests, texts and tokens; may be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._untouched: Counter[str] = Counter()
        self._texts: Counter[str] = Counter()
        self._tokens: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._calls: Counter[str] = Counter()

    def relayed(self, why: str) -> None:
        """Count a request whose bytes went out as they came in, and why."""
        with self._lock:
            self._requests["relayed"] += 1
            self._untouched[why] += 1

    def looked_at(self, result: CompressionResult) -> None:
        """Count a request whose texts were considered."""
        with self._lock:
            self._requests["considered"] += 1
            for outcome in result.outcomes:
                self._texts[str(outcome.reason)] += 1
            self._tokens["wire_before"] += result.tokens_before
            self._tokens["wire_after"] += result.tokens_after
            new = [each for each in result.outcomes if each.action != "replayed"]
            self._tokens["new_before"] += sum(each.tokens_before for each in new)
            self._tokens["new_after"] += sum(each.tokens_after for each in new)

    def missed(self, why: str) -> None:
        """Count a request of which new texts went out as they were, for a reason of ours."""
        with self._lock:
            self._requests[why] += 1

    def answered(self, status: int) -> None:
        """Count an answer by its status."""
        with self._lock:
            self._statuses[str(status)] += 1

    def called(self, what: str, count: int = 1) -> None:
        """Count calls of our tool by what became of them."""
        with self._lock:
            self._calls[what] += count

    def view(self) -> dict[str, Any]:
        """Return all counts."""
        with self._lock:
            return {
                "requests": dict(self._requests),
                "untouched": dict(self._untouched),
                "texts": dict(self._texts),
                "tokens": dict(self._tokens),
                "statuses": dict(self._statuses),
                "calls": dict(self._calls),
            }

    def count(self, name: str) -> int:
        """Return one count of requests."""
        with self._lock:
            return self._requests[name]
