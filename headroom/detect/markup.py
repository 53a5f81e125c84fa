"""HTML and XML: many end tags for so much text, in what is markup from its beginning on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MIN_TAGS = 8
SPREAD = 250
"""A page has an end tag in every so many characters."""
_OPENING = re.compile(r"</?[a-zA-Z!?]")
_CLOSING = re.compile(r"</([a-zA-Z][a-zA-Z0-9]{0,10})>")
_LOOKS, _KNOWN = 40, 4
"""End tags that are looked at, and one of so many that has to be of a page between other lines."""
_ELEMENTS = frozenset(
    """a abbr address article aside b blockquote body button caption center cite code dd details div
    dl dt em fieldset figure font footer form h1 h2 h3 h4 h5 h6 head header html i label li main nav
    ol option p pre script section select small span strong style sub summary sup svg table tbody td
    textarea tfoot th thead title tr tt u ul""".split()  # noqa: SIM905
)
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
_WHOLE = re.compile(r"[\ufeff\s]*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_MARKDOWN = re.compile(r"#{1,6} \S|```|\[[^\]\n]{1,200}\]: ")
_MARKED = 6
"""Lines of Markdown, headings and fences, from which on tags at the top are only in it."""
_PAIRS = (("<![CDATA[", "]]>"), ("<!--", "-->"))
_BLANK = "\ufeff \t\r"
"""What may stand before the first tag of a line."""


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return all lines as one run if there are enough end tags among them, else nothing.

    A text that does not begin with a tag is markup only from a line with one on, to the last such
    line, if most of it stands in lines that begin with tags: messages may quote pages.
    """
    tags = sum(line.count("</") for line in lines)
    if tags < MIN_TAGS:
        return []
    if tags * SPREAD < sum(map(len, lines)):
        return [(0, len(lines))] if _is_whole(lines) else []
    first = next((at for at, line in enumerate(lines) if line.strip(_BLANK)), 0)
    if _begins(lines[first]):
        return [] if _is_markdown(lines, first) else [(0, len(lines))]
    if not _of_page(lines):
        return []
    tagged = [at for at in range(first, len(lines)) if _begins(lines[at])]
    if not tagged:
        return []
    start, end = tagged[0], tagged[-1] + 1
    marked = sum(len(lines[at]) for at in tagged)
    return [(start, end)] if marked * 2 > sum(map(len, lines[start:end])) else []


def left_open(text: str) -> bool:
    """Whether several comments, or several sections of data, have no end.

    Each of them would be searched for its end in all of the rest.
    """
    return any(text.count(opener, text.rfind(closer) + 1) > 1 for opener, closer in _PAIRS)


def _begins(line: str) -> bool:
    """Whether a line begins with a tag, a comment or a declaration."""
    return _OPENING.match(line.lstrip(_BLANK)) is not None


def _is_whole(lines: Sequence[str]) -> bool:
    """Whether a page begins and ends here, however little of it are end tags: one of plain text."""
    first = next((line for line in lines if line.strip(_BLANK)), "")
    last = next((line for line in reversed(lines) if line.strip(_BLANK)), "")
    return _WHOLE.match(first) is not None and last.rstrip().lower().endswith("</html>")


def _is_markdown(lines: Sequence[str], first: int) -> bool:
    """Whether a text that begins with a tag is a document of Markdown: badges stand at its top."""
    if _PAGE.match(lines[first]):
        return False
    marked = [line for line in lines if line[:1] in ("#", "`", "[") and _MARKDOWN.match(line)]
    return len(marked) >= _MARKED


def _of_page(lines: Sequence[str]) -> bool:
    """Whether enough of the first end tags are those of a page: a tool's own tags are not."""
    names: list[str] = []
    for line in lines:
        names += _CLOSING.findall(line) if "</" in line else ()
        if len(names) >= _LOOKS:
            break
    return sum(name.lower() in _ELEMENTS for name in names) * _KNOWN >= len(names)
