"""Lines of a text: where they end, what ends them, and how a line is put after another."""

from __future__ import annotations

BOM = "\ufeff"


def newline(text: str) -> str:
    """Return what ends the lines of a text: that of its first line, a line feed if it has one."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def line_start(text: str, position: int) -> int:
    """Return where the line of a position begins."""
    return text.rfind("\n", 0, position) + 1


def line_end(text: str, position: int) -> int:
    """Return where the line of a position ends, before what ends it."""
    end = text.find("\n", position)
    if end < 0:
        return len(text)
    return end - 1 if end > position and text[end - 1] == "\r" else end


def after_newline(text: str, position: int) -> int:
    """Return the position behind the line end that stands at a position, if one does."""
    for each in ("\r\n", "\n"):
        if text.startswith(each, position):
            return position + len(each)
    return position


def before_newline(text: str, position: int) -> int:
    """Return the position before the line end that stands right before a position, if one does."""
    for each in ("\r\n", "\n"):
        if text.endswith(each, 0, position):
            return position - len(each)
    return position


def last_line_end(text: str) -> int:
    """Return where a text ends, before the last line end."""
    return before_newline(text, len(text))


def insert_after(text: str, position: int, lines: str) -> str:
    """Return a text with lines put behind the line that ends at a position.

    `lines` has no line end at its own end. `cut_lines` is the inverse.
    """
    if not text[:position].lstrip(BOM) and position == last_line_end(text):
        return text[:position] + lines + newline(text) + text[position:]
    return text[:position] + newline(text) + lines + text[position:]


def insert_before(text: str, position: int, lines: str) -> str:
    """Return a text with lines put before the line that starts at a position."""
    return text[:position] + lines + newline(text) + text[position:]


def cut_lines(text: str, start: int, end: int) -> str:
    """Return a text without the lines from `start` to `end`, before what ends the last of them."""
    before = before_newline(text, start)
    if before < start:
        return text[:before] + text[end:]
    return text[:start] + text[after_newline(text, end) :]
