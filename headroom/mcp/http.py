"""The server over streamable HTTP, for clients that connect to one that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp.server.transport_security import TransportSecuritySettings

from headroom.mcp.server import create_server
from headroom.proxy.serving.server import serve

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from headroom.mcp.toolbox import Toolbox
    from headroom.proxy.gate import Gate

    Scope = dict[str, Any]
    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

PATH = "/mcp"
_LONGEST = 64_000_000
"""Bytes of a request: a text to shorten comes in one."""


class Guarded:
    """An application that answers only those whom a gate lets in.

    Args:
        app: what answers them.
        gate: the proxy's own rules about Host, Origin and token.
    """

    def __init__(self, app: Any, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._gate.refusal(scope["path"], scope["headers"])
        if refusal is None:
            path = self._gate.without_token(scope["path"])
            await self._app({**scope, "path": path, "raw_path": path.encode()}, receive, send)
            return
        body = refusal.message.encode()
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def create_http_app(toolbox: Toolbox, gate: Gate) -> Guarded:
    """Return the server as an ASGI application that serves `/mcp`."""
    app = create_server(toolbox).streamable_http_app(
        streamable_http_path=PATH,
        max_request_body_size=_LONGEST,
        # The gate has looked at Host and Origin by the time a request gets there.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Guarded(app, gate)


def serve_http(
    toolbox: Toolbox, host: str, port: int, gate: Gate, say: Callable[[str], object]
) -> None:
    """Serve until a signal comes; `say` is told the URL as soon as clients can connect.

    Raises:
        ConfigurationError: other machines could connect, and there is no token.
    """
    app: Any = create_http_app(toolbox, gate)
    serve(app, host, port, gate.token, lambda url: say(url + PATH))
