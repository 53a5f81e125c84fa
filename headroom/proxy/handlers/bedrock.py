"""Amazon Bedrock's `converse` and `converse-stream`."""

from __future__ import annotations

from typing import ClassVar

from headroom.proxy.handlers.base import Handler


class ConverseHandler(Handler):
    """Handles requests of the wire `bedrock-converse`; subclass it to read or change them."""

    provider: ClassVar[str] = "bedrock-converse"
    operation: ClassVar[str] = "converse"
