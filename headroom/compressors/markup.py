"""`MarkupCompressor`: HTML and XML with what follows from the rest of the page left out.

    <p.note.wide id="x">     for <p class="note wide" id="x">
    </>                      the end of the innermost open element
    <a href="..." title=.>   its title is the text that follows
    <a href="..." title=_>   its title is the last part of its href, with blanks for "_"
    <7:td style="...">       a start tag that comes again; it is named 7
    <7>                      start tag 7 again

Everything else stands as it was; lines that come again are pointers, as in a "text" block.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.types import Compressed
from headroom.lines.body import decode, encode

if TYPE_CHECKING:
    from headroom.core.fold import Block
    from headroom.core.types import Context

_ATTRIBUTES = r"""(?:[^<>"']{1,400}+|"[^"<>]{0,4000}+"|'[^'<>]{0,4000}+'){0,60}+"""
_TAG = re.compile(rf"<(/?)([A-Za-z][\w:-]{{0,40}}+)({_ATTRIBUTES})>", re.ASCII)
_SHORT = re.compile(
    rf"<(?:(/)(?:([A-Za-z][\w:-]{{0,40}}+)({_ATTRIBUTES}))?"
    rf"|([A-Za-z][\w:-]{{0,40}}+)((?:\.[\w-]+)*+)({_ATTRIBUTES}))>",
    re.ASCII,
)
_ODD = re.compile(r"</>|<[A-Za-z][\w:-]*\.| title=[._]", re.ASCII)
"""What the short form adds to the language: where a page has it already, it is left alone."""
_CLASS = re.compile(r' class="([\w-]+(?: [\w-]+)*)"(?![\w.-])', re.ASCII)
_TITLE = re.compile(r' title="([^"<>]{1,400})"')
_HREF = re.compile(r' href="([^"<>]{1,1000})"')
_MARKED = re.compile(r" title=([._])")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_NOTE = '<p.a.b> has class="a b", </> ends the innermost element'
_NOTE_TITLES = {
    ".": ", title=. is the text after the tag",
    "_": ", title=_ the end of its href",
}
"""What is said of titles in short, by the mark of those; of marks that stand in the page only."""
_NOTE_NAMES = "; <N:tag> names a start tag, <N> is that tag again"
_LONG_TAG = re.compile(r"<[A-Za-z][^<>\n]{9,2000}>", re.ASCII)
"""A start tag, shortened or not, that may be worth a name; it is replaced as text."""
_NAME = re.compile(r"<([0-9]{1,7})(?::([^<>\n]+))?>", re.ASCII)
_WORD = re.compile(r"[A-Za-z]{1,7}|[0-9]{1,3}|[^\sA-Za-z0-9]{1,3}")
"""About a token."""
_NAME_TOKENS = 4
"""About what one use of a name costs."""


class MarkupCompressor:
    """Leaves out of a page what its own structure says."""

    name: ClassVar[str] = "markup"
    forms: ClassVar[frozenset[str]] = frozenset({"markup"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - needs no counts
        """Return the page in short, or None where it would be misread."""
        if _ODD.search(text):
            return None
        lines = _short(text).split("\n")
        body = encode(lines, deep=False)
        shown = "\n".join(lines if body is None else body.lines)
        named = _named(shown)
        marks = set(_MARKED.findall(shown))
        note = _NOTE + "".join(said for mark, said in _NOTE_TITLES.items() if mark in marks)
        note += "" if named == shown else _NOTE_NAMES
        if body is not None:
            note += f"; {body.note}"
        return Compressed(fold.block("markup", named.split("\n"), note), note="tags in short")

    def expand(self, block: Block) -> str:
        """Return the page.

        Raises:
            ValueError: the block is malformed.
        """
        lines, note = list(block.lines), block.note.removeprefix(_NOTE)
        for said in _NOTE_TITLES.values():
            note = note.removeprefix(said)
        if note.startswith(_NOTE_NAMES):
            lines = _unnamed("\n".join(lines)).split("\n")
            note = note.removeprefix(_NOTE_NAMES)
        if note:
            lines = decode(lines, note.removeprefix("; "))
        return _long("\n".join(lines))


@dataclass(slots=True)
class _Elements:
    """The elements that are open."""

    names: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: str) -> None:
        if not attributes.endswith("/") and name.lower() not in _VOID:
            self.names.append(name)

    def end(self, name: str) -> None:
        """Close the nearest element of that name and all inside it; ignore one that is not open."""
        for depth in range(len(self.names) - 1, max(len(self.names) - 50, 0) - 1, -1):
            if self.names[depth] == name:
                del self.names[depth:]
                return


def _short(text: str) -> str:
    elements, out, at = _Elements(), [], 0
    for match in _TAG.finditer(text):
        closing, name, attributes = match.groups()
        out.append(text[at : match.start()])
        at = match.end()
        if closing:
            innermost = elements.names and elements.names[-1] == name and not attributes
            out.append("</>" if innermost else match[0])
            elements.end(name)
            continue
        elements.start(name, attributes)
        classes, rest = "", attributes
        if found := _CLASS.match(attributes):
            classes, rest = "." + found[1].replace(" ", "."), attributes[found.end() :]
        out.append(f"<{name}{classes}{_untitled(rest, text, at)}>")
    out.append(text[at:])
    return "".join(out)


def _untitled(attributes: str, text: str, at: int) -> str:
    """Return the attributes with a mark for a title that stands elsewhere too."""
    found = _TITLE.search(attributes) if " title=" in attributes else None
    if found is None:
        return attributes
    mark = "." if found[1] == _following(text, at) else ""
    if not mark and found[1] == _ending(attributes):
        mark = "_"
    if not mark:
        return attributes
    return f"{attributes[: found.start()]} title={mark}{attributes[found.end() :]}"


def _following(text: str, at: int) -> str:
    end = text.find("<", at, at + 500)
    return text[at:end] if end >= 0 else ""


def _ending(attributes: str) -> str | None:
    href = _HREF.search(attributes)
    return None if href is None else href[1].rpartition("/")[2].replace("_", " ")


def _long(text: str) -> str:
    elements, out, at = _Elements(), [], 0
    for match in _SHORT.finditer(text):
        out.append(text[at : match.start()])
        at = match.end()
        if match[1]:
            name = match[2]
            if name is None:
                if not elements.names:
                    raise ValueError("an end without a start")
                name = elements.names[-1]
                out.append(f"</{name}>")
            else:
                out.append(match[0])
            elements.end(name)
            continue
        name, classes, attributes = match[4], match[5], match[6]
        said = f' class="{classes[1:].replace(".", " ")}"' if classes else ""
        full = f"{said}{_titled(attributes, text, at)}"
        elements.start(name, full)
        out.append(f"<{name}{full}>")
    out.append(text[at:])
    return "".join(out)


def _titled(attributes: str, text: str, at: int) -> str:
    found = _MARKED.search(attributes)
    if found is None:
        return attributes
    title = _following(text, at) if found[1] == "." else _ending(attributes)
    return f'{attributes[: found.start()]} title="{title}"{attributes[found.end() :]}'


def _named(text: str) -> str:
    """Return the text with long start tags that come again under the name of the first of them."""
    if _NAME.search(text):
        return text
    counts = Counter(_LONG_TAG.findall(text))
    worth = {tag for tag, count in counts.items() if count > 1 and _gain(tag, count) > 0}
    names: dict[str, int] = {}

    def name(match: re.Match[str]) -> str:
        tag = match[0]
        if tag not in worth:
            return tag
        if tag in names:
            return f"<{names[tag]}>"
        names[tag] = len(names) + 1
        return f"<{names[tag]}:{tag[1:]}"

    return _LONG_TAG.sub(name, text) if worth else text


def _gain(tag: str, count: int) -> int:
    saved = len(_WORD.findall(tag)) - _NAME_TOKENS
    return (count - 1) * saved - _NAME_TOKENS - 1


def _unnamed(text: str) -> str:
    tags: dict[str, str] = {}

    def tag(match: re.Match[str]) -> str:
        number, said = match.groups()
        if said is not None:
            tags[number] = f"<{said}>"
        if number not in tags:
            raise ValueError("a tag that was not named before")
        return tags[number]

    return _NAME.sub(tag, text)
