"""The store of originals on a Redis server, for processes on several machines."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from headroom.errors import ConfigurationError
from headroom.stores import Failures, StoreError, pack, unpack

if TYPE_CHECKING:
    from headroom.core.protocols import Clock

_PREFIX = "headroom:original:"
_TIMEOUT = 2.0
"""Seconds for an answer; a request of an agent waits for it."""
_REST = 5.0
"""Seconds for which a server that gave none is left alone."""


class RedisStore:
    """Originals on a server, each under the key `headroom:original:` and its ref.

    The server drops what is expired, by its own clock. How much it keeps is for its
    configuration to say: give it a `maxmemory`, and the policy `allkeys-lru` or `volatile-lru` so
    that what was unused for longest goes first. Nothing is contacted before the first `put` or
    `get`.

    Args:
        url: `redis://[[user]:password@]host[:port][/db]`, or `rediss:` for TLS.
        ttl: seconds after its last use at which an original is gone.

    Raises:
        ConfigurationError: the package `redis` is missing, or the URL is malformed.
    """

    def __init__(self, url: str, *, ttl: float) -> None:
        driver = redis_driver()
        self._lifetime = max(1, round(ttl * 1000))
        self._errors: tuple[type[Exception], ...] = (driver.exceptions.RedisError, OSError)
        self._unreadable = (*self._errors, ValueError)
        self._client = redis_client(driver, url)
        self._failures = Failures(f"store on Redis at {place(url)}")

    def put(self, ref: str, original: str) -> None:
        """Keep a text under its ref; again with the same ref only makes it last longer.

        Raises:
            StoreError: the server did not take it.
        """
        try:
            key, body = _key(ref), pack(original)
            with self._client.pipeline(transaction=True) as both:
                both.set(key, body, px=self._lifetime, nx=True)
                both.pexpire(key, self._lifetime)
                both.execute()
        except self._errors as error:
            self._failures.add("storing an original", error)
            raise StoreError(f"Redis did not store an original: {error}") from error

    def get(self, ref: str) -> str | None:
        """Return the text and make it last longer; None if unknown, expired or unreachable."""
        try:
            key = _key(ref)
            with self._client.pipeline(transaction=False) as both:
                both.get(key)
                both.pexpire(key, self._lifetime)
                body = both.execute()[0]
            return None if body is None else unpack(body)
        except self._unreadable as error:
            self._failures.add("reading an original", error)
            return None

    def sweep(self) -> int:
        """Return 0: the server drops what is expired or too much."""
        return 0

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def redis_driver() -> Any:
    """Return the package `redis`.

    Raises:
        ConfigurationError: it is not installed.
    """
    try:
        return importlib.import_module("redis")
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "a store on Redis needs the package redis; install it with: "
            "pip install 'headroom[redis]'"
        ) from error


def redis_client(driver: Any, url: str) -> Any:
    """Return a client that gives up after two seconds; nothing is contacted yet.

    A server that kept somebody waiting for nothing is asked nothing more for five seconds: each of
    these questions fails at once.

    Raises:
        ConfigurationError: the URL is malformed.
    """
    try:
        int(urlsplit(url).path.strip("/") or "0")  # the package takes what is no number for 0
        return driver.Redis.from_url(
            url,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            retry=_once_more(driver),
        )
    except ValueError as error:
        raise ConfigurationError(
            f"the URL of the store on Redis at {place(url)!r} is malformed "
            f"(redis://host:port/db): {error}"
        ) from error


def _once_more(driver: Any, clock: Clock = time.monotonic) -> Any:
    """Return how often a question is put, which is twice, and when it is not put at all."""
    errors = driver.exceptions.ConnectionError, driver.exceptions.TimeoutError

    class Retry(driver.retry.Retry):  # type: ignore[misc] # the package is there only at times
        until = 0.0

        def call_with_retry(self, *args: Any, **kwargs: Any) -> Any:
            began = clock()
            if began < self.until:
                raise driver.exceptions.ConnectionError("it did not answer a moment ago")
            try:
                return super().call_with_retry(*args, **kwargs)
            except errors:
                if clock() - began >= _TIMEOUT:
                    self.until = clock() + _REST
                raise

        def __deepcopy__(self, _: Any) -> Any:
            return self  # The connections of a client go by what one of them has found out.

    return Retry(driver.backoff.NoBackoff(), 1)


def _key(ref: str) -> bytes:
    return (_PREFIX + ref).encode("utf-8", "surrogatepass")


def place(url: str) -> str:
    """Return host, port and database: what may be logged of a URL that holds a password."""
    return url.partition("://")[2].rpartition("@")[2].partition("?")[0]
