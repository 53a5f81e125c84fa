"""`headroom expand`: the way back."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from headroom.cli import stream
from headroom.core import fold
from headroom.decode import CUTS, expand_text
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.core.protocols import OriginalStore


@click.command()
@click.argument("source", default="-", metavar="[FILE|-]")
@click.option("-o", "--output", metavar="FILE", help="Write there instead of standard output.")
def expand(source: str, output: str | None) -> None:
    """Undo every folded form in a text or in a JSON request body.

    The status is 1 if a gap stays, since its original is not stored here.
    """
    from headroom.engine.unfold import expand_messages  # noqa: PLC0415 - only when it is needed

    text = stream.read(source)
    body = stream.request(text)
    with _originals(text) as originals:
        try:
            if body is None:
                expanded = expand_text(text, originals.get)
            else:
                from headroom.core.jsonpatch import BytesDocument  # noqa: PLC0415

                held = BytesDocument(stream.encoded(text))
                rewritten = held.rewrite(expand_messages(body, originals.get))
                expanded = rewritten.raw.decode("utf-8")
        except (ValueError, KeyError, IndexError) as error:
            where = "the input" if source == "-" else source
            raise stream.Mistake(f"{where} holds a block that does not decode: {error}") from error
    stream.write(expanded, output)
    head = fold.broken_off(text) if body is None else None
    if head is not None:
        # Somebody may only quote such a header, so that this is no failure.
        click.echo(f"lines are missing below this header; it stays as it is: {head[:60]}", err=True)
    if originals.missing:
        refs = ", ".join(dict.fromkeys(originals.missing))
        click.echo(f"gaps stay: {originals.why}: {refs}", err=True)
        sys.exit(1)


class _Originals:
    """What fills gaps, and what it could not fill."""

    def __init__(self, store: OriginalStore | None, why: str) -> None:
        self._store = store
        self.why = why
        self.missing: list[str] = []

    def get(self, ref: str) -> str | None:
        """Return an original, or None and take note of that."""
        found = None if self._store is None else self._store.get(ref)
        if found is None:
            self.missing.append(ref)
        return found


@contextmanager
def _originals(text: str) -> Iterator[_Originals]:
    """Yield the stored originals, opened only for a text that has gaps."""
    if not any(f"{fold.PREFIX}{form} " in text for form in CUTS):
        yield _Originals(None, "")
        return
    from headroom.config.location import store_url  # noqa: PLC0415 - rarely needed
    from headroom.stores import open_to_read  # noqa: PLC0415
    from headroom.stores.elsewhere import Everywhere  # noqa: PLC0415

    try:
        url = store_url()
        store = Everywhere(open_to_read(url), url)
    except HeadroomError as error:
        yield _Originals(None, str(error))
        return
    try:
        yield _Originals(store, "no original is stored here (see HEADROOM_STORE) under")
    finally:
        store.close()
