"""Names of the built-in compressors, wires and forms, and how they are loaded.

Built-ins are written in the same "module:attribute" form that entry points use and load on first
use, so that `import headroom` stays cheap. A third-party name may not shadow a built-in.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from headroom.errors import ConfigurationError

if TYPE_CHECKING:
    from headroom.core.protocols import Compressor, Provider

COMPRESSORS: dict[str, str] = {
    "smart_crusher": "headroom.compressors.smart_crusher:SmartCrusher",
    "log": "headroom.compressors.log:LogCompressor",
    "search": "headroom.compressors.search:SearchCompressor",
    "listing": "headroom.compressors.listing:ListingCompressor",
    "long_listing": "headroom.compressors.long_listing:LongListingCompressor",
    "table": "headroom.compressors.table:TableCompressor",
    "tree": "headroom.compressors.tree:TreeCompressor",
    "vertical": "headroom.compressors.vertical:VerticalCompressor",
    "columns": "headroom.compressors.columns:ColumnsCompressor",
    "diff": "headroom.compressors.diff:DiffCompressor",
    "markup": "headroom.compressors.markup:MarkupCompressor",
    "snapshot": "headroom.compressors.snapshot:SnapshotCompressor",
    "source": "headroom.compressors.source:SourceCompressor",
    "runner": "headroom.compressors.runner:RunnerCompressor",
    "text": "headroom.compressors.text:TextCompressor",
}

FORMS: dict[str, str] = {
    "json": "smart_crusher",
    "log": "log",
    "search": "search",
    "listing": "listing",
    "ls": "long_listing",
    "table": "table",
    "tree": "tree",
    "vertical": "vertical",
    "columns": "columns",
    "diff": "diff",
    "markup": "markup",
    "page": "snapshot",
    "source": "source",
    "pytest": "runner",
    "gotest": "runner",
    "tests": "runner",
    "text": "text",
}
"""Form name in a block header -> the compressor that decodes it."""

PROVIDERS: dict[str, str] = {
    "openai-chat": "headroom.providers.openai_chat:OpenAIChat",
    "openai-responses": "headroom.providers.openai_responses:OpenAIResponses",
    "anthropic": "headroom.providers.anthropic:Anthropic",
    "gemini": "headroom.providers.gemini:Gemini",
    "gemini-code-assist": "headroom.providers.gemini:CodeAssist",
    "bedrock-converse": "headroom.providers.bedrock:Converse",
}


def load(target: str) -> Any:
    """Return the object that a "module:attribute" string names."""
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)


@cache
def compressor(name: str) -> Compressor:
    """Return the compressor of that name, built once.

    Raises:
        ConfigurationError: no compressor has that name.
    """
    if name not in COMPRESSORS:
        raise ConfigurationError(f"no compressor {name!r}; there are {', '.join(COMPRESSORS)}")
    made: Compressor = load(COMPRESSORS[name])()
    return made


@cache
def provider(name: str) -> Provider:
    """Return the wire adapter of that name, built once.

    Raises:
        ConfigurationError: no wire has that name.
    """
    if name not in PROVIDERS:
        raise ConfigurationError(f"no wire format {name!r}; there are {', '.join(PROVIDERS)}")
    made: Provider = load(PROVIDERS[name])()
    return made
