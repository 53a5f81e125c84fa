"""Rows of a table as lines: cells between bars, a cell over several rows said in each of them."""

from __future__ import annotations

_SPAN = 60
"""Most rows that one cell is repeated for."""
_REPEATED = 40
"""Longest text that is repeated; a longer one is a ditto mark."""


class Grid:
    """A table that is being read."""

    def __init__(self) -> None:
        self.inside = False
        """Whether a cell is open."""
        self._cells: list[str] = []
        self._heads: list[bool] = []
        self._down: dict[int, tuple[int, str]] = {}  # column: rows still covered, text
        self._first = True

    def add(self, text: str, *, head: bool, rows: int, columns: int) -> None:
        """Add a cell that covers so many rows and columns."""
        self._fill()
        at = len(self._cells)
        self._cells += [text, *[""] * (min(columns, _SPAN) - 1)]
        self._heads.append(head)
        if rows > 1:
            again = text if len(text) <= _REPEATED else '"'
            self._down[at] = (min(rows, _SPAN) - 1, again)

    def row(self) -> list[str]:
        """Return the lines of the row that ends here, and begin the next."""
        self._fill()
        cells, heads = self._cells, self._heads
        self._cells, self._heads = [], []
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return []
        if len(cells) == 1 or not any(cells[:-1]):
            return cells[-1:]
        line = "| " + " | ".join(cells)
        titles = self._first and len(heads) > 1 and all(heads)
        self._first = False
        return [line, "|--"] if titles else [line]

    def _fill(self) -> None:
        """Add what cells of rows above reach down to the next column."""
        while (at := len(self._cells)) in self._down:
            left, text = self._down.pop(at)
            if left > 1:
                self._down[at] = (left - 1, text)
            self._cells.append(text)
