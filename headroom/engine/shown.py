"""What is stored before a request goes out: originals, and beside them what was shown of each.

A search for more skips what a reader has.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from headroom.core import fold
from headroom.core.letter import sealed
from headroom.core.refs import each_shown_ref, ref_in
from headroom.decode import CUT
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from headroom.core.protocols import OriginalStore


def keep(originals: Mapping[str, str], texts: Iterable[str], store: OriginalStore) -> None:
    """Store the originals of texts, and the body of each of their blocks with gaps.

    A body lies under a ref that follows from its original's. Only the order of answers depends on
    it. An original that was shown for several questions has several forms, the first few of which
    stay.

    Raises:
        HeadroomError: the originals could not be stored.
    """
    wanted = dict(originals)
    for text in texts:
        for ref, body in _shown(text):
            free = _free(ref, body, wanted, store)
            if free is not None:
                wanted[free] = body
    together = getattr(store, "put_all", None)
    if together is not None:
        together(wanted)
        return
    for ref, original in originals.items():  # A store of somebody else's, which may have less.
        store.put(ref, original)
    for ref in wanted.keys() - originals.keys():
        with suppress(HeadroomError):
            store.put(ref, wanted[ref])


def _shown(text: str) -> Iterator[tuple[str, str]]:
    """Yield the ref and the body of every block with gaps, those inside JSON included."""
    for letter in sealed(text):
        yield from _shown(letter.text)
    for block in fold.scan(text):
        if not isinstance(block, str) and block.form == CUT:
            yield ref_in(block.note), "\n".join(block.lines)


def _free(ref: str, body: str, wanted: Mapping[str, str], store: OriginalStore) -> str | None:
    """Return the first of the refs for what was shown that is free or has the same body."""
    for each in each_shown_ref(ref):
        if (wanted.get(each) or store.get(each)) in (None, body):
            return each
    return None
