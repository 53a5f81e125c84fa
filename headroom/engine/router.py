"""`ContentRouter`: which compressors are asked about which kind of text, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.core.types import ContentType
from headroom.detect import split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.core.types import Part

ROUTES: dict[ContentType, tuple[str, ...]] = {
    ContentType.JSON: ("smart_crusher",),
    ContentType.LOG: ("log",),
    ContentType.TEST: ("runner", "log"),
    ContentType.SEARCH: ("search",),
    ContentType.LISTING: ("listing", "long_listing", "tree"),
    ContentType.TABLE: ("table", "vertical"),
    ContentType.COLUMNS: ("columns", "text"),
    ContentType.DIFF: ("diff", "text"),
    ContentType.MARKUP: ("snapshot", "markup", "text"),
    ContentType.CODE: ("source", "text"),
    ContentType.TEXT: ("text",),
}


class ContentRouter:
    """Splits a text into parts and names the candidates for each: a pure function of the text."""

    def __init__(self, routes: Mapping[ContentType, tuple[str, ...]] | None = None) -> None:
        self.routes = {**ROUTES, **(routes or {})}
        self._last: tuple[tuple[str, list[Part]], ...] = ()

    def parts(self, text: str) -> list[Part]:
        """Return the parts of the text in order; together they cover all its lines.

        The last two answers are remembered: a text is asked about again after what is left of it.
        """
        last = self._last
        for asked, parts in last:
            if asked is text:
                return parts
        parts = split(text)
        self._last = ((text, parts), *last[:1])
        return parts

    def candidates(self, kind: ContentType) -> tuple[str, ...]:
        """Return the names of the compressors to try on a part of that kind."""
        return self.routes.get(kind, ())
