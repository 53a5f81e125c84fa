"""What the proxy itself answers: `/health` and `/stats`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import headroom
from headroom.proxy.reply import Reply

if TYPE_CHECKING:
    from headroom.proxy.handlers.base import Services

_PATHS = ("/health", "/stats")


def answer(method: str, path: str, services: Services) -> Reply | None:
    """Return the answer to a request that is meant for the proxy itself, or None."""
    if path not in _PATHS:
        return None
    if method not in ("GET", "HEAD"):
        return Reply.error(405, "method_not_allowed", f"{path} is there to be read")
    return _health(services) if path == "/health" else _stats(services)


def _health(services: Services) -> Reply:
    """Return whether all is well; what is not is said, and requests are served none the less."""
    reasons = [
        f"compressor {name} failed repeatedly and is off" for name in services.engine.disabled
    ]
    failed = services.tally.count("failed")
    if failed:
        reasons.append(f"{failed} requests could not be shortened because of an error of ours")
    value = {
        "status": "degraded" if reasons else "ok",
        "reasons": reasons,
        "version": headroom.__version__,
    }
    return Reply.json(200, value)


def _stats(services: Services) -> Reply:
    counts = services.tally.view()
    counts["money"] = services.compression.accounts.view()
    return Reply.json(200, counts)
