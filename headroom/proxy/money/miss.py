"""Why a provider read less from its cache of prompts than it could have: pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headroom.proxy.money.usage import Usage

_SHORT, _LONG = 300.0, 3600.0
"""Seconds after its last use at which a provider may drop a prefix, unless a long time is paid."""
_STEP = 0.9
"""Share of a prompt that counts as all of it: caches go by blocks, and the last turn is not in."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the last request of a conversation left in the provider's cache."""

    tokens: int
    at: float
    """Seconds; when it was answered."""
    lifetime: float

    @classmethod
    def of(cls, usage: Usage, now: float, before: Prompt | None) -> Prompt:
        """Return what a request leaves; what is only read lasts as long as it was paid for."""
        cached = usage.read + usage.written_5m + usage.written_1h
        lifetime = _SHORT if before is None else before.lifetime
        if usage.written_1h:
            lifetime = _LONG
        elif usage.written_5m:
            lifetime = _SHORT
        return cls(cached, now, lifetime)


def cache_figures(usage: Usage, before: Prompt | None, now: float) -> dict[str, float]:
    """Return the reported input by where it came from, and what was missed of the cache, and why.

    Args:
        usage: of the request, as reported.
        before: what the request before left in the cache; None where that is not known.
        now: seconds.
    """
    figures: dict[str, float] = {
        "cache.fresh": usage.fresh,
        "cache.read": usage.read,
        "cache.written_5m": usage.written_5m,
        "cache.written_1h": usage.written_1h,
    }
    if before is not None and usage.read < _STEP * before.tokens:
        expired = now - before.at >= before.lifetime
        figures["cache.missed_expired" if expired else "cache.missed_changed"] = (
            before.tokens - usage.read
        )
    return figures
