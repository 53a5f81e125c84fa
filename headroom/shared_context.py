"""`SharedContext`: what one agent found, handed to the next in its compressed form.

Lives in this process's memory alone: originals are never written to disk and vanish with it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.compress import DEFAULT_MODEL, compress
from headroom.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    from headroom.core.protocols import Clock


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """One hand-off: the original, its compressed form and who put it there."""

    original: str
    compressed: str
    original_tokens: int
    compressed_tokens: int
    agent: str | None = None
    timestamp: float = 0.0
    """Seconds on the context's clock at which it was put."""
    transforms: list[str] = field(default_factory=list)
    """Names of the compressors at work."""

    @property
    def savings_percent(self) -> float:
        """Share of the tokens saved, 0 to 100, to one decimal."""
        return _percent(self.original_tokens, self.compressed_tokens)


@dataclass(frozen=True, slots=True)
class ContextStats:
    """Totals over the entries that are there now."""

    entries: int
    original_tokens: int
    compressed_tokens: int

    @property
    def tokens_saved(self) -> int:
        """Tokens that the next agents do not have to read."""
        return self.original_tokens - self.compressed_tokens

    @property
    def savings_percent(self) -> float:
        """Share of the tokens saved, 0 to 100, to one decimal."""
        return _percent(self.original_tokens, self.compressed_tokens)


class SharedContext:
    """A thread-safe store of compressed hand-offs between agents of one process.

    Args:
        model: the model that will read the entries; decides how tokens are counted.
        ttl: seconds after which an entry is gone.
        max_entries: most entries held; a new key beyond that drops the oldest.
        clock: seconds since some fixed moment.
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        ttl: float = 3600,
        max_entries: int = 100,
        *,
        clock: Clock = time.time,  # noqa: TID251 - the default of an injected clock
    ) -> None:
        if max_entries < 1 or ttl < 0:
            raise ConfigurationError(
                f"max_entries is {max_entries!r} and ttl is {ttl!r}; "
                "at least one entry and no negative time, please"
            )
        self._model, self._ttl, self._max_entries, self._clock = model, ttl, max_entries, clock
        self._entries: dict[str, ContextEntry] = {}
        self._lock = threading.Lock()

    def put(self, key: str, content: str, agent: str | None = None) -> ContextEntry:
        """Compress the content, hold it under the key in place of what was there, return the entry.

        Raises:
            InputError: the content is not a str.
        """
        if not isinstance(content, str):
            raise InputError(f"content is {type(content).__name__}; SharedContext holds text")
        # As a tool's output, so that nothing which protects a running conversation applies.
        message = {"role": "tool", "tool_call_id": "shared", "content": content}
        result = compress([message], self._model, query="", editing=False, min_tokens=0)
        entry = ContextEntry(
            content,
            result.messages[0]["content"],
            result.tokens_before,
            result.tokens_after,
            agent,
            self._clock(),
            result.transforms_applied,
        )
        with self._lock:
            self._evict_if_needed(key)
            self._entries.pop(key, None)
            self._entries[key] = entry
        return entry

    def get(self, key: str, full: bool = False) -> str | None:  # noqa: FBT001, FBT002 - public name
        """Return the compressed text (`full`: the original), or None if unknown or too old."""
        entry = self.get_entry(key)
        if entry is None:
            return None
        return entry.original if full else entry.compressed

    def get_entry(self, key: str) -> ContextEntry | None:
        """Return the whole entry, or None if unknown or too old."""
        with self._lock:
            self._drop_expired()
            return self._entries.get(key)

    def keys(self) -> list[str]:
        """Return the keys that are there now, oldest first."""
        with self._lock:
            self._drop_expired()
            return list(self._entries)

    def stats(self) -> ContextStats:
        """Return totals over the entries that are there now."""
        with self._lock:
            self._drop_expired()
            entries = list(self._entries.values())
        return ContextStats(
            len(entries),
            sum(entry.original_tokens for entry in entries),
            sum(entry.compressed_tokens for entry in entries),
        )

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()

    def _evict_if_needed(self, key: str) -> None:
        """Make room for a new key; an update of an existing one evicts nobody. Needs the lock."""
        self._drop_expired()
        while key not in self._entries and len(self._entries) >= self._max_entries:
            del self._entries[next(iter(self._entries))]

    def _drop_expired(self) -> None:
        now = self._clock()
        old = [k for k, entry in self._entries.items() if now - entry.timestamp > self._ttl]
        for key in old:
            del self._entries[key]


def _percent(before: int, after: int) -> float:
    return round(100 * (before - after) / before, 1) if before else 0.0
