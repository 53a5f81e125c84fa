"""Synonyms: other words for those of a question, as texts may have them."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[a-z]{2,20}")
_QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|“[^”\n]*”")
_ENDINGS = ("ation", "ing", "ed", "es", "s", "d")
_MOST = 40
"""Words that one question adds."""
_LONGEST = 2_000
"""Characters of a question whose words are looked up."""


@lru_cache(maxsize=64)
def synonyms(query: str) -> tuple[str, ...]:
    """Return other words for those of a question, each once; what it quotes stands for itself."""
    groups = _groups()
    words = list(dict.fromkeys(_WORD.findall(_QUOTED.sub(" ", query[:_LONGEST]).lower())))
    known = set(words)
    out: dict[str, None] = {}
    for word in words:
        for form in _forms(word):
            if form in groups:
                out.update((other, None) for other in groups[form] if other not in known)
                break
    return tuple(out)[:_MOST]


def _forms(word: str) -> list[str]:
    """Return a word, and what it may be without its ending."""
    stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
    return [word, *(form for stem in stems for form in (stem, f"{stem}e") if len(stem) > 2)]


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """Return the words that stand beside each word in the groups of synonym.toml, read once."""
    text = files("headroom.ccr.question").joinpath("synonym.toml").read_text("utf-8")
    table = tomllib.loads(text)
    found: dict[str, dict[str, None]] = {}
    for line in table["groups"]:
        words = line.split()
        for word in words:
            found.setdefault(word, {}).update(dict.fromkeys(words))
    return {word: tuple(other for other in all_ if other != word) for word, all_ in found.items()}
