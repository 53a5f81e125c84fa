"""Provider prompt caches: what was forwarded once stays as it was.

Owns: the lineage of a conversation and the write-once ledger.
Does not own: which form a new text gets (engine).
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headroom.cache.ledger import Ledger
    from headroom.core.protocols import Clock

__all__ = ["open_ledger"]


def open_ledger(
    place: str,
    *,
    clock: Clock = time.time,  # noqa: TID251 - the default of an injected clock
) -> Ledger:
    """Return the ledger that lies at a place, opened.

    Args:
        place: `memory:` for this process alone, `redis://host:port/db` (`rediss:` with TLS) for
            proxies on several machines, else the path of a file that processes share.
        clock: seconds since the epoch.

    Raises:
        ConfigurationError: a path that cannot be written, a file that is not ours, a malformed URL,
            or a package that is not installed.
        StoreError: the file is there but cannot be opened right now.
    """
    if place == "memory:":
        from headroom.cache.ledger import MemoryLedger  # noqa: PLC0415 - only what is used

        return MemoryLedger()
    if place.startswith(("redis://", "rediss://")):
        from headroom.cache.redis import RedisLedger  # noqa: PLC0415 - an optional package

        return RedisLedger(place, clock=clock)
    from headroom.cache.sqlite import SqliteLedger  # noqa: PLC0415 - only what is used

    return SqliteLedger(Path(place).expanduser().absolute(), clock=clock)
