"""`RedisBook`: the book of proxies on several machines, on a Redis server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.proxy.money.account import Balance
from headroom.proxy.money.book import DAY
from headroom.proxy.money.book.packing import packed, unpacked
from headroom.stores import Failures
from headroom.stores.redis import place, redis_client, redis_driver

if TYPE_CHECKING:
    from collections.abc import Collection

    from headroom.core.protocols import Clock
    from headroom.proxy.money.book import Entry
    from headroom.proxy.money.figures import Sums

_ACCOUNT = b"headroom:account:"
_FIGURES = "headroom:figures:"
_RUN = "headroom:run:"
_DAYS = 400
_SUMMING = "reading figures"
_FIELDS = ("through", "direct", "requests", "fetched", "closed")


class RedisBook:
    """Balances under `headroom:account:`, sums of each day under `headroom:figures:`, as hashes.

    The server drops what is expired, by its own clock. Where it does not answer, this process goes
    by what it has seen itself, and a warning says so. Nothing is contacted before the first call.

    Args:
        url: `redis://[[user]:password@]host[:port][/db]`, or `rediss:` for TLS.
        clock: seconds since the epoch; says which day it is.
        ttl: seconds after its last request at which the balance of a conversation is forgotten.

    Raises:
        ConfigurationError: the package `redis` is missing, or the URL is malformed.
    """

    def __init__(self, url: str, *, clock: Clock, ttl: float = 30 * DAY) -> None:
        driver = redis_driver()
        self._clock = clock
        self._lifetime = max(1, round(ttl * 1000))
        self._errors: tuple[type[Exception], ...] = (
            driver.exceptions.RedisError,
            OSError,
            ValueError,
            TypeError,
        )
        self._client = redis_client(driver, url)
        self._failures = Failures(f"accounts on Redis at {place(url)}")

    @property
    def failing(self) -> Collection[str]:
        """What failed when it was done last; what is told meanwhile may be less than there is."""
        return self._failures.failing

    def balance(self, conversation: bytes) -> Balance | None:
        """Return the balance of a conversation; None where there is none, or none can be had."""
        try:
            found = self._client.hmget(_ACCOUNT + conversation, _FIELDS)
            if not any(found):
                return None
            through, direct, requests, fetched, closed = (float(each or 0) for each in found)
        except self._errors as error:
            self._failures.add("reading an account", error)
            return None
        return Balance(through, direct, int(requests), int(fetched), closed=bool(closed))

    def closed(self, conversation: bytes) -> bool:
        """Close a conversation for good; return whether nobody had done so before."""
        key = _ACCOUNT + conversation
        try:
            with self._client.pipeline(transaction=True) as both:
                both.hsetnx(key, "closed", 1)
                both.pexpire(key, self._lifetime)
                return bool(both.execute()[0])
        except self._errors as error:
            self._failures.add("closing an account", error)
            return True

    def add(self, entry: Entry) -> bool:
        """Add all of an entry, or nothing; return whether that was done."""
        day = f"{_FIGURES}{int(self._clock() // DAY)}"
        run = _RUN + entry.run
        try:
            with self._client.pipeline(transaction=True) as together:
                for conversation, of in entry.balances.items():
                    key = _ACCOUNT + conversation
                    together.hincrbyfloat(key, "through", of.through)
                    together.hincrbyfloat(key, "direct", of.direct)
                    together.hincrby(key, "requests", of.requests)
                    together.hincrby(key, "fetched", of.fetched)
                    if of.closed:
                        together.hset(key, "closed", 1)
                    together.pexpire(key, self._lifetime)
                for (model, name), more in entry.sums.items():
                    together.hincrbyfloat(day, _field(model, name), more)
                together.expire(day, round(_DAYS * DAY))
                together.hset(run, entry.worker, packed(entry.whole))
                together.pexpire(run, self._lifetime)
                together.execute()
        except self._errors as error:
            self._failures.add("writing figures", error)
            return False
        return True

    def sums(self, since: int | None = None) -> Sums:
        """Return all sums, or those from a day (of those since 1970) on."""
        today = int(self._clock() // DAY)
        first = max(today - _DAYS, since or 0)
        total: Sums = {}
        try:
            with self._client.pipeline(transaction=False) as many:
                for day in range(first, today + 1):
                    many.hgetall(f"{_FIGURES}{day}")
                days = many.execute()
            for found in days:
                for name, value in found.items():
                    model, _, figure = name.decode("utf-8", "surrogatepass").rpartition("\0")
                    total[model, figure] = total.get((model, figure), 0.0) + float(value)
            self._failures.failing.discard(_SUMMING)
        except self._errors as error:
            self._failures.add(_SUMMING, error)
        return total

    def others(self, run: str, worker: str) -> list[Sums]:
        """Return all of each other process of a run, as of its last entry."""
        try:
            found = self._client.hgetall(_RUN + run)
            return [unpacked(body) for key, body in found.items() if key != worker.encode()]
        except self._errors as error:
            self._failures.add("reading figures", error)
            return []

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _field(model: str, name: str) -> bytes:
    return f"{model}\0{name}".encode("utf-8", "surrogatepass")
