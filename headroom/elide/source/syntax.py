"""Units of a parsed source text: statements, members, elements and bodies of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headroom.elide.source.outline import passages, telling
from headroom.elide.source.unit import Unit, Units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from headroom.elide.source.outline import Outline

_MAX_DEPTH = 60
_OPENED = 8
"""Rows from which a body that is partly needed is left out statement by statement."""
_LARGE = 60
"""Rows of a body from which it is looked into for what it defines."""
_NEEDED = 0.55
_MIN_DATA = 5
_FIRST = 2
"""Elements of a long literal that always show what it holds."""
_HEREDOC = "heredoc_content"
"""Belongs to the statement before it."""
_ENDS = frozenset({"", ",", ";"})
_OPENERS = ("{", "(", "[")


class Syntax:
    """Walks over the blocks of a tree and takes in what may be left out of them.

    Only whole rows are taken, and only whole statements, members, elements and rows of a comment:
    so the text still parses with a comment in their place.
    """

    def __init__(self, outline: Outline, row: Mapping[str, Any]) -> None:
        self._lines, self._weights = outline.lines, outline.weights
        self._kinds: Mapping[str, str] = {
            name: kind for kind in ("suite", "group", "data") for name in row["blocks"][kind]
        }
        self._callables = frozenset(row["roles"]["callable"])
        self._comments = frozenset(row["roles"]["comment"])
        self._remark: str = row["remark"]
        self._mark = f"{self._remark} "
        self._empty: str = row.get("empty", "")
        self._units = Units(len(outline.lines))
        self._last = len(outline.lines) - 1
        self._heads = [span.first for span in outline.spans]

    def read(self, root: Any) -> Units:
        """Return the units of a tree."""
        self._children(root.named_children, -1, 0)
        return self._units

    def _children(self, children: Sequence[Any], parent: int, depth: int) -> None:
        remarks: list[int] = []
        kinds = [child.type for child in children]
        kinds.append("")
        for place, child in enumerate(children):
            kind = kinds[place]
            first, last = self._rows(child)
            if kinds[place + 1] == _HEREDOC:
                last = self._rows(children[place + 1])[1]
            elif kind == _HEREDOC:
                continue
            if remarks and first != remarks[-1] + 1:
                self._remarks(remarks, parent)
            is_remark = kind in self._comments
            is_alone = self._is_alone(child, first, last)
            if is_remark and first == last:
                if is_alone:
                    remarks.append(first)
                continue
            if remarks:
                self._remarks(remarks, parent)
            at = parent
            if is_alone:
                at = self._units.add(Unit(first, last, parent, self._mark, is_remark))
            if last == first:
                continue
            if is_remark:
                self._tail(first, last, at)
            elif kind in self._kinds:
                self._block(child, child, at, depth)
            else:
                self._inside(child, at, depth)
        self._remarks(remarks, parent)

    def _inside(self, node: Any, parent: int, depth: int) -> None:
        """Look for blocks below a node that is none, and for comments between its parts."""
        if depth > _MAX_DEPTH:
            return
        remarks: list[int] = []
        for child in node.named_children:
            if child.type in self._comments:
                first, last = self._rows(child)
                if remarks and first != remarks[-1] + 1:
                    self._remarks(remarks, parent)
                if first == last and self._is_alone(child, first, last):
                    remarks.append(first)
                    continue
            self._remarks(remarks, parent)
            if child.start_point[0] == child.end_point[0]:
                continue
            if child.type in self._kinds:
                self._block(child, node, parent, depth + 1)
            else:
                self._inside(child, parent, depth + 1)
        self._remarks(remarks, parent)

    def _block(self, block: Any, around: Any, parent: int, depth: int) -> None:
        if depth > _MAX_DEPTH:
            return
        match self._kinds[block.type]:
            case "suite":
                self._suite(block, parent, depth, is_body=around.type in self._callables)
            case "data":
                self._data(block, parent, depth)
            case _:
                self._children(list(_listed(block)), parent, depth + 1)

    def _suite(self, block: Any, parent: int, depth: int, *, is_body: bool) -> None:
        """Take in what a block holds as one unit, and its parts where that helps."""
        children = list(_listed(block))
        if not children:
            return
        empty = f"{self._empty}  " if self._empty else ""
        first, last = self._rows(block)
        opener = self._lines[first][_offset(self._lines[first], block.start_point.column) :]
        if opener.startswith(_OPENERS):
            first, last, empty = first + 1, last - 1, ""
        inner = self._rows(children[0])
        if empty and _is_docstring(children[0]):
            self._tail(*inner, parent)
            first = inner[1] + 1
            # A remark may stand behind the closing quotes.
            children = [child for child in children[1:] if self._rows(child)[0] >= first]
            empty = ""
            inner = self._rows(children[0]) if children else inner
        if not children or first > last:
            return
        at = parent
        # What begins or ends on a row of the block itself, as the second of two namespaces that
        # open together, cannot go with the rest of it: only what stands within can.
        outer = inner[0] < first or self._rows(children[-1])[1] > last
        if not outer and self._starts(children[0], inner[0]):
            at = self._units.add(Unit(first, last, parent, empty + self._mark))
        if not is_body or self._is_opened(first, last):
            self._children(children, at, depth + 1)

    def _is_opened(self, first: int, last: int) -> bool:
        """Whether a body is looked into: it is needed in part, or large and full of definitions."""
        rows = last + 1 - first
        if rows < _OPENED:
            return False
        if max(self._weights[first : last + 1]) >= _NEEDED:
            return True
        return rows >= _LARGE and any(first <= head <= last for head in self._heads)

    def _data(self, block: Any, parent: int, depth: int) -> None:
        """Take in the elements of a literal, one or a few on each row."""
        children = block.named_children
        first, last = self._rows(block)
        if last - first < _MIN_DATA:
            return
        heads = [at for at, one in enumerate(children) if self._starts(one, self._rows(one)[0])]
        for place, at in enumerate(heads):
            following = heads[place + 1] if place + 1 < len(heads) else len(children)
            group = children[at:following]
            start, stop = self._rows(group[0])[0], self._rows(group[-1])[1]
            unit = parent
            if place >= _FIRST and stop < last and self._is_closed(group, stop):
                unit = self._units.add(Unit(start, stop, parent, self._mark))
            for one in group:
                if self._rows(one)[1] > self._rows(one)[0]:
                    self._inside(one, unit, depth + 1)

    def _is_closed(self, group: Sequence[Any], stop: int) -> bool:
        """Whether elements take the comma behind them along."""
        tail = self._lines[stop].rstrip()
        return tail.endswith(",") or group[-1].type in self._comments

    def _remarks(self, rows: list[int], parent: int) -> None:
        """Take in the comments gathered so far; what follows the first words is a unit inside."""
        if rows:
            first, last = rows[0], rows[-1]
            at = self._units.add(Unit(first, last, parent, self._mark, is_remark=True))
            told = telling(self._lines, first, last)
            if told < last:
                for start, end in passages(self._lines, told + 1, last):
                    self._units.add(Unit(start, end, at, self._mark))
            rows.clear()

    def _tail(self, first: int, last: int, parent: int) -> None:
        """Take in what follows the first words of a comment, but for its last row."""
        told = telling(self._lines, first, last)
        if told + 1 < last:
            for start, end in passages(self._lines, told + 1, last - 1):
                self._units.add(Unit(start, end, parent, ""))

    def _rows(self, node: Any) -> tuple[int, int]:
        """Return the first and the last row; a line break at the end is not counted."""
        first, _ = node.start_point
        last, width = node.end_point
        if width == 0 and last > first:
            last -= 1
        if last > self._last:
            return min(first, self._last), self._last
        return first, last

    def _starts(self, node: Any, row: int) -> bool:
        """Whether nothing stands in front of a node on its row."""
        column: int = node.start_point[1]
        if column == 0:
            return True
        head = self._lines[row][:column]
        return not head or head.isspace()

    def _is_alone(self, node: Any, first: int, last: int) -> bool:
        """Whether nothing but a separator or a remark shares the rows of a node."""
        column: int = node.start_point[1]
        if column:
            head = self._lines[first][:column]
            if head and not head.isspace():
                return False
        row, column = node.end_point
        if row > last or row > self._last:
            return True
        line = self._lines[row]
        if column == len(line) and line.isascii():  # as most end
            return True
        rest = line[_offset(line, column) :]
        if rest in _ENDS:
            return True
        rest = rest.strip()
        return rest in _ENDS or rest.startswith(self._remark)


def _offset(line: str, column: int) -> int:
    """Return the character at a column that is counted in bytes."""
    if line.isascii():
        return column
    return len(line.encode("utf-8", "replace")[:column].decode("utf-8", "replace"))


def _listed(block: Any) -> Iterator[Any]:
    """Yield the statements of a block, also where a list of them is a node of its own."""
    for child in block.named_children:
        if child.type == "statement_list":
            yield from child.named_children
        else:
            yield child


def _is_docstring(node: Any) -> bool:
    inner = node.named_child(0) if node.type == "expression_statement" else None
    return inner is not None and inner.type == "string"
