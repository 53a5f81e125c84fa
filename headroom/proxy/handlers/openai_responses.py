"""OpenAI Responses over HTTP."""

from __future__ import annotations

from typing import ClassVar

from headroom.proxy.handlers.base import Handler
from headroom.proxy.lineage import COMPACT


class OpenAIResponsesHandler(Handler):
    """Handles requests of the wire `openai-responses`; subclass it to read or change them."""

    provider: ClassVar[str] = "openai-responses"
    operation: ClassVar[str] = "responses"


class CompactHandler(OpenAIResponsesHandler):
    """Handles `compact`: the model gets its conversation as it had it, what is new only folded."""

    operation: ClassVar[str] = COMPACT
