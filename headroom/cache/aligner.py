"""`CacheAligner`: recognises what was forwarded before and has it sent in the same form again.

A lineage is a chain of content hashes: the key of a segment covers its own text and everything
located before it, so two conversations share keys exactly as far as they share their beginning.
Sub-agents, forks and parallel sessions need no ids to stay apart.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.cache.ledger import Ledger, Sent
    from headroom.core.types import Segment


class CacheAligner:
    """Looks segments up in a ledger by lineage and records new forms in it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def keys(self, segments: Sequence[Segment], seed: str = "") -> list[bytes]:
        """Return the lineage key of each segment; `seed` tells incompatible uses apart."""
        chain = sha256(seed.encode()).digest()
        keys = []
        for segment in segments:
            text = segment.text.encode("utf-8", "surrogatepass")
            chain = sha256(b"%b%b\0%b" % (chain, segment.role.encode(), text)).digest()
            keys.append(chain)
        return keys

    def replays(self, keys: Sequence[bytes]) -> list[Sent | None]:
        """Return the recorded form for each key, None for what is new."""
        get = self._ledger.get
        return [get(key) for key in keys]

    def record(self, key: bytes, sent: Sent) -> None:
        """Remember how a segment is sent now; the first form wins."""
        self._ledger.put(key, sent)
