"""What was shown of an original, stored beside it: a search for more skips what a reader has."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from headroom.core import fold
from headroom.core.letter import sealed
from headroom.core.refs import each_shown_ref, ref_in
from headroom.decode import CUT
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headroom.core.protocols import OriginalStore


def keep_shown(text: str, store: OriginalStore) -> None:
    """Store the body of every block with gaps under a ref that follows from its original's.

    Only the order of answers depends on it, so that a store that cannot hold it is no failure.
    An original that was shown for several questions has several forms, the first few of which stay.
    """
    for letter in sealed(text):
        keep_shown(letter.text, store)
    for block in fold.scan(text):
        if not isinstance(block, str) and block.form == CUT:
            with suppress(HeadroomError):
                _put(each_shown_ref(ref_in(block.note)), "\n".join(block.lines), store)


def _put(refs: Iterable[str], body: str, store: OriginalStore) -> None:
    """Store a text under the first of some refs that is free or has it already."""
    for ref in refs:
        if store.get(ref) in (None, body):
            store.put(ref, body)
            return
