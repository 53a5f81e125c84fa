"""The names of models as they are counted, logged and measured: clients write them."""

from __future__ import annotations

_LONGEST = 80
"""Characters that are told."""


def shown(name: str) -> str:
    """Return the beginning of a name: without half characters and without control sequences."""
    return "".join(c if c.isprintable() else "?" for c in name[:_LONGEST])
