"""Requests for a count of tokens: what is counted is what would go out for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from headroom import registry
from headroom.core.document import field, is_node
from headroom.providers.gemini import Counted
from headroom.proxy.handlers.base import Handler

if TYPE_CHECKING:
    from headroom.core.protocols import Provider
    from headroom.core.types import Json
    from headroom.proxy.request import ProxyRequest
    from headroom.proxy.work import Prepared


class CountHandler(Handler):
    """Handles requests about the tokens of another one, for which nothing is decided by them."""

    operation: ClassVar[str] = "count_tokens"

    async def compress(self, request: ProxyRequest) -> Prepared:
        """Return the body that goes out, in the forms that it would have."""
        compression = self._services.compression
        return await compression.rehearse(request, self.adapter, self.operation, local=self._local)

    def adapter(self, _: Json) -> Provider:
        """Return the wire of what a decoded body has counted."""
        return registry.provider(self.provider)


class AnthropicCountHandler(CountHandler):
    """Handles `count_tokens` of Anthropic Messages, also on Vertex."""

    provider: ClassVar[str] = "anthropic"


class OpenAIResponsesCountHandler(CountHandler):
    """Handles `input_tokens` of OpenAI Responses."""

    provider: ClassVar[str] = "openai-responses"


class GeminiCountHandler(CountHandler):
    """Handles `countTokens` of Gemini: of contents, or of a whole request."""

    provider: ClassVar[str] = "gemini"

    def adapter(self, body: Json) -> Provider:
        """Return the wire of what a decoded body has counted."""
        return Counted() if is_node(field(body, Counted.inner)) else super().adapter(body)


class CodeAssistCountHandler(CountHandler):
    """Handles `countTokens` of Code Assist."""

    provider: ClassVar[str] = "gemini-code-assist"
