"""Source text of a language without a grammar, read by its indentation and its brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.elide.source.block import Block, blocks, indent, remark
from headroom.elide.source.header import Header, header
from headroom.elide.source.outline import (
    BODY,
    DATA,
    LICENCE,
    MENTION,
    OUTSIDE,
    RAISES,
    REMARK,
    SIGNATURE,
    Span,
    passages,
    telling,
)
from headroom.elide.source.unit import Unit, Units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.source.outline import Outline

_MAX_NESTING = 8
_LONGEST = 240
_NEEDED, _OPENED = 0.55, 8
_SIGNED = 30
"""Rows that a signature may have."""
_LEAF = 3
"""Rows inside a block without definitions from which they weigh less than what is outside."""
_MOST, _LARGE = 0.4, 40
"""Share of a text, and rows, from which on a block is looked into whatever it is."""
_MEMBERS = 3
_SAMPLE = 400
_CODED, _CODED_HEADED = 4, 2
"""Statements among ten lines, also where one line in twelve is the head of a definition."""
CLOSER = re.compile(r"[\s)\]}>;,]*(?:end\b)?[\s)\]};,]*")
"""A row that only closes something, or a blank one."""
_SENTENCE = re.compile(
    r"\s*[A-Za-z][\w\x27]*,?"
    r"(?: [\w`\x27\"(][\w`\x27\"(),.:-]*){5,}$"
)
_STATEMENT = re.compile(
    r"\s*(?:if|else|elif|elsif|for|foreach|while|return|end|local|let|var|val|const|import|using|use"
    r"|require|include|public|private|protected|static|echo|then|do|done|fi|esac|case|try|except"
    r"|with|raise|def|class|@|//|#|/?\*)|.*[;:{}()>,.]\s*$|\s*[\w.$@]+(?:\[.*\])? ?[-+*:|]?= "
)
_CLOSED = {"(": ")", "[": "]", "{": "}"}
_SUITE = re.compile(r"\s*(?:(?:async )?def|class|if|elif|else|for|while|with|try|except|finally)\b")
"""The head of a block of Python: what stands below it must not be a comment alone."""
_EMPTY = "...  "
_ATTRIBUTES = ("@", "[", "#[", "%[")


def outlined(outline: Outline) -> bool:
    """Weigh by indentation, if enough lines look like code; say whether they do."""
    lines = outline.lines
    sample = [line[:_LONGEST] for line in lines[:: len(lines) // _SAMPLE + 1] if line.strip()]
    if sum(1 for line in sample if _SENTENCE.match(line)) * 4 > len(sample):
        return False
    coded = sum(1 for line in sample if _STATEMENT.match(line)) * 10
    if coded < len(sample) * _CODED_HEADED:
        return False
    sign = remark(lines)
    found = blocks(lines, sign)
    heads = _Heads(outline, found)
    few = len(heads.found) * 12 < len(found)
    if len(heads.found) < max(2, len(found) // 200) or (few and coded < len(sample) * _CODED):
        return False
    heads.weigh()
    outline.blocks, outline.remark = found, sign
    return True


class _Heads:
    """Finds the heads of functions and types among blocks, and weighs the rows by them."""

    def __init__(self, outline: Outline, every: Sequence[Block]) -> None:
        self._outline, self._lines, self._every = outline, outline.lines, every
        self.found = self._headers()
        """By block."""
        self._members = [0] * len(every)
        for at in range(len(every) - 1, -1, -1):
            parent = every[at].parent
            if parent >= 0:
                self._members[parent] += self._members[at] + (at in self.found)

    def _headers(self) -> dict[int, Header]:
        found: dict[int, Header] = {}
        for at, block in enumerate(self._every):
            if block.is_comment:
                continue
            line = self._lines[block.first].strip()
            is_open = block.last > block.first
            is_braced = line[-1] == "{"
            if is_open and (block.opener >= 0 or line[-1] in "(,)"):
                is_braced = self._lines[self._signature(block)].rstrip()[-1:] == "{"
            one = header(line, is_open=is_open, is_braced=is_braced, is_outer=not block.width)
            if one is not None:
                found[at] = one
        return found

    def _signature(self, block: Block) -> int:
        """Return the last row of a signature: the one on which its brackets close or it opens."""
        if block.last == block.first:
            return block.first
        last = min(block.last, block.first + _SIGNED)
        if block.first < block.opener <= last:
            return block.opener
        depth = 0
        for row in range(block.first, last + 1):
            line = self._lines[row]
            depth += line.count("(") - line.count(")")
            if depth <= 0 or line.rstrip()[-1:] == "{":
                return row if row < block.last else block.first
        return block.first

    def weigh(self) -> None:
        outline, every, size = self._outline, self._every, len(self._every)
        spans = [-1] * size  # the innermost span each block is in or begins
        depths = [0] * size  # functions around, itself included
        clause = ""
        for at, block in enumerate(every):
            parent = block.parent
            around = spans[parent] if parent >= 0 else -1
            depth = depths[parent] if parent >= 0 else 0
            spans[at], depths[at] = around, depth
            self._lower(block, depth)
            if block.is_comment:
                self._comment(block, depth)
                continue
            head = self.found.get(at)
            if head is None:
                is_leaf = not depth and block.last - block.first > _LEAF
                if not is_leaf or self._members[at]:
                    self._aside(block, depth)
                    continue
                head = Header("", is_type=False)
                high = OUTSIDE
            else:
                high = MENTION if depth else SIGNATURE
                if head.is_clause:
                    high = RAISES if head.name == clause else SIGNATURE
                    clause = head.name
            is_type = head.is_type or self._holds(at)
            signed = self._signature(block)
            span = Span(head.name, block.first, signed, block.last, is_type, around)
            spans[at] = outline.add(span)
            depths[at] = depth + (not is_type)
            outline.lift(block.first, signed, high)
            if not is_type and at not in self.found:
                outline.lower(signed + 1, block.last, DATA)

    def _holds(self, at: int) -> bool:
        """Whether a block that reads as a function is most of a text and full of definitions."""
        block = self._every[at]
        rows = block.last - block.first
        return self._members[at] >= _MEMBERS and rows > max(_LARGE, len(self._lines) * _MOST)

    def _lower(self, block: Block, depth: int) -> None:
        if depth:
            weight = BODY[min(depth, len(BODY)) - 1]
            self._outline.lower(block.first, block.last, weight)

    def _aside(self, block: Block, depth: int) -> None:
        """Note an attribute: it belongs to what follows."""
        if not depth and self._lines[block.first].lstrip().startswith(_ATTRIBUTES):
            self._outline.remarks.add(block.first)

    def _comment(self, block: Block, depth: int) -> None:
        """Weigh a comment: its first words tell most."""
        outline = self._outline
        first, last = block.first, block.last
        goes_on = first - 1 in outline.remarks and self._is_remark(first - 1)
        told = first - 1 if goes_on else telling(self._lines, first, last)
        if not goes_on and LICENCE.search(self._lines[told]):
            outline.lower(first, told, REMARK)
        outline.lower(told + 1, last, BODY[2] if depth else REMARK)
        if not depth:
            outline.remarks.update(range(first, last + 1))

    def _is_remark(self, row: int) -> bool:
        return not self._lines[row].lstrip().startswith(_ATTRIBUTES)


def units(outline: Outline) -> Units:
    """Return what may be left out of a text that `outlined` has read."""
    return _Layout(outline).read()


class _Layout:
    """Takes in blocks, and what stands in them apart from how they begin and end."""

    def __init__(self, outline: Outline) -> None:
        self._lines, self._weights = outline.lines, outline.weights
        self._spans = {span.first: span for span in outline.spans}
        self._before = f"{outline.remark} "
        self._blocks = outline.blocks
        self._inner: dict[int, list[Block]] = {}
        self._at = {block.first: at for at, block in enumerate(self._blocks)}
        for block in self._blocks:
            self._inner.setdefault(block.parent, []).append(block)
        self._units = Units(len(outline.lines))

    def read(self) -> Units:
        self._list(self._inner.get(-1, []), -1, 0)
        return self._units

    def _list(self, found: Sequence[Block], parent: int, depth: int) -> None:
        at = 0
        while at < len(found):
            end = at
            while (
                end + 1 < len(found)
                and found[at].is_comment
                and found[end + 1].is_comment
                and found[end + 1].first == found[end].last + 1
            ):
                end += 1
            if found[at].is_comment:
                self._remarks(found[at].first, found[end].last, parent)
            else:
                self._block(found[at], parent, depth)
            at = end + 1

    def _remarks(self, first: int, last: int, parent: int) -> None:
        """Take in comments; what follows the first words is a unit inside."""
        at = self._units.add(Unit(first, last, parent, self._before, is_remark=True))
        told = telling(self._lines, first, last)
        is_line = self._lines[first].lstrip().startswith(self._before[:-1])
        if not is_line:  # the row that closes a comment stays with the one that opens it
            last -= 1
        if told < last:
            before = self._before if is_line else ""
            for start, end in passages(self._lines, told + 1, last):
                self._units.add(Unit(start, end, at, before, is_remark=True))

    def _block(self, block: Block, parent: int, depth: int) -> None:
        first, last = block.first, block.last
        at = self._units.add(Unit(first, last, parent, self._before))
        if first == last:
            return
        span = self._spans.get(first)
        start = (first if span is None else span.signed) + 1
        if span is None and first < block.opener <= first + _SIGNED:
            start = block.opener + 1
        inside = self._inner.get(self._at[first], [])
        # Remarks between a signature and the row that opens its body.
        told = [one for one in inside if one.is_comment and first < one.first and one.last < start]
        self._list(told, at, depth + 1)
        end = last
        while end >= start and not self._lines[end].strip():
            end -= 1
        head = self._lines[start - 1].rstrip()
        if end >= start and (
            indent(self._lines[end]) <= indent(self._lines[first])
            or (head[-1:] in _CLOSED and CLOSER.fullmatch(self._lines[end]))
        ):
            end -= 1
        elif head[-1:] in _CLOSED and _closes(self._lines[end], head[-1]):
            return
        if start > end:
            return
        is_suite = head[-1:] == ":" and self._before == "# " and _SUITE.match(self._lines[first])
        empty = _EMPTY if is_suite else ""
        inner = self._units.add(Unit(start, end, at, empty + self._before))
        if depth < _MAX_NESTING and (span is None or span.is_type or self._is_opened(start, end)):
            self._list([one for one in inside if one.first >= start], inner, depth + 1)

    def _is_opened(self, first: int, last: int) -> bool:
        """Whether a body is looked into: it is needed in part, or most of the text."""
        rows = last + 1 - first
        if rows > max(_LARGE, len(self._lines) * _MOST):
            return True
        return rows > _OPENED and max(self._weights[first : last + 1]) >= _NEEDED


def _closes(line: str, bracket: str) -> bool:
    """Whether a row that says more closes a bracket that a row before it has opened."""
    return line.count(_CLOSED[bracket]) > line.count(bracket)
