"""Documents of XML as an outline: elements by indentation, attributes and text beside them."""

from __future__ import annotations

import html
import re

from headroom.detect.markup import left_open
from headroom.elide.page.strip import stripped

_PAGE = re.compile(r"<(?:html|!doctype html)\b", re.IGNORECASE)
_START = re.compile(r"\s*(?:<\?xml\b|<(?:rss|feed|svg|urlset|sitemapindex|rdf:RDF|project)\b)")
_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<data>.*?)\]\]>|<!--.*?-->|<[?!][^<>]*>"
    r"|</(?P<close>[^<>\s]+)\s*>|<(?P<open>[a-zA-Z_][^<>\s/]*)(?P<attributes>[^<>]*?)(?P<empty>/?)>"
    r"|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_DRAWN = frozenset(("d", "points", "style", "transform", "viewBox"))
_LONGEST = 100
"""Characters of an attribute above which it is a drawing or a key rather than a word."""
_READ = 4_000
"""Characters of the attributes of one element that are read."""
_DEEPEST = 12


def is_xml(text: str) -> bool:
    """Return whether a text is a document of XML other than a web page."""
    head = text[:1_000]
    return _START.match(head) is not None and _PAGE.search(head) is None


def outline(text: str) -> str:
    """Return one line for each element: its name, its attributes, its text."""
    if left_open(text):
        return stripped(text)
    lines: list[str] = []
    depth = 0
    fresh = False  # whether the last line is an element that has no content yet
    for match in _TOKEN.finditer(text):
        if name := match["open"]:
            lines.append("  " * min(depth, _DEEPEST) + name + _attributes(match["attributes"]))
            depth += not match["empty"]
            fresh = not match["empty"]
        elif match["close"]:
            depth = max(0, depth - 1)
            fresh = False
        elif said := _said(match["text"], match["data"]):
            if fresh:
                lines[-1] += f": {said}"
            else:
                lines.append("  " * min(depth, _DEEPEST) + said)
            fresh = False
    return "\n".join(lines)


def _attributes(written: str) -> str:
    """Return the attributes of an element; name spaces and long values say nothing."""
    found = [
        f"{name}={value}"
        for name, value in _ATTRIBUTE.findall(written[:_READ])
        if len(value) < _LONGEST and name not in _DRAWN and not name.startswith("xmlns")
    ]
    return " " + " ".join(" ".join(found).split()) if found else ""


def _said(text: str | None, data: str | None) -> str:
    """Return character data in one line; markup inside it is taken out."""
    said = text if data is None else data
    if not said or not said.strip():
        return ""
    said = html.unescape(said) if data is None else said
    return " ".join((stripped(said) if "</" in said else said).split())
