"""Results of a search in plain text: a title, a labelled link and a passage each.

A reader goes on to one of them, which need not be the one that says most here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINK = re.compile(
    r"^[ *>-]{0,8}(?:url|link|source|href|address|site|path)\*{0,2}\s?[:=]\*{0,2}\s{0,2}<?[a-z]{2,8}://\S+",
    re.IGNORECASE | re.MULTILINE,
)
_LEAST, _MOST = 3, 40
"""Links of as many results as there are mostly."""
_WIDEST = 500
"""Characters of a title, or of a sentence with a link, at most."""


def found(pieces: Sequence[str]) -> list[int]:
    """Return which pieces of a text are the links and the titles of what a search found."""
    links = [
        at
        for at, piece in enumerate(pieces)
        if "://" in piece and len(piece) <= _WIDEST and _LINK.search(piece)
    ]
    if not _LEAST <= len(links) <= _MOST:
        return []
    titles = [at - 1 for at in links if at and len(pieces[at - 1]) <= _WIDEST]
    return sorted({*links, *titles})
