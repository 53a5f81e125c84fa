"""The store of originals on a Redis server, for processes on several machines."""

from __future__ import annotations

import importlib
import secrets
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from headroom.errors import ConfigurationError
from headroom.stores import READING, STORING, Failures, StoreError, pack, unpack, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from headroom.core.protocols import Clock

_PREFIX = "headroom:original:"
_SINCE = b"headroom:since"
_WHILE = 7 * 24 * 3600 * 1000
"""Milliseconds after which the server may forget that word."""
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
        self._presence = Presence(self._client)
        self._failures = Failures(f"store on Redis at {place(url)}")
        self.replaced = 0
        """How often the server was found to have lost all that it had."""

    @property
    def failing(self) -> Collection[str]:
        """What failed when it was done last: `STORING`, `READING`."""
        return self._failures.failing

    def put(self, ref: str, original: str) -> None:
        """Keep a text under its ref; again with the same ref only makes it last longer.

        Raises:
            StoreError: the server did not take it.
        """
        self.put_all({ref: original})

    def put_all(self, originals: Mapping[str, str]) -> Collection[str]:
        """Keep several texts, each under its ref, all or none; return the refs that were known.

        Raises:
            StoreError: the server did not take them.
        """
        try:
            with self._client.pipeline(transaction=True) as all_:
                for ref, original in originals.items():
                    key = _key(ref)
                    all_.set(key, pack(original), px=self._lifetime, nx=True)
                    all_.pexpire(key, self._lifetime)
                done = all_.execute()
        except self._errors as error:
            self._failures.add(STORING, error)
            # Not from the error: it repeats the text that it could not store.
            raise StoreError(f"Redis did not store an original: {words(error)}") from None
        self._failures.failing.discard(STORING)
        return [ref for ref, new in zip(originals, done[::2], strict=True) if not new]

    def get(self, ref: str) -> str | None:
        """Return the text and make it last longer; None if unknown, expired or unreachable."""
        try:
            key = _key(ref)
            with self._client.pipeline(transaction=False) as both:
                both.get(key)
                both.pexpire(key, self._lifetime)
                body, lasts = both.execute(raise_on_error=False)
            if isinstance(body, Exception):
                raise body
            if isinstance(lasts, Exception):  # A server may answer that takes nothing any more.
                self._failures.add("noting a use", lasts)
            found = None if body is None else self._unpacked(key, body)
        except self._unreadable as error:
            self._failures.add(READING, error)
            return None
        self._failures.failing.discard(READING)
        return found

    def _unpacked(self, key: bytes, body: bytes) -> str:
        try:
            return unpack(body)
        except ValueError:
            # Gone, so that the next `put` stores it anew.
            self._client.delete(key)
            raise

    def sweep(self) -> int:
        """Return 0: the server drops what is expired or too much."""
        return 0

    def tend(self) -> None:
        """See whether the server has lost what it had; to be called every few seconds."""
        with suppress(*self._errors):  # Whoever needs it meanwhile says that it is away.
            self.replaced += self._presence.lost()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class Presence:
    """Tells whether a server still has what it had: one that came back empty has not.

    A word that all who use the server agree on lies there as long as anybody asks for it.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._word: bytes | None = None

    def lost(self) -> bool:
        """Whether the server has lost everything since this was asked last.

        Raises:
            RedisError: it does not answer, or takes nothing.
        """
        with self._client.pipeline(transaction=True) as all_:
            all_.set(_SINCE, secrets.token_hex(8), px=_WHILE, nx=True)
            all_.pexpire(_SINCE, _WHILE)
            all_.get(_SINCE)
            word = all_.execute()[-1]
        before, self._word = self._word, word
        return before is not None and before != word


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
        client = driver.Redis.from_url(
            url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT
        )
        return _Patience(driver).on(client)
    except ValueError as error:
        raise ConfigurationError(
            f"the URL of the store on Redis at {place(url)!r} is malformed "
            f"(redis://host:port/db): {error}"
        ) from error


class _Patience:
    """Has nothing asked for a while of a server that kept somebody waiting for nothing.

    Args:
        driver: the package.
        clock: seconds.
    """

    def __init__(self, driver: Any, clock: Clock = time.monotonic) -> None:
        self._driver, self._clock = driver, clock
        self._errors = driver.exceptions.ConnectionError, driver.exceptions.TimeoutError
        self._until = 0.0

    def on(self, client: Any) -> Any:
        """Return the client, which goes by it from now on."""
        patience, pool = self, client.connection_pool
        take = pool.get_connection

        class Retry(self._driver.retry.Retry):  # type: ignore[name-defined,misc] # loaded by name
            def call_with_retry(self, *args: Any, **kwargs: Any) -> Any:
                with patience.asking():
                    return super().call_with_retry(*args, **kwargs)

            def __deepcopy__(self, _: Any) -> Any:
                return self  # All connections go by what one of them has found out.

        def get_connection(*args: Any, **kwargs: Any) -> Any:
            with patience.asking():
                return take(*args, **kwargs)

        pool.get_connection = get_connection
        client.set_retry(Retry(self._driver.backoff.NoBackoff(), 1))
        return client

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Time a question; it is refused while the server is left alone."""
        began = self._clock()
        if began < self._until:
            raise self._driver.exceptions.ConnectionError("it did not answer a moment ago")
        try:
            yield
        except self._errors:
            if self._clock() - began >= _TIMEOUT:
                self._until = self._clock() + _REST
            raise


def _key(ref: str) -> bytes:
    return (_PREFIX + ref).encode("utf-8", "surrogatepass")


def place(url: str) -> str:
    """Return host, port and database: what may be logged of a URL that holds a password."""
    return url.partition("://")[2].rpartition("@")[2].partition("?")[0]
