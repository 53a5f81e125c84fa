"""The gate every compressed text passes: it decodes and is shorter by a margin, or is not used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headroom.core.fidelity import equivalent
from headroom.decode import expand_text

if TYPE_CHECKING:
    from headroom.core.types import Compressed


@dataclass(frozen=True, slots=True)
class Margin:
    """How much shorter a result must be to be worth a rewritten text."""

    tokens: int = 12
    share: float = 0.02

    def met(self, before: int, after: int) -> bool:
        """Whether going from `before` to `after` tokens is worth it."""
        return before - after >= max(self.tokens, self.share * before)


def faithful(original: str, compressed: Compressed) -> bool:
    """Run the decoder: whether `compressed` gives the original back in the grade it claims."""
    promised = original if compressed.restores is None else compressed.restores
    try:
        restored = expand_text(compressed.text)
    except (ValueError, IndexError, KeyError, TypeError, RecursionError, OverflowError):
        return False
    return restored == promised and equivalent(compressed.grade, original, promised)
