"""Anthropic Messages, also in Vertex's wrapping."""

from __future__ import annotations

from typing import ClassVar

from headroom.proxy.handlers.base import Handler


class AnthropicHandler(Handler):
    """Handles requests of the wire `anthropic`; subclass it to read or change them."""

    provider: ClassVar[str] = "anthropic"
    operation: ClassVar[str] = "messages"
