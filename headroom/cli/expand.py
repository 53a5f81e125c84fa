"""`headroom expand`: the way back."""

from __future__ import annotations

import click

from headroom.cli import stream


@click.command()
@click.argument("source", default="-", metavar="[FILE|-]")
@click.option("-o", "--output", metavar="FILE", help="Write there instead of standard output.")
def expand(source: str, output: str | None) -> None:
    """Undo every folded form in a text or in a JSON request body."""
    import headroom  # noqa: PLC0415 - the engine loads when it is needed

    text = stream.read(source)
    body = stream.request(text)
    try:
        if body is None:
            stream.write(headroom.expand(text), output)
        else:
            from headroom.core.jsonpatch import BytesDocument  # noqa: PLC0415

            expanded = BytesDocument(stream.encoded(text)).rewrite(headroom.expand(body))
            stream.write(expanded.raw.decode("utf-8"), output)
    except (ValueError, KeyError, IndexError) as error:
        where = "the input" if source == "-" else source
        raise stream.Mistake(f"{where} holds a block that does not decode: {error}") from error
