"""The gate every compressed text passes: it decodes and is shorter by a margin, or is not used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headroom.core.fidelity import equivalent
from headroom.decode import expand_text
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from headroom.core.types import Compressed, Context
    from headroom.decode import Redeem


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
    restored = _restored(compressed.text, None)
    return restored == promised and equivalent(compressed.grade, original, promised)


def shorter(made: Compressed, text: str, ctx: Context, below: int | None) -> bool:
    """Whether a form has fewer tokens than `below`; where that is None, than the text has."""
    return ctx.count(made.text) < (ctx.count(text) if below is None else below)


def comes_back(original: str, text: str, redeem: Redeem) -> bool:
    """Whether a text, its gaps filled with what is stored, is the original again."""
    return _restored(text, redeem) == original


def _restored(text: str, redeem: Redeem | None) -> str | None:
    try:
        return expand_text(text, redeem)
    except (ValueError, LookupError, TypeError, RecursionError, OverflowError, HeadroomError):
        return None
