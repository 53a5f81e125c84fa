"""Gemini `generateContent` and `streamGenerateContent`."""

from __future__ import annotations

from typing import ClassVar

from headroom.proxy.handlers.base import Handler


class GeminiHandler(Handler):
    """Handles requests of the wire `gemini`; subclass it to read or change them."""

    provider: ClassVar[str] = "gemini"
    operation: ClassVar[str] = "generate"
