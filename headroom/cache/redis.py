"""`RedisLedger`: the write-once ledger on a Redis server, for proxies on several machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from headroom.cache.ledger import Sent
from headroom.core.ttlmap import BoundedMap
from headroom.core.types import Grade
from headroom.stores import Failures, pack, unpack
from headroom.stores.redis import place, redis_client, redis_driver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headroom.core.protocols import Clock

_PREFIX = b"headroom:form:"
_DAY = 24 * 3600.0
_HELD_ENTRIES, _HELD_BYTES = 100_000, 12_000_000
"""Forms that are held in this process besides; a form never changes, so it stays true."""
_OVERHEAD = 600
_Known = tuple[Sent, float]
"""A form, and when its last use was noted."""


class RedisLedger:
    """Forms by lineage key on a server; the first one put under a key by any process stays.

    The server drops what is expired, by its own clock; how much it keeps is for its configuration
    to say (see `RedisStore`). Where it does not answer, forms are kept in this process alone, and a
    warning says so. Nothing is contacted before the first question.

    Args:
        url: `redis://[[user]:password@]host[:port][/db]`, or `rediss:` for TLS.
        clock: seconds, for how long ago a use was noted.
        ttl: seconds after its last use at which a form is forgotten.

    Raises:
        ConfigurationError: the package `redis` is missing, or the URL is malformed.
    """

    def __init__(self, url: str, *, clock: Clock, ttl: float = 30 * _DAY) -> None:
        driver = redis_driver()
        self._lifetime = max(1, round(ttl * 1000))
        self._refresh = min(_DAY / 4, ttl / 10)
        self._clock = clock
        self._errors: tuple[type[Exception], ...] = (
            driver.exceptions.RedisError,
            OSError,
            ValueError,
            TypeError,
        )
        self._client = redis_client(driver, url)
        self._failures = Failures(f"ledger on Redis at {place(url)}")
        self._front: BoundedMap[bytes, _Known] = BoundedMap(
            _HELD_ENTRIES,
            max_size=_HELD_BYTES,
            size=lambda known: _OVERHEAD + len(known[0].text or ""),
        )

    def get(self, key: bytes) -> Sent | None:
        """Return the form recorded under the key, or None."""
        return self.get_all((key,))[0]

    def put(self, key: bytes, sent: Sent) -> None:
        """Record a form; a key that is already there keeps its first form."""
        self.put_all({key: sent})

    def get_all(self, keys: Sequence[bytes]) -> list[Sent | None]:
        """Return the form recorded under each key."""
        known = {key: self._front.get(key) for key in keys}
        now = self._clock()
        missing = [key for key, found in known.items() if found is None]
        stale = [key for key, found in known.items() if found and now - found[1] >= self._refresh]
        if missing or stale:
            read = self._read(missing, stale)
            known |= {key: (sent, now) for key, sent in read.items()}
            known |= {key: (found[0], now) for key in stale if (found := known[key])}
            for key in (*read, *stale):
                if found := known[key]:
                    self._front.put(key, found)
        return [None if found is None else found[0] for found in map(known.get, keys)]

    def put_all(self, entries: Mapping[bytes, Sent]) -> list[Sent]:
        """Record forms, all at once for whoever else looks; return the one that stands for each."""
        known = {key: self._front.get(key) for key in entries}
        new = {key: sent for key, sent in entries.items() if known[key] is None}
        if new:
            standing = new | self._record(new)
            now = self._clock()
            for key, sent in standing.items():
                known[key] = sent, now
                self._front.put(key, (sent, now))
        return [entries[key] if found is None else found[0] for key, found in known.items()]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _read(self, keys: Sequence[bytes], used: Sequence[bytes]) -> dict[bytes, Sent]:
        """Return the forms that are there, and have them and those that were used last longer."""
        try:
            bodies = self._client.mget([_PREFIX + key for key in keys]) if keys else []
            there = {key: _sent(body) for key, body in zip(keys, bodies, strict=True) if body}
            with self._client.pipeline(transaction=False) as many:
                for key in (*there, *used):
                    many.pexpire(_PREFIX + key, self._lifetime)
                many.execute()
        except self._errors as error:
            self._failures.add("reading forms", error)
            return {}
        return there

    def _record(self, entries: Mapping[bytes, Sent]) -> dict[bytes, Sent]:
        """Record what is not there yet, in one go; return what stands for each key then."""
        names = [_PREFIX + key for key in entries]
        try:
            with self._client.pipeline(transaction=True) as together:
                for name, sent in zip(names, entries.values(), strict=True):
                    together.set(name, _packed(sent), px=self._lifetime, nx=True)
                together.mget(names)
                bodies = together.execute()[-1]
            found = zip(entries, bodies, strict=True)
            return {key: _sent(body) for key, body in found if body is not None}
        except self._errors as error:
            self._failures.add("recording forms", error)
            return {}


def _packed(sent: Sent) -> bytes:
    """Return a form as a line of JSON and, behind it, its text."""
    grade = None if sent.grade is None else str(sent.grade)
    head = [sent.tokens_before, sent.tokens_after, sent.compressor, grade, list(sent.refs)]
    body = b"" if sent.text is None else pack(sent.text)
    return json.dumps(head).encode("ascii") + b"\n" + body


def _sent(packed: bytes) -> Sent:
    """Return the form that `_packed` was given.

    Raises:
        ValueError: bytes that it did not make.
        TypeError: as above.
    """
    head, _, body = packed.partition(b"\n")
    before, after, compressor, grade, refs = json.loads(head)
    return Sent(
        unpack(body) if body else None,
        before,
        after,
        compressor,
        None if grade is None else Grade(grade),
        tuple(refs),
    )
