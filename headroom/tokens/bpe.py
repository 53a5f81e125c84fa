"""Exact counts with a byte-pair vocabulary that ships inside the toktok library."""

from __future__ import annotations

import threading
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from headroom.core.ttlmap import BoundedMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.protocols import Tokenizer

_SHORT = 400
"""Shorter texts are counted faster than they are looked up."""
_LONG = 50_000
"""Longer texts go to the library as a batch, which lets other threads run while it counts."""
_REMEMBERED = 20_000


class VocabularyTokenizer:
    """Counts with one vocabulary, loaded at the first count (0.1 to 0.3 s, once a process).

    Args:
        vocabulary: "o200k_base" or "cl100k_base".
        fallback: counts where the library cannot be loaded; `exact` is False from then on.
    """

    def __init__(self, vocabulary: str, fallback: Tokenizer) -> None:
        self.name = vocabulary
        self._fallback = fallback
        self._counter: _Counter | None = None
        self._loaded = False
        self._lock = threading.Lock()
        self._memo: BoundedMap[bytes, int] = BoundedMap(_REMEMBERED)

    @property
    def exact(self) -> bool:
        """Whether counts are the provider's own: True once the vocabulary is there."""
        return self._load() is not None

    def count(self, text: str) -> int:
        """Return the number of tokens; lone surrogates count as the replacement character."""
        if not text:
            return 0
        counter = self._load()
        if counter is None:
            return self._fallback.count(text)
        if len(text) < _SHORT:
            return self._ask(counter, text)
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        known = self._memo.get(key)
        if known is None:
            known = self._ask(counter, text)
            self._memo.put(key, known)
        return known

    def measure(self, text: str) -> int:
        """Return the same as `count`."""
        return self.count(text)

    def _ask(self, counter: _Counter, text: str) -> int:
        # A batch of one takes as long to set up as 6,000 characters take to be counted.
        count = counter.one if len(text) < _LONG else counter.long
        try:
            return count(text)
        except UnicodeEncodeError:
            return count(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

    def _load(self) -> _Counter | None:
        if not self._loaded:
            with self._lock:
                if not self._loaded:
                    self._counter = _counter(self.name)
                    self._loaded = True
        return self._counter


class _Counter(NamedTuple):
    """The two ways to count a text with the library."""

    one: Callable[[str], int]
    long: Callable[[str], int]


def _counter(vocabulary: str) -> _Counter | None:
    try:
        import toktok  # noqa: PLC0415 - native, and absent on some platforms
    except ImportError:
        return None

    def long(text: str) -> int:
        return int(toktok.batch_count([text], vocabulary)[0])

    # The tokenizer itself is no part of what the library promises to keep.
    try:
        one = toktok._encoding(vocabulary).count  # noqa: SLF001
    except (AttributeError, TypeError):
        one = long
    return _Counter(one, long)
