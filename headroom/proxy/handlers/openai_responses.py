"""OpenAI Responses over HTTP."""

from __future__ import annotations

from typing import ClassVar

from headroom.proxy.handlers.base import Handler


class OpenAIResponsesHandler(Handler):
    """Handles requests of the wire `openai-responses`; subclass it to read or change them."""

    provider: ClassVar[str] = "openai-responses"
    operation: ClassVar[str] = "responses"
