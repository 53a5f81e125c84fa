"""What was shown of an original, stored beside it: a search for more skips what a reader has."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from headroom.core import fold
from headroom.core.refs import ref_in, shown_ref
from headroom.decode import CUT
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from headroom.core.protocols import OriginalStore


def keep_shown(text: str, store: OriginalStore) -> None:
    """Store the body of every block with gaps under a ref that follows from its original's.

    Only the order of answers depends on it, so that a store that cannot hold it is no failure.
    Where an original was shown in several forms, the first that is stored stays.
    """
    for block in fold.scan(text):
        if not isinstance(block, str) and block.form == CUT:
            with suppress(HeadroomError):
                store.put(shown_ref(ref_in(block.note)), "\n".join(block.lines))
