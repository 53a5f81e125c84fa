"""`RedisLedger`: the write-once ledger on a Redis server, for proxies on several machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from headroom.cache.held import DAY, HeldLedger
from headroom.cache.ledger import Sent
from headroom.core.types import Grade
from headroom.stores import Failures, pack, unpack
from headroom.stores.redis import Presence, place, redis_client, redis_driver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headroom.cache.held import Known
    from headroom.core.protocols import Clock

_PREFIX = b"headroom:form:"
_HELD = 12_000_000
"""Bytes of forms that are held in this process besides."""


class RedisLedger(HeldLedger):
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

    def __init__(self, url: str, *, clock: Clock, ttl: float = 30 * DAY) -> None:
        driver = redis_driver()
        super().__init__(clock=clock, ttl=ttl, held=_HELD)
        self._lifetime = max(1, round(ttl * 1000))
        self._errors = (driver.exceptions.RedisError, OSError, ValueError, TypeError)
        self._client = redis_client(driver, url)
        self._presence = Presence(self._client)
        self._failures = Failures(f"ledger on Redis at {place(url)}")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _lost(self) -> bool:
        return self._tried("reading forms", self._presence.lost) or False

    def _read(self, keys: Sequence[bytes], now: float) -> dict[bytes, Known]:
        """Return the forms that are there, and have them last longer: nobody says how long yet."""
        bodies = self._client.mget([_PREFIX + key for key in keys])
        there = {key: _sent(body) for key, body in zip(keys, bodies, strict=True) if body}
        try:
            self._touch(list(there), now)
        except self._errors as error:  # A server may answer that takes nothing any more.
            self._failures.add("noting a use", error)
        return {key: (sent, now) for key, sent in there.items()}

    def _record(self, entries: Mapping[bytes, Sent], now: float) -> dict[bytes, Known]:
        names = [_PREFIX + key for key in entries]
        with self._client.pipeline(transaction=True) as together:
            for name, sent in zip(names, entries.values(), strict=True):
                together.set(name, _packed(sent), px=self._lifetime, nx=True)
            together.mget(names)
            bodies = together.execute()[-1]
        found = zip(entries, bodies, strict=True)
        return {key: (_sent(body), now) for key, body in found if body is not None}

    def _touch(self, keys: Sequence[bytes], now: float) -> None:  # noqa: ARG002 - the server has a clock
        with self._client.pipeline(transaction=False) as many:
            for key in keys:
                many.pexpire(_PREFIX + key, self._lifetime)
            many.execute()


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
