"""What colours text in a terminal: letters that stand between words but are none."""

from __future__ import annotations

import re

_COLOUR = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")


def uncoloured(text: str) -> str:
    """Return a text without what colours it or moves about in a line."""
    return _COLOUR.sub("", text) if "\x1b[" in text else text
