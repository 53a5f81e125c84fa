"""A page as lines to be read: Markdown without its escapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from headroom.elide.page.grid import Grid
from headroom.elide.page.hydration import carried
from headroom.elide.page.link import Link, Links
from headroom.elide.page.main import NEVER, content
from headroom.elide.page.strip import is_tame, stripped
from headroom.elide.page.xml import is_xml, outline

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCK_LIST = (
    "address article aside blockquote body br button caption center dd details dialog div dl dt "
    "fieldset figcaption figure footer form header hgroup hr html legend main menu nav ol optgroup "
    "option p section summary table tbody textarea tfoot thead title ul"
)
_BLOCKS = frozenset(_BLOCK_LIST.split())
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_CONTENTS = _BLOCKS | _HEADINGS.keys() | {"a", "table", "tr", "td", "th", "li", "ul", "ol", "menu"}
_ENTERED = _CONTENTS | {"img", "input"}
_LEFT = _CONTENTS | {"sup"}
"""Elements of which the beginning, or the end, says something: of most inside a line neither."""
_POWER = re.compile(r"[-−+]?[0-9]+")
_COUNT = re.compile(r"[0-9]{1,4}")
_DATA = re.compile(r"data:[a-zA-Z0-9/+;.,=-]{0,80}base64,[A-Za-z0-9+/=%]{100,}+")
_FILE = re.compile(r"\.[a-zA-Z]{3,4}$")
_ROW = re.compile(r"\s*<(?:tr|thead|tbody)\b[^<>]{0,200}>", re.IGNORECASE)
"""How rows begin that come without their table; a parser would drop their tags."""
_CLOSED = re.compile(
    r"<(iframe|script|style|textarea|title|xmp|noembed|noframes|a|div|span|i|td)"
    r"(?=[\s/])([^<>]{0,2000}?)\s*/>",
    re.IGNORECASE,
)
"""Elements that end where they begin, as in XHTML: a parser of HTML would put all that follows into
them, or even take it for their text."""
_LITTLE = 200
"""Characters of text below which a page shows what a script makes of its data."""
_OPTIONS = 6
"""Options of a list that are shown; the others are known from the first: countries, years."""
_INPUTS = ("placeholder", "aria-label", "value", "name")


def text_of(page: str) -> str:
    """Return the text of a page, one block a line; any text comes out as some text."""
    if is_xml(page):
        return outline(page)
    page = _DATA.sub("data:", page) if "base64," in page else page
    if not is_tame(page):
        return stripped(page)
    page = _CLOSED.sub(r"<\1\2></\1>", page) if "/>" in page else page
    page = f"<table>{page}" if _ROW.match(page) else page
    tree = LexborHTMLParser(page.encode("utf-8", "replace"))
    title = _said(tree.css_first("head > title"))
    links = Links(tree)
    found = content(tree)
    lines = _Reading(links, found[1]).lines(found[0]) if found else []
    if sum(map(len, lines)) < _LITTLE:
        lines += carried(tree)
    if title and title not in "\n".join(lines[:3]):
        lines.insert(0, title)
    return "\n".join(lines)


def _said(node: LexborNode | None) -> str:
    """Return the text of an element in one line."""
    return "" if node is None else " ".join(node.text().split())


class _Reading:
    """The lines of an element, gathered in reading order."""

    def __init__(self, links: Links, dropped: set[int]) -> None:
        self._dropped = dropped
        self._links = links
        self._lines: list[str] = []
        self._parts: list[str] = []  # of the block that is being gathered
        self._found: list[Link] = []  # links in it
        self._opened: list[int] = []  # where links that are still open begin
        self._counts: list[int] = []  # of the lists that are open; -1 has no numbers
        self._marker = ""  # what the next line begins with
        self._grids: list[Grid] = []  # tables that are open

    def lines(self, root: LexborNode) -> list[str]:
        """Return the lines of the element."""
        stack: list[tuple[LexborNode, str]] = [(root, "")]
        while stack:
            node, left = stack.pop()
            if left:
                self._leave(node, left)
                continue
            tag = node.tag or "-"
            if tag == "-text":
                self._parts.append(node.text_content or "")
            elif tag[0] in "-!" or tag in NEVER or node.mem_id in self._dropped:
                continue
            elif tag == "pre" and not self._celled:
                self._code(node)
            elif tag == "select":
                self._choices(node)
            else:
                if tag in _ENTERED:
                    self._enter(node, tag)
                if tag in _LEFT:
                    stack.append((node, tag))
                child = node.last_child
                while child is not None:
                    stack.append((child, ""))
                    child = child.prev
        self._break()
        return self._lines

    @property
    def _celled(self) -> bool:
        """Whether a cell of a table is open."""
        return bool(self._grids) and self._grids[-1].inside

    def _enter(self, node: LexborNode, tag: str) -> None:
        match tag:
            case "a":
                self._opened.append(len(self._parts))
            case "img" | "input":
                self._replaced(node, tag)
            case "table":
                self._break()
                self._grids.append(Grid())
            case "tr" | "td" | "th":
                self._break()
                if self._grids:
                    self._grids[-1].inside = tag != "tr"
            case "li":
                self._break()
                self._item()
            case "ul" | "ol" | "menu":
                self._break()
                self._counts.append(0 if tag == "ol" else -1)
            case _ if tag in _HEADINGS:
                self._break()
                self._marker = _HEADINGS[tag]
            case "br" if self._marker.startswith("#"):
                self._parts.append(" ")
            case _ if tag in _BLOCKS:
                self._break()

    def _leave(self, node: LexborNode, tag: str) -> None:
        match tag:
            case "a":
                start = self._opened.pop() if self._opened else 0
                url = (node.attributes.get("href") or "").strip()
                if url and start < len(self._parts):
                    self._found.append(Link(start, len(self._parts), url))
            case "sup" if self._parts and _POWER.fullmatch(self._parts[-1]):
                self._parts[-1] = "^" + self._parts[-1]
            case "table" if self._grids:
                self._break()
                self._grids.pop()
            case "td" | "th" if self._celled:
                rows, columns = (_count(node, name) for name in ("rowspan", "colspan"))
                self._grids[-1].inside = False
                self._grids[-1].add(self._text(), head=tag == "th", rows=rows, columns=columns)
            case "tr" if self._grids:
                self._lines += self._grids[-1].row()
            case "ul" | "ol" | "menu":
                self._break()
                self._counts = self._counts[:-1]
            case _ if tag != "br" and (tag in _HEADINGS or tag in _BLOCKS or tag == "li"):
                self._break()
                self._marker = ""

    def _break(self) -> None:
        """End a block; within a cell blocks follow each other in one line."""
        if self._celled:
            self._parts.append(" ")
        elif text := self._text():
            self._lines.append("  " * (len(self._counts) - 1) + self._marker + text)
            self._marker = ""

    def _text(self) -> str:
        """Return the text gathered so far, and begin anew."""
        text = " ".join("".join(self._links.written(self._parts, self._found)).split())
        self._parts, self._found = [], []
        self._opened = [0] * len(self._opened)
        return text

    def _item(self) -> None:
        """Begin an item of the innermost list."""
        self._marker = "- "
        if self._counts and self._counts[-1] >= 0:
            self._counts[-1] += 1
            self._marker = f"{self._counts[-1]}. "

    def _code(self, node: LexborNode) -> None:
        """Add code as it stands; the lines of a listing stand between fences.

        So does a line that begins as a heading: `# reboot`, typed by root.
        """
        self._break()
        code = node.text().strip("\n").rstrip().split("\n")
        fence = ["```"] if len(code) > 1 or code[0].startswith("#") else []
        self._lines += [*fence, *code, *fence] if any(code) else []

    def _choices(self, node: LexborNode) -> None:
        """Add the first few options of a list to choose from."""
        options = node.css("option")
        shown = " | ".join(map(_said, options[:_OPTIONS]))
        more = f" | … of {len(options)}" if len(options) > _OPTIONS else ""
        self._parts.append(f" [{shown}{more}] " if shown else "")

    def _replaced(self, node: LexborNode, tag: str) -> None:
        """Add what stands for an image or a field."""
        attributes = node.attributes
        if tag == "img":
            said = " ".join((attributes.get("alt") or "").split())
            self._parts.append(f"[image: {said}]" if " " in said and not _FILE.search(said) else "")
        elif attributes.get("type") not in {"hidden", "radio", "checkbox"}:
            said = next((value for name in _INPUTS if (value := attributes.get(name))), "")
            self._parts.append(f" [{said[:80]}] " if said else "")


def _count(node: LexborNode, name: str) -> int:
    """Return a number among the attributes of a cell, 1 if there is none."""
    value = node.attributes.get(name)
    return int(value) if value and _COUNT.fullmatch(value) else 1
