"""What a page without text carries in its head and in its data, for a script to show."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

_ABOUT = 'meta[name=description], meta[property="og:description"], meta[property="og:title"]'
_DATA = 'script[type="application/ld+json"], script[type="application/json"]'
_OPAQUE = re.compile(r"[\w+/=-]{40,}")
"""Keys and hashes: nothing to read."""
_MOST = 400
"""Values that are shown; a page of an app carries the whole of its store."""
_DEEPEST = 100_000


def carried(tree: LexborHTMLParser) -> list[str]:
    """Return lines of a page's description, its notices without scripts and its data."""
    about = [node.attributes.get("content") or "" for node in tree.css(_ABOUT)]
    plain = [node.text() for node in tree.css("noscript")]
    lines = [" ".join(text.split()) for text in (*about, *plain)]
    for node in tree.css(_DATA):
        with suppress(ValueError, RecursionError):
            lines += _leaves(json.loads(node.text()))
    return list(dict.fromkeys(line for line in lines if line))[:_MOST]


def _leaves(value: Any) -> Iterator[str]:
    """Yield the texts and numbers of a JSON value behind their keys."""
    stack: list[tuple[str, Any]] = [("", value)]
    for _ in range(_DEEPEST):
        if not stack:
            return
        key, value = stack.pop()
        if isinstance(value, dict):
            stack += reversed([(name, part) for name, part in value.items() if name[:1] != "@"])
        elif isinstance(value, list):
            stack += reversed([(key, part) for part in value])
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            text = " ".join(str(value).split())
            if text and not _OPAQUE.fullmatch(text):
                yield f"{key}: {text}" if key else text
