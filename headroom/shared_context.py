"""`SharedContext`: what one agent found, handed to the next in its compressed form.

Lives in this process's memory alone: originals are never written to disk and vanish with it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headroom.compress import DEFAULT_MODEL, compress_document
from headroom.errors import ConfigurationError, InputError
from headroom.retrieval import retrieve_from

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from headroom.core.protocols import Clock
    from headroom.retrieval import Retrieved


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
    originals: dict[str, str] = field(default_factory=dict, repr=False)
    """What a text with gaps left out of, by ref: the original, or parts of it."""
    shown: dict[str, str] = field(default_factory=dict, repr=False)
    """What was shown of each, under refs of their own; searches prefer the rest."""

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
        ttl: seconds after which an entry is gone; `math.inf` for never.
        max_entries: most entries held; a new key beyond that drops the oldest.
        keep: share of its tokens that an entry may have at most, as far as errors and the like
            allow; 0.2 saves 80 %. 1.0 leaves nothing out.
        clock: seconds since some fixed moment.

    Raises:
        ConfigurationError: a value of the wrong type or out of bounds.

    A text with gaps names a ref; `headroom.retrieve` and `expand` of this process, and the
    context's own `retrieve`, answer for it as long as the entry is there.
    """

    def __init__(
        self,
        model: str | None = DEFAULT_MODEL,
        ttl: float = 3600,
        max_entries: int = 100,
        *,
        keep: float = 0.2,
        clock: Clock = time.time,  # noqa: TID251 - the default of an injected clock
    ) -> None:
        whole = isinstance(max_entries, int) and not isinstance(max_entries, bool)
        if not whole or max_entries < 1 or not (isinstance(ttl, (int, float)) and ttl >= 0):
            raise ConfigurationError(
                f"max_entries is {max_entries!r} and ttl is {ttl!r}; "
                "at least one entry and no negative time, please"
            )
        # Named as its caller knows it: below it is another option's value.
        if isinstance(keep, bool) or not isinstance(keep, (int, float)) or not 0 < keep <= 1:
            raise ConfigurationError(f"keep is {keep!r}; it must be a number > 0 and <= 1")
        if model is not None and not isinstance(model, str):
            raise ConfigurationError(f"model is {model!r}; it must be a model's name or None")
        self._model, self._ttl, self._max_entries, self._clock = model, ttl, max_entries, clock
        self._options = {"target_ratio": keep, "min_tokens": 0, "editing": False}
        self.originals = _Originals(self, {})
        """What `retrieve` and `answer_tool_calls` look into for the texts of this context."""
        self._entries: dict[str, ContextEntry] = {}
        self._lock = threading.Lock()

    def put(self, key: str, content: str, agent: str | None = None) -> ContextEntry:
        """Compress the content, hold it under the key in place of what was there, return the entry.

        Raises:
            InputError: the content is not a str.
        """
        if not isinstance(content, str):
            raise InputError(f"content is {type(content).__name__}; SharedContext holds text")
        from headroom.core.document import TreeDocument  # noqa: PLC0415 - `import` stays light
        from headroom.engine.engine import Call, Engine  # noqa: PLC0415

        # As a tool's output, so that nothing which protects a running conversation applies.
        document = TreeDocument([{"role": "tool", "tool_call_id": key, "content": content}])
        Engine.default().adopt(self.originals)
        held: dict[str, str] = {}
        call = Call(self._model, "share", query="", store=_Originals(self, held))
        result = compress_document(document, call, self._options, provider="openai-chat")
        if not held.keys() >= set(result.refs):
            # Put before, maybe elsewhere: that form came again, without what it was made from.
            held.clear()
            result = compress_document(
                document, call, self._options, provider="openai-chat", engine=Engine()
            )
        entry = ContextEntry(
            content,
            result.messages[0]["content"],
            result.tokens_before,
            result.tokens_after,
            agent,
            self._clock(),
            result.transforms_applied,
            {ref: held[ref] for ref in result.refs if ref in held},
            {ref: text for ref, text in held.items() if ref not in result.refs},
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

    def retrieve(self, ref: str, **part: Any) -> Retrieved:
        """Return what a text with gaps left out, or a part of it; see `headroom.retrieve`.

        Raises:
            InputError: `ref` is no ref.
            ValueError: a part that is malformed.
        """
        return retrieve_from(self.originals, ref, **part)

    def keys(self) -> list[str]:
        """Return the keys that are there now, oldest first."""
        with self._lock:
            self._drop_expired()
            return list(self._entries)

    def entries(self) -> list[ContextEntry]:
        """Return the entries that are there now, oldest first."""
        with self._lock:
            self._drop_expired()
            return list(self._entries.values())

    def stats(self) -> ContextStats:
        """Return totals over the entries that are there now."""
        entries = self.entries()
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


class _Originals:
    """The entries of a context as a store of originals; what is put goes to the entry in making."""

    def __init__(self, context: SharedContext, held: dict[str, str]) -> None:
        self._context, self._held = context, held

    def put(self, ref: str, original: str) -> None:
        """Hand the original to the entry that is being made."""
        self._held[ref] = original

    def put_all(self, originals: Mapping[str, str]) -> Collection[str]:
        """Hand several originals to the entry that is being made, which knew none of them."""
        self._held.update(originals)
        return ()

    def get(self, ref: str) -> str | None:
        """Return an original of an entry that is there now, or None."""
        entries = self._context.entries()
        held = (part for each in entries for part in (each.originals, each.shown))
        return next((part[ref] for part in held if ref in part), None)

    def sweep(self) -> int:
        """Return 0: entries that are too old go by themselves."""
        return 0

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


def _percent(before: int, after: int) -> float:
    return round(100 * (before - after) / before, 1) if before else 0.0
