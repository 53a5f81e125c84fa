"""How the server speaks HTTP/1: what its own reading and writing of that lacks.

A request may offer to go on in another protocol, as Java's own client does with each that is not
encrypted. A server may pass over that (RFC 9110, 7.8), and then it is a request like any other. But
the parser takes what follows its head for the other protocol's, so that the body would be lost.

Who speaks HTTP/1.0, as some gateways do, knows no chunks: a body of unknown length ends with the
connection (RFC 9112, 6.3).

What stands behind the chunks of a body would be taken for headers, which nobody may have looked at.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from headroom.proxy.http.header import value
from headroom.proxy.http.reply import UNTIL_CLOSED

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

http: type[asyncio.Protocol] | str = "auto"
"""What the server is to speak it with."""

try:
    import httptools
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
except ImportError:  # The other parser of the server goes on by itself.
    pass
else:

    class _Offered(HttpToolsProtocol):
        _data = b""
        _again = False
        """Whether the head of a request is read that was read before."""
        _headed = False
        """Whether the head is over: fields behind a body are none of it (RFC 9110, 6.5.1)."""

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
                self._headed = False
                super().on_message_begin()

        def on_url(self, url: bytes) -> None:
            if not self._again:
                super().on_url(url)

        def on_header(self, name: bytes, value: bytes) -> None:
            if not (self._again or self._headed):
                super().on_header(name, value)

        def on_headers_complete(self) -> None:
            if not self._again:
                self._headed = True
                super().on_headers_complete()
                if self.scope["http_version"] == "1.0":
                    self.scope["extensions"] = {UNTIL_CLOSED: {}}
                    setattr(self.cycle, "send", _until_closed(self.cycle))  # noqa: B010 - its method
            self._again = False

    def _until_closed(cycle: RequestResponseCycle) -> Callable[[Any], Awaitable[None]]:
        """Return what sends an answer in HTTP/1.0; the server would cut it into chunks."""
        sends, framed = cycle.send, True

        async def send(message: Any) -> None:
            nonlocal framed
            if message["type"] == "http.response.start":
                bodiless = message["status"] in _BODILESS or cycle.scope["method"] == "HEAD"
                framed = bodiless or value(message["headers"], b"content-length") is not None
                cycle.chunked_encoding = None if framed else False
            elif not framed:
                cycle.expected_content_length = len(message["body"])
            await sends(message)

        return send

    _BODILESS = (204, 304)
    _FRAMING = (b"content-length", b"transfer-encoding")
    http = _Offered
