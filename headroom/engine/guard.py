"""The gate every compressed text passes: it decodes and is shorter by a margin, or is not used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headroom.core.fidelity import equivalent
from headroom.decode import expand_text
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.types import Compressed, Context
    from headroom.decode import Redeem

    Told = Callable[[str, Callable[[str], str]], str]


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
    restored = _tried(lambda: expand_text(compressed.text))
    return restored == promised and equivalent(compressed.grade, original, promised)


def shorter(made: Compressed, text: str, ctx: Context, below: int | None) -> bool:
    """Whether a form has fewer tokens than `below`; where that is None, than the text has."""
    return ctx.count(made.text) < (ctx.count(text) if below is None else below)


def comes_back(original: str, text: str, redeem: Redeem, told: Told) -> bool:
    """Whether a text, its gaps filled with what is stored, is the original again.

    Args:
        original: the text as it was.
        text: its form.
        redeem: returns what is stored under a ref.
        told: returns a text with its pointers replaced, and its other blocks as it is told.
    """
    return _tried(lambda: told(text, lambda block: expand_text(block, redeem))) == original


def _tried(decode: Callable[[], str]) -> str | None:
    try:
        return decode()
    except (ValueError, LookupError, TypeError, RecursionError, OverflowError, HeadroomError):
        return None
