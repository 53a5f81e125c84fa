"""Exact counts with a byte-pair vocabulary that ships inside the toktok library."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from headroom.core.ttlmap import BoundedMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.protocols import Tokenizer

_SHORT = 2_000
"""Shorter texts are counted faster than they are looked up."""
_REMEMBERED = 4_000
_LATEST, _LONG = 8, 200_000
"""Texts that are known again by identity, as one is asked about at each step of its way; and the
characters of those that are not, so that they are not kept."""


class VocabularyTokenizer:
    """Counts with one vocabulary, loaded at the first count (0.1 to 0.3 s, once a process).

    Args:
        vocabulary: "o200k_base" or "cl100k_base".
        fallback: counts where the library cannot be loaded; `exact` is False from then on.
    """

    def __init__(self, vocabulary: str, fallback: Tokenizer) -> None:
        self.name = vocabulary
        self._fallback = fallback
        self._counter: Callable[[str], int] | None = None
        self._loaded = False
        self._lock = threading.Lock()
        self._memo: BoundedMap[tuple[int, int], int] = BoundedMap(_REMEMBERED)
        self._latest: tuple[tuple[str, int], ...] = ()

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
            return _ask(counter, text)
        latest = self._latest
        for seen, tokens in latest:
            if seen is text:
                return tokens
        # The text's own hash has 64 bits, and takes a quarter of the time of another one: it only
        # says whether a count is known, and two texts of one length do not share it by chance.
        key = len(text), hash(text)
        known = self._memo.get(key)
        if known is None:
            known = _ask(counter, text)
            self._memo.put(key, known)
        if len(text) <= _LONG:
            self._latest = ((text, known), *latest[: _LATEST - 1])
        return known

    def measure(self, text: str) -> int:
        """Return the same as `count`."""
        return self.count(text)

    def _load(self) -> Callable[[str], int] | None:
        if not self._loaded:
            with self._lock:
                if not self._loaded:
                    self._counter = _library(self.name)
                    self._loaded = True
        return self._counter


def _ask(counter: Callable[[str], int], text: str) -> int:
    try:
        return counter(text)
    except UnicodeEncodeError:
        return counter(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _library(vocabulary: str) -> Callable[[str], int] | None:
    try:
        import toktok  # noqa: PLC0415 - native, and absent on some platforms
    except ImportError:
        return None
    # A batch starts threads, which takes a hundred times what counting a line does. The library
    # offers the tokenizer itself to those who know that they want it, under this name.
    encoding = getattr(toktok, "_encoding", None)
    if encoding is None:
        return lambda text: int(toktok.batch_count([text], vocabulary)[0])
    counter: Callable[[str], int] = encoding(vocabulary).count
    return counter
