"""Gemini `generateContent` and `streamGenerateContent`, also inside a request of Code Assist."""

from __future__ import annotations

from typing import ClassVar

from headroom.proxy.handlers.base import Handler


class GeminiHandler(Handler):
    """Handles requests of the wire `gemini`; subclass it to read or change them."""

    provider: ClassVar[str] = "gemini"
    operation: ClassVar[str] = "generate"


class CodeAssistHandler(GeminiHandler):
    """Handles requests of the wire `gemini-code-assist`, in which one of `gemini` stands."""

    provider: ClassVar[str] = "gemini-code-assist"
