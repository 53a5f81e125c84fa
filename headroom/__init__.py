"""Headroom: the context layer for AI agents.

`compress(messages)` shortens what an agent is about to send; `expand` undoes it. `compress` is
bound here at once, not lazily: `import headroom.compress` would otherwise put the module in its
place. Everything else that is heavy loads on first use.
"""

from headroom.compress import CompressResult, compress, expand
from headroom.config import Options
from headroom.errors import ConfigurationError, HeadroomError, InputError, RequestRejected
from headroom.retrieval import Retrieved, answer_tool_calls, retrieve, retrieve_tool
from headroom.shared_context import ContextEntry, ContextStats, SharedContext

__version__ = "0.1.0"

__all__ = [
    "CompressResult",
    "ConfigurationError",
    "ContextEntry",
    "ContextStats",
    "HeadroomError",
    "InputError",
    "Options",
    "RequestRejected",
    "Retrieved",
    "SharedContext",
    "answer_tool_calls",
    "compress",
    "expand",
    "retrieve",
    "retrieve_tool",
]
