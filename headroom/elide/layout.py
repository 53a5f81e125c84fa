"""Source text of a language without a grammar, read by its indentation and its brackets."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from headroom.elide.outline import (
    BODY,
    LICENCE,
    MENTION,
    NAMED,
    REMARK,
    SIGNATURE,
    Span,
    telling,
)
from headroom.elide.unit import Unit, Units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.outline import Outline

_MAX_NESTING = 8
_LONGEST = 240
_NEEDED, _OPENED = 0.55, 8
CLOSER = re.compile(r"[\s)\]}>;,]*(?:end\b)?[\s)\]};,]*")
"""A row that only closes something, or a blank one."""
_WORD = re.compile(r"[\w$]+")
_HEADER = re.compile(
    r"\s*(?:[\w@<>\[\],.:]+ ){0,4}?(?:def|function|func|fun|fn|sub|proc|defp"
    r"|(class|module|namespace|interface|struct|enum|trait|object|protocol|extension|defmodule"
    r"|record))\s+([\w.$:]+)"
    r"|()([\w-]+) ?\(\) ?\{$"
)
_SENTENCE = re.compile(
    r"\s*[A-Za-z][\w\x27]*,?"
    r"(?: [\w`\x27\"(][\w`\x27\"(),.:-]*){5,}$"
)
_BRACED = re.compile(r"\s*()(?:[\w<>\[\],.:*&?]+ ){1,5}\**(\w+) ?\([^;]*()()$")
_STATEMENT = re.compile(
    r"\s*(?:if|else|elif|elsif|for|foreach|while|return|end|local|let|var|val|const|import|using|use"
    r"|require|include|public|private|protected|static|echo|then|do|done|fi|esac|case|try|except"
    r"|with|raise|def|class|@|//|#|/?\*)|.*[;:{}()]\s*$|\s*[\w.$@]+(?:\[.*\])? ?[-+*:|]?= "
)
_GOES_ON = re.compile(
    r"(?:[)\]}{]|end\b|fi\b|done\b|esac\b|else|elif|elsif|elseif|rescue|except|catch|ensure|finally"
    r"|then\b|do\b|BEGIN\b|begin\b|</|when\b|until\b|EOF\b|\|)"
)
"""A row that belongs to what the rows before it began, at the same indentation."""
_REMARKS = ("//", "#", "--", "%", ";;", "'")


def indent(line: str) -> int:
    """Return how many characters of white space a line begins with."""
    return len(line) - len(line.lstrip())


def outlined(outline: Outline) -> bool:
    """Weigh by indentation, if enough lines look like code; say whether they do."""
    lines = [line[:_LONGEST] for line in outline.lines]
    if not _coded([line for line in lines if line and not line.isspace()]):
        return False
    around: list[tuple[int, int]] = []  # indentation and index of the spans around
    for row, line in enumerate(lines):
        if not line.strip():
            continue
        depth = indent(line)
        if CLOSER.fullmatch(line) or line[depth] in ")]":
            around = [one for one in around if one[0] <= depth]
            if around and line[-1] in ":{=":
                span = outline.spans[around[-1][1]]
                span.signed = row
                outline.lift(span.first, row, SIGNATURE)
        else:
            around = [one for one in around if one[0] < depth]
            _indented(outline, row, line, around)
        for _, at in around:
            outline.spans[at].last = row
    return True


def _header(line: str) -> re.Match[str] | None:
    """Return what a line begins, if it looks like the head of a function or a type."""
    return _HEADER.match(line) or (_BRACED.match(line) if line.endswith("{") else None)


def _indented(outline: Outline, row: int, line: str, around: list[tuple[int, int]]) -> None:
    """Weigh one row by what is around it; take it in as a span if it opens one."""
    spans = outline.spans
    depth = sum(1 for _, at in around if not spans[at].is_type)
    header = _header(line)
    if around:
        outline.owners[row] = around[-1][1]
    if header and len(around) <= _MAX_NESTING:
        name = (_WORD.findall(header[2] or header[4] or "") or [""])[-1]
        parent = around[-1][1] if around else -1
        at = outline.add(Span(name, row, row, row, bool(header[1]), parent))
        around.append((indent(line), at))
        outline.weights[row] = MENTION if depth else SIGNATURE
    elif depth:
        outline.weights[row] = BODY[min(depth, len(BODY)) - 1]


def _coded(lines: Sequence[str]) -> bool:
    """Whether lines look like code: many statements, a few headers, not too many sentences."""
    headers = sum(1 for line in lines if _header(line))
    sentences = sum(1 for line in lines if _SENTENCE.match(line))
    coded = sum(1 for line in lines if _STATEMENT.match(line))
    few = headers < max(2, len(lines) // 80)
    return (
        not few
        and sentences * 4 <= len(lines)
        and coded * 10 >= len(lines) * (3 if headers * 12 >= len(lines) else 4)
    )


def units(outline: Outline) -> Units:
    """Return what may be left out of a text that `outlined` has read."""
    return _Layout(outline).read()


class _Layout:
    """Divides rows into groups: a row of the least indentation with all that is further in."""

    def __init__(self, outline: Outline) -> None:
        self._lines, self._weights = outline.lines, outline.weights
        self._spans = {span.first: span for span in outline.spans}
        self._remark = _remark(outline.lines)
        self._units = Units(len(outline.lines))

    def read(self) -> Units:
        self._groups(0, len(self._lines) - 1, -1, 0)
        return self._units

    def _groups(self, first: int, last: int, parent: int, depth: int) -> None:
        rows = [row for row in range(first, last + 1) if self._lines[row].strip()]
        if not rows:
            return
        least = min(indent(self._lines[row]) for row in rows)
        heads = [row for row in rows if indent(self._lines[row]) == least and self._opens(row)]
        at = 0
        while at < len(heads):
            end = at
            while end + 1 < len(heads) and self._is_remark(heads[end + 1], heads[end]):
                end += 1
            stop = heads[end + 1] - 1 if end + 1 < len(heads) else last
            while not self._lines[stop].strip():
                stop -= 1
            self._group(heads[at], stop, parent, depth)
            at = end + 1

    def _opens(self, row: int) -> bool:
        return _GOES_ON.match(self._lines[row].lstrip()) is None

    def _is_remark(self, row: int, above: int) -> bool:
        return row == above + 1 and all(
            self._lines[one].lstrip().startswith(self._remark) for one in (row, above)
        )

    def _group(self, first: int, last: int, parent: int, depth: int) -> None:
        at = self._units.add(Unit(first, last, parent, f"{self._remark} "))
        if first == last:
            return
        head = self._lines[first].lstrip()
        if head.startswith((self._remark, "/*")):
            self._tail(first, last - head.startswith("/*"), at)
            return
        span = self._spans.get(first)
        start = first + 1 if span is None else span.signed + 1
        end = last
        while end >= start and not self._lines[end].strip():
            end -= 1
        if end >= start and indent(self._lines[end]) <= indent(self._lines[first]):
            end -= 1
        if start > end:
            return
        inner = self._units.add(Unit(start, end, at, f"{self._remark} "))
        if depth < _MAX_NESTING and (span is None or span.is_type or self._is_opened(start, end)):
            self._groups(start, end, inner, depth + 1)

    def _tail(self, first: int, last: int, parent: int) -> None:
        """Take in what follows the first words of a comment; it weighs little."""
        told = telling(self._lines, first, last)
        block = self._lines[first].lstrip().startswith("/*")
        start = first if LICENCE.search(self._lines[told]) else told + 1
        for row in range(start, min(last + 1 + block, len(self._lines))):
            if self._weights[row] < NAMED:
                self._weights[row] = min(self._weights[row], REMARK)
        if told < last:
            self._units.add(Unit(told + 1, last, parent, "" if block else f"{self._remark} "))

    def _is_opened(self, first: int, last: int) -> bool:
        return last - first >= _OPENED and max(self._weights[first : last + 1]) >= _NEEDED


def _remark(lines: Sequence[str]) -> str:
    """Return what most lines that are comments begin with."""
    counts = Counter(
        sign
        for line in lines
        for sign in _REMARKS
        if line.lstrip().startswith(sign) and not line.startswith(("#include", "#define", "#if"))
    )
    if counts:
        return max(_REMARKS, key=lambda sign: (counts[sign], -_REMARKS.index(sign)))
    return "//" if any(line.endswith("{") for line in lines) else "#"
