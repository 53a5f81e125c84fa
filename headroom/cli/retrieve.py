"""`headroom retrieve`: what a shortened text left out."""

from __future__ import annotations

import sys

import click

from headroom.cli import stream
from headroom.errors import HeadroomError

_WHOLE = "With HEADROOM_PASSTHROUGH=1 before its command, the output comes whole."


@click.command()
@click.argument("ref")
@click.option("--query", help="Words to look for; the best passages come back.")
@click.option("--lines", metavar="A-B", help="Lines, from 1.")
@click.option("--rows", metavar="A-B", help="Records of a list, from 0.")
@click.option("--path", help="One value of a JSON text, such as items[3].name.")
@click.option("--limit", type=click.IntRange(min=1), help="Most tokens to print.")
def retrieve(
    ref: str,
    query: str | None,
    lines: str | None,
    rows: str | None,
    path: str | None,
    limit: int | None,
) -> None:
    """Print an original that `headroom compress` stored, or the part of it that is asked for."""
    from headroom.config.location import store_url  # noqa: PLC0415 - `--version` is light
    from headroom.retrieval import retrieve_from  # noqa: PLC0415
    from headroom.stores import open_to_read  # noqa: PLC0415
    from headroom.stores.elsewhere import Everywhere  # noqa: PLC0415

    try:
        url = store_url()
        store = Everywhere(open_to_read(url), url)
        found = retrieve_from(
            store, ref, query=query, lines=lines, rows=rows, path=path, limit=limit
        )
        store.close()
    except (HeadroomError, ValueError) as error:
        raise stream.Mistake(str(error)) from error
    if not found.found:
        click.echo(f"{found.text} {_WHOLE}", err=True)
        sys.exit(1)
    stream.write(found.text, None)
