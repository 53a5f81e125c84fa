"""The text of a web page: headings, paragraphs, lists, tables, code and links, without tags.

Owns: what of a page is its main content, and how that reads as lines. Does not own: which of the
lines are kept.
"""

from headroom.detect.markup import MIN_TAGS, SPREAD
from headroom.elide.page.reading import text_of

__all__ = ["searchable", "text_of"]


def searchable(original: str) -> str:
    """Return the text of a page, in which to look for words; any other text as it is."""
    tags = original.count("</") if original[:2_000].lstrip()[:1] == "<" else 0
    paged = tags >= MIN_TAGS and tags * SPREAD > len(original)
    return (text_of(original) or original) if paged else original
