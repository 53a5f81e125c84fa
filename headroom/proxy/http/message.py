"""Messages of `application/vnd.amazon.eventstream`: Bedrock's framing of streams.

A message is its length, that of its headers and a checksum of both, each in four bytes; then the
headers, what it says, and a checksum of it all. Of a model that is invoked Bedrock says
`{"bytes": ...}`: in base64, the event that the model's own vendor would have sent; of one that it
converses with, the event itself.
"""

from __future__ import annotations

import base64
import json

KIND = "application/vnd.amazon.eventstream"
_PRELUDE, _CHECK = 12, 4
_MOST = 17_000_000
"""Bytes of one message: the longest that there can be, and some."""


class Messages:
    """Is fed a body chunk by chunk and gives what its messages say; checksums are not looked at."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._lost = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the events in the messages that are whole now; odd ones are passed over."""
        if self._lost:
            return []
        self._held += chunk
        found = []
        while len(self._held) >= _PRELUDE:
            size = int.from_bytes(self._held[:4], "big")
            headers = int.from_bytes(self._held[4:8], "big")
            if not _PRELUDE + headers + _CHECK <= size <= _MOST:
                self._lost = True
                self._held.clear()
                break
            if len(self._held) < size:
                break
            event = _event(bytes(self._held[_PRELUDE + headers : size - _CHECK]))
            found += [event] if event else []
            del self._held[:size]
        return found


def _event(payload: bytes) -> bytes:
    """Return the event that a message holds, b"" where it holds none."""
    try:
        value = json.loads(payload)
        if not isinstance(value, dict):
            return b""
        return base64.b64decode(value["bytes"]) if "bytes" in value else payload
    except (ValueError, TypeError, RecursionError):
        return b""
