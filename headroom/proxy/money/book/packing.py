"""Sums as text, as books of all kinds keep those of a process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headroom.proxy.money.figures import Sums


def packed(sums: Sums) -> str:
    """Return sums as text."""
    return json.dumps([[*key, value] for key, value in sums.items()])


def unpacked(body: str | bytes) -> Sums:
    """Return the sums that `packed` was given.

    Raises:
        ValueError: a text that it did not make.
    """
    return {(model, name): float(value) for model, name, value in json.loads(body)}
