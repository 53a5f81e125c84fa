"""Gist: what of a sentence names and counts, with the words beside it, for somebody in a hurry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_TOKEN = re.compile(r"\S+")
_BARE = re.compile(r"\w[\w.,:'’/-]*\w|\w")
_NAMING = re.compile(r"[A-ZÀ-ÞΑ-ΩА-Я\d]|[a-z]+[A-Z\d]")
_BRIDGE = 2
"""Words between two names that stay: a gap would take as much room."""
_BESIDE = (1, 1)
"""Words that stay before and after a name or number."""
GAP = " … "


def named(text: str) -> set[str]:
    """Return the names and numbers of a text, as far as their spelling tells."""
    return {word for word in _BARE.findall(text) if _NAMING.match(word)}


def gist(sentence: str, known: AbstractSet[str]) -> tuple[str, int]:
    """Return a sentence without what stands away from its names and numbers, and how many it has.

    Those that are `known` do not count. Nothing is worded anew: what stays is as it was.
    """
    words = _TOKEN.findall(sentence)
    bare = [found[0] if (found := _BARE.search(word)) else "" for word in words]
    naming = [bool(_NAMING.match(word)) for word in bare]
    if naming and not bare[0][0:1].isdigit():  # Every sentence begins with a capital.
        naming[0] = len(naming) > 1 and naming[1]
    fresh = {word for word, is_name in zip(bare, naming, strict=True) if is_name} - known
    before, after = _BESIDE
    kept: list[int] = []
    for at, word in enumerate(bare):
        if not naming[at] or word not in fresh:
            continue
        first = max(0, at - before)
        if kept and first - kept[-1] - 1 <= _BRIDGE:
            first = kept[-1] + 1
        kept += range(first, min(len(words), at + after + 1))
        kept = kept if len(kept) < 2 or kept[-2] < kept[-1] else sorted(set(kept))
    out, last = "", -1
    for at in sorted(set(kept)):
        out += (" " if at == last + 1 and out else GAP if out else "") + words[at]
        last = at
    return out, len(fresh)
