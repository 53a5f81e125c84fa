"""What is stored before a request goes out: originals, and beside them what was shown of each.

A search for more skips what a reader has.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from headroom.core import fold
from headroom.core.letter import sealed
from headroom.core.refs import each_shown_ref, ref_in
from headroom.decode import CUTS
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
    shown = [pair for text in texts for pair in _shown(text)]
    put_all = getattr(store, "put_all", None)
    if put_all is None:  # A store of somebody else's, which may have less.
        for ref, original in originals.items():
            store.put(ref, original)
    else:
        # Nearly always the first ref is free, and all goes into the store at once.
        earliest = dict(reversed(shown))
        firsts = {ref: next(each_shown_ref(ref)) for ref in earliest}
        known = put_all({**originals, **{firsts[ref]: body for ref, body in earliest.items()}})
        done = {(ref, body) for ref, body in earliest.items() if firsts[ref] not in known}
        shown = [pair for pair in shown if pair not in done]
    for ref, body in shown:
        with suppress(HeadroomError):
            _put(each_shown_ref(ref), body, store)


def _shown(text: str) -> Iterator[tuple[str, str]]:
    """Yield the ref and the body of every block with gaps, those inside JSON included."""
    for letter in sealed(text):
        yield from _shown(letter.text)
    for block in fold.scan(text):
        if not isinstance(block, str) and block.form in CUTS:
            yield ref_in(block.note), "\n".join(block.lines)


def _put(refs: Iterable[str], body: str, store: OriginalStore) -> None:
    """Store a text under the first of some refs that is free or has it already."""
    for ref in refs:
        if store.get(ref) in (None, body):
            store.put(ref, body)
            return
