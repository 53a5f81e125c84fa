"""Plain documents with numbered sections, and what stands at the edges of their pages.

4.1.  Details of Option B                                a section of an RFC, or of a manual

Rose & Wijngaards       Standards Track      [Page 1]    below each page
RFC 6672               DNAME Redirection    June 2012    above each
"""

import re
from collections import Counter
from collections.abc import Sequence

NUMBER = re.compile(r"\s*(?:Appendix\s+)?(?:[A-Z]|[0-9]{1,3})(?:\.[0-9]{1,3})*\.")
"""What stands before the title of a section, with its full stop."""
_SECTION = re.compile(
    r"(?:Appendix\s+)?(?P<number>(?:[A-Z]|[0-9]{1,2})(?:\.[0-9]{1,3}){0,4})\.?[ \t]{1,6}"
    r"(?P<title>[^\W_][^\n]{1,90}(?:\n[ \t]{4,20}[^\n]{2,70})?)$"
)
_LEADERS = re.compile(r"\.{4}|(?:\. ){3}|\t| {3}")
"""What stands between a title in a table of contents and its page."""
_STOPS = ".;:,!"
_LEAST, _AGAIN = 3, 3
"""Sections below others that a document has at least; times that an edge of a page stands there."""
_PAGE = re.compile(r"\[Page [0-9]{1,4}\]$")
_EDGE = 120
"""Characters of an edge of a page, at most."""
_DIGITS = re.compile(r"[0-9]+")
_LISTED = re.compile(r"(?:\.{4}|(?:\. ){4}) *\.* *[0-9]{1,4}$", re.MULTILINE)
"""How a line of a table of contents ends: in a paged text its titles stand above their sections."""


def sections(text: str, spans: Sequence[tuple[int, int]], raw: Sequence[str]) -> dict[int, int]:
    """Return the spans that are titles of numbered sections, with how many numbers each has.

    None are where hardly any section has others below it: then they are items of a list.
    """
    found: dict[int, int] = {}
    for index, piece in enumerate(raw):
        if not (piece[:1].isdigit() or piece[1:2] == "." or piece.startswith("Appendix")):
            continue
        match = _SECTION.match(piece)
        if match is None or piece[-1] in _STOPS or _LEADERS.search(match["title"]):
            continue
        start, end = spans[index]
        above = text[max(0, start - _EDGE) : start].rstrip(" \t")
        if text[end : end + 1] == "\n" and (not above or above.endswith(("\n\n", "\f"))):
            found[index] = match["number"].count(".") + 1
    return found if sum(level > 1 for level in found.values()) >= _LEAST else {}


def edges(text: str, spans: Sequence[tuple[int, int]], raw: Sequence[str]) -> set[int]:
    """Return the spans that stand at the edges of pages: again and again, but for numbers.

    So do those of a table of contents.
    """
    if "[Page " not in text and "\f" not in text:
        return set()
    short = {
        at: raw[at]
        for at, (start, end) in enumerate(spans)
        if end - start <= _EDGE and "\n" not in raw[at] and _is_line(text, start, end)
    }
    keys = {at: _DIGITS.sub("", " ".join(piece.split())) for at, piece in short.items()}
    counts = Counter(keys.values())
    found = {at for at in short if counts[keys[at]] >= _AGAIN or _PAGE.search(short[at])}
    return found | {
        at
        for at, piece in enumerate(raw)
        if (". ." in piece or "...." in piece) and _LISTED.search(piece)
    }


def _is_line(text: str, start: int, end: int) -> bool:
    """Whether a span is all that its line holds."""
    begin = max(text.rfind("\n", 0, start), text.rfind("\f", 0, start)) + 1
    return text[end : end + 1] in ("\n", "\f", "") and not text[begin:start].strip()
