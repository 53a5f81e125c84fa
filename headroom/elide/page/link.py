"""Which links of a page a reader could want to follow, and how they read."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborHTMLParser

_HOST = re.compile(r"(?:https?:)?//([^/?#]+)", re.IGNORECASE)
_SAYS = re.compile(r"[^\W_]+")
_LONGEST = 160
"""Characters of an address that is worth its tokens."""
_FEW = 30
"""Links of a page below a third of which no host counts as its own."""
_ALONE = 0.5
"""Part of a block that links of this site must be for a list of them rather than a sentence."""


class Link(NamedTuple):
    """A link in a block that is being gathered."""

    start: int
    """Index of its first piece of text."""
    end: int
    url: str


class Links:
    """Judges the links of one page."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        known = tree.css_first("link[rel=canonical], base[href]")
        named = _HOST.match((known.attributes.get("href") or "") if known is not None else "")
        self._hosts = {named[1].lower()} if named else set()
        links = [node.attributes.get("href") or "" for node in tree.css("a[href]")]
        hosts = Counter(match[1].lower() for url in links if (match := _HOST.match(url)))
        self._hosts |= {host for host, count in hosts.items() if count * 3 > max(len(links), _FEW)}

    def written(self, parts: list[str], links: Sequence[Link]) -> list[str]:
        """Return the pieces of a block with the addresses that say more than their text."""
        if not links:
            return parts
        size = len("".join(parts).strip())
        linked = sum(len("".join(parts[link.start : link.end])) for link in links)
        alone = linked > _ALONE * size
        out = list(parts)
        for link in links:
            text = "".join(parts[link.start : link.end]).strip()
            if self._tells(link.url, text, alone=alone):
                out[link.start] = "[" + out[link.start].lstrip()
                out[link.end - 1] = out[link.end - 1].rstrip() + f"]({link.url})"
        return out

    def _tells(self, url: str, text: str, *, alone: bool) -> bool:
        """Whether an address says what its text does not."""
        if not text or url in text or url[:1] in "#?" or len(url) > _LONGEST or " " in url:
            return False
        if text.startswith("[") or "action=edit" in url:
            return False  # a picture on its own, a page that is not written
        host = _HOST.match(url)
        if ":" in url.split("/", 1)[0] and not host:
            return False  # mailto:, javascript:, data:
        inside = host is None or host[1].lower() in self._hosts
        if inside and not alone:
            return False
        said = "".join(_SAYS.findall(text.casefold()))
        last = unquote(url).rstrip("/").rsplit("/", 1)[-1].casefold()
        name = "".join(_SAYS.findall(last.split("#")[-1].removesuffix(".html")))
        return not (inside and name and (name in said or said in name))
