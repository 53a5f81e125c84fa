"""Exact counts with a byte-pair vocabulary that ships inside the toktok library.

The library gives every thread that counts a table of words that it has met. The first thread gets
16 MB of it, all of them written to at once, and the next the 16 MB that its bound for a process
leaves. Threads of a batch get as much less as there are more of them, and what a thread had goes to
another when it ends. So a batch of many threads comes before the first count of each thread here:
that then finds a table of 1 MB, which texts of our size are counted with just as fast.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from headroom.core.ttlmap import BoundedMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.protocols import Tokenizer

_TINY, _SHORT = 200, 2_000
"""Shorter texts are counted faster than they are compared with the latest, or looked up."""
_REMEMBERED = 1_000
"""Counts held, of about 300 bytes each."""
_LATEST, _LONG = 8, 200_000
"""Texts that are known again by identity, as one is asked about at each step of its way; and the
characters of those that are not, so that they are not kept."""
_WORKERS = 32
"""Threads in a batch, which share the library's 32 MB."""
_SMALL_TABLES = 24
"""Threads for which a table is made: where more come, most of those before have ended."""


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
        if len(text) < _TINY:
            return _ask(counter, text)
        latest = self._latest
        for seen, tokens in latest:
            if seen is text:
                return tokens
        known = _ask(counter, text) if len(text) < _SHORT else self._known(counter, text)
        if len(text) <= _LONG:
            self._latest = ((text, known), *latest[: _LATEST - 1])
        return known

    def _known(self, counter: Callable[[str], int], text: str) -> int:
        """Return the count of a text that may have been counted at any time before."""
        # The text's own hash has 64 bits, and takes a quarter of the time of another one: it only
        # says whether a count is known, and two texts of one length do not share it by chance.
        key = len(text), hash(text)
        known = self._memo.get(key)
        if known is None:
            known = _ask(counter, text)
            self._memo.put(key, known)
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
    if not text.isascii():
        # A text that was handed to a library holds its UTF-8 for as long as it lives, and texts of
        # conversations live long: it gets one that does not.
        text = "".join((text, ""))  # noqa: FLY002 - another object, as that would not be
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
    return _counter(encoding(vocabulary)).count


_one_by_one = threading.Lock()


class _Counter:
    """Counts with one vocabulary, each thread with a small table."""

    def __init__(self, encoding: Any) -> None:
        self._encoding = encoding
        self._here = threading.local()
        self._made = 0

    def count(self, text: str) -> int:
        """Return the number of tokens.

        Raises:
            UnicodeEncodeError: the text holds a lone surrogate.
        """
        try:
            count: Callable[[str], int] = self._here.count
        except AttributeError:
            count = self._here.count = self._first()
        return count(text)

    def _first(self) -> Callable[[str], int]:
        """Return what counts in this thread, which has a table from now on."""
        count: Callable[[str], int] = self._encoding.count
        with _one_by_one:  # Else one thread would get what another had made for itself.
            if self._made < _SMALL_TABLES:
                self._made += 1
                self._make_table()
            count("x")
        return count

    def _make_table(self) -> None:
        try:
            self._encoding.count_batch(["x"] * _WORKERS, _WORKERS, False)
        except BaseException as error:
            # Where no threads are to be had, the library panics, which is no Exception.
            if type(error).__name__ != "PanicException":
                raise


_counter = cache(_Counter)
"""One for each vocabulary, whoever asks."""
