"""How much each line of a source text matters: its outline heavy, bodies of functions light.

What a question names is heavy with its whole body. `weigh` reads a text with the grammar of its
language; `layout` reads other languages by their indentation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from headroom.core.split import view_of
from headroom.detect.source import numbering
from headroom.elide.source.block import indent
from headroom.elide.source.grammar import parsed, sparsely
from headroom.elide.source.layout import CLOSER, outlined
from headroom.elide.source.outline import (
    ATTRIBUTE,
    BODY,
    DATA,
    IMPORT,
    LICENCE,
    MENTION,
    OUTSIDE,
    RAISES,
    REMARK,
    RETURNS,
    SIGNATURE,
    Outline,
    Span,
    telling,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.elide.source.grammar import Captured, Parsed

_MAX_CHARS = 2_000_000
_MAX_PARSED = 400_000
"""A longer text is read by its indentation: parsing holds up every other thread."""
_MAX_LOOSE = 0.008
"""Loose pieces for each byte of a text beyond which it counts as another language."""
_TELLING = frozenset({"callable", "container", "import"})
"""What a source text has at least one of; data that reads as code has none."""
_IMPORTS = 30
"""Imports at the top of a file from which on the others say little of what it is about."""
_ABOUT_IMPORTS = re.compile(r"(?i)\b(?:import|depend|librar|includ|require|modul|packag|uses?\b)")
_MAX_NESTING = 8
_MAX_ABOVE = 20
_MAX_REMARK = 400
_DATA_ROWS = 3
_LONGEST = 240
_FIRST = 40
"""Lines among which most have a number where lines are numbered."""
_CLOSED = 8
"""Characters of a row that only closes what is open."""
_CLOSERS = ")]}>;,e"
"""What such a row begins with, unless it is blank."""
_CLOSING = ")]}>;,d"
"""What it ends with, but for white space."""

_MARKUP = re.compile(
    r"```|(?:={4,}|-{4,}|~{4,}|\+{4,})\s*$|\.\. [\w-]+::|diff --git |@@ -|={4,} |_{8,} |E   "
)
"""Lines of documents with code in them, of diffs and of test reports."""
_MARKS = frozenset("`=-~+.d@_E")
_WORD = re.compile(r"[\w$]+")
_ALARMS = (
    *("TODO", "FIXME", "XXX", "HACK", "raise", "throw", "panic", "die", "croak", "confess"),
    *("abort", "bail", "unreachable", "Errorf", "errors.New", "Err(", "assert"),
)
_ALARM = re.compile(
    r"\b(?:TODO|FIXME|XXX|HACK|raise|throw|panic|die|croak|confess|abort|bail|unreachable|Errorf)\b"
    r"|errors\.New|\bErr\(|\bassert"
)
"""Matches one of those words where it is one."""


def weigh(lines: Sequence[str], query: str) -> list[float] | None:
    """Return a weight from 0 to 1 for each line of a source text, or None if it is no source text.

    Lines may be numbered as `cat -n` does it. What the query names weighs most. The same lines and
    query give the same weights. Texts beyond 2 million characters are declined, and so are diffs
    and documents with code in them.
    """
    found = read(lines, query)
    return None if found is None else found[0].weights


def read(lines: Sequence[str], query: str) -> tuple[Outline, Parsed | None] | None:
    """Return the weighed outline of a source text and its tree, if there is a grammar for it.

    Declines what `weigh` declines.
    """
    if not lines or sum(map(len, lines)) > _MAX_CHARS:
        return None
    bare = unnumbered(lines)
    marks = sum(1 for line in bare if line and line[0] in _MARKS and _MARKUP.match(line))
    marked = marks > max(2, len(bare) // 200)
    number = numbering(lines[0]) if bare[0] != lines[0] else None
    start = 1 if number is None else number[0]
    outline = _outline(bare, start)
    imports = len(lines) if _ABOUT_IMPORTS.search(query) else _IMPORTS
    found = _parsed(outline, _MAX_LOOSE / 10 if marked else _MAX_LOOSE, imports)
    if found is None:
        if marked or not outlined(outline):
            return None
        # By its indentation alone what is left would not parse again.
        second = _outline(bare, start)
        found = _parsed(second, 0.0, imports, parsing=sparsely)
        if found is None:
            _alarms(outline)
        else:
            outline = second
    _settle(outline)
    outline.answer(query)
    return outline, found


def _outline(bare: Sequence[str], start: int) -> Outline:
    return Outline(bare, [OUTSIDE] * len(bare), owners=[-1] * len(bare), start=start)


def unnumbered(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines without the numbers in front of them, and without line breaks or NULs."""
    bare = _bare(lines) or lines
    text = view_of(bare).text
    if "\0" not in text and text.count("\n") == len(bare) - 1:
        return bare
    return [line.replace("\n", " ").replace("\0", " ") for line in bare]


def _bare(lines: Sequence[str]) -> list[str] | None:
    """Return the lines without their numbers, or None: fewer than nine in ten have a number."""
    heads = [(line.lstrip(), line) for line in lines[:_FIRST]]
    few = sum(1 for head, line in heads if not head or (head[0].isdigit() and numbering(line)))
    if few * 10 < min(_FIRST, len(lines)) * 5:
        return None
    allowed = len(lines) // 10
    out: list[str] = []
    last = -1
    for line in lines:
        found = numbering(line)
        if found is None or found[0] <= last:
            allowed -= not (found is None and (not line or line.isspace()))
            if allowed < 0 or found is not None:
                return None
            out.append(line)
            continue
        last = found[0]
        out.append(line.partition(found[2])[2])
    return out if last >= 0 else None


def _parsed(
    outline: Outline,
    most: float,
    imports: int,
    parsing: Callable[[Sequence[str], bytes], Parsed | None] = parsed,
) -> Parsed | None:
    """Weigh by the grammar that fits, if any, with so many imports at the top; return its tree."""
    source = view_of(outline.lines).text.encode("utf-8", "replace")
    if len(source) > _MAX_PARSED:
        return None
    found = parsing(outline.lines, source)
    if found is None or found.loose > len(source) * most:
        return None
    if not any(one.role in _TELLING for one in found.nodes):
        return None
    _Reader(outline, imports).read(found)
    return found


class _Reader:
    """Walks over the nodes of a parsed text, outer ones first, and sets the weights of its rows."""

    def __init__(self, outline: Outline, imports: int) -> None:
        self._outline = outline
        self._most = imports
        self._open: list[tuple[int, int]] = []  # end byte and index of the spans around
        self._functions = 0  # how many of them are functions
        self._holder: Captured | None = None
        self._imports = 0  # outside of functions
        self._remark = -2  # the last row of the comment before
        self._attributes: set[int] = set()
        self._source = b""

    def read(self, parsed: Parsed) -> None:
        self._source = parsed.source
        for one in parsed.nodes:
            while self._open and self._open[-1][0] <= one.start:
                self._functions -= not self._outline.spans[self._open.pop()[1]].is_type
            match one.role:
                case "callable" | "container":
                    self._define(one)
                case "holder":
                    self._holder = one
                case "comment":
                    self._comment(one)
                case _:
                    self._statement(one)

    def _name(self, node: Any) -> str:
        """Return the last word of what a node declares or assigns to, or ""."""
        found = _declared(node)
        if found is None or found.type.startswith("abstract_"):
            return ""
        if found.end_byte - found.start_byte > _LONGEST:
            return ""
        text = self._source[found.start_byte : found.end_byte].decode("utf-8", "replace")
        words: list[str] = _WORD.findall(text)
        return words[-1] if words else ""

    def _statement(self, one: Captured) -> None:
        outline, inside = self._outline, self._functions > 0
        match one.role:
            case "import":
                self._imports += not inside
                if self._imports > self._most and not inside:
                    outline.lower(one.first, one.last, RAISES)
                    return
                outline.lift(one.first, one.first, DATA if inside else IMPORT)
                outline.lower(one.first + 1, one.last, MENTION)
            case "attribute" if not inside:
                outline.lower(one.first + 1, one.last, MENTION)
                rows = range(one.first, min(one.last, one.first + _MAX_ABOVE) + 1)
                self._attributes.update(rows)
                outline.remarks.update(rows)
            case "leave" if inside:
                raises = one.node.type.startswith(("raise", "throw"))
                last = min(one.last, one.first + (5 if raises else 1))
                outline.lift(one.first, last, RAISES if raises else RETURNS)
            case "value" if one.last - one.first >= _DATA_ROWS and not inside:
                outline.lower(one.first + 1, one.last, DATA)
            case _:
                pass

    def _comment(self, one: Captured) -> None:
        outline = self._outline
        column = one.column
        if column > _LONGEST or outline.lines[one.first][:column].strip():
            return  # behind code
        last = min(one.last, len(outline.lines) - 1)
        told = one.first - 1
        if one.first > self._remark + 1:
            told = telling(outline.lines, one.first, last)
            if LICENCE.search(outline.lines[told]):
                outline.lower(one.first, told, REMARK)
            elif self._open:
                outline.lower(one.first, told, MENTION)
        outline.lower(told + 1, last, BODY[2] if self._functions else REMARK)
        self._remark = last
        if not self._functions and last - one.first <= _MAX_REMARK:
            outline.remarks.update(range(one.first, last + 1))

    def _define(self, one: Captured) -> None:
        node, outline = one.node, self._outline
        body = node.child_by_field_name("body")
        is_type = one.role == "container" or _is_no_function(node)
        if (is_type and body is None and one.first == one.last) or len(self._open) > _MAX_NESTING:
            return
        holder = self._holder
        held = holder is not None and holder.start <= one.start and 0 <= holder.end - one.end <= 2
        name = self._name(node) or (self._name(holder.node) if held and holder else "")
        if not name and not is_type and one.last - one.first < _DATA_ROWS:
            return
        first = holder.first if held and holder else one.first
        inside = self._functions > 0
        signed = _signed(outline.lines, one, body)
        parent = self._open[-1][1] if self._open else -1
        at = outline.add(Span(name, first, signed, one.last, is_type, parent))
        if is_type:
            outline.lift(first, signed, MENTION if inside else SIGNATURE)
        else:
            _lower_body(outline, signed + 1, one.last)
            high = SIGNATURE if name else MENTION
            if inside:  # on one row it is a statement like others
                high = high - 0.2 if name and first < one.last else RAISES
            outline.lift(first, signed, high)
        for above in range(first - 1, first - _MAX_ABOVE, -1):
            if above not in self._attributes or inside:
                break
            outline.lift(above, above, ATTRIBUTE)
        self._open.append((one.end, at))
        self._functions += not is_type
        _docstring(outline, body)


def _is_no_function(node: Any) -> bool:
    """Whether a C grammar took a macro before a namespace or a class for a function's type."""
    declarator = node.child_by_field_name("declarator")
    return declarator is not None and declarator.type.endswith("identifier")


def _declared(node: Any) -> Any:
    """Return the node of what a node declares or assigns to, or None."""
    for name in ("name", "left", "key", "property"):
        found = node.child_by_field_name(name)
        if found is not None:
            return found
    found = node.child_by_field_name("declarator")
    for _ in range(_MAX_NESTING):
        inner = found.child_by_field_name("declarator") if found is not None else None
        if inner is None:
            break
        found = inner
    if found is None and node.named_child_count and node.type in {"type_declaration", "impl_item"}:
        inner = node.child_by_field_name("type") or node.named_child(0)
        found = inner.child_by_field_name("name") or inner
    return found


def _signed(lines: Sequence[str], one: Captured, body: Any) -> int:
    """Return the last row of a signature: the one on which the body opens."""
    if body is None or body.start_point.row == one.first:
        return one.first
    row: int = body.start_point.row
    column: int = body.start_point.column
    opens = lines[row].encode("utf-8", "replace")
    on_it = bool(opens[:column].strip()) or opens[column : column + 1] == b"{"
    return max(one.first, row if on_it else row - 1)


def _docstring(outline: Outline, body: Any) -> None:
    if body is None or not body.named_child_count:
        return
    child = body.named_child(0)
    if child.type != "expression_statement" or not child.named_child_count:
        return
    if child.named_child(0).type != "string":
        return
    first, last = child.start_point.row, child.end_point.row
    told = telling(outline.lines, first, last)
    outline.lower(first, last, BODY[1])
    outline.lift(told, told, MENTION)
    outline.remarks.update(range(first, last + 1))


def _lower_body(outline: Outline, first: int, last: int) -> None:
    """Weigh a body: what is indented least weighs most, as it says how the rest hangs together."""
    weights = outline.weights
    lines = outline.lines[first : last + 1]
    least = next((indent(line) for line in lines if line and not line.isspace()), 0)
    high, middle, low = BODY
    for row, line in enumerate(lines, first):
        if line[: least + 1].isspace() and not line.isspace():
            weight = middle if not line[least : least + 5].isspace() else low
        else:
            weight = high
        if weights[row] > weight:  # noqa: PLR1730 - a call for each row takes longer
            weights[row] = weight


def _alarms(outline: Outline) -> None:
    """Lift rows that raise, or that say what is to be done.

    Few do: the words are looked for in the whole text, and the pattern only where one is.
    """
    text = view_of(outline.lines).text
    rows: set[int] = set()
    ends = list(accumulate(len(line) + 1 for line in outline.lines))
    for word in _ALARMS:
        at = text.find(word)
        while at >= 0:
            row = bisect_right(ends, at)
            rows.add(row)
            at = text.find(word, ends[row])
    for row in rows:
        if _ALARM.search(outline.lines[row]):
            outline.lift(row, row, RAISES)


def _settle(outline: Outline) -> None:
    """Let blank rows and closing brackets weigh what the row before them does."""
    weights = outline.weights
    for row, line in enumerate(outline.lines):
        # By their last character most rows are told without a search.
        if line[-1:] not in _CLOSING and not line[-1].isspace():
            continue
        head = line.lstrip()
        if len(head) <= _CLOSED and head[:1] in _CLOSERS and row and CLOSER.fullmatch(head):
            weights[row] = weights[row - 1]
