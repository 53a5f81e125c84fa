"""Blocks of lines between two marks, in files whose format does not matter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.edits.change import Raw
from headroom.edits.line import (
    after_newline,
    before_newline,
    cut_lines,
    insert_after,
    last_line_end,
    line_end,
    newline,
)
from headroom.errors import EditError

if TYPE_CHECKING:
    from headroom.edits.change import Place


@dataclass(frozen=True, slots=True)
class Block:
    """Texts by name, each between a mark that opens and one that closes it.

    Args:
        before: how a comment of the file begins.
        after: how it ends.
    """

    before: str = "# "
    after: str = ""

    def parse(self, text: str) -> Any:
        """Return the blocks by name.

        Raises:
            EditError: a block is not closed, or is there twice.
        """
        found: dict[str, str] = {}
        for opened in re.finditer(rf"(?m)^{re.escape(self.before)}>>> headroom (\S+) >>>", text):
            name = opened.group(1)
            if name in found:
                raise EditError(f"the block {name!r} stands in the text twice")
            start, end = self._inside(text, name)
            found[name] = text[start:end].replace("\r\n", "\n")
        return found

    def raw(self, text: str, place: Place) -> str:
        """Return what is between the marks."""
        if not place:
            return ""
        start, end = self._inside(text, str(place[0]))
        return text[start:end]

    def put(self, text: str, place: Place, value: Any) -> str:
        """Return the text with other lines between the marks."""
        start, end = self._inside(text, str(place[0]))
        return text[:start] + _lines(text, value) + text[end:]

    def add(self, text: str, parent: Place, key: str | None, value: Any) -> str:
        """Return the text with one more block at its end, after a blank line."""
        assert not parent
        end = newline(text)
        block = end.join(
            [self._mark(str(key), ">>>"), _lines(text, value), self._mark(str(key), "<<<")]
        )
        at = last_line_end(text)
        return insert_after(text, at, block if not text[:at] else end + block)

    def drop(self, text: str, place: Place) -> str:
        """Return the text without a block and the blank line before it."""
        inner, outer = self._inside(text, str(place[0]))
        start = before_newline(text, inner) - len(self._mark(str(place[0]), ">>>"))
        end = line_end(text, after_newline(text, outer))
        line = before_newline(text, start)
        start = line if before_newline(text, line) < line else start
        return cut_lines(text, start, end)

    def _mark(self, name: str, side: str) -> str:
        return f"{self.before}{side} headroom {name} {side}{self.after}"

    def _inside(self, text: str, name: str) -> tuple[int, int]:
        opening, closing = self._mark(name, ">>>"), self._mark(name, "<<<")
        start = text.find(opening)
        start = after_newline(text, start + len(opening))
        end = text.find(closing, start)
        if end < 0:
            raise EditError(f"the block {name!r} is not closed by a line {closing!r}")
        return start, before_newline(text, end)


def _lines(text: str, value: Any) -> str:
    if isinstance(value, Raw):
        return value.text
    return newline(text).join(str(value).split("\n"))
