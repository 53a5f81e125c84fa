"""`Keeper`: takes balances and figures into the book, and tends files, off the path of requests."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING

from headroom.proxy.money.book import Entry
from headroom.proxy.money.figures import added

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.proxy.money.account import Accounts
    from headroom.proxy.money.book import Book
    from headroom.proxy.money.figures import Figures, Sums

_EVERY = 2.0
"""Seconds that the book is behind at most; what closes a conversation does not wait for it."""


class Keeper:
    """Writes every two seconds, and at the end.

    Args:
        book: where to; None where nothing is kept.
        accounts: what came to balances.
        figures: what came to sums.
        run: tells the processes that were started together from all others.
        tends: what else there is to do every two seconds.
    """

    def __init__(
        self,
        book: Book | None,
        accounts: Accounts,
        figures: Figures,
        run: str | None = None,
        tends: Sequence[Callable[[], None]] = (),
    ) -> None:
        self.tends = [*tends]
        """What else there is to do every two seconds."""
        self._book = book
        self.accounts = accounts
        """What came to balances."""
        self.figures = figures
        """What came to sums, in this process."""
        self._run, self._worker = run or secrets.token_hex(8), secrets.token_hex(8)
        self._writing = threading.Lock()
        self._stop = False
        self._thread: threading.Thread | None = None
        self.gather: Callable[[], None] | None = None
        """Has those that were started together write down what they did."""
        self.behind = False
        """Whether the last entry could not be written; it is tried again with the next."""

    def start(self) -> None:
        """Begin to write."""
        if (self._book is not None or self.tends) and self._thread is None:
            self._thread = threading.Thread(target=self._work, name="headroom-book", daemon=True)
            self._thread.start()

    def flush(self) -> None:
        """Write what is not written yet."""
        if self._book is None:
            return
        with self._writing:
            balances, sums = self.accounts.unsaved(), self.figures.unsaved()
            done = not (balances or sums) or self._book.add(
                Entry(self._run, self._worker, balances, sums, self.figures.all())
            )
            self.accounts.saved(done=done)
            if not done:
                self.figures.put_back(sums)
            self.behind = not done

    def close(self) -> None:
        """Write the rest and let go of the book; waits for that."""
        self._stop = True
        self.accounts.urgent.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()
        if self._book is not None:
            self._book.close()

    def sums(self) -> Sums:
        """Return the sums of all processes that were started together; reads from the book.

        What is told is in the book by then: whichever process is asked next tells no less, even
        where this one does not answer it in time.
        """
        if self._book is None:
            return self.figures.all()
        self.flush()
        if self.gather is not None:
            self.gather()
        return added([self.figures.all(), *self._book.others(self._run, self._worker)])

    def kept(self) -> Sums | None:
        """Return what the book has, of all processes ever; None where nothing is kept."""
        if self._book is None:
            return None
        self.flush()
        return self._book.sums()

    def _work(self) -> None:
        while not self._stop:
            self.accounts.urgent.wait(_EVERY)
            self.accounts.urgent.clear()
            self.flush()
            for tend in self.tends:
                tend()
