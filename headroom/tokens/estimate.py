"""Estimates: scaled from an exact count of another vocabulary, or from character classes alone."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.core.protocols import Tokenizer

_CLASS = str.maketrans(
    {
        **dict.fromkeys(string.ascii_uppercase, "U"),
        **dict.fromkeys(string.ascii_lowercase, "l"),
        **dict.fromkeys(string.digits, "d"),
        **dict.fromkeys(string.punctuation, "p"),
    }
)
_BYTE_CLASS = bytes(ord("x") if n > 127 else ord(chr(n).translate(_CLASS)) for n in range(256))
_DIGITS = re.compile(r"[0-9]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{200,}")
_SAMPLE = 20_000
_STRUCTURED, _CODE = 0.30, 0.14
"""Share of digits and punctuation above which text is data, and above which it is code."""


class EstimateTokenizer:
    """Counts by character classes, with nothing but the standard library.

    The weights were fitted to the o200k vocabulary on logs, JSON, code and prose: mean error
    6.6 %, 95th percentile 19 %; long base64 runs are counted at 1.47 characters a token.
    """

    name = "character-classes"
    exact = False

    def count(self, text: str) -> int:
        """Return the estimated number of tokens, at least 1 for a text that is not empty."""
        if not text:
            return 0
        encoded = sum(map(len, _BASE64.findall(text)))
        plain = _BASE64.sub("", text) if encoded else text
        raw = plain.encode("utf-8", "surrogatepass").translate(_BYTE_CLASS)
        estimate = (
            0.451 * raw.count(b"U")
            + 0.134 * raw.count(b"l")
            + 0.735 * raw.count(b"d")
            + 0.567 * raw.count(b"p")
            + 0.123 * raw.count(b"x")
            + 0.373 * len(plain.split())
            + 0.89 * plain.count("\n")
            + encoded / 1.47
        )
        return max(1, round(estimate))

    measure = count


class ScaledTokenizer:
    """Estimates for a family without a public vocabulary: another vocabulary's count, scaled.

    Args:
        name: the family.
        base: counts in a vocabulary that is known.
        factors: by content class: "structured", "code", "prose".
        digits: tokens added for each digit beyond those that the base packs in threes.
    """

    exact = False

    def __init__(
        self, name: str, base: Tokenizer, factors: Mapping[str, float], digits: float = 0.0
    ) -> None:
        self.name = name
        self._base, self._factors, self._digits = base, factors, digits

    def count(self, text: str) -> int:
        """Return the estimated number of tokens."""
        counted = self._base.count(text)
        if not counted:
            return 0
        estimate = counted * self._factors[content_class(text)]
        if self._digits:
            runs = map(len, _DIGITS.findall(text))
            estimate += self._digits * sum(run - (run + 2) // 3 for run in runs)
        return max(1, round(estimate))

    def measure(self, text: str) -> int:
        """Return the base vocabulary's count: comparing two forms needs no factor."""
        return self._base.count(text)


def content_class(text: str) -> str:
    """Return "structured", "code" or "prose" by the share of digits and punctuation."""
    raw = text[:_SAMPLE].encode("utf-8", "surrogatepass").translate(_BYTE_CLASS)
    visible = len(raw) - raw.count(b" ") - raw.count(b"\n")
    share = (raw.count(b"d") + raw.count(b"p")) / max(visible, 1)
    return "structured" if share > _STRUCTURED else "code" if share > _CODE else "prose"
