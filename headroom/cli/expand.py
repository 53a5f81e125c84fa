"""`headroom expand`: the way back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from headroom.cli import stream
from headroom.core import fold
from headroom.decode import CUT, expand_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.decode import Redeem


@click.command(short_help="Undo every folded form in a text or a request body.")
@click.argument("source", default="-", metavar="[FILE|-]")
@click.option("-o", "--output", metavar="FILE", help="Write there instead of standard output.")
def expand(source: str, output: str | None) -> None:
    """Undo every folded form in a text or in a JSON request body."""
    from headroom.engine.unfold import expand_messages  # noqa: PLC0415 - only when it is needed

    text = stream.read(source)
    body = stream.request(text)
    try:
        with _redeemer(text) as redeem:
            if body is None:
                stream.write(expand_text(text, redeem), output)
            else:
                from headroom.core.jsonpatch import BytesDocument  # noqa: PLC0415

                held = BytesDocument(stream.encoded(text))
                expanded = held.rewrite(expand_messages(body, redeem))
                stream.write(expanded.raw.decode("utf-8"), output)
    except (ValueError, KeyError, IndexError) as error:
        where = "the input" if source == "-" else source
        raise stream.Mistake(f"{where} holds a block that does not decode: {error}") from error


@contextmanager
def _redeemer(text: str) -> Iterator[Redeem | None]:
    """Yield a way to the stored originals, opened only for a text that has gaps."""
    if f"{fold.PREFIX}{CUT} " not in text:
        yield None
        return
    from headroom.config.location import store_url  # noqa: PLC0415 - rarely needed
    from headroom.stores import open_store  # noqa: PLC0415

    store = open_store(store_url())
    try:
        yield store.get
    finally:
        store.close()
