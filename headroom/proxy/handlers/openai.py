"""OpenAI Chat Completions, and every host that speaks it."""

from __future__ import annotations

from typing import ClassVar

from headroom.proxy.handlers.base import Handler


class OpenAIHandler(Handler):
    """Handles requests of the wire `openai-chat`; subclass it to read or change them."""

    provider: ClassVar[str] = "openai-chat"
    operation: ClassVar[str] = "chat"
