"""Blocks of a source text by indentation: a row with all rows that hang on it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAB = "    "
_MAX_NESTING = 40
_GOES_ON = re.compile(
    r"[)\]}|]|(?:else|elif|elsif|elseif|rescue|except|catch|ensure|finally|then|until)\b"
    r"|(?:end|fi|done|esac|endif|endfunction|od)\b(?![\w.(=:])|(?:END|BEGIN|AS|IS|DECLARE|RETURNS|LANGUAGE)\b"
    r"|when\b(?! ?\()|case\b.*:\s*$|default ?:|</|\$\w*\$"
    r"|(?:\{|\(|\[|begin|do|is|as)\s*$|while\b.*\);\s*$"
)
"""A row that belongs to what a row before it began, at the same indentation."""
_OPENER = re.compile(r"(?:\{|\(|\[|begin|do|is|as|BEGIN|AS|IS)\s*$")
_ASIDE = re.compile(
    r"# ?(?:if|ifdef|ifndef|else|elif|endif|region|endregion|pragma|define|undef)\b"
)
"""A row for a preprocessor: where it stands says nothing."""
_NO_REMARK = re.compile(r"#(?:include|import|using|\[)|--(?:-|[\w-]{1,80}:)|'[^']*'")
"""What begins like a comment and is none: a directive, an attribute, a rule, a property of CSS, a
string."""
_COMMENTS = (
    ("/*", "*/"),
    ("--[[", "]]"),
    ("(*", "*)"),
    ("{-", "-}"),
    ("<#", "#>"),
    ("<!--", "-->"),
    ("=begin", "=end"),
)
_BEGINNINGS = tuple(sign for sign, _ in _COMMENTS)
_SIGNS = ("//", "#", "--", "%", ";", "'")
"""What a comment of one row begins with in one language or another."""
_STATEMENT = re.compile(
    r"\s*(?:(?:create|alter|drop) (?:\w+ ){0,3}(?:table|index|view|function|procedure|trigger|type)"
    r"|insert into|delete from|update \w+ set|select(?! [{>+~])) ",
    re.IGNORECASE,
)
"""How statements of SQL begin."""
_MIN_STATEMENTS = 2
_HEREDOC = re.compile(r"<<[-~]?[\x22\x27]?([A-Za-z_]\w*)[\x22\x27]?")
_MAX_HEREDOC = 400
_LONGEST = 120


@dataclass(slots=True)
class Block:
    """A row, and the rows below that are further in, or that close what it opens."""

    first: int
    last: int
    width: int
    """How far its first row is indented."""
    parent: int
    """Index of the block around it, or -1."""
    opener: int = -1
    """A row at the same indentation that holds nothing but an opening bracket or word."""
    is_comment: bool = False


def blocks(lines: Sequence[str], remark: str) -> list[Block]:
    """Return the blocks of a text, outer ones first; blank rows begin none.

    `remark` begins a comment up to the end of the line.
    """
    return _Reader(lines, remark).read()


def indent(line: str) -> int:
    """Return how many characters of white space a line begins with."""
    return len(line) - len(line.lstrip())


def remark(lines: Sequence[str]) -> str:
    """Return what most lines that are comments begin with."""
    counts = dict.fromkeys(_SIGNS, 0)
    for line in lines:
        head = line.lstrip()
        if head.startswith(_SIGNS) and not _ASIDE.match(head):
            sign = next(sign for sign in _SIGNS if head.startswith(sign))
            counts[sign] += not _NO_REMARK.match(head)
    best = max(_SIGNS, key=lambda sign: counts[sign])
    if counts[best]:
        return best
    if sum(map(bool, map(_STATEMENT.match, lines))) >= _MIN_STATEMENTS:
        return "--"
    return "//" if any(line.endswith(("{", ";")) for line in lines) else "#"


class _Reader:
    def __init__(self, lines: Sequence[str], remark: str) -> None:
        self._lines, self._remark = lines, remark
        self._all: list[Block] = []
        self._around: list[int] = []
        self._row = -1
        """The last row that was read and is not blank."""
        self._ends: dict[str, list[int]] = {}
        """Rows that end a comment, by what they have in them."""
        self._code = -1, 0
        """The row that was found last that is no comment, and how far it is indented."""
        self._words: dict[str, list[int]] | None = None
        """Rows of a single word: a text within a text may end there."""

    def read(self) -> list[Block]:
        lines, size = self._lines, len(self._lines)
        at = 0
        while at < size:
            line = lines[at]
            head = line.lstrip()
            if not head:
                at += 1
                continue
            at = self._take(at, head.rstrip(), _width(line, head)) + 1
        self._leave(0)
        return self._all

    def _take(self, at: int, head: str, width: int) -> int:
        """Take in a row; return the last row that belongs to it whatever it looks like."""
        around, every = self._around, self._all
        if head[0] == "#" and around and _ASIDE.match(head):
            self._row = at
            return at
        is_comment = head.startswith(self._remark) or head.startswith(_BEGINNINGS)
        if is_comment and around and every[around[-1]].width > width:
            width = max(width, self._following(at))
        while around and every[around[-1]].width > width:
            every[around.pop()].last = self._row
        before = every[around[-1]] if around else None
        is_after = before is not None and before.width == width and not before.is_comment
        if before and is_after and _GOES_ON.match(head):
            if before.opener < 0 and _OPENER.match(head):
                before.opener = at
            self._row = at
            return at
        # As `_leave` does it; a call for each row takes longer.
        while around and every[around[-1]].width >= width:
            every[around.pop()].last = self._row
        is_block = ""
        if head.startswith(_BEGINNINGS):
            is_block = next(close for sign, close in _COMMENTS if head.startswith(sign))
        block = Block(at, at, width, around[-1] if around else -1)
        block.is_comment = is_comment
        every.append(block)
        if len(around) < _MAX_NESTING:
            around.append(len(every) - 1)
        last = at
        if is_block and is_block not in head[2:]:
            last = self._closed(at, is_block)
        elif "<<" in head and not block.is_comment:
            last = self._heredoc(at, head)
        block.last = self._row = last
        return last

    def _following(self, at: int) -> int:
        """Return how far the next row is indented that is no comment of one row; 0 for none.

        What is commented out stands at the margin often, amid what is not.
        """
        row, width = self._code
        if row <= at:
            lines = self._lines
            row = at + 1
            while row < len(lines) and (
                not (head := lines[row].lstrip()) or head.startswith(self._remark)
            ):
                row += 1
            width = _width(lines[row], lines[row].lstrip()) if row < len(lines) else 0
            self._code = row, width
        return width

    def _leave(self, width: int) -> None:
        """Close the blocks that are as far in or further."""
        around, every = self._around, self._all
        while around and every[around[-1]].width >= width:
            every[around.pop()].last = self._row

    def _closed(self, at: int, close: str) -> int:
        """Return the row that ends a comment, or the first if none does."""
        if close not in self._ends:
            self._ends[close] = [row for row, line in enumerate(self._lines) if close in line]
        return _next(self._ends[close], at)

    def _heredoc(self, at: int, head: str) -> int:
        """Return the row that ends a text within the text, or the first if none does."""
        found = _HEREDOC.search(head)
        if found is None:
            return at
        if self._words is None:
            self._words = {}
            for row, line in enumerate(self._lines):
                if len(line) <= _LONGEST and (word := line.strip().rstrip(";,)")).isidentifier():
                    self._words.setdefault(word, []).append(row)
        end = _next(self._words.get(found[1], []), at)
        return end if end - at <= _MAX_HEREDOC else at


def _width(line: str, head: str) -> int:
    """Return how far a row is indented of which `head` is what stands behind the white space."""
    width = len(line) - len(head)
    return len(line[:width].replace("\t", _TAB)) if "\t" in line[:width] else width


def _next(rows: Sequence[int], at: int) -> int:
    """Return the first of some rows behind another one, or that one if there is none."""
    place = bisect_right(rows, at)
    return rows[place] if place < len(rows) else at
