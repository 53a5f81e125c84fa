"""`retrieve`: what was left out of a text, brought back whole or in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headroom.errors import InputError

if TYPE_CHECKING:
    from headroom.core.protocols import OriginalStore

_MISS = (
    "There is no original under {ref}: it expired, was stored by another process, or the ref is "
    "mistyped. Run the tool that produced the text again; asking once more will not help."
)


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The answer to a request for an original."""

    ref: str
    text: str
    """What was asked for; where there is no original, a sentence that says what to do instead."""
    found: bool = True

    def __str__(self) -> str:
        """Return the text."""
        return self.text


def retrieve(
    ref: str,
    query: str | None = None,
    lines: str | None = None,
    rows: str | None = None,
    path: str | None = None,
    limit: int | None = None,
) -> Retrieved:
    """Return an original that `compress()` stored, or the part of it that is asked for.

    Args:
        ref: the ten letters and digits that the shortened text names.
        query: words to look for; the best passages come back, about 800 tokens of them.
        lines: "40-88" or "3,7,40-88", from 1.
        rows: "0-9", records of a list, from 0.
        path: "items[3].name", one value of a JSON text.
        limit: most tokens to return, about.

    Raises:
        InputError: `ref` is no ref.
        ValueError: more than one of query, lines, rows and path, or one that is malformed.
    """
    from headroom.engine.engine import Engine  # noqa: PLC0415 - `import headroom` stays light

    part = {"query": query, "lines": lines, "rows": rows, "path": path}
    return retrieve_from(Engine.default().store, ref, **part, limit=limit)


def retrieve_from(
    store: OriginalStore, ref: str, *, limit: int | None = None, **part: str | None
) -> Retrieved:
    """Return what `retrieve` does, from a store of one's own."""
    from headroom.ccr.query import answer  # noqa: PLC0415 - `import headroom` stays light
    from headroom.core.refs import REF  # noqa: PLC0415

    if not isinstance(ref, str) or REF.fullmatch(ref) is None:
        raise InputError(f"{ref!r} is no ref; a ref has ten letters and digits")
    original = store.get(ref)
    if original is None:
        return Retrieved(ref, _MISS.format(ref=ref), found=False)
    if part.get("query"):
        from headroom.elide.page import searchable  # noqa: PLC0415

        original = searchable(original)
    return Retrieved(ref, answer(original, **part, limit=limit))
