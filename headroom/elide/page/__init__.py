"""The text of a web page: headings, paragraphs, lists, tables, code and links, without tags.

Owns: what of a page is its main content, and how that reads as lines. Does not own: which of the
lines are kept.
"""

from headroom.elide.page.reading import text_of

__all__ = ["text_of"]
