"""`headroom mcp`: the MCP server, and its registration with clients."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from headroom.cli import stream
from headroom.config.port import URL
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from pathlib import Path

    from headroom.edits import Outcome
    from headroom.mcp.client import Client
    from headroom.mcp.registration import Registration, Standing

_LINE = click.core.ParameterSource.COMMANDLINE


@click.group()
def mcp() -> None:
    """Serve the tools headroom_compress, headroom_retrieve and headroom_stats over MCP."""


@mcp.command(short_help="Run the server, on standard input and output or over HTTP.")
@click.option("--http", "over_http", is_flag=True, help="Streamable HTTP instead of stdio.")
@click.option("--port", type=click.IntRange(0, 65535), default=8788, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--token", envvar="HEADROOM_PROXY_TOKEN", help="What every HTTP request has to name.")
@click.option("--allow-host", multiple=True, metavar="NAME", help="A further name of this server.")
@click.pass_context
def serve(ctx: click.Context, /, *, over_http: bool, port: int, host: str, **asked: Any) -> None:
    """Run the server for one client on standard input and output, or over HTTP for many."""
    said = [name for name in ctx.params if ctx.get_parameter_source(name) is _LINE]
    if said and not over_http:
        raise click.UsageError(f"--{said[0].replace('_', '-')} is of use with --http only")
    from headroom.config.location import store_url  # noqa: PLC0415 - `--help` is light
    from headroom.mcp.toolbox import Toolbox  # noqa: PLC0415

    def opened() -> Any:
        from headroom.stores import open_store  # noqa: PLC0415 - after the first answer
        from headroom.stores.elsewhere import Everywhere  # noqa: PLC0415 - as above

        url = store_url()
        return Everywhere(open_store(url), url)

    toolbox = Toolbox(opened, _proxy)
    if not over_http:
        from headroom.mcp.stdio import serve_stdio  # noqa: PLC0415 - as above

        serve_stdio(toolbox)
        return
    from headroom.mcp.http import serve_http  # noqa: PLC0415 - the SDK is loaded only here
    from headroom.proxy.gate import Gate  # noqa: PLC0415

    gate = Gate((asked["token"] or "").strip() or None, frozenset((host, *asked["allow_host"])))
    try:
        serve_http(toolbox, host, port, gate, _announce)
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error


@mcp.command(short_help="Register the server with clients.")
@click.argument("client", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Show what would be changed, and change nothing.")
def install(client: tuple[str, ...], *, dry_run: bool) -> None:
    """Register the server with clients; by default with all that are installed here.

    `headroom mcp status` lists the clients. Every change can be undone: see `uninstall`.
    """
    from headroom.errors import EditError  # noqa: PLC0415 - `--help` is light

    registration = _registration()
    chosen = _chosen(client) or [each for each in _all() if registration.is_here(each)]
    if not chosen:
        raise stream.Mistake("no MCP client is installed here; name one (see headroom mcp status)")
    failed = False
    for each in chosen:
        try:
            outcome = registration.install(each, dry=dry_run)
        except (EditError, OSError) as error:
            failed = True
            click.echo(f"{each.title}: {error}", err=True)
            continue
        if dry_run and outcome.changed:
            click.echo(_coloured(outcome.diff()))
        else:
            done = "registered in" if outcome.changed else "is registered already in"
            click.echo(f"{each.title}: {done} {outcome.file}")
    if failed:
        sys.exit(1)
    if not dry_run:
        click.echo("clients that run read this when they are started anew")


@mcp.command(short_help="Take the server out of clients' settings again.")
@click.argument("client", nargs=-1)
def uninstall(client: tuple[str, ...]) -> None:
    """Take the server out of clients' settings again; by default out of all."""
    registration = _registration()
    outcomes: dict[tuple[Path, str], tuple[Client, Outcome]] = {}
    for each in _chosen(client) or _all():
        for outcome in registration.uninstall(each):
            # A record that does not tell whose it is may be any client's.
            outcomes.setdefault((outcome.file, outcome.note), (each, outcome))
    for each, outcome in outcomes.values():
        if outcome.note:
            click.echo(f"{each.title}: {outcome.file} stays as it is: {outcome.note}", err=True)
        else:
            click.echo(f"{each.title}: taken out of {outcome.file}")
    if not outcomes:
        click.echo("nothing of ours was registered")
    if any(outcome.note for _, outcome in outcomes.values()):
        sys.exit(1)


@mcp.command()
@click.argument("client", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def status(client: tuple[str, ...], *, as_json: bool) -> None:
    """Show with which clients the server is registered, and where."""
    registration = _registration()
    found = [registration.standing(each) for each in _chosen(client) or _all()]
    if as_json:
        rows = [
            {
                "client": each.client.name,
                "title": each.client.title,
                "file": str(each.file),
                "state": str(each.state),
                "note": each.note,
            }
            for each in found
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    stream.table(("client", "state", "where"), [_row(each) for each in found])


def _row(standing: Standing) -> tuple[str, str, str]:
    from headroom.mcp.registration import State  # noqa: PLC0415 - `--help` is light

    where = "" if standing.state is State.MISSING else str(standing.file)
    return standing.client.name, standing.state, standing.note or where


def _coloured(diff: str) -> str:
    if not stream.coloured(None):
        return diff
    marks = {"+": "green", "-": "red", "@": "cyan"}
    return "\n".join(click.style(each, fg=marks.get(each[:1])) for each in diff.split("\n"))


def _registration() -> Registration:
    from headroom.config.location import (  # noqa: PLC0415 - `--help` is light
        DATA_VARIABLE,
        STORE_VARIABLE,
        store_url,
    )
    from headroom.edits import Journal  # noqa: PLC0415
    from headroom.mcp.registration import Registration  # noqa: PLC0415

    # Clients that are windows start servers without what a shell has set.
    said = any(os.environ.get(each) for each in (STORE_VARIABLE, DATA_VARIABLE))
    variables = {STORE_VARIABLE: store_url()} if said else {}
    return Registration(Journal.of_user(), sys.executable, os.environ, variables)


def _all() -> list[Client]:
    from headroom.mcp.client import clients  # noqa: PLC0415 - `--help` is light

    return list(clients().values())


def _chosen(names: tuple[str, ...]) -> list[Client]:
    from headroom.mcp.client import client  # noqa: PLC0415 - `--help` is light

    try:
        return [client(name) for name in names]
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error


def _announce(url: str) -> None:
    click.echo(f"headroom mcp listens on {url}; stop it with Ctrl-C")


def _proxy() -> dict[str, Any] | None:
    """Return the tokens that all proxies of this user have seen, or None where none runs."""
    from headroom.cli.stats import fetched  # noqa: PLC0415 - only where it is asked for
    from headroom.config.location import state_folder  # noqa: PLC0415
    from headroom.wrap import lease, proxyctl  # noqa: PLC0415

    dens = lease.dens(proxyctl.run_folder(state_folder()))
    shared = [found.url for each in dens if (found := each.listening())]
    seen: list[dict[str, int]] = []
    for url in dict.fromkeys((URL, *shared)):
        try:
            seen.append(fetched(f"{url}/stats", None, patience=1)["tokens"])
        except (stream.Mistake, KeyError, TypeError):
            continue  # nobody, or somebody else
    names = ("wire_before", "wire_after")
    return (
        {"tokens": {name: sum(each.get(name, 0) for each in seen) for name in names}}
        if seen
        else None
    )
