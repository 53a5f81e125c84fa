"""The server's reading of HTTP/1.1, for requests that offer to go on in another protocol.

A server may pass over such an offer (RFC 9110, 7.8), and then the request is one like any other. The
parser takes what follows its head for the other protocol's, so that the body would be lost. Java's own
client offers HTTP/2 with each request that is not encrypted.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

http: type[asyncio.Protocol] | str = "auto"
"""What the server is to read connections with."""

try:
    import httptools
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError:  # The other parser of the server goes on by itself.
    pass
else:

    class _Offered(HttpToolsProtocol):
        _data = b""
        _again = False
        """Whether the head of a request is read that was read before."""

        def data_received(self, data: bytes) -> None:
            self._data = data
            super().data_received(data)
            self._data = b""

        def _unsupported_upgrade_warning(self) -> None:
            """Read on behind the head; called where the parser stopped there."""
            stop = sys.exc_info()[1]
            assert isinstance(stop, httptools.HttpParserUpgrade)
            # Nothing has been done about the request yet: what does that begins after this.
            self.cycle.more_body = True
            self.cycle.message_event.clear()
            head = [b"POST / HTTP/1.1"]
            head += [b"%b: %b" % each for each in self.headers if each[0] in _FRAMING]
            self.parser = httptools.HttpRequestParser(self)
            self._again = True
            self.data_received(b"\r\n".join((*head, b"", self._data[stop.args[0] :])))

        def on_message_begin(self) -> None:
            if not self._again:
                super().on_message_begin()

        def on_url(self, url: bytes) -> None:
            if not self._again:
                super().on_url(url)

        def on_header(self, name: bytes, value: bytes) -> None:
            if not self._again:
                super().on_header(name, value)

        def on_headers_complete(self) -> None:
            if not self._again:
                super().on_headers_complete()
            self._again = False

    _FRAMING = (b"content-length", b"transfer-encoding")
    http = _Offered
