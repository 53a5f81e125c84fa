"""`headroom mcp`: the MCP server, and its registration with clients."""

from __future__ import annotations

from typing import Any

import click

from headroom.cli import stream
from headroom.errors import HeadroomError


@click.group()
def mcp() -> None:
    """Serve the tools headroom_compress, headroom_retrieve and headroom_stats over MCP."""


@mcp.command()
@click.option("--http", "over_http", is_flag=True, help="Streamable HTTP instead of stdio.")
@click.option("--port", type=click.IntRange(0, 65535), default=8788, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--token", envvar="HEADROOM_PROXY_TOKEN", help="What every HTTP request has to name.")
@click.option("--allow-host", multiple=True, metavar="NAME", help="A further name of this server.")
def serve(*, over_http: bool, port: int, host: str, **asked: Any) -> None:
    """Run the server for one client on standard input and output, or over HTTP for many."""
    from headroom.config.location import store_url  # noqa: PLC0415 - `--help` is light
    from headroom.mcp.toolbox import Toolbox  # noqa: PLC0415

    def opened() -> Any:
        from headroom.stores import open_store  # noqa: PLC0415 - after the first answer

        return open_store(store_url())

    toolbox = Toolbox(opened, _proxy)
    if not over_http:
        from headroom.mcp.stdio import serve_stdio  # noqa: PLC0415 - as above

        serve_stdio(toolbox)
        return
    from headroom.mcp.http import serve_http  # noqa: PLC0415 - the SDK is loaded only here
    from headroom.proxy.gate import Gate  # noqa: PLC0415

    gate = Gate(asked["token"] or None, frozenset((host, *asked["allow_host"])))
    try:
        serve_http(toolbox, host, port, gate, _announce)
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error


def _announce(url: str) -> None:
    click.echo(f"headroom mcp listens on {url}; stop it with Ctrl-C")


def _proxy() -> dict[str, Any] | None:
    """Return the figures of the proxy that runs on this machine where it usually does, or None."""
    from headroom.cli.stats import fetched  # noqa: PLC0415 - only where it is asked for

    try:
        return fetched("http://127.0.0.1:8787/stats", None, patience=1)
    except stream.Mistake:
        return None
